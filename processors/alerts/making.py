"""An alert from a rule that fires: the reason in words, the places that prove it, what was looked for in vain. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from newswatch.durations import show_duration
from newswatch.identity import digest
from newswatch.records.alert import Alert, Severity, TermMatch
from newswatch.records.article import Article
from newswatch.records.tracked import TrackedArticle
from processors.alerts.kinds.base import Judgement
from processors.alerts.kinds.flatline import FlatLine
from processors.alerts.matching.automaton import Reading, snippet
from processors.alerts.matching.conditions import Proof
from processors.alerts.rules import Rule

MOST_MATCHES = 12
"""Places shown in one alert."""

MOST_PER_TERM = 3
"""Places shown of one term."""

MOST_CHECKED = 12
"""Things looked for in vain that are shown in one alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """A rule that fires on an article: what its alert is made of. `held` counts by reason what it has held back."""

    rule: Rule
    judgement: Judgement
    value: str
    reading: Reading
    tracked: TrackedArticle
    position: str
    held: Mapping[str, int]
    now: datetime
    fired_at: datetime

    @property
    def alert_id(self) -> str:
        """The alert's id, from rule, watch, story, query value and position: one firing, one id."""
        return digest("alert", self.rule.id, self.tracked.watch, self.tracked.story_id, self.value, self.position)

    @property
    def severity(self) -> Severity:
        """How loud the alert is."""
        return self.judgement.severity or self.rule.spec.severity

    def proofs(self) -> list[Proof]:
        """The words that prove it, each place once, in reading order."""
        return proofs(self.rule, self.reading, self.tracked)


def make_alert(firing: Firing) -> Alert:
    """The alert of a firing, with its evidence; `now` counts for its latency alone."""
    rule, tracked = firing.rule, firing.tracked
    article, spec = tracked.article, rule.spec
    found = firing.proofs()
    return Alert(
        alert_id=firing.alert_id,
        rule_id=rule.id,
        rule_name=spec.name or rule.id,
        rule_version=rule.version,
        severity=firing.severity,
        watch=tracked.watch,
        fired_at=firing.fired_at,
        first_seen=article.first_seen,
        reason=reason(firing, found),
        title=article.title,
        kind=spec.type.value,
        story_id=tracked.story_id,
        story_title=tracked.story_title,
        article_id=article.article_id,
        url=article.url,
        source=article.source,
        language=article.language,
        countries=article.countries,
        matches=matches(found, article),
        events=tracked.event_ids,
        checked=checked(firing),
        independent_sources=tracked.independent_sources,
        sources=(article.source,) if article.source else (),
        suppressed=sum(firing.held.values()),
        labels=dict(spec.labels),
        channels=spec.channels,
        latency=latency(article, firing.now),
        aggregation=spec.aggregation,
        trace=article.trace,
    )


def make_silence_alert(rule: Rule, watch: str, line: FlatLine) -> Alert:
    """The alert of a flat line: it is about no article; its times are the moment the line became flat."""
    spec = rule.spec
    return Alert(
        alert_id=digest("alert", rule.id, watch, "", line.value, line.position),
        rule_id=rule.id,
        rule_name=spec.name or rule.id,
        rule_version=rule.version,
        severity=spec.severity,
        watch=watch,
        fired_at=line.since,
        first_seen=line.since,
        reason=f"{line.why}; for {line.value}" if line.value else line.why,
        title=f"Nothing new: {spec.name or rule.id}" + (f" ({line.value})" if line.value else ""),
        kind=spec.type.value,
        independent_sources=0,
        labels=dict(spec.labels),
        channels=spec.channels,
        aggregation=spec.aggregation,
    )


def proofs(rule: Rule, reading: Reading, tracked: TrackedArticle) -> list[Proof]:
    """Where the rule's words are, title first, in reading order; at most MOST_PER_TERM places a term."""
    places: dict[tuple[str, str, int, int], Proof] = {}
    count: Counter[str] = Counter()
    for said, proof in _proofs(rule, reading, tracked):
        place = (said, proof.field, proof.start, proof.end)
        if place not in places and count[said] < MOST_PER_TERM:
            count[said] += 1
            places[place] = (said, proof)
    return sorted(places.values(), key=lambda found: (found[1].field != "title", found[1].start))[:MOST_MATCHES]


def _proofs(rule: Rule, reading: Reading, tracked: TrackedArticle) -> Iterator[Proof]:
    """What proves the rule's own condition, then that of the highest tier the article is on."""
    yield from rule.condition.proof(reading, tracked)
    met = [tier for tier in rule.tiers if tier.met(reading, tracked)]
    yield from met[-1].proof(reading, tracked) if met else ()


def matches(found: Iterable[Proof], article: Article) -> tuple[TermMatch, ...]:
    """The proofs as an alert has them, with the words around each."""
    texts = {"title": article.title, "text": article.text}
    return tuple(
        TermMatch(
            term=said,
            evidence=proof,
            snippet=snippet(texts[proof.field], proof.start, proof.end) if proof.field in texts else proof.text,
        )
        for said, proof in found
    )


def reason(firing: Firing, found: Iterable[Proof]) -> str:
    """One sentence for people: why now, and the first words that matched."""
    judgement = firing.judgement
    parts = [judgement.why or judgement.verdict.value]
    if firing.value:
        parts.append(f"for {firing.value}")
    words = dict.fromkeys(f"“{proof.text}” ({proof.field})" for _, proof in found)
    if words:
        parts.append("matched " + ", ".join(list(words)[:3]))
    return "; ".join(parts)


def checked(firing: Firing) -> tuple[str, ...]:
    """What was looked for and not found, then what would make the rule fire again and what it has held back."""
    rule = firing.rule
    missed = list(dict.fromkeys(f"not found: {said}" for said in rule.condition.missed(firing.reading, firing.tracked)))
    notes = missed[:MOST_CHECKED]
    if len(missed) > MOST_CHECKED:
        notes.append(f"and {len(missed) - MOST_CHECKED} more terms not found")
    if rule.spec.realert:
        notes.append(f"fires again for the same after {show_duration(rule.spec.realert)}")
    notes += [f"held back since the last alert: {count} {name}" for name, count in sorted(firing.held.items())]
    return tuple(notes)


def latency(article: Article, now: datetime) -> dict[str, float]:
    """Milliseconds between hops: published→seen, then each stage in turn, and the last one to this alert."""
    steps: dict[str, float] = {}
    if article.published is not None and article.published <= article.first_seen:
        steps["published→seen"] = _millis(article.published, article.first_seen)
    before, name = article.first_seen, "seen"
    for hop in article.hops:
        steps[f"{name}→{hop.stage}"] = _millis(before, hop.at)
        before, name = hop.at, hop.stage
    steps[f"{name}→alert"] = _millis(before, now)
    steps["seen→alert"] = _millis(article.first_seen, now)
    return steps


def _millis(begin: datetime, end: datetime) -> float:
    return round((end - begin).total_seconds() * 1000, 1)
