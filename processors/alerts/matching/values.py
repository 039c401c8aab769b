"""The facts of an article by field name, as rules, query keys and windows name them."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from newswatch.records.article import Event, EventActor
from newswatch.records.tracked import TrackedArticle
from processors.folding import folded

Values = tuple[str, ...]

PLACE_KINDS = frozenset(
    {"border", "capital", "city", "continent", "country", "facility", "island", "region", "sea", "seat", "state"}
)
"""Kinds of entity that are places; every other kind is an actor."""


def _some(*values: str | None) -> Values:
    return tuple(value for value in values if value)


def _entities(tracked: TrackedArticle, places: bool) -> Values:
    return tuple(entity.id for entity in tracked.article.entities if (entity.kind in PLACE_KINDS) is places)


def _names(tracked: TrackedArticle, places: bool) -> Values:
    chosen = (entity for entity in tracked.article.entities if (entity.kind in PLACE_KINDS) is places)
    return tuple(dict.fromkeys(value for entity in chosen for value in (entity.id, entity.name)))


def _of_events(read: Callable[[Event], str | None]) -> Callable[[TrackedArticle], Values]:
    return lambda tracked: tuple(dict.fromkeys(filter(None, map(read, tracked.article.events))))


def _country(actor: EventActor | None) -> str | None:
    return actor.country if actor else None


FIELDS: dict[str, Callable[[TrackedArticle], Values]] = {
    "country": lambda tracked: tracked.article.countries,
    "actor": lambda tracked: _entities(tracked, places=False),
    "place": lambda tracked: _entities(tracked, places=True),
    "source": lambda tracked: _some(tracked.article.source),
    "source_country": lambda tracked: _some(tracked.article.source_country),
    "owner": lambda tracked: _some(tracked.article.source_owner or tracked.article.source),
    "leaning": lambda tracked: _some(tracked.article.leaning),
    "language": lambda tracked: _some(tracked.article.language),
    "tag": lambda tracked: tracked.article.tags,
    "author": lambda tracked: tracked.article.authors,
    "feed": lambda tracked: _some(tracked.article.feed),
    "story": lambda tracked: (tracked.story_id,),
    "type": _of_events(lambda event: event.type),
    "mode": _of_events(lambda event: event.mode),
    "status": _of_events(lambda event: event.status.value),
    "frame": _of_events(lambda event: event.frame),
    "by": _of_events(lambda event: _country(event.source)),
    "to": _of_events(lambda event: _country(event.target)),
}
"""Field name → its values in an article, in the order they come, each once."""


def field_values(name: str, tracked: TrackedArticle) -> Values:
    """The values of a field of FIELDS."""
    return tuple(dict.fromkeys(FIELDS[name](tracked)))


def matchable(name: str, tracked: TrackedArticle) -> frozenset[str]:
    """What a rule's value may equal, folded: names count beside ids for actors and places."""
    if name in {"actor", "place"}:
        return _folded(_names(tracked, places=name == "place"))
    return _folded(FIELDS[name](tracked))


@lru_cache(maxsize=8192)
def _folded(values: Values) -> frozenset[str]:
    return fold_all(values)


def fold_all(values: Iterable[str]) -> frozenset[str]:
    """The values without case and accents."""
    return frozenset(folded(value) for value in values)
