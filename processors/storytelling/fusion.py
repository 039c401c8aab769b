"""Events of one story become happenings: every source's claim, statuses and frames counted, numbers as ranges."""

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from newswatch.records.article import Article, Event
from newswatch.records.story import Claim, FigureRange, Story, StoryEvent, StoryMember
from processors.storytelling.claims import family, in_passing, make_claim, same_happening, target_of, when
from processors.storytelling.corroboration import corroboration

MAX_EVENTS = 20
"""Happenings kept of a story, those of most articles."""

MAX_CLAIMS = 16
"""Newest claims of originals kept of a happening; what they said is counted before they go."""

MAX_FIGURES, MAX_VALUES, MAX_OUTLETS, MAX_ORIGINS = 8, 8, 6, 60
"""Counts of a happening, values of a count, outlets named for a value, origins counted."""


Elsewhere = Callable[[Event], tuple[Story, StoryEvent] | None]
"""Finds the happening of another story that an event mentions in passing."""


class Fused(msgspec.Struct, frozen=True):
    """A story with an article's events in it, the ids of their happenings, and other stories the article adds to."""

    story: Story
    event_ids: tuple[str, ...]
    others: tuple[Story, ...] = ()


def fused(story: Story, article: Article, member: StoryMember, elsewhere: Elsewhere) -> Fused:
    """What an article says of happenings, put where they are told."""
    known = [left for left in (without(event, article.article_id) for event in story.events) if left is not None]
    ids: list[str] = []
    others: dict[str, Story] = {}
    for event in article.events:
        if event.historical:
            continue
        claim = make_claim(article, member, event)
        number = _same(event, known)
        other = elsewhere(event) if number is None and in_passing(event) else None
        if other is not None:
            ids.append(other[1].event_id)
            told = _told(others.get(other[0].story_id, other[0]), other[1].event_id, claim)
            others |= {told.story_id: told} if told is not None else {}
        elif number is None:
            known.append(with_claim(_completed(_bare(event), event), claim))
            ids.append(event.event_id)
        else:
            again = known[number].event_id in ids
            if not again or claim.frame not in known[number].frames:
                known[number] = with_claim(_completed(known[number], event), claim, again=again)
            ids.append(known[number].event_id)
    kept = {event.event_id for event in sorted(known, key=lambda one: (-one.articles, one.event_id))[:MAX_EVENTS]}
    events = tuple(event for event in known if event.event_id in kept)
    return Fused(
        msgspec.structs.replace(story, events=events),
        tuple(dict.fromkeys(ids)),
        tuple(others[key] for key in sorted(others)),
    )


def _told(story: Story, event_id: str, claim: Claim) -> Story | None:
    """Another story with a claim made in passing; None when it says nothing its happening does not have already.

    Doing it twice is doing it once: a message handled again finds its claim there, and finds this happening again.
    """
    known = next(one for one in story.events if one.event_id == event_id)
    same = (claim.origin, claim.frame, claim.status)
    if claim.copy or any((one.origin, one.frame, one.status) == same for one in known.claims):
        return None
    if len(known.claims) >= MAX_CLAIMS:
        return None
    more = msgspec.structs.replace(with_claim(known, claim), first_seen=known.first_seen)
    return msgspec.structs.replace(story, events=tuple(more if one is known else one for one in story.events))


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


def apart(
    events: tuple[StoryEvent, ...], gone: frozenset[str]
) -> tuple[tuple[StoryEvent, ...], tuple[StoryEvent, ...]]:
    """The happenings of a story without some articles, and those only these articles told."""
    staying: list[StoryEvent] = []
    taken: list[StoryEvent] = []
    for event in events:
        tellers = {claim.article_id for claim in event.claims}
        if tellers and tellers <= gone:
            taken.append(event)
            continue
        left: StoryEvent | None = event
        for article_id in sorted(tellers & gone):
            left = without(left, article_id) if left else None
        staying += [left] if left else []
    return tuple(staying), tuple(taken)


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
    kind = family(event.type, event.frame, event.mode)
    scores = [same_happening(event, one) if one.family == kind else 0 for one in known]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def _bare(event: Event) -> StoryEvent:
    return StoryEvent(
        event_id=event.event_id,
        type=event.type,
        status=event.status.value,
        mode=event.mode,
        family=family(event.type, event.frame, event.mode),
    )


def _completed(known: StoryEvent, event: Event) -> StoryEvent:
    """What an earlier claim left open, from this one."""
    source, target, place = event.source, event.target, event.place
    return msgspec.structs.replace(
        known,
        mode=known.mode or event.mode,
        source=known.source or (source.country or source.name if source else None),
        source_id=known.source_id or (source.id if source else None),
        target=known.target or target_of(event),
        target_id=known.target_id or (target.id if target else None),
        target_name=known.target_name or (target.name if target else None),
        source_name=known.source_name or (source.name if source else None),
        date=known.date or when(event),
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
