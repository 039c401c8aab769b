"""Alert decisions: which rules an article meets, which of those are news, and why. Pure: time and memory come in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from newswatch.records.alert import Alert, AlertState
from newswatch.records.tracked import TrackedArticle
from processors.alerts.kinds import flatline
from processors.alerts.kinds.base import SILENT, Judgement, Memory, Sighting, Verdict, mark, millis
from processors.alerts.kinds.catalogue import JUDGES, PER_STORY
from processors.alerts.making import Firing, make_alert, make_silence_alert
from processors.alerts.matching.automaton import Reading
from processors.alerts.matching.values import field_values
from processors.alerts.memory import FLOOR_KEY, forgetting, memory_of, state_key
from processors.alerts.rule_model import Kind
from processors.alerts.rules import Rule, RuleSet

__all__ = ["AlertOutcome", "decide", "read", "state_key", "tick"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOutcome:
    """What fires on the article, lines gone flat, changed state, keys of state to delete, matches held back: (rule id,
    reason)."""

    firings: tuple[Firing, ...] = ()
    silences: tuple[Alert, ...] = ()
    states: tuple[AlertState, ...] = ()
    suppressed: tuple[tuple[str, str], ...] = ()
    forgotten: tuple[str, ...] = ()

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerts to send, evidence and all; made anew at each call."""
        return (*map(make_alert, self.firings), *self.silences)


def decide(
    rules: RuleSet,
    states: Mapping[str, AlertState],
    tracked: TrackedArticle,
    *,
    offset: int,
    generation: int,
    now: datetime,
    fired_at: datetime | None = None,
    reading: Reading | None = None,
) -> AlertOutcome:
    """What one article at `offset` of its partition makes of the rules, given that partition's state by state_key.

    Deterministic but for `now`, which only the measured latency uses: `fired_at` is stamped on the alerts (when the
    article was written to its topic; `now` without it), so that an article read again after a crash makes the same
    alerts. A state whose applied_offset has reached `offset` is left as it is. Windows go by first_seen alone.
    `reading` is of the article by the rules' automaton, where there is one already.
    """
    deciding = _Deciding(states, tracked, reading or read(rules, tracked), offset, generation, now, fired_at or now)
    for rule in rules.candidates(deciding.reading.found):
        if applies(rule, tracked) and rule.condition.met(deciding.reading, tracked):
            deciding.matched(rule)
    for rule in rules.flatlines:
        if applies(rule, tracked):
            deciding.watched(rule)
    forgotten, floor = forgetting(states, offset, generation)
    return AlertOutcome(
        firings=tuple(deciding.firings),
        silences=tuple(deciding.silences),
        states=(*deciding.changed.values(), *floor),
        suppressed=tuple(deciding.suppressed),
        forgotten=forgotten,
    )


def read(rules: RuleSet, tracked: TrackedArticle) -> Reading:
    """The terms of all rules found in the article's title, text and tags."""
    article = tracked.article
    return rules.automaton.read({"title": article.title, "text": article.text, "tags": "\n".join(article.tags)})


def applies(rule: Rule, tracked: TrackedArticle) -> bool:
    """Whether the rule is for the article's watch."""
    return not rule.spec.watches or tracked.watch in rule.spec.watches


def tick(
    rules: RuleSet, states: Mapping[str, AlertState], watch: str, *, generation: int, now: datetime
) -> AlertOutcome:
    """What the mere passing of time makes of the rules of a watch: flat lines.

    Deterministic like `decide`: an alert's id and times come from the last match of its rule, not from `now`.
    """
    alerts: list[Alert] = []
    changed: list[AlertState] = []
    for rule in rules.flatlines:
        state = states.get(f"{rule.id}/~{watch}")
        if state is None or (rule.spec.watches and watch not in rule.spec.watches):
            continue
        memory, flat = flatline.judge_silence(rule.spec, state.memory, millis(now))
        alerts += [make_silence_alert(rule, watch, line) for line in flat]
        if memory is not None:
            changed.append(msgspec.structs.replace(state, generation=generation, memory=memory))
    return AlertOutcome(silences=tuple(alerts), states=tuple(changed))


class _Deciding:
    """One article on its way through the rules; gathers the outcome."""

    def __init__(
        self, states: Mapping[str, AlertState], tracked: TrackedArticle, reading: Reading, offset: int,
        generation: int, now: datetime, fired_at: datetime,
    ) -> None:  # fmt: skip
        self.fired_at = fired_at
        self.states, self.tracked, self.reading = states, tracked, reading
        self.offset, self.generation, self.now = offset, generation, now
        self.at, self.article = millis(tracked.article.first_seen), mark(tracked.article.article_id)
        self.firings: list[Firing] = []
        self.silences: list[Alert] = []
        self.changed: dict[str, AlertState] = {}
        self.suppressed: list[tuple[str, str]] = []

    def matched(self, rule: Rule) -> None:
        """The article meets the rule: each value of its query_key is judged."""
        for value in self._values(rule):
            sighting = Sighting(rule.spec, self.tracked, self.at, self.article, value, self._tier(rule))
            if rule.spec.type is Kind.ESCALATION and sighting.tier < 0:
                continue
            key = self._key(rule, value)
            before = self._memory(rule, key)
            if before is None:
                continue
            judgement = self._judged(rule, sighting, before)
            self._apply(rule, key, judgement, value, before)

    def watched(self, rule: Rule) -> None:
        """A flatline rule sees any article as time that has passed."""
        key = self._key(rule, "")
        memory = self._memory(rule, key)
        if memory is not None and "since" not in memory and f"{rule.id}/{key}" not in self.changed:
            self._keep(rule, key, flatline.begin(memory, self.at), ())
        self.silence(rule)

    def silence(self, rule: Rule) -> None:
        """Fires for the lines that have gone flat by now."""
        key = self._key(rule, "")
        state = self.changed.get(f"{rule.id}/{key}") or self.states.get(f"{rule.id}/{key}")
        if state is None or (state.applied_offset >= self.offset and state_key(state) not in self.changed):
            return
        memory, flat = flatline.judge_silence(rule.spec, state.memory, self.at)
        fired = [make_silence_alert(rule, self.tracked.watch, line) for line in flat]
        self.silences += fired
        if memory is not None:
            self._keep(rule, key, memory, [(alert.alert_id, alert.first_seen) for alert in fired])

    def _judged(self, rule: Rule, sighting: Sighting, before: Memory) -> Judgement:
        if rule.spec.type in PER_STORY and not before and self.at <= self._floor():
            return Judgement(Verdict.OLDER_THAN_MEMORY)
        return JUDGES[rule.spec.type](sighting, before)

    def _apply(self, rule: Rule, key: str, judgement: Judgement, value: str, before: Memory) -> None:
        fired = []
        if judgement.fires:
            fired.append(self._fire(rule, judgement, value, before.get("held", {})))
        elif judgement.verdict not in SILENT:
            self.suppressed.append((rule.id, judgement.verdict.value))
        if judgement.memory is not None:
            self._keep(rule, key, judgement.memory, fired)

    def _fire(self, rule: Rule, judgement: Judgement, value: str, held: Mapping[str, int]) -> tuple[str, datetime]:
        firing = Firing(
            rule=rule, judgement=judgement, value=value, reading=self.reading, tracked=self.tracked,
            position=str(self.offset), held=held, now=self.now, fired_at=self.fired_at,
        )  # fmt: skip
        self.firings.append(firing)
        return firing.alert_id, self.tracked.article.first_seen

    def _keep(self, rule: Rule, key: str, memory: Memory, fired: Sequence[tuple[str, datetime]]) -> None:
        before = self.states.get(f"{rule.id}/{key}")
        names = {alert: seen.isoformat() for alert, seen in fired} or (before.fired if before else {})
        self.changed[f"{rule.id}/{key}"] = AlertState(
            rule_id=rule.id, key=key, applied_offset=self.offset, generation=self.generation, fired=names,
            memory=memory | {"at": max(self.at, memory.get("at", 0))},
        )  # fmt: skip

    def _memory(self, rule: Rule, key: str) -> Memory | None:
        """What is remembered; {} at first; None when this offset has been applied to it.

        A story that has none of its own goes on with what is remembered of a story merged into it or it was split from.
        """
        state = self.states.get(f"{rule.id}/{key}")
        if state is None and rule.spec.type in PER_STORY:
            rest = key.removeprefix(self.tracked.story_id)
            others = (self.states.get(f"{rule.id}/{alias}{rest}") for alias in self.tracked.story_aliases)
            state = next((other for other in others if other is not None), None)
        return memory_of(state, self.offset)

    def _key(self, rule: Rule, value: str) -> str:
        """The key of the record: the story or the watch's window, with the query value where each has its own."""
        base = self.tracked.story_id if rule.spec.type in PER_STORY else f"~{self.tracked.watch}"
        return f"{base}/{mark(value)}" if value and rule.spec.type is not Kind.FLATLINE else base

    def _values(self, rule: Rule) -> Iterator[str]:
        """The values of the query_key; an article without one is judged for itself, never lumped with others."""
        if rule.spec.query_key is None:
            yield ""
        else:
            yield from field_values(rule.spec.query_key, self.tracked) or ("",)

    def _tier(self, rule: Rule) -> int:
        """The highest tier the article meets, -1 for none."""
        tiers = range(len(rule.tiers) - 1, -1, -1)
        return next((tier for tier in tiers if rule.tiers[tier].met(self.reading, self.tracked)), -1)

    def _floor(self) -> int:
        state = self.states.get(FLOOR_KEY)
        return int(state.memory["floor"]) if state else -1
