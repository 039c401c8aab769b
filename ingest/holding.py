"""The feeds a poller holds: records packed as on the wire, and what a record read from the topic does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from ingest.links import host_of
from ingest.polling import address
from newswatch import wire
from newswatch.records.feed import FeedRecord, PollState

REFRESH = timedelta(minutes=30)
"""A state that changed in nothing but its times is written down this often, and when the feed is handed over."""


@dataclass(slots=True)
class Held:
    """One feed: its record packed (a tenth of the memory of objects), when it is due, what is known of its writes.

    `due` seconds since 1970; `own_offset` the offset of our newest write; `edits` counts changes people made.
    """

    partition: int
    data: bytes
    host: str
    generation: int = 0
    due: float = 0.0
    own_offset: int = -1
    edits: int = 0
    unsaved: bool = False
    saved_at: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    def record(self) -> FeedRecord:
        """The record, unpacked."""
        return wire.decode(self.data, FeedRecord)

    def put(self, record: FeedRecord) -> None:
        """Holds `record` from now on."""
        self.data = wire.encode(record)
        self.host = host_of(address(record))
        self.generation = record.generation


class Effect(StrEnum):
    """What a record read from the topic did."""

    ADDED = "added"
    EDITED = "edited"
    RESTORED = "restored"
    REMOVED = "removed"
    RESURRECTED = "to-remove-again"
    IGNORED = "ignored"


def apply(
    feeds: dict[str, Held], url: str, record: FeedRecord | None, *, partition: int, offset: int, active: int | None
) -> Effect:
    """Takes one record of the topic into `feeds`, None for a tombstone.

    `active` is our generation once the partition has been read to its end, None while it is being read. A record of an
    older generation than the one held is a former owner's late write and changes nothing. A record people wrote
    (generation 0) changes settings; the poll state it carries counts only where there is none.
    """
    held = feeds.get(url)
    if record is None:
        if held is None:
            return Effect.IGNORED
        del feeds[url]
        return Effect.RESURRECTED if held.own_offset > offset else Effect.REMOVED
    if held is None:
        held = Held(partition=partition, data=b"", host="", saved_at=record.state.last_poll or datetime.now(UTC))
        held.put(record)
        feeds[url] = held
        return Effect.ADDED
    if record.generation == 0:
        return _edit(held, record)
    if active is not None or record.generation < held.generation:
        return Effect.IGNORED
    held.put(record)
    return Effect.RESTORED


def _edit(held: Held, record: FeedRecord) -> Effect:
    mine = held.record()
    if mine.settings == record.settings:
        return Effect.IGNORED
    polled = mine.state.last_poll is not None
    held.put(msgspec.structs.replace(mine, settings=record.settings, state=mine.state if polled else record.state))
    held.edits += 1
    held.unsaved = True
    return Effect.EDITED


SAVED_FIELDS = (
    "etag", "last_modified", "body_hash", "failures", "error_class", "health", "seen", "redirect_target",
    "redirect_seen", "recovered_at", "validators_lie", "hub", "hub_topic", "hub_lease_until", "hub_secret",
    "hub_callback",
)  # fields whose change is worth a write at once  # fmt: skip


def worth_saving(before: PollState, after: PollState, saved_at: datetime, now: datetime) -> bool:
    """Whether the new state must be written down now: it differs in substance, or the last write is old."""
    if now - saved_at >= REFRESH:
        return True
    return any(getattr(before, name) != getattr(after, name) for name in SAVED_FIELDS)


def health_counts(feeds: Mapping[str, Held]) -> dict[str, int]:
    """How many feeds are in each health class."""
    counts: dict[str, int] = {}
    for held in feeds.values():
        health = _HEALTH.decode(held.data).state.health
        counts[health] = counts.get(health, 0) + 1
    return counts


class _StateHealth(msgspec.Struct):
    health: str = "new"


class _Health(msgspec.Struct):
    state: _StateHealth = msgspec.field(default_factory=_StateHealth)


_HEALTH = msgspec.json.Decoder(_Health)
