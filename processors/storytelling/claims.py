"""What one article says of one happening, and whether a happening already known is the same."""

from datetime import date

from newswatch.records.article import Article, Event, Quantity
from newswatch.records.story import Claim, Figure, StoryEvent, StoryMember
from processors.folding import folded
from processors.storytelling.features import term_of

CAPTURES = frozenset({"capture", "kidnap", "abduct", "arrest", "detain", "seize", "imprison", "rearrest", "hostage"})
"""Frames of one kind of happening: somebody is taken. Which word is used is the outlet's."""

FAMILIES = {"RETREAT": "yielding", "CONCEDE": "yielding"}
"""PLOVER types coders take for one another in reports of one happening (a release)."""

DAYS_APART = 2
"""Days between two datings of one happening: time zones, and the day it became known."""

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
        date=_day(event),
        asserted_by=event.asserted_by,
        actor=event.source.name if event.source else None,
        figures=tuple(_figure(one) for one in event.quantities[:FIGURES]),
        first_seen=article.first_seen,
        copy=member.copy_of is not None,
    )


def same_happening(event: Event, known: StoryEvent) -> int:
    """0 when the event is another happening than the known one; else the more, the more agrees."""
    kind = family(event.type, event.frame, event.mode)
    if kind != family(known.type, next(iter(known.frames), None), known.mode):
        return 0
    target = _agree(event.target.id if event.target else None, known.target_id)
    country = _agree(_country(event), known.target)
    actor = _agree(event.source.country if event.source else None, known.source)
    day = _days_agree(event, known.date)
    if min(target, country, actor, day) < 0:
        return 0
    return 1 + target * 4 + country * 2 + actor + day * 3


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


def _day(event: Event) -> str | None:
    return event.date.start if event.date and event.date.granularity == "day" else None


def _days_agree(event: Event, known: str | None) -> int:
    if event.date is None or known is None:
        return 0
    begin, end = _date(event.date.start), _date(event.date.end)
    day = _date(known)
    if begin is None or end is None or day is None:
        return 0
    return 1 if (begin - day).days <= DAYS_APART and (day - end).days <= DAYS_APART else -1


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _figure(quantity: Quantity) -> Figure:
    return Figure(
        what=counted(quantity.what or quantity.role or ""),
        value=quantity.value,
        unit=quantity.unit,
        low=quantity.low,
        high=quantity.high,
        qualifier=quantity.qualifier,
    )


def counted(what: str) -> str:
    """What a number counts, comparable across languages: the last telling word's concept, else the word itself."""
    words = [term_of(word, False) for word in folded(what).split()]
    found = [word[2:] for word in words if word]
    return found[-1] if found else folded(what)
