"""Copies one shard of an index into another index, in the order in which it was written: resumable and exact.

Elasticsearch numbers every write to a shard, and documents are read by that number (`_seq_no`). Whatever was written or
changed since the last pass has a higher one, so a pass needs no clock and no field of the documents, and a run that
stopped goes on behind the last number whose documents were all accepted.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import msgspec
from elasticsearch import ApiError, Elasticsearch

from newswatch.errors import Unavailable, Unprocessable
from newswatch.logs import logger
from sinks.backoff import delay
from sinks.bulk import RETRYABLE, describe

WRITERS = 3
"""Bulk requests under way."""

FIRST_PAGE = 500
"""Documents of the first page; those after it are sized by the bytes of the one before."""

MOST_DOCUMENTS = 2_000
PAGE_BYTES = 4 * 1024 * 1024
"""A page is about so large: as large as bulk requests still gain by."""

NOTE_EVERY = 20_000
"""Documents after which the place reached is noted."""

ATTEMPTS = 12
"""Times a page is sent to a cluster that has no room, over about a minute and a half."""

KEEP_ALIVE = "5m"

log = logger(__name__)


class Hit(msgspec.Struct):
    """One document; `source` is its JSON as Elasticsearch holds it."""

    id: str = msgspec.field(name="_id")
    version: int = msgspec.field(name="_version")
    sort: list[Any]
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw(b"{}"))


_HITS = msgspec.json.Decoder(list[Hit])
_ENCODER = msgspec.json.Encoder()

Progress = Callable[[int], None]
"""Told of each page that was accepted: documents."""

Note = Callable[[int], None]
"""Told the sequence number up to which everything was accepted."""


class Shard(msgspec.Struct, frozen=True, kw_only=True):
    """One shard of an index."""

    index: str
    number: int


def checkpoint(es: Elasticsearch, shard: Shard) -> int:
    """The number up to which every copy of the shard has all writes; -1 for an empty one."""
    stats = es.indices.stats(index=shard.index, level="shards", metric="docs", filter_path="indices.*.shards")
    copies = next(iter(stats["indices"].values()))["shards"][str(shard.number)]
    return int(next(copy["seq_no"]["global_checkpoint"] for copy in copies if copy["routing"]["primary"]))


def copy(
    es: Elasticsearch, reader: Elasticsearch, shard: Shard, target: str, done: int, *, note: Note, progress: Progress
) -> tuple[int, int]:
    """Copies what was written after number `done`; gives documents copied and the number reached.

    `reader` answers with its hits undecoded (newswatch.elastic_client.HitsAsBytes). Raises Unprocessable when the
    target's mapping refuses a document; Unavailable when the cluster has no room for long.
    """
    upto = checkpoint(es, shard)
    if upto <= done:
        return 0, done
    es.indices.refresh(index=shard.index)
    copied, noted = 0, 0
    waiting: deque[tuple[int, int, Future[None]]] = deque()
    with ThreadPoolExecutor(WRITERS) as pool:
        for page in pages(es, reader, shard, {"range": {"_seq_no": {"gt": done, "lte": upto}}}):
            waiting.append((len(page), page[-1].sort[0], pool.submit(_write, es, target, page)))
            while len(waiting) > WRITERS or (waiting and waiting[0][2].done()):
                count, reached = _settled(waiting, progress)
                copied += count
                if copied - noted >= NOTE_EVERY:
                    note(reached)
                    noted = copied
        while waiting:
            copied += _settled(waiting, progress)[0]
    note(upto)
    return copied, upto


def _settled(waiting: deque[tuple[int, int, Future[None]]], progress: Progress) -> tuple[int, int]:
    count, reached, written = waiting.popleft()
    written.result()
    progress(count)
    return count, reached


def pages(
    es: Elasticsearch, reader: Elasticsearch, shard: Shard, query: dict[str, Any], *, sources: bool = True
) -> Iterator[list[Hit]]:
    """The shard's documents in the order they were written."""
    place = f"_shards:{shard.number}"
    pit = es.open_point_in_time(index=shard.index, keep_alive=KEEP_ALIVE, preference=place)["id"]
    after: list[Any] | None = None
    size = FIRST_PAGE
    try:
        while True:
            answer = reader.search(
                pit={"id": pit, "keep_alive": KEEP_ALIVE},
                query=query,
                sort=[{"_seq_no": "asc"}],
                size=size,
                search_after=after,
                version=True,
                source=sources,
                track_total_hits=False,
                filter_path="hits.hits._id,hits.hits._version,hits.hits.sort,hits.hits._source",
            )
            raw = memoryview(answer["hits"]["hits"])
            found = _HITS.decode(raw)
            if not found:
                return
            yield found
            after = found[-1].sort
            size = next_size(len(found), len(raw))
    finally:
        es.close_point_in_time(id=pit)


def next_size(documents: int, size: int) -> int:
    """Documents of the next page, when `documents` took `size` bytes."""
    return max(1, min(MOST_DOCUMENTS, PAGE_BYTES * documents // max(1, size)))


def _write(es: Elasticsearch, target: str, page: list[Hit]) -> None:
    for attempt in range(ATTEMPTS):
        try:
            page = _send(es, target, page)
        except ApiError as error:
            if error.status_code not in RETRYABLE:
                raise
            log.warning("no-room", target=target, attempt=attempt, cause=str(error)[:200])
        if not page:
            return
        time.sleep(delay(attempt, 0.5))
    raise Unavailable(f"Elasticsearch has no room for {target}; nothing was swapped, run it again")


def _send(es: Elasticsearch, target: str, page: list[Hit]) -> list[Hit]:
    """Those for which there was no room."""
    lines: list[Any] = [_lines(page)]
    items = es.bulk(index=target, operations=lines, filter_path="items.*.status,items.*.error")["items"]
    left = []
    for hit, item in zip(page, items, strict=True):
        result = item["index"]
        if result["status"] in RETRYABLE:
            left.append(hit)
        elif result["status"] >= 300 and result["status"] != 409:
            raise Unprocessable(
                f"the present mapping refuses document {hit.id} of {target}: {describe(result['error'])}; "
                "nothing was swapped"
            )
    return left


def _lines(page: list[Hit]) -> bytes:
    parts: list[Any] = []
    for hit in page:
        head = {"_id": hit.id, "version": hit.version, "version_type": "external_gte"}
        parts += (b'{"index":', _ENCODER.encode(head), b"}\n", hit.source, b"\n")
    return b"".join(parts[:-1])
