"""An alert from a rule that fires: the reason in words, the places that prove it, what was looked for in vain. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from newswatch.durations import show_duration
from newswatch.identity import digest
from newswatch.records.alert import Alert, TermMatch
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

FIELD_WORDS = {"title": "title", "text": "text", "tags": "tags"}


def make_alert(
    rule: Rule, judgement: Judgement, value: str, *, reading: Reading, tracked: TrackedArticle, position: str,
    held: Mapping[str, int], now: datetime, fired_at: datetime,
) -> Alert:  # fmt: skip
    """The alert; its id derives from rule, watch, story, query value and `position`: one firing, one id."""
    article, spec = tracked.article, rule.spec
    found = matches(rule, reading, tracked)
    return Alert(
        alert_id=digest("alert", rule.id, tracked.watch, tracked.story_id, value, position),
        rule_id=rule.id,
        rule_name=spec.name or rule.id,
        rule_version=rule.version,
        severity=judgement.severity or spec.severity,
        watch=tracked.watch,
        fired_at=fired_at,
        first_seen=article.first_seen,
        reason=reason(judgement, value, found),
        title=article.title,
        kind=spec.type.value,
        story_id=tracked.story_id,
        story_title=tracked.story_title,
        article_id=article.article_id,
        url=article.url,
        source=article.source,
        language=article.language,
        countries=article.countries,
        matches=found,
        events=tracked.event_ids,
        checked=checked(rule, reading, tracked, held),
        independent_sources=tracked.independent_sources,
        sources=(article.source,) if article.source else (),
        suppressed=sum(held.values()),
        labels=dict(spec.labels),
        channels=spec.channels,
        latency=latency(article, now),
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


def matches(rule: Rule, reading: Reading, tracked: TrackedArticle) -> tuple[TermMatch, ...]:
    """Where the rule's words are, title first, in reading order; at most MOST_PER_TERM places a term."""
    places: dict[tuple[str, str, int, int], TermMatch] = {}
    count: dict[str, int] = {}
    texts = {"title": tracked.article.title, "text": tracked.article.text}
    for said, proof in _proofs(rule, reading, tracked):
        place = (said, proof.field, proof.start, proof.end)
        if place in places or count.get(said, 0) >= MOST_PER_TERM:
            continue
        count[said] = count.get(said, 0) + 1
        around = (
            snippet(texts.get(proof.field, proof.text), proof.start, proof.end) if proof.field in texts else proof.text
        )
        places[place] = TermMatch(term=said, evidence=proof, snippet=around)
    ordered = sorted(places.values(), key=lambda match: (match.evidence.field != "title", match.evidence.start))
    return tuple(ordered[:MOST_MATCHES])


def _proofs(rule: Rule, reading: Reading, tracked: TrackedArticle) -> Iterator[Proof]:
    """What proves the rule's own condition, then that of the highest tier the article is on."""
    yield from rule.condition.proof(reading, tracked)
    met = [tier for tier in rule.tiers if tier.met(reading, tracked)]
    yield from met[-1].proof(reading, tracked) if met else ()


def reason(judgement: Judgement, value: str, found: tuple[TermMatch, ...]) -> str:
    """One sentence for people: why now, and the first words that matched."""
    parts = [judgement.why or judgement.verdict.value]
    if value:
        parts.append(f"for {value}")
    words = dict.fromkeys(f"“{match.evidence.text}” ({match.evidence.field})" for match in found)
    if words:
        parts.append("matched " + ", ".join(list(words)[:3]))
    return "; ".join(parts)


def checked(rule: Rule, reading: Reading, tracked: TrackedArticle, held: Mapping[str, int]) -> tuple[str, ...]:
    """What was looked for and not found, then what would make the rule fire again and what it has held back."""
    missed = list(dict.fromkeys(f"not found: {said}" for said in rule.condition.missed(reading, tracked)))
    notes = missed[:MOST_CHECKED]
    if len(missed) > MOST_CHECKED:
        notes.append(f"and {len(missed) - MOST_CHECKED} more terms not found")
    if rule.spec.realert:
        notes.append(f"fires again for the same after {show_duration(rule.spec.realert)}")
    notes += [f"held back since the last alert: {count} {name}" for name, count in sorted(held.items())]
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
