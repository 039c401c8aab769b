"""Backtests: stored articles through the same decisions as live ones, into a ledger that is never delivered. Pure.

`decide` is the very function of the alerts stage; its alerts become ledger entries here and are dropped. Neither this
module nor the command that runs it can reach a channel: an import contract says so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from newswatch.records.alert import Alert, AlertState
from newswatch.records.backtest import BacktestEntry
from newswatch.records.tracked import TrackedArticle
from processors.alerts.deciding import decide, state_key
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

    def add(self, tracked: TrackedArticle) -> None:
        """What the article would have fired goes into the ledger."""
        ledger, states = self.ledger, self._states
        outcome = decide(self._rules, states, tracked, offset=ledger.articles, generation=0, now=self._now)
        states.update((state_key(state), state) for state in outcome.states)
        for key in outcome.forgotten:
            states.pop(key, None)
        ledger.entries += map(_entry, outcome.alerts)
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


def _entry(alert: Alert) -> BacktestEntry:
    return BacktestEntry(
        rule_id=alert.rule_id, story_id=alert.story_id, story_title=alert.story_title, article_id=alert.article_id,
        title=alert.title, url=alert.url, first_seen=alert.first_seen, severity=alert.severity.value,
        reason=alert.reason, suppressed=alert.suppressed,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleComparison:
    """One rule before and after: firings only one side has, and those both have for a story but at another article."""

    rule_id: str
    before: int
    after: int
    added: tuple[BacktestEntry, ...]
    lost: tuple[BacktestEntry, ...]
    moved: tuple[tuple[BacktestEntry, BacktestEntry], ...]
    per_day: float
    held: dict[str, int]


def compare(before: Ledger | None, after: Ledger) -> list[RuleComparison]:
    """Rule by rule, in order of their ids; without `before` everything is added."""
    rules = {entry.rule_id for ledger in (before, after) if ledger for entry in ledger.entries}
    rules |= {rule for rule, _ in after.held}
    return [_compared(rule, before, after) for rule in sorted(rules)]


def _compared(rule: str, before: Ledger | None, after: Ledger) -> RuleComparison:
    old, new = _firings(rule, before), _firings(rule, after)
    added = [entry for key, entry in new.items() if key not in old]
    lost = [entry for key, entry in old.items() if key not in new]
    moved = list(_moved(added, lost))
    gone = {id(entry) for pair in moved for entry in pair}
    return RuleComparison(
        rule_id=rule,
        before=len(old),
        after=len(new),
        added=tuple(entry for entry in added if id(entry) not in gone),
        lost=tuple(entry for entry in lost if id(entry) not in gone),
        moved=tuple(moved),
        per_day=len(new) / after.days(),
        held={reason: count for (name, reason), count in sorted(after.held.items()) if name == rule},
    )


def _firings(rule: str, ledger: Ledger | None) -> dict[tuple[str | None, str | None, str], BacktestEntry]:
    chosen = (entry for entry in (ledger.entries if ledger else ()) if entry.rule_id == rule)
    return {(entry.story_id, entry.article_id, entry.first_seen.isoformat()): entry for entry in chosen}


def _moved(added: list[BacktestEntry], lost: list[BacktestEntry]) -> Iterator[tuple[BacktestEntry, BacktestEntry]]:
    """Pairs (lost, added) of one story: it still fires, at another article."""
    waiting: dict[str, list[BacktestEntry]] = {}
    for entry in lost:
        if entry.story_id:
            waiting.setdefault(entry.story_id, []).append(entry)
    for entry in added:
        if entry.story_id and waiting.get(entry.story_id):
            yield waiting[entry.story_id].pop(0), entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day (UTC) of one rule: what it would have fired, and how many of those and of the old ones differ."""

    fired: int = 0
    added: int = 0
    lost: int = 0
    moved: int = 0


def days_of(after: Ledger, rule: RuleComparison) -> dict[str, Day]:
    """A rule's firings and differences by the day the article was first seen, moved ones by their new article."""
    counts = {
        "fired": Counter(_day(entry) for entry in after.entries if entry.rule_id == rule.rule_id),
        "added": Counter(map(_day, rule.added)),
        "lost": Counter(map(_day, rule.lost)),
        "moved": Counter(_day(new) for _, new in rule.moved),
    }
    days = sorted(set().union(*counts.values()))
    return {day: Day(**{name: counter[day] for name, counter in counts.items()}) for day in days}


def _day(entry: BacktestEntry) -> str:
    return entry.first_seen.date().isoformat()
