"""Alert decisions: which rules an article meets, which of those are news, and why. Pure: time and memory come in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from newswatch.identity import digest
from newswatch.records.alert import Alert, AlertState, TermMatch
from newswatch.records.tracked import TrackedArticle
from processors.matching.automaton import Reading
from processors.rules import Rule, RuleSet

MOST_MATCHES = 12
"""Terms shown in one alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOutcome:
    """Alerts to send, state records that changed, and what was held back: (rule id, reason)."""

    alerts: tuple[Alert, ...] = ()
    states: tuple[AlertState, ...] = ()
    suppressed: tuple[tuple[str, str], ...] = ()
    forgotten: tuple[str, ...] = ()


def state_key(state: AlertState) -> str:
    """The key of a state record: one small record for each rule and story, so that none grows without end."""
    return f"{state.rule_id}/{state.key}"


def decide(
    rules: RuleSet,
    states: Mapping[str, AlertState],
    tracked: TrackedArticle,
    *,
    offset: int,
    generation: int,
    now: datetime,
) -> AlertOutcome:
    """What one article at `offset` of its partition makes of the rules, given that partition's state by state_key.

    Deterministic but for `now` (only the time stamped on alerts): the same offset and states give the same ids. A state
    whose applied_offset has reached `offset` is left as it is.
    """
    article = tracked.article
    reading = rules.automaton.read({"title": article.title, "text": article.text, "tags": "\n".join(article.tags)})
    alerts, changed, suppressed = [], [], []
    for rule in rules.candidates(reading.found):
        if rule.spec.watches and tracked.watch not in rule.spec.watches:
            continue
        if not rule.condition.met(reading, tracked):
            continue
        before = states.get(f"{rule.id}/{tracked.story_id}")
        if before is not None:
            suppressed.append((rule.id, "already-fired"))
            continue
        alert = _alert(rule, reading, tracked, offset, now)
        fired = {alert.alert_id: article.first_seen.isoformat()}
        state = AlertState(
            rule_id=rule.id, key=tracked.story_id, applied_offset=offset, generation=generation, fired=fired
        )
        alerts.append(alert)
        changed.append(state)
    return AlertOutcome(alerts=tuple(alerts), states=tuple(changed), suppressed=tuple(suppressed))


def _alert(rule: Rule, reading: Reading, tracked: TrackedArticle, offset: int, now: datetime) -> Alert:
    article = tracked.article
    matches = _matches(rule, reading)
    words = ", ".join(f"“{match.evidence.text}” in the {match.evidence.field}" for match in matches[:3])
    return Alert(
        alert_id=digest("alert", rule.id, tracked.watch, tracked.story_id, str(offset)),
        rule_id=rule.id,
        rule_name=rule.spec.name or rule.id,
        rule_version=rule.version,
        severity=rule.spec.severity,
        watch=tracked.watch,
        fired_at=now,
        first_seen=article.first_seen,
        reason=words or "the article's fields are as the rule asks",
        title=article.title,
        kind=rule.spec.type,
        story_id=tracked.story_id,
        story_title=tracked.story_title,
        article_id=article.article_id,
        url=article.url,
        source=article.source,
        language=article.language,
        countries=article.countries,
        matches=matches,
        events=tracked.event_ids,
        independent_sources=tracked.independent_sources,
        sources=(article.source,) if article.source else (),
        labels=dict(rule.spec.labels),
        channels=rule.spec.channels,
        trace=article.trace,
    )


def _matches(rule: Rule, reading: Reading) -> tuple[TermMatch, ...]:
    found = []
    for term in dict.fromkeys(rule.condition.wanted()):
        for hit in reading.hits(term)[:1]:
            evidence = reading.evidence(hit)
            written = reading.written(term)
            found.append(TermMatch(term=written, evidence=evidence, snippet=reading.snippet(evidence)))
    found.sort(key=lambda match: (match.evidence.field != "title", match.evidence.start))
    return tuple(found[:MOST_MATCHES])
