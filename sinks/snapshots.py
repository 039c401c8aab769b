"""Snapshots of our indices in a repository of the cluster: registered, taken, listed, restored, old ones removed."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from newswatch.errors import Unavailable, UserError
from sinks.index_names import REBUILT
from sinks.indices.install import family_of

POLL_SECONDS = 0.5

STALLED_SECONDS = 120.0
"""Seconds without one more byte after which a restore is given up."""

UNFINISHED = frozenset({"STARTED", "IN_PROGRESS"})

SUCCESS = "SUCCESS"

STAMP = r"-\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d"
"""The end of the names that `new_name` gives."""

Progress = Callable[[int, int], None]
"""Told parts done and parts in all: shards of a snapshot, bytes of a restore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One snapshot; `state` is SUCCESS, PARTIAL, FAILED or one of UNFINISHED; sizes in bytes, times in UTC."""

    name: str
    state: str
    began: datetime
    seconds: float
    indices: tuple[str, ...]
    failures: tuple[str, ...]


def register(es: Elasticsearch, repository: str, kind: str, settings: dict[str, Any]) -> tuple[str, ...]:
    """Makes the repository known, or changes its settings; gives the nodes that could write to it."""
    es.snapshot.create_repository(name=repository, repository={"type": kind, "settings": settings}, verify=False)
    nodes = es.snapshot.verify_repository(name=repository)["nodes"]
    return tuple(sorted(node["name"] for node in nodes.values()))


def patterns(prefix: str) -> list[str]:
    """What matches every index of ours, also those written anew."""
    return [f"{prefix}-*", f"{REBUILT}{prefix}-*"]


def new_name(prefix: str, now: datetime) -> str:
    """A name that sorts by time."""
    return f"{prefix}-{now.astimezone(UTC):%Y.%m.%d-%H.%M.%S}"


def take(es: Elasticsearch, repository: str, name: str, prefix: str, progress: Progress) -> Snapshot:
    """Takes a snapshot of every index of ours and waits for it. Searches and writers go on meanwhile.

    Raises UserError without such a repository; a snapshot with failures comes back with its state.
    """
    with_repository(es, repository)
    es.snapshot.create(
        repository=repository,
        snapshot=name,
        indices=patterns(prefix),
        include_global_state=False,
        ignore_unavailable=True,
        metadata={"taken_by": "newswatch"},
    )
    while True:
        status = es.snapshot.status(repository=repository, snapshot=name)["snapshots"][0]
        shards = status["shards_stats"]
        progress(shards["done"] + shards["failed"], shards["total"])
        if (taken := one_of(es, repository, name)).state not in UNFINISHED:
            return taken
        time.sleep(POLL_SECONDS)


def with_repository(es: Elasticsearch, repository: str) -> None:
    """Raises UserError, saying what to do, when there is no such repository."""
    try:
        es.snapshot.get_repository(name=repository)
    except NotFoundError as error:
        raise UserError(
            f"no snapshot repository is called {repository}: `newswatch snapshot register` makes one"
        ) from error


def listed(es: Elasticsearch, repository: str, prefix: str) -> tuple[Snapshot, ...]:
    """The snapshots that hold indices of ours, oldest first. Raises UserError without such a repository."""
    with_repository(es, repository)
    found = es.snapshot.get(repository=repository, snapshot="*", ignore_unavailable=True)["snapshots"]
    ours = (_snapshot(one, prefix) for one in found)
    return tuple(sorted((one for one in ours if one.indices), key=lambda one: one.began))


def one_of(es: Elasticsearch, repository: str, name: str) -> Snapshot:
    """One snapshot with all its indices. Raises UserError when there is none of this name."""
    try:
        return _snapshot(es.snapshot.get(repository=repository, snapshot=name)["snapshots"][0], None)
    except NotFoundError as error:
        raise UserError(f"{repository} holds no snapshot {name}: `newswatch snapshot list` shows them") from error


def _snapshot(found: dict[str, Any], prefix: str | None) -> Snapshot:
    names = (name for name in found["indices"] if prefix is None or family_of(name, prefix))
    return Snapshot(
        name=found["snapshot"],
        state=found["state"],
        began=datetime.fromtimestamp(found["start_time_in_millis"] / 1000, UTC),
        seconds=found.get("duration_in_millis", 0) / 1000,
        indices=tuple(sorted(names)),
        failures=tuple(f"{one['index']}: {one['reason']}" for one in found.get("failures", [])),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """What restoring a snapshot would do: indices it brings back, by the names searches use, and those there now."""

    snapshot: Snapshot
    indices: dict[str, str]
    in_the_way: dict[str, str]


def plan_restore(es: Elasticsearch, repository: str, name: str, prefix: str, only: tuple[str, ...] = ()) -> Restore:
    """`only` names indices as searches know them; empty means all of ours. Raises UserError for unknown names."""
    with_repository(es, repository)
    snapshot = one_of(es, repository, name)
    held = {known_as(index): index for index in snapshot.indices if family_of(index, prefix)}
    if unknown := set(only) - held.keys():
        raise UserError(f"{name} does not hold {', '.join(sorted(unknown))}; it holds {', '.join(sorted(held))}")
    chosen = {plain: index for plain, index in held.items() if not only or plain in only}
    present = es.indices.get(index=f"{prefix}-*", allow_no_indices=True, features="aliases").body
    return Restore(
        snapshot=snapshot,
        indices=chosen,
        in_the_way={known_as(index): index for index in present if known_as(index) in chosen},
    )


def known_as(index: str) -> str:
    """The name searches use, of an index that may have been written anew."""
    return index.removeprefix(REBUILT).rpartition("-")[0] if index.startswith(REBUILT) else index


def restore(es: Elasticsearch, repository: str, plan: Restore, now: datetime, progress: Progress) -> int:
    """Brings the indices back under new names, and swaps them with those in the way only once they are whole.

    Gives the documents they hold. Raises Unavailable, with nothing swapped, when a shard cannot be restored.
    """
    targets = {known: f"{REBUILT}{known}-s{now.astimezone(UTC):%Y%m%d%H%M%S%f}" for known in plan.indices}
    for known, index in plan.indices.items():
        es.snapshot.restore(
            repository=repository,
            snapshot=plan.snapshot.name,
            indices=index,
            include_global_state=False,
            include_aliases=False,
            rename_pattern=".+",
            rename_replacement=targets[known],
        )
    _wait_until_whole(es, list(targets.values()), progress)
    actions: list[dict[str, Any]] = [{"remove_index": {"index": index}} for index in plan.in_the_way.values()]
    actions += [{"add": {"index": target, "alias": known}} for known, target in targets.items()]
    es.indices.put_settings(index=list(targets.values()), settings={"index.blocks.write": None})
    es.indices.update_aliases(actions=actions)
    es.indices.refresh(index=list(targets.values()))
    return int(es.count(index=list(targets.values()))["count"])


def _wait_until_whole(es: Elasticsearch, indices: list[str], progress: Progress) -> None:
    restored, since = -1, time.monotonic()
    while True:
        found = es.indices.recovery(index=indices).body.values()
        sizes = [shard["index"]["size"] for index in found for shard in index["shards"] if shard["primary"]]
        done = sum(size["recovered_in_bytes"] for size in sizes)
        progress(done, sum(size["total_in_bytes"] for size in sizes))
        if es.cluster.health(index=indices)["status"] != "red":
            return
        if done > restored:
            restored, since = done, time.monotonic()
        elif time.monotonic() - since > STALLED_SECONDS:
            raise Unavailable(
                f"the restore stands still; GET _cluster/allocation/explain says why. Nothing was swapped; {REBUILT}* "
                "of this attempt can be deleted"
            )
        time.sleep(POLL_SECONDS)


def remove_oldest(es: Elasticsearch, repository: str, prefix: str, keep: int) -> tuple[str, ...]:
    """Removes whole snapshots that `take` named, beyond the `keep` newest; gives their names."""
    made = re.compile(re.escape(prefix) + STAMP)
    ours = [one for one in listed(es, repository, prefix) if made.fullmatch(one.name) and one.state == SUCCESS]
    old = tuple(one.name for one in ours[: max(0, len(ours) - keep)])
    for name in old:
        es.snapshot.delete(repository=repository, snapshot=name)
    return old
