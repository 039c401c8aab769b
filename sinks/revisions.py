"""Older forms of an article: where its documents already are, and which of them a new form replaces or removes."""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sinks.article_documents import document_id, event_document_id
from sinks.bulk import Action, encode
from sinks.documents import OFF_WATCH, Document
from sinks.index_names import Family, month_of, neighbour


@dataclass(frozen=True, slots=True)
class Held:
    """An article document the index holds: its version and the ids of the events in it."""

    version: int
    event_ids: tuple[str, ...] = ()


Place = tuple[str, str]
"""Index and document id."""

Found = MutableMapping[Place, Held]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a batch does to the index; `outdated` are documents not sent because the index holds a newer form."""

    actions: tuple[Action, ...]
    outdated: tuple[Document, ...]


def places_to_look_up(
    documents: Iterable[Document], prefix: str, watches: Iterable[str], now: datetime
) -> tuple[Place, ...]:
    """Where an older form of each article in a batch may be: its own month, the one before, and the one after if begun.

    `watches` are the watches known, under any of which an article that is now off every watch may have been filed.
    """
    this_month = month_of(now)
    known = tuple(watches)
    wanted: dict[Place, None] = {}
    for document in documents:
        if document.family is not Family.ARTICLES or document.article_id is None:
            continue
        watch = document.watch or OFF_WATCH
        others = known if watch == OFF_WATCH else (watch,)
        idents = [document_id(document.article_id, name) for name in (OFF_WATCH, *others)]
        for month in months_to_search(document.time, this_month):
            index = _articles(prefix, month)
            wanted.update(((index, ident), None) for ident in idents)
    return tuple(wanted)


def months_to_search(first_seen: datetime, this_month: str) -> tuple[str, ...]:
    """The months an article first seen at `first_seen` may be filed under, its own last."""
    return _around(month_of(first_seen), this_month)


@lru_cache(maxsize=256)
def _around(own: str, this_month: str) -> tuple[str, ...]:
    after = neighbour(own, 1)
    around = (neighbour(own, -1), after) if after <= this_month else (neighbour(own, -1),)
    return (*around, own)


def plan(documents: Iterable[Document], found: Found, prefix: str, watches: Iterable[str], now: datetime) -> Plan:
    """The actions that bring the index to the state of `documents`, in order; updates `found` as they would.

    An article goes where its id already is. A form on a watch removes the one off every watch and its events, and the
    other way round, unless the form to be removed is newer: then the older one is not written at all. Events go where
    their article went (to their own month when it is not among `documents`); those a newer form no longer has are
    removed. Of several states of a story, alert, delivery or feed the newest is written.
    """
    known = tuple(watches)
    this_month = month_of(now)
    actions: list[Action] = []
    outdated: list[Document] = []
    months: dict[tuple[str, str], str | None] = {}
    for document in newest_only(documents):
        if document.article_id is None:
            actions.append(_write(document, document.index(prefix)))
        elif document.family is Family.ARTICLES:
            month, removals = _settle(document, found, prefix, known, this_month)
            months[(document.article_id, document.watch or OFF_WATCH)] = month
            actions += removals
            _file(document, month, prefix, actions, outdated)
        else:
            key = (document.article_id, document.watch or OFF_WATCH)
            _file(document, months.get(key, month_of(document.time)), prefix, actions, outdated)
    return Plan(actions=tuple(actions), outdated=tuple(outdated))


def _file(document: Document, month: str | None, prefix: str, actions: list[Action], outdated: list[Document]) -> None:
    if month is None:
        outdated.append(document)
    else:
        actions.append(_write(document, f"{prefix}-{document.family}-{month}"))


def newest_only(documents: Iterable[Document]) -> tuple[Document, ...]:
    """`documents` without those a later one of at least the same version replaces; articles and events all stay."""
    kept: dict[tuple[Family, str] | int, Document] = {}
    for number, document in enumerate(documents):
        key = number if document.article_id is not None else (document.family, document.id)
        held = kept.get(key)
        if held is None or document.version >= held.version:
            kept[key] = document
    return tuple(kept.values())


def _settle(
    document: Document, found: Found, prefix: str, watches: tuple[str, ...], this_month: str
) -> tuple[str | None, list[Action]]:
    """The month to write the article under (None: a newer form is held) and the removals that go with it."""
    article_id, watch = document.article_id or "", document.watch or OFF_WATCH
    rivals = watches if watch == OFF_WATCH else (OFF_WATCH,)
    months = months_to_search(document.time, this_month)
    own_id = document_id(article_id, watch)
    held_month = next((month for month in months if (_articles(prefix, month), own_id) in found), None)
    if held_month and found[(_articles(prefix, held_month), own_id)].version > document.version:
        return None, []
    removals: list[Action] = []
    for month in months:
        for rival in rivals:
            held = found.get((_articles(prefix, month), document_id(article_id, rival)))
            if held is None:
                continue
            if _outranks(rival, held.version, document):
                return None, []
            del found[(_articles(prefix, month), document_id(article_id, rival))]
            removals.append(_remove(document, _articles(prefix, month), document_id(article_id, rival)))
            removals += _remove_events(document, prefix, month, rival, held.event_ids)
            held_month = held_month or month
    month = held_month or months[-1]
    removals += _stale_events(document, found, prefix, month)
    return month, removals


def _outranks(rival: str, held_version: int, document: Document) -> bool:
    """Whether a held form stays: a newer one, or, of one age, the one on a watch."""
    return held_version > document.version or (held_version == document.version and rival != OFF_WATCH)


def _stale_events(document: Document, found: Found, prefix: str, month: str) -> list[Action]:
    place = (_articles(prefix, month), document.id)
    held = found.get(place)
    current = tuple(document.body.get("event_ids", ()))
    found[place] = Held(document.version, current)
    if held is None:
        return []
    gone = tuple(event for event in held.event_ids if event not in set(current))
    return _remove_events(document, prefix, month, document.watch or OFF_WATCH, gone)


def _remove_events(document: Document, prefix: str, month: str, watch: str, events: Iterable[str]) -> list[Action]:
    index = f"{prefix}-{Family.EVENTS}-{month}"
    return [_remove(document, index, event_document_id(document.article_id or "", watch, event)) for event in events]


def _articles(prefix: str, month: str) -> str:
    return f"{prefix}-{Family.ARTICLES}-{month}"


def _write(document: Document, index: str) -> Action:
    return Action(
        index=index, id=document.id, version=document.version, source=encode(document.body), document=document
    )


def _remove(document: Document, index: str, ident: str) -> Action:
    return Action(index=index, id=ident, version=document.version, source=None, document=document)


def found_in(places: Iterable[Place], docs: Iterable[Mapping[str, Any]]) -> dict[Place, Held]:
    """The documents of a multi-get answer that exist, by the place they were asked for.

    The answer names an index that was written anew by its own name, not the one asked for: hence pairing by order.
    """
    return {
        place: Held(item["_version"], tuple(item.get("_source", {}).get("event_ids", ())))
        for place, item in zip(places, docs, strict=True)
        if item.get("found")
    }
