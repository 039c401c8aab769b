"""Stored articles for backtests from the search index: the newest revision of each, in the order they were first seen.

Reads only. What the index does not keep is left out: the ids of stories merged into an article's story, and the places
of quantities. The names of indices and fields are those of the index sink; a test holds the two together.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

import elasticsearch
import msgspec
from elasticsearch import Elasticsearch

from newswatch.elastic_client import FastJson, elasticsearch_client
from newswatch.errors import Unavailable
from newswatch.records.article import Article
from newswatch.records.tracked import TrackedArticle
from newswatch.settings import ElasticsearchSettings

PAGE = 1000
"""Articles read at once."""

KEEP_ALIVE = "5m"

NEEDED = (
    "@timestamp", "article_id", "watch", "title", "text", "url", "outlet", "language", "published", "authors", "tags",
    "feed", "countries", "entities", "events", "story_id", "story", "copy_of", "copy_kind", "fetched_at", "origin",
    "content_hash", "summary",
)  # fmt: skip

Document = Mapping[str, Any]


def elastic_archive(settings: ElasticsearchSettings, since: datetime, until: datetime) -> Iterator[TrackedArticle]:
    """Articles of stories with since ≤ first_seen < until, oldest first; a page is fetched while one is used.

    Raises Unavailable; UserError without an address.
    """
    client = elasticsearch_client(settings, FastJson())
    with client, ThreadPoolExecutor(1, thread_name_prefix="archive") as ahead:
        pages = _Pages(client, settings.prefix, since, until)
        try:
            coming: Future[list[TrackedArticle]] = ahead.submit(pages.next)
            while page := _answered(coming.result):
                coming = ahead.submit(pages.next)
                yield from page
        finally:
            ahead.submit(pages.close).exception()


def _answered(ask: Callable[[], list[TrackedArticle]]) -> list[TrackedArticle]:
    try:
        return ask()
    except (elasticsearch.ApiError, elasticsearch.TransportError) as error:
        raise Unavailable(f"Elasticsearch does not give its articles: {error}") from error


class _Pages:
    """Page after page of one point in time."""

    def __init__(self, client: Elasticsearch, prefix: str, since: datetime, until: datetime) -> None:
        self._client, self._prefix = client, prefix
        span = {"gte": since.isoformat(), "lt": until.isoformat()}
        self._wanted = [{"range": {"@timestamp": span}}, {"exists": {"field": "story_id"}}]
        self._point = ""
        self._after: list[Any] | None = None

    def next(self) -> list[TrackedArticle]:
        """The next articles; none at the end, and where there is no index yet."""
        if not self._client.indices.exists(index=f"{self._prefix}-articles-*", allow_no_indices=False):
            return []
        if not self._point:
            self._point = self._client.open_point_in_time(
                index=f"{self._prefix}-articles-*", keep_alive=KEEP_ALIVE, ignore_unavailable=True
            )["id"]
        hits = self._client.search(
            pit={"id": self._point, "keep_alive": KEEP_ALIVE}, query={"bool": {"filter": self._wanted}}, size=PAGE,
            sort=[{"@timestamp": "asc"}, {"article_id": "asc"}, {"_shard_doc": "asc"}], search_after=self._after,
            source={"includes": list(NEEDED)}, track_total_hits=False,
        )["hits"]["hits"]  # fmt: skip
        if not hits:
            return []
        self._after = hits[-1]["sort"]
        documents = [hit["_source"] for hit in hits]
        numbers = self._quantities([doc["article_id"] for doc in documents if doc.get("events")])
        return [tracked_of(document, numbers) for document in documents]

    def _quantities(self, articles: list[str]) -> dict[str, list[Document]]:
        """Event id → its quantities: the events' own documents alone have them."""
        if not articles:
            return {}
        found: dict[str, list[Document]] = {}
        after: list[Any] | None = None
        wanted = [{"terms": {"article_id": articles}}, {"exists": {"field": "coded.quantities.value"}}]
        while True:
            hits = self._client.search(
                index=f"{self._prefix}-events-*", query={"bool": {"filter": wanted}}, size=5 * PAGE,
                sort=[{"article_id": "asc"}, {"coded.id": "asc"}, {"watch": "asc"}], search_after=after,
                source={"includes": ["coded.id", "coded.quantities"]}, ignore_unavailable=True, track_total_hits=False,
            )["hits"]["hits"]  # fmt: skip
            for hit in hits:
                coded = hit["_source"]["coded"]
                found[coded["id"]] = _list(coded["quantities"])
            if len(hits) < 5 * PAGE:
                return found
            after = hits[-1]["sort"]

    def close(self) -> None:
        """Lets the server forget the point in time."""
        if self._point:
            self._client.close_point_in_time(id=self._point)


def tracked_of(document: Document, quantities: Mapping[str, list[Document]]) -> TrackedArticle:
    """The record an article's document was made from; `quantities` are those of its events, by event id."""
    story = document.get("story", {})
    return msgspec.convert(
        {
            "article": _article(document, quantities),
            "watch": document.get("watch", ""),
            "story_id": document["story_id"],
            "story_title": story.get("title", ""),
            "copy_of": document.get("copy_of"),
            "copy_kind": document.get("copy_kind"),
            "independent_sources": story.get("independent_sources", 1),
            "story_articles": story.get("articles", 1),
            "event_ids": _list(story.get("event_ids")),
            "story_first_seen": story.get("first_seen"),
        },
        TrackedArticle,
    )


def _article(document: Document, quantities: Mapping[str, list[Document]]) -> dict[str, Any]:
    outlet, url, feed = (document.get(part, {}) for part in ("outlet", "url", "feed"))
    same = {name: document[name] for name in Article.__struct_fields__ if name in document}
    return same | {
        "url": url.get("original", ""),
        "canonical_url": url.get("full"),
        "title": document.get("title", ""),
        "text": document.get("text", ""),
        "language": document.get("language", ""),
        "first_seen": document["@timestamp"],
        "watches": _list(document.get("watch")),
        "source": outlet.get("name"),
        "source_country": outlet.get("country"),
        "source_owner": outlet.get("owner"),
        "leaning": outlet.get("leaning"),
        "feed": feed.get("url"),
        "entry_id": feed.get("entry_id"),
        "entities": [_placed(entity) for entity in _list(document.get("entities"))],
        "events": [_event(event, quantities) for event in _list(document.get("events"))],
    }


def _event(event: Document, quantities: Mapping[str, list[Document]]) -> dict[str, Any]:
    ident = event["id"]
    date = event.get("date")
    place = event.get("place")
    return dict(event) | {
        "event_id": ident,
        "source": _actor(event.get("actor")),
        "target": _actor(event.get("target")),
        "date": dict(date) | {"raw": date.get("words")} if date and "start" in date and "end" in date else None,
        "place": _placed({"name": ""} | dict(place)) if place else None,
        "quantities": [dict(one) | {"value": float(one["value"])} for one in quantities.get(ident, ())],
    }


def _actor(actor: Document | None) -> dict[str, Any] | None:
    return {"name": ""} | dict(actor) | {"text": actor.get("words")} if actor else None


def _placed(thing: Document) -> dict[str, Any]:
    where = thing.get("location") or {}
    return dict(thing) | {"lat": where.get("lat"), "lon": where.get("lon")}


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
