"""What one article says of one happening, and whether a happening already known is the same."""

from datetime import date, timedelta
from functools import lru_cache

from newswatch.records.article import Article, Event, Quantity
from newswatch.records.story import Claim, Figure, StoryEvent, StoryMember
from processors.folding import folded
from processors.storytelling.features import LEAD
from processors.storytelling.words import term_of

CAPTURES = frozenset({"capture", "kidnap", "abduct", "arrest", "detain", "seize", "imprison", "rearrest", "hostage"})
"""Frames of one kind of happening: somebody is taken. Which word is used is the outlet's."""

FAMILIES = {"RETREAT": "yielding", "CONCEDE": "yielding"}
"""PLOVER types coders take for one another in reports of one happening (a release)."""

DAYS_APART = 2
"""Days between two datings of one happening: time zones, and the day it became known."""

DAYS_TOLD = 7
"""Days around its first report in which an undated happening took place, as far as others' mentions go."""

FIGURES = 4
"""Numbers kept of one claim."""


def family(event_type: str, frame: str | None, mode: str | None) -> str:
    """What kind of happening a type and frame speak of."""
    if frame in CAPTURES or mode in ("abduct", "arrest"):
        return "taking"
    if mode == "release" or frame in ("release", "free"):
        return "release"
    return FAMILIES.get(event_type, event_type)


def make_claim(article: Article, member: StoryMember, event: Event) -> Claim:
    """The claim of an article's event."""
    return Claim(
        article_id=article.article_id,
        source=article.source,
        origin=member.origin,
        source_country=article.source_country,
        language=article.language,
        status=event.status.value,
        frame=event.frame,
        date=when(event),
        asserted_by=event.asserted_by,
        actor=event.source.name if event.source else None,
        figures=tuple(_figure(one) for one in event.quantities[:FIGURES]),
        first_seen=article.first_seen,
        copy=member.copy_of is not None,
    )


def same_happening(event: Event, known: StoryEvent) -> int:
    """0 when the event is another happening than the known one; else the more, the more agrees."""
    if family(event.type, event.frame, event.mode) != known.family:
        return 0
    target = _agree(event.target.id if event.target else None, known.target_id)
    country = _agree(_country(event), known.target)
    if target < 0 or country < 0:
        return 0
    actor = _agree(event.source.country if event.source else None, known.source)
    day = _days_agree(event, known.date)
    if actor < 0 or day < 0:
        return 0
    return 1 + target * 4 + country * 2 + actor + day * 3


def told_elsewhere(event: Event, known: StoryEvent) -> int:
    """As same_happening, for a happening of another story mentioned in passing: the person, or all else, must agree.

    Looks at nothing that such a mention changes, so that a message handled again finds the same happening.
    """
    score = same_happening(event, known)
    if not score:
        return 0
    person = event.target is not None and event.target.id is not None and event.target.id == known.target_id
    parties = _agree(_country(event), known.target) + _agree(
        event.source.country if event.source else None, known.source
    )
    agreed = person or parties == len(("source", "target"))
    return score if agreed and (known.date is not None or _recent(event, known)) else 0


def _recent(event: Event, known: StoryEvent) -> bool:
    """Whether the event is dated, if at all, about the time the known one was first told."""
    if event.date is None or known.first_seen is None:
        return True
    end = _span(event.date.end)[1]
    return end is None or abs((known.first_seen.date() - end).days) <= DAYS_TOLD


def in_passing(event: Event) -> bool:
    """Whether the article tells of it below its lead."""
    return event.evidence.field == "text" and event.evidence.start >= LEAD


def target_of(event: Event) -> str | None:
    """Whom it befell, as a country where that is known."""
    return _country(event) or (event.target.name if event.target else None)


def _country(event: Event) -> str | None:
    return event.target.country if event.target else None


def _agree(one: str | None, other: str | None) -> int:
    """1 for the same, -1 for different, 0 when either is not known."""
    if one is None or other is None:
        return 0
    return 1 if one == other else -1


def when(event: Event) -> str | None:
    """The day an event is dated to, or the month where no day is known; None for longer and open spans."""
    if event.date is None:
        return None
    return {"day": event.date.start[:10], "month": event.date.start[:7]}.get(event.date.granularity)


def _days_agree(event: Event, known: str | None) -> int:
    if event.date is None or known is None:
        return 0
    begin, end = _span(event.date.start)[0], _span(event.date.end)[1]
    first, last = _span(known)
    if begin is None or end is None or first is None or last is None:
        return 0
    return 1 if (begin - last).days <= DAYS_APART and (first - end).days <= DAYS_APART else -1


def _span(text: str) -> tuple[date | None, date | None]:
    """First and last day of an ISO day or month."""
    try:
        if len(text) == len("2026-01"):
            first = date.fromisoformat(text + "-01")
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None, None
    return day, day


def _figure(quantity: Quantity) -> Figure:
    return Figure(
        what=counted(quantity.what or quantity.role or ""),
        value=quantity.value,
        unit=quantity.unit,
        low=quantity.low,
        high=quantity.high,
        qualifier=quantity.qualifier,
    )


@lru_cache(maxsize=2000)
def counted(what: str) -> str:
    """What a number counts, comparable across languages: the last telling word's concept, else the word itself."""
    words = [term_of(word, False) for word in folded(what).split()]
    found = [word[2:] for word in words if word]
    return found[-1] if found else folded(what)
