"""Writes an index anew under the present mapping, beside the one in use, and swaps the two by alias.

The server's own reindex is not used: it may be absent. Passes copy what was written since the one before, until little
is left; then the index in use is blocked for writes, the last pass and the comparison are made, and the names swapped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from newswatch.errors import Unavailable
from newswatch.logs import logger
from sinks.copying import Progress, Shard, copy, pages
from sinks.index_names import REBUILT, Family
from sinks.indices.install import family_of
from sinks.indices.templates import mapping_digest

FEW = 2_000
"""Documents that may be left for the last pass, during which writers wait."""

MOST_PASSES = 20
"""Passes before the last one; an index that is written faster than it is copied gets the last one all the same."""

COPIES_SECONDS = 600
"""Seconds the new index's replicas may take before the names are swapped."""

GONE = 404

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """One index to write anew: the name in use, the index behind it, and the new one."""

    name: str
    source: str
    target: str
    family: Family
    documents: int
    needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """Two clients of one cluster; `reader` leaves hits undecoded (newswatch.elastic_client.HitsAsBytes)."""

    es: Elasticsearch
    reader: Elasticsearch


def rebuilds(es: Elasticsearch, prefix: str) -> tuple[Rebuild, ...]:
    """Every index of ours in use, with whether its mapping is of an older make."""
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


def rebuild(clients: Clients, one: Rebuild, progress: Progress) -> int:
    """Copies, blocks writes for the last pass, swaps; gives the documents copied. Writers wait and go on afterwards.

    Raises Unprocessable, with nothing swapped, when the present mapping refuses a document; Unavailable when
    Elasticsearch goes away (the next run goes on where this one stopped).
    """
    es = clients.es
    run = _Run(clients, one, progress)
    run.open()
    for _ in range(MOST_PASSES):
        if run.copy_new() <= FEW:
            break
    run.add_replicas()
    es.indices.add_block(index=one.source, block="write")
    try:
        run.copy_new()
        _remove_gone(clients, one)
        _swap(es, one)
    except BaseException:
        _unblock(es, one.source)
        raise
    return run.copied


class _Run:
    """The copying of one index. The place reached is kept in the new index's mapping, by shard of the index in use."""

    def __init__(self, clients: Clients, one: Rebuild, progress: Progress) -> None:
        self._clients, self._one, self._progress = clients, one, progress
        self._settings: dict[str, Any] = {}
        self._done: dict[str, int] = {}
        self.copied = 0

    def open(self) -> None:
        """Makes the new index, or finds the one an earlier run began from this same index."""
        es, one = self._clients.es, self._one
        self._settings = es.indices.get_settings(index=one.source)[one.source]["settings"]["index"]
        if es.indices.exists(index=one.target):
            found = _meta(es, one.target)
            if found.get("copy_of") == self._settings["uuid"]:
                self._done = dict(found["copied_until"])
                log.info("goes-on", target=one.target, copied_until=self._done)
                return
            es.indices.delete(index=one.target)
        quick = {"refresh_interval": "-1", "number_of_replicas": 0}
        es.indices.create(index=one.target, settings={"index": quick})
        self._note_all()

    def copy_new(self) -> int:
        """One pass over what was written since the last; gives the documents copied."""
        copied = 0
        for number in range(int(self._settings["number_of_shards"])):
            count, _ = copy(
                self._clients.es,
                self._clients.reader,
                Shard(index=self._one.source, number=number),
                self._one.target,
                self._done.get(str(number), -1),
                note=partial(self._note, number),
                progress=self._progress,
            )
            copied += count
        self.copied += copied
        return copied

    def add_replicas(self) -> None:
        """Gives the new index as many copies as the one in use has, and waits for them while writers still go on."""
        es, one = self._clients.es, self._one
        es.indices.put_settings(
            index=one.target, settings={"index.number_of_replicas": self._settings["number_of_replicas"]}
        )
        es.indices.flush(index=one.target)
        if es.cluster.health(index=one.source)["status"] == "green":
            es.options(request_timeout=COPIES_SECONDS + 10).cluster.health(
                index=one.target, wait_for_status="green", timeout=f"{COPIES_SECONDS}s"
            )

    def _note(self, shard: int, reached: int) -> None:
        self._done[str(shard)] = reached
        self._note_all()

    def _note_all(self) -> None:
        es, one = self._clients.es, self._one
        es.indices.put_mapping(
            index=one.target,
            meta=_meta(es, one.target) | {"copy_of": self._settings["uuid"], "copied_until": self._done},
        )


def _meta(es: Elasticsearch, index: str) -> dict[str, Any]:
    found: dict[str, Any] = es.indices.get_mapping(index=index)[index]["mappings"].get("_meta", {})
    return found


def _remove_gone(clients: Clients, one: Rebuild) -> None:
    """Removes from the new index what went from the old one while it was being copied."""
    es = clients.es
    es.indices.refresh(index=[one.source, one.target])
    if es.count(index=one.source)["count"] == es.count(index=one.target)["count"]:
        return
    gone = set(_ids(clients, one.target)) - set(_ids(clients, one.source))
    if gone:
        lines: list[Any] = [{"delete": {"_index": one.target, "_id": ident}} for ident in gone]
        es.bulk(operations=lines, refresh=True)


def _ids(clients: Clients, index: str) -> Iterator[str]:
    shards = int(clients.es.indices.get_settings(index=index)[index]["settings"]["index"]["number_of_shards"])
    for number in range(shards):
        shard = Shard(index=index, number=number)
        for page in pages(clients.es, clients.reader, shard, {"match_all": {}}, sources=False):
            yield from (hit.id for hit in page)


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
    """Lets writers go on after a failed swap; an index whose name was already swapped is gone."""
    try:
        es.indices.put_settings(index=index, settings={"index.blocks.write": None})
    except (ApiError, TransportError) as error:
        if getattr(error, "status_code", None) != GONE:
            log.error("left-blocked", index=index, mend="run newswatch reindex again", cause=str(error)[:200])
