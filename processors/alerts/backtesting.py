"""Backtests: stored articles through the same decisions as live ones, into a ledger that is never delivered. Pure.

`decide` is the very function of the alerts stage; its firings become ledger entries here, never alerts. Neither this
module nor the command that runs it can reach a channel: an import contract says so.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from newswatch.records.alert import Alert, AlertState
from newswatch.records.backtest import BacktestEntry
from newswatch.records.tracked import TrackedArticle
from processors.alerts.deciding import decide, read, state_key
from processors.alerts.making import Firing, reason
from processors.alerts.matching.automaton import Reading
from processors.alerts.rules import RuleSet

EXAMPLES = 3
"""Examples shown for each rule and each side of a comparison."""


@dataclass(slots=True)
class Ledger:
    """What one rule set would have fired."""

    entries: list[BacktestEntry] = field(default_factory=list)
    held: Counter[tuple[str, str]] = field(default_factory=Counter)
    articles: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def days(self) -> float:
        """Days between the first and the last article, at least one."""
        if self.first is None or self.last is None:
            return 1.0
        return max((self.last - self.first).total_seconds() / 86_400, 1.0)


class Backtest:
    """One rule set over an archive, with memory of its own; add the articles in the order they were stored."""

    def __init__(self, rules: RuleSet, now: datetime) -> None:
        self.ledger = Ledger()
        self._rules, self._now = rules, now
        self._states: dict[str, AlertState] = {}

    def add(self, tracked: TrackedArticle, reading: Reading | None = None) -> None:
        """What the article would have fired goes into the ledger; `reading` as of `decide`."""
        ledger, states = self.ledger, self._states
        outcome = decide(
            self._rules, states, tracked, offset=ledger.articles, generation=0, now=self._now, reading=reading
        )
        states.update((state_key(state), state) for state in outcome.states)
        for key in outcome.forgotten:
            states.pop(key, None)
        ledger.entries += map(_entry, outcome.firings)
        ledger.entries += map(_silence, outcome.silences)
        ledger.held.update(outcome.suppressed)
        ledger.articles += 1
        seen = tracked.article.first_seen
        ledger.first = min(seen, ledger.first or seen)
        ledger.last = max(seen, ledger.last or seen)


def backtest(rules: RuleSet, archive: Iterable[TrackedArticle], now: datetime) -> Ledger:
    """Runs an archive, in the order it was stored, through `decide` with memory of its own."""
    run = Backtest(rules, now)
    for tracked in archive:
        run.add(tracked)
    return run.ledger


def backtests(
    before: RuleSet, after: RuleSet, archive: Iterable[TrackedArticle], now: datetime
) -> tuple[Ledger, Ledger]:
    """The ledgers of two rule sets of one automaton (load_rule_sets) over one archive, each article read once.

    A rule that is the same in both is judged once: no rule's firings depend on another's.
    """
    versions = {rule.id: rule.version for rule in after.rules}
    shared = frozenset(rule.id for rule in before.rules if versions.get(rule.id) == rule.version)
    old, new = Backtest(before.without(shared), now), Backtest(after, now)
    for tracked in archive:
        reading = read(after, tracked)
        old.add(tracked, reading)
        new.add(tracked, reading)
    return _with_shared(old.ledger, new.ledger, shared), new.ledger


def _with_shared(old: Ledger, new: Ledger, shared: Collection[str]) -> Ledger:
    entries = [entry for entry in new.entries if entry.rule_id in shared]
    held = Counter({key: count for key, count in new.held.items() if key[0] in shared})
    return replace(old, entries=old.entries + entries, held=old.held + held)


def _entry(firing: Firing) -> BacktestEntry:
    tracked, article = firing.tracked, firing.tracked.article
    return BacktestEntry(
        rule_id=firing.rule.id, story_id=tracked.story_id, story_title=tracked.story_title,
        article_id=article.article_id, title=article.title, url=article.url, first_seen=article.first_seen,
        severity=firing.severity.value, reason=reason(firing, firing.proofs()), suppressed=sum(firing.held.values()),
    )  # fmt: skip


def _silence(alert: Alert) -> BacktestEntry:
    return BacktestEntry(
        rule_id=alert.rule_id, story_id=alert.story_id, story_title=alert.story_title, article_id=alert.article_id,
        title=alert.title, url=alert.url, first_seen=alert.first_seen, severity=alert.severity.value,
        reason=alert.reason, suppressed=alert.suppressed,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day (UTC) of one rule: what it would have fired, and how many of those and of the old ones differ."""

    fired: int = 0
    added: int = 0
    lost: int = 0
    moved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleComparison:
    """One rule before and after: firings only one side has, and those both have for a story but at another article.

    `days` are by the day the article was first seen, moved firings by their new article.
    """

    rule_id: str
    before: int
    after: int
    added: tuple[BacktestEntry, ...]
    lost: tuple[BacktestEntry, ...]
    moved: tuple[tuple[BacktestEntry, BacktestEntry], ...]
    per_day: float
    held: dict[str, int]
    days: dict[str, Day]


Firings = dict[tuple[str | None, str | None, datetime, int], BacktestEntry]
"""One rule's, by story, article, time and, for an article with several values of a query_key, number."""


def compare(before: Ledger | None, after: Ledger) -> list[RuleComparison]:
    """Rule by rule, in order of their ids; without `before` everything is added."""
    old, new = _by_rule(before or Ledger()), _by_rule(after)
    held: dict[str, dict[str, int]] = {}
    for (rule, why), count in sorted(after.held.items()):
        held.setdefault(rule, {})[why] = count
    days = after.days()
    return [
        _compared(rule, old.get(rule, {}), new.get(rule, {}), held.get(rule, {}), days)
        for rule in sorted(old.keys() | new.keys() | held.keys())
    ]


def _by_rule(ledger: Ledger) -> dict[str, Firings]:
    rules: dict[str, Firings] = {}
    times: Counter[tuple[str, str | None, str | None, datetime]] = Counter()
    for entry in ledger.entries:
        place = entry.story_id, entry.article_id, entry.first_seen
        rules.setdefault(entry.rule_id, {})[*place, times[entry.rule_id, *place]] = entry
        times[entry.rule_id, *place] += 1
    return rules


def _compared(rule: str, old: Firings, new: Firings, held: dict[str, int], days: float) -> RuleComparison:
    added = [entry for key, entry in new.items() if key not in old]
    lost = [entry for key, entry in old.items() if key not in new]
    moved = list(_moved(added, lost))
    gone = {id(entry) for pair in moved for entry in pair}
    only_new = tuple(entry for entry in added if id(entry) not in gone)
    only_old = tuple(entry for entry in lost if id(entry) not in gone)
    return RuleComparison(
        rule_id=rule, before=len(old), after=len(new), added=only_new, lost=only_old, moved=tuple(moved),
        per_day=len(new) / days, held=held,
        days=_days(fired=new.values(), added=only_new, lost=only_old, moved=[entry for _, entry in moved]),
    )  # fmt: skip


def _moved(added: list[BacktestEntry], lost: list[BacktestEntry]) -> Iterator[tuple[BacktestEntry, BacktestEntry]]:
    """Pairs (lost, added) of one story: it still fires, at another article."""
    waiting: dict[str, list[BacktestEntry]] = {}
    for entry in lost:
        if entry.story_id:
            waiting.setdefault(entry.story_id, []).append(entry)
    for entry in added:
        if entry.story_id and waiting.get(entry.story_id):
            yield waiting[entry.story_id].pop(0), entry


def _days(**entries: Iterable[BacktestEntry]) -> dict[str, Day]:
    counts = {name: Counter(entry.first_seen.date().isoformat() for entry in some) for name, some in entries.items()}
    days = sorted(set().union(*counts.values()))
    return {day: Day(**{name: counter[day] for name, counter in counts.items()}) for day in days}
