"""Articles and their coded events as documents: one article document per article and watch, one per event in it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from newswatch.records.article import Article, Entity, Event, EventActor, Quantity
from newswatch.records.tracked import TrackedArticle
from sinks.cleaning import clean, day, domain, location, millis, safe_id
from sinks.documents import OFF_WATCH, Document, Position
from sinks.index_names import Family

MAX_EVENTS = 200
"""Events of one article that are written, nested and as own documents; a long list page may hold more."""

MAX_ENTITIES = 500
"""Entities of one article that are written."""

PLACE_KINDS = frozenset({"place", "country", "city", "region", "state", "site", "water", "island"})
"""Entity kinds that name somewhere; the others are actors."""


def from_article(article: Article, position: Position, indexed_at: datetime) -> tuple[Document, ...]:
    """The documents of an article without a story: one set for each of its watches, or one off every watch."""
    watches = article.watches or (OFF_WATCH,)
    return tuple(
        document for watch in watches for document in _documents(article, watch, _hop_body(article, indexed_at))
    )


def from_tracked(tracked: TrackedArticle, position: Position, indexed_at: datetime) -> tuple[Document, ...]:
    """The documents of an article of a story, for the watch the story is of."""
    story = {
        "story_id": tracked.story_id,
        "story": {
            "title": tracked.story_title,
            "articles": tracked.story_articles,
            "independent_sources": tracked.independent_sources,
            "first_seen": _iso_moment(tracked.story_first_seen),
            "event_ids": tracked.event_ids,
        },
        "copy_of": tracked.copy_of,
        "copy_kind": tracked.copy_kind,
    }
    return _documents(tracked.article, tracked.watch, _hop_body(tracked.article, indexed_at) | story)


def document_id(article_id: str, watch: str) -> str:
    """The id of the document of an article on a watch (OFF_WATCH for none)."""
    return safe_id(f"{article_id}:{watch}")


def event_document_id(article_id: str, watch: str, event_id: str) -> str:
    """The id of the document of one event as one article on a watch has it."""
    return safe_id(f"{article_id}:{watch}:{event_id}")


def _documents(article: Article, watch: str, extra: dict[str, Any]) -> tuple[Document, ...]:
    events = article.events[:MAX_EVENTS]
    shared: dict[str, Any] = clean(
        _shared_body(article, watch) | {key: extra[key] for key in ("event", "story_id") if key in extra}
    )
    body = shared | clean(_article_body(article, events) | extra)
    bodies = [(Family.ARTICLES, document_id(article.article_id, watch), body)]
    for event in {event.event_id: event for event in events}.values():
        ident = event_document_id(article.article_id, watch, event.event_id)
        ingested = {"event": {"dataset": "newswatch.events", "ingested": extra["event"]["ingested"]}}
        bodies.append((Family.EVENTS, ident, shared | clean(ingested | {"coded": _event_body(event)})))
    return tuple(
        Document(
            family=family,
            id=ident,
            time=article.first_seen,
            version=millis(article.fetched_at),
            body=part,
            article_id=article.article_id,
            watch=watch,
        )
        for family, ident, part in bodies
    )


def _shared_body(article: Article, watch: str) -> dict[str, Any]:
    return {
        "@timestamp": article.first_seen,
        "article_id": article.article_id,
        "watch": None if watch == OFF_WATCH else watch,
        "relevant": watch != OFF_WATCH,
        "title": article.title,
        "url": {
            "full": article.canonical_url or article.url,
            "original": article.url,
            "domain": domain(article.canonical_url or article.url),
        },
        "outlet": {
            "name": article.source,
            "country": article.source_country,
            "owner": article.source_owner,
            "leaning": article.leaning,
        },
        "language": article.language,
        "published": article.published,
        "trace": {"id": article.trace},
    }


def _article_body(article: Article, events: tuple[Event, ...]) -> dict[str, Any]:
    entities = article.entities[:MAX_ENTITIES]
    actors = [entity for entity in entities if entity.kind not in PLACE_KINDS]
    places = [entity for entity in entities if entity.kind in PLACE_KINDS]
    return {
        "text": article.text,
        "text_length": len(article.text),
        "summary": article.summary,
        "authors": article.authors,
        "published_source": article.published_source,
        "published_granularity": article.published_granularity,
        "fetched_at": article.fetched_at,
        "origin": article.origin,
        "content_hash": article.content_hash,
        "feed": {"url": article.feed, "entry_id": article.entry_id},
        "tags": article.tags,
        "media": article.media,
        "body_source": article.body_source,
        "countries": article.countries,
        "entities": [_entity_body(entity) for entity in entities],
        "actors": [entity.name for entity in actors],
        "places": [entity.name for entity in places],
        "locations": _locations(places),
        "events": [_nested_event(event) for event in events],
        "event_ids": [event.event_id for event in events],
        "event_count": len(article.events),
        "relevance": article.relevance,
        "extractor": article.extractor,
        "http": {"response": {"status_code": article.http_status}},
        "hops": msgspec.to_builtins(article.hops),
    }


def _hop_body(article: Article, indexed_at: datetime) -> dict[str, Any]:
    extract = next((hop for hop in article.hops if hop.stage == "extract"), None)
    began = min((hop.at for hop in article.hops), default=article.fetched_at)
    return {
        "event": {"dataset": "newswatch.articles", "ingested": indexed_at},
        "latency": {
            "extract_ms": extract.millis if extract else None,
            "indexed_ms": max(0, millis(indexed_at) - millis(began)),
        },
    }


def _entity_body(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "name": entity.name,
        "kind": entity.kind,
        "country": entity.country,
        "sectors": entity.sectors,
        "role": entity.role,
        "wikidata": entity.wikidata,
        "mentions": entity.mentions,
        "location": location(entity.lat, entity.lon),
        "evidence": msgspec.to_builtins(entity.evidence) if entity.evidence else None,
    }


def _locations(places: Iterable[Entity]) -> list[dict[str, float]]:
    points = (location(place.lat, place.lon) for place in places)
    return [point for point in points if point]


def _nested_event(event: Event) -> dict[str, Any]:
    body = _event_body(event)
    return {key: value for key, value in body.items() if key not in ("quantities", "sentence")}


def _event_body(event: Event) -> dict[str, Any]:
    return {
        "id": event.event_id,
        "type": event.type,
        "mode": event.mode,
        "contexts": event.contexts,
        "quad": event.quad,
        "status": event.status,
        "historical": event.historical,
        "actor": _actor_body(event.source),
        "target": _actor_body(event.target),
        "date": _date_body(event),
        "place": _place_body(event),
        "quantities": [_quantity_body(quantity) for quantity in event.quantities],
        "trigger": event.trigger,
        "frame": event.frame,
        "asserted_by": event.asserted_by,
        "speech_verb": event.speech_verb,
        "in_quote": event.in_quote,
        "rule": event.rule,
        "confidence": event.confidence,
        "mentions": event.mentions,
        "sentence": event.evidence.text,
        "evidence": msgspec.to_builtins(event.evidence),
    }


def _actor_body(actor: EventActor | None) -> dict[str, Any] | None:
    if actor is None:
        return None
    return {
        "id": actor.id,
        "name": actor.name,
        "country": actor.country,
        "sectors": actor.sectors,
        "words": actor.text,
    }


def _date_body(event: Event) -> dict[str, Any] | None:
    if event.date is None:
        return None
    start, end = day(event.date.start), day(event.date.end)
    return {"start": start, "end": end, "granularity": event.date.granularity, "words": event.date.raw}


def _place_body(event: Event) -> dict[str, Any] | None:
    place = event.place
    if place is None:
        return None
    return {
        "id": place.id,
        "name": place.name,
        "country": place.country,
        "location": location(place.lat, place.lon),
    }


def _quantity_body(quantity: Quantity) -> dict[str, Any]:
    return {
        "value": quantity.value,
        "low": quantity.low,
        "high": quantity.high,
        "unit": quantity.unit,
        "qualifier": quantity.qualifier,
        "what": quantity.what,
        "role": quantity.role,
    }


def _iso_moment(text: str | None) -> str | None:
    try:
        return datetime.fromisoformat(text).isoformat() if text else None
    except ValueError:
        return None
