"""Assembly: drafts and mentions to the records that go on the wire."""

from datetime import date, timedelta

from newswatch.identity import digest
from newswatch.records.article import Entity, Event, EventActor, Evidence, Status
from processors.events import plover
from processors.events.drafts import Draft
from processors.events.mentions import Mention
from processors.events.salience import Party

MOST_ENTITIES = 60


def evidence(whole: str, start: int, end: int, shift: int) -> Evidence:
    """The span of `whole` (title, blank line, text) as a span of title or text."""
    if end <= shift - 2:
        return Evidence(field="title", start=start, end=end, text=whole[start:end])
    start = max(start, shift)
    return Evidence(field="text", start=start - shift, end=end - shift, text=whole[start:end])


def entity_records(mentions: list[Mention], whole: str, shift: int, published: date | None) -> tuple[Entity, ...]:
    """One entity per actor or place named, in order of first mention."""
    day = published.isoformat() if published is not None else "9"
    first: dict[tuple[str, str], Mention] = {}
    counts: dict[tuple[str, str], int] = {}
    for mention in mentions:
        holder = mention.actor or mention.place
        key = (mention.kind, holder.id) if holder is not None else ("country", mention.country)
        first.setdefault(key, mention)
        counts[key] = counts.get(key, 0) + 1
    return tuple(
        _entity(mention, key[1], counts[key], whole, shift, day) for key, mention in list(first.items())[:MOST_ENTITIES]
    )


def _entity(mention: Mention, key: str, count: int, whole: str, shift: int, day: str) -> Entity:
    proof = evidence(whole, mention.start, mention.end, shift)
    if mention.actor is not None:
        role = mention.actor.role_on(day)
        return Entity(
            id=key, name=mention.name, kind=mention.actor.kind, country=mention.country or None,
            sectors=mention.sectors, role=role.title if role else None, wikidata=mention.actor.wikidata or None,
            mentions=count, evidence=proof,
        )  # fmt: skip
    if mention.place is not None:
        place = mention.place
        return Entity(
            id=key, name=place.name, kind=place.kind, country=place.country or None, wikidata=place.wikidata or None,
            lat=place.lat, lon=place.lon, mentions=count, evidence=proof,
        )  # fmt: skip
    return Entity(id=key, name=mention.name, kind="country", country=mention.country, mentions=count, evidence=proof)


def event_records(
    drafts: list[Draft], whole: str, shift: int, published: date | None, historical_days: int
) -> tuple[Event, ...]:
    """Events with ids derived from their content, so that the same text gives the same ids."""
    return tuple(_event(draft, whole, shift, published, historical_days) for draft in drafts)


def _event(draft: Draft, whole: str, shift: int, published: date | None, historical_days: int) -> Event:
    rule = draft.rule
    proof = evidence(whole, draft.start, draft.end, shift)
    return Event(
        event_id=digest(
            "event", rule.type, rule.mode or "", *draft.countries, proof.field, str(proof.start), draft.status
        ),
        type=rule.type,
        mode=rule.mode,
        status=Status(draft.status),
        evidence=proof,
        rule=rule.id,
        confidence=confidence(draft),
        contexts=rule.contexts,
        quad=plover.QUADS[rule.type],
        historical=_historical(draft, published, historical_days),
        source=_actor(draft.source),
        target=_actor(draft.target),
        date=draft.date,
        place=draft.place,
        quantities=draft.quantities,
        trigger=draft.trigger,
        frame=rule.frame,
        asserted_by=draft.asserted_by.name if draft.asserted_by is not None else None,
        speech_verb=draft.speech_verb,
        in_quote=draft.in_quote,
        mentions=draft.mentions,
    )


def _actor(party: Party | None) -> EventActor | None:
    if party is None or not (party.country or party.id):
        return None
    return EventActor(
        name=party.name,
        country=party.country or None,
        id=party.id or None,
        sectors=party.sectors,
        text=party.text or None,
    )


def _historical(draft: Draft, published: date | None, days: int) -> bool:
    if published is None or draft.date is None:
        return False
    return draft.date.end < (published - timedelta(days=days)).isoformat()


def confidence(draft: Draft) -> float:
    """0 to 1: named parties, a verb rather than a noun, and repetition raise it."""
    value = 0.45 + 0.15 * draft.explicit + (0.0 if draft.rule.noun or draft.rule.weak else 0.1)
    value += min(0.1, 0.05 * (draft.mentions - 1)) - (0.1 if draft.rule.weak else 0.0)
    return round(min(0.95, value), 2)
