"""Events of one story become happenings: every source's claim, statuses and frames counted, numbers as ranges."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from newswatch.records.article import Article, Event
from newswatch.records.story import Claim, FigureRange, Story, StoryEvent, StoryMember
from processors.storytelling.claims import make_claim, same_happening, target_of
from processors.storytelling.corroboration import corroboration

MAX_EVENTS = 12
"""Happenings kept of a story, those of most articles."""

MAX_CLAIMS = 16
"""Newest claims of originals kept of a happening; what they said is counted before they go."""

MAX_FIGURES, MAX_VALUES, MAX_OUTLETS, MAX_ORIGINS = 8, 8, 6, 60
"""Counts of a happening, values of a count, outlets named for a value, origins counted."""


def fused(story: Story, article: Article, member: StoryMember) -> tuple[Story, tuple[str, ...]]:
    """The story with what the article says of its happenings, and the ids of those."""
    known = [left for left in (without(event, article.article_id) for event in story.events) if left is not None]
    ids: list[str] = []
    for event in article.events:
        if event.historical:
            continue
        number = _same(event, known)
        claim = make_claim(article, member, event)
        if number is None:
            known.append(with_claim(_begun(event), claim))
            ids.append(event.event_id)
        else:
            again = known[number].event_id in ids
            if not again or claim.frame not in known[number].frames:
                known[number] = with_claim(_completed(known[number], event), claim, again=again)
            ids.append(known[number].event_id)
    kept = {event.event_id for event in sorted(known, key=lambda one: (-one.articles, one.event_id))[:MAX_EVENTS]}
    events = tuple(event for event in known if event.event_id in kept)
    return msgspec.structs.replace(story, events=events), tuple(dict.fromkeys(ids))


def together(one: Iterable[StoryEvent], other: Iterable[StoryEvent]) -> tuple[StoryEvent, ...]:
    """The happenings of two stories that became one; those with the same id are one."""
    found: dict[str, StoryEvent] = {}
    for event in (*one, *other):
        present = found.get(event.event_id)
        if present is None:
            found[event.event_id] = event
        else:
            for claim in event.claims:
                present = with_claim(present, claim)
            found[event.event_id] = present
    kept = sorted(found.values(), key=lambda event: (-event.articles, event.event_id))[:MAX_EVENTS]
    return tuple(event for event in found.values() if event in kept)


def with_claim(event: StoryEvent, claim: Claim, *, again: bool = False) -> StoryEvent:
    """The happening with one claim more; `again`: of an article counted already.

    A copy's claim is counted as an article, and says nothing new.
    """
    seen = [moment for moment in (event.first_seen, event.last_seen, claim.first_seen) if moment]
    event = msgspec.structs.replace(
        event,
        articles=event.articles + (not again),
        first_seen=min(seen, default=None),
        last_seen=max(seen, default=None),
    )
    if claim.copy:
        return event
    claims = (*event.claims, claim)
    first = event.first_to_report or claim.source
    return settled(
        msgspec.structs.replace(
            event,
            claims=claims[-MAX_CLAIMS:],
            statuses=_counted(event.statuses, claim.status, 1),
            frames=_counted(event.frames, claim.frame, 1),
            frames_by_country=_by_country(event, claim, 1),
            origins=tuple(dict.fromkeys((*event.origins, claim.origin)))[:MAX_ORIGINS],
            asserted_by=tuple(
                dict.fromkeys((*event.asserted_by, *((claim.asserted_by,) if claim.asserted_by else ())))
            )[:MAX_OUTLETS],
            figures=_figures(event.figures, claim),
            first_to_report=first,
        )
    )


def without(event: StoryEvent, article_id: str) -> StoryEvent | None:
    """The happening without an article's claims, before its revised text is read; None when nothing is left."""
    gone = [claim for claim in event.claims if claim.article_id == article_id]
    if not gone:
        return event
    claims = tuple(claim for claim in event.claims if claim.article_id != article_id)
    event = msgspec.structs.replace(event, articles=event.articles - 1)
    for claim in gone:
        event = msgspec.structs.replace(
            event,
            statuses=_counted(event.statuses, claim.status, -1),
            frames=_counted(event.frames, claim.frame, -1),
            frames_by_country=_by_country(event, claim, -1),
        )
    figures: tuple[FigureRange, ...] = ()
    for claim in claims:
        figures = _figures(figures, claim)
    return settled(msgspec.structs.replace(event, claims=claims, figures=figures)) if event.articles > 0 else None


def settled(event: StoryEvent) -> StoryEvent:
    """The happening with its status by majority (ties: the one said first) and its corroboration."""
    status = max(event.statuses, key=lambda name: event.statuses[name]) if event.statuses else event.status
    return msgspec.structs.replace(event, status=status, corroboration=corroboration(event).value)


def _same(event: Event, known: list[StoryEvent]) -> int | None:
    scores = [same_happening(event, one) for one in known]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def _begun(event: Event) -> StoryEvent:
    bare = StoryEvent(event_id=event.event_id, type=event.type, status=event.status.value, mode=event.mode)
    return _completed(bare, event)


def _completed(known: StoryEvent, event: Event) -> StoryEvent:
    """What an earlier claim left open, from this one."""
    source, target, place = event.source, event.target, event.place
    day = event.date.start if event.date and event.date.granularity == "day" else None
    return msgspec.structs.replace(
        known,
        mode=known.mode or event.mode,
        source=known.source or (source.country or source.name if source else None),
        source_id=known.source_id or (source.id if source else None),
        target=known.target or target_of(event),
        target_id=known.target_id or (target.id if target else None),
        target_name=known.target_name or (target.name if target else None),
        source_name=known.source_name or (source.name if source else None),
        date=known.date or day,
        place=known.place or (place.name if place else None),
        place_id=known.place_id or (place.id if place else None),
    )


def _counted(counts: dict[str, int], name: str | None, step: int) -> dict[str, int]:
    if name is None:
        return counts
    total = Counter(counts)
    total[name] += step
    return {key: count for key, count in total.items() if count > 0}


def _by_country(event: StoryEvent, claim: Claim, step: int) -> dict[str, dict[str, int]]:
    if claim.frame is None or claim.source_country is None:
        return event.frames_by_country
    country = _counted(event.frames_by_country.get(claim.source_country, {}), claim.frame, step)
    rest = {name: counts for name, counts in event.frames_by_country.items() if name != claim.source_country}
    return rest | {claim.source_country: country} if country else rest


def _figures(figures: tuple[FigureRange, ...], claim: Claim) -> tuple[FigureRange, ...]:
    found = {(one.what, one.unit): one for one in figures}
    for figure in claim.figures:
        key = (figure.what, figure.unit)
        present = found.get(key) or FigureRange(what=figure.what, unit=figure.unit, low=figure.value, high=figure.value)
        outlet = claim.source or claim.origin
        value = f"{figure.value:.15g}"
        said = present.said | {value: tuple(dict.fromkeys((*present.said.get(value, ()), outlet)))[:MAX_OUTLETS]}
        if len(said) <= MAX_VALUES:
            found[key] = msgspec.structs.replace(
                present,
                low=min(present.low, figure.low if figure.low is not None else figure.value),
                high=max(present.high, figure.high if figure.high is not None else figure.value),
                said=said,
                disputed=len(said) > 1,
            )
    return tuple(found.values())[:MAX_FIGURES]
