"""Writes an index anew under the present mapping, beside the one in use, and swaps the two by alias.

The server's own reindex is not used: it may be absent. Documents are read by point in time and written with their
external versions, a span of days of @timestamp at a time; the days done are noted in the new index, so that a run that
stopped goes on there.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from elasticsearch import ApiError, Elasticsearch

from newswatch.errors import Unavailable, Unprocessable
from sinks.bulk import describe
from sinks.index_names import REBUILT, Family
from sinks.indices.install import family_of
from sinks.indices.templates import mapping_digest

PAGE = 2_000
"""Documents read at once."""

WRITERS = 2
"""Bulk requests under way."""

SPAN_DOCUMENTS = 20_000
"""Documents of a span of days, at least: after each span the days done are noted."""

CATCH_UP = timedelta(minutes=2)
"""How long before the copy began the last look at new documents starts, for clocks that differ."""

KEEP_ALIVE = "5m"
STATUS_GONE = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """One index to write anew: the name in use, the index behind it, and the new one."""

    name: str
    source: str
    target: str
    family: Family
    documents: int
    needed: bool


Progress = Callable[[int], None]
"""Told of each page: documents copied."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One document to copy; `source` is its JSON, `sort` what the next page begins after."""

    id: str
    version: int
    source: bytes
    sort: list[Any]


def rebuilds(es: Elasticsearch, prefix: str) -> tuple[Rebuild, ...]:
    """Every index of ours, with whether its mapping is of an older make."""
    found = []
    indices = es.indices.get(index=f"{prefix}-*", allow_no_indices=True).body
    for source, body in sorted(indices.items()):
        family = family_of(source, prefix)
        if family is None:
            continue
        name = next(iter(body["aliases"]), source) if source.startswith(REBUILT) else source
        made_with = body["mappings"].get("_meta", {}).get("mapping")
        found.append(
            Rebuild(
                name=name,
                source=source,
                target=f"{REBUILT}{name}-{_next_mark(source, mapping_digest(family))}",
                family=family,
                documents=es.count(index=source)["count"],
                needed=made_with != mapping_digest(family),
            )
        )
    return tuple(found)


def _next_mark(source: str, digest: str) -> str:
    """The end of the new index's name: the mapping's digest, with an x when the index in use has that already."""
    return f"{digest}x" if source.endswith(digest) else digest


def rebuild(es: Elasticsearch, one: Rebuild, now: datetime, progress: Progress) -> int:
    """Copies, blocks writes for the last look, swaps; gives the documents copied. Writers wait and go on afterwards.

    Raises Unprocessable, with nothing swapped, when the present mapping refuses a document; Unavailable when
    Elasticsearch goes away (the next run goes on where this one stopped).
    """
    _create(es, one)
    copied = 0
    for first, last in _spans_left(es, one):
        copied += _copy(es, one, {"range": {"@timestamp": {"gte": first, "lt": _after(last)}}}, progress)
        _note_done(es, one, last)
    es.indices.put_settings(index=one.source, settings={"index.blocks.write": True})
    try:
        copied += _copy(es, one, {"range": {"event.ingested": {"gte": (now - CATCH_UP).isoformat()}}}, progress)
        copied += _copy(es, one, {"bool": {"must_not": {"exists": {"field": "event.ingested"}}}}, progress)
        _remove_gone(es, one)
        _swap(es, one)
    except BaseException:
        _unblock(es, one.source)
        raise
    return copied


def _create(es: Elasticsearch, one: Rebuild) -> None:
    if not es.indices.exists(index=one.target):
        es.indices.create(index=one.target, settings={"index": {"refresh_interval": "-1"}})


def _spans_left(es: Elasticsearch, one: Rebuild) -> Iterator[tuple[str, str]]:
    """First and last day of each span still to be copied."""
    daily = {"date_histogram": {"field": "@timestamp", "fixed_interval": "1d", "min_doc_count": 1}}
    buckets = es.search(index=one.source, size=0, aggs={"days": daily})["aggregations"]["days"]["buckets"]
    done = _meta(es, one).get("done_until", "")
    counts = [(bucket["key_as_string"][:10], int(bucket["doc_count"])) for bucket in buckets]
    yield from spans([(day, count) for day, count in counts if day > done])


def spans(days: Sequence[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """Consecutive days with documents put together until a span holds SPAN_DOCUMENTS: first and last day of each."""
    first, held = "", 0
    for number, (day, count) in enumerate(days):
        first, held = first or day, held + count
        if held >= SPAN_DOCUMENTS or number == len(days) - 1:
            yield first, day
            first, held = "", 0


def _after(day: str) -> str:
    return (datetime.fromisoformat(day).date() + timedelta(days=1)).isoformat()


def _meta(es: Elasticsearch, one: Rebuild) -> dict[str, Any]:
    found: dict[str, Any] = es.indices.get_mapping(index=one.target)[one.target]["mappings"].get("_meta", {})
    return found


def _note_done(es: Elasticsearch, one: Rebuild, day: str) -> None:
    es.indices.put_mapping(index=one.target, meta=_meta(es, one) | {"done_until": day})


def _copy(es: Elasticsearch, one: Rebuild, query: dict[str, Any], progress: Progress) -> int:
    waiting: deque[Future[int]] = deque()
    copied = 0
    with ThreadPoolExecutor(WRITERS) as pool:
        for page in _pages(es, one.source, query):
            waiting.append(pool.submit(_write, es, one.target, page))
            while len(waiting) > WRITERS:
                copied += _told(waiting.popleft(), progress)
        while waiting:
            copied += _told(waiting.popleft(), progress)
    return copied


def _told(written: Future[int], progress: Progress) -> int:
    count = written.result()
    progress(count)
    return count


def _pages(es: Elasticsearch, index: str, query: dict[str, Any]) -> Iterator[list[Hit]]:
    pit = es.open_point_in_time(index=index, keep_alive=KEEP_ALIVE)["id"]
    after: list[Any] | None = None
    try:
        while True:
            found = es.search(
                pit={"id": pit, "keep_alive": KEEP_ALIVE},
                sort=["_shard_doc"],
                size=PAGE,
                version=True,
                query=query,
                track_total_hits=False,
                search_after=after,
            )["hits"]["hits"]
            if not found:
                return
            after = found[-1]["sort"]
            yield [Hit(hit["_id"], hit["_version"], msgspec.json.encode(hit["_source"]), hit["sort"]) for hit in found]
    finally:
        es.close_point_in_time(id=pit)


def _write(es: Elasticsearch, target: str, page: list[Hit]) -> int:
    lines: list[Any] = []
    for hit in page:
        head = {"_index": target, "_id": hit.id, "version": hit.version, "version_type": "external_gte"}
        lines += [msgspec.json.encode({"index": head}), hit.source]
    try:
        items = es.bulk(operations=lines, filter_path="items.*.status,items.*.error,items.*._id")["items"]
    except ApiError as error:
        raise Unavailable(f"Elasticsearch did not take a page for {target}: {error}") from error
    for item in items:
        result = item["index"]
        if result["status"] in (429, 503):
            raise Unavailable(f"Elasticsearch has no room for {target}: {describe(result['error'])}")
        if result["status"] >= 300 and result["status"] != 409:
            raise Unprocessable(
                f"the present mapping refuses document {result['_id']} of {target}: {describe(result['error'])}; "
                "nothing was swapped"
            )
    return len(page)


def _remove_gone(es: Elasticsearch, one: Rebuild) -> None:
    """Removes from the new index what went from the old one while it was being copied."""
    es.indices.refresh(index=[one.source, one.target])
    if es.count(index=one.source)["count"] == es.count(index=one.target)["count"]:
        return
    gone = _ids(es, one.target) - _ids(es, one.source)
    if gone:
        lines: list[Any] = [{"delete": {"_index": one.target, "_id": ident}} for ident in gone]
        es.bulk(operations=lines, refresh=True)


def _ids(es: Elasticsearch, index: str) -> set[str]:
    return {hit.id for page in _pages(es, index, {"match_all": {}}) for hit in page}


def _swap(es: Elasticsearch, one: Rebuild) -> None:
    """One step for searches and writers: the name means the new index from now on, and the old one is gone."""
    settings = es.indices.get_settings(index=one.source)[one.source]["settings"]["index"]
    es.indices.put_settings(index=one.target, settings={"index.refresh_interval": settings.get("refresh_interval")})
    es.indices.refresh(index=one.target)
    if es.count(index=one.source)["count"] != es.count(index=one.target)["count"]:
        raise Unavailable(f"{one.target} does not hold what {one.source} holds; nothing was swapped, run it again")
    es.indices.update_aliases(
        actions=[{"remove_index": {"index": one.source}}, {"add": {"index": one.target, "alias": one.name}}]
    )


def _unblock(es: Elasticsearch, index: str) -> None:
    try:
        es.indices.put_settings(index=index, settings={"index.blocks.write": None})
    except ApiError as error:
        if error.status_code != STATUS_GONE:
            raise
