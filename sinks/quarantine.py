"""The quarantine: rejected inputs by stage, reason and time, and what sending one again would do."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from elasticsearch import Elasticsearch

from newswatch.topics import BY_NAME, Topic
from sinks.index_names import Family, pattern
from sinks.tracing.steps import gist

PAGE = 500
"""Rejected inputs read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rejected inputs are meant; None: all. `redriven` False leaves out those already sent again."""

    stage: str | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    redriven: bool = True

    def query(self) -> dict[str, Any]:
        """As an Elasticsearch query."""
        clauses: list[dict[str, Any]] = []
        if self.stage:
            clauses.append({"term": {"stage": self.stage}})
        if self.reason:
            clauses.append({"term": {"error.type": self.reason}})
        limits = {"gte": self.since, "lt": self.until}
        bounds = {name: moment.isoformat() for name, moment in limits.items() if moment}
        if bounds:
            clauses.append({"range": {"@timestamp": bounds}})
        without = [] if self.redriven else [{"range": {"redriven": {"gte": 1}}}]
        return {"bool": {"filter": clauses, "must_not": without}}


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedInput:
    """A rejected input as the index holds it."""

    index: str
    id: str
    source: dict[str, Any]

    @property
    def stage(self) -> str:
        """The stage that laid it aside."""
        return str(self.source.get("stage", ""))

    @property
    def reason(self) -> str:
        """Its reason class."""
        return str(self.source.get("error", {}).get("type", ""))

    @property
    def at(self) -> str:
        """When, as ISO text."""
        return str(self.source.get("@timestamp", ""))

    @property
    def what(self) -> str:
        """What a person knows it by: address, title, what was wrong with it, key or place."""
        place = self.source.get("input", {})
        url = self.source.get("url", {}).get("full")
        where = f"{place.get('topic')}[{place.get('partition')}]@{place.get('offset')}" if place.get("topic") else ""
        fault = gist(self.source.get("error", {}).get("message", ""))
        return str(url or self.source.get("title") or fault or self.source.get("key") or where)


class Way(StrEnum):
    """Where the original of an input to be sent again is read, or why it cannot be."""

    FROM_INDEX = "from-index"
    FROM_KAFKA = "from-kafka"
    NO_TOPIC = "came from no topic: replay its file again"
    NO_ORIGINAL = "its original is not kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrive:
    """What sending one input again would do."""

    input: RejectedInput
    way: Way
    topic: str = ""

    @property
    def possible(self) -> bool:
        """Whether it can be sent."""
        return self.way in (Way.FROM_INDEX, Way.FROM_KAFKA)


def plan_redrive(rejected: RejectedInput) -> Redrive:
    """How to send it again: to the topic it came from, whole, from the index or, when cut there, from news.rejected."""
    source = rejected.source
    topic = str(source.get("input", {}).get("topic", ""))
    if topic not in BY_NAME or topic == Topic.REJECTED:
        return Redrive(input=rejected, way=Way.NO_TOPIC)
    original = source.get("original", {})
    if original.get("content") and not original.get("truncated"):
        return Redrive(input=rejected, way=Way.FROM_INDEX, topic=topic)
    if source.get("quarantine", {}).get("topic") == Topic.REJECTED:
        return Redrive(input=rejected, way=Way.FROM_KAFKA, topic=topic)
    return Redrive(input=rejected, way=Way.NO_ORIGINAL, topic=topic)


def original_in_index(rejected: RejectedInput) -> bytes:
    """The original's bytes as far as the index keeps them; empty when they cannot be read."""
    try:
        return base64.b64decode(rejected.source.get("original", {}).get("content", ""), validate=True)
    except (binascii.Error, TypeError):
        return b""


def rejected_inputs(es: Elasticsearch, prefix: str, wanted: Filter, limit: int) -> Iterator[RejectedInput]:
    """Newest first, at most `limit`."""
    after: list[Any] | None = None
    left = limit
    while left > 0:
        page = es.search(
            index=pattern(prefix, Family.REJECTED),
            query=wanted.query(),
            sort=[{"@timestamp": "desc"}, {"rejected_id": "asc"}],
            size=min(PAGE, left),
            search_after=after,
            allow_no_indices=True,
            ignore_unavailable=True,
        )["hits"]["hits"]
        yield from (_input(hit) for hit in page)
        left -= len(page)
        if not page:
            return
        after = page[-1]["sort"]


def rejected_by_id(es: Elasticsearch, prefix: str, ident: str) -> list[RejectedInput]:
    """The rejected inputs of this id, or whose id begins with it (at least four characters)."""
    query: dict[str, Any] = {"prefix": {"rejected_id": ident}} if len(ident) >= 4 else {"term": {"rejected_id": ident}}
    page = es.search(
        index=pattern(prefix, Family.REJECTED), query=query, size=10, allow_no_indices=True, ignore_unavailable=True
    )
    return [_input(hit) for hit in page["hits"]["hits"]]


def counts_of(inputs: Iterable[Redrive]) -> dict[str, int]:
    """How many go each way."""
    found: dict[str, int] = {}
    for one in inputs:
        found[one.way.value] = found.get(one.way.value, 0) + 1
    return found


def _input(hit: dict[str, Any]) -> RejectedInput:
    return RejectedInput(index=hit["_index"], id=hit["_id"], source=hit["_source"])
