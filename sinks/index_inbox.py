"""Messages of the consumer, gathered into batches; partitions pause while there is nowhere to put more."""

from collections import deque
from collections.abc import Collection, Iterable
from typing import Any

import kafka

from sinks.documents import Position

POLL_MS = 100
"""Milliseconds a poll waits when partitions are paused or a batch is filling."""


class Inbox:
    """Reads from the consumer and hands messages out one by one; bounded by one poll's worth."""

    def __init__(self, consumer: kafka.KafkaConsumer, at_once: int) -> None:
        self._consumer = consumer
        self._at_once = at_once
        self._waiting: deque[tuple[Any, Any]] = deque()

    def poll(self, *, accept: bool, timeout_ms: int) -> None:
        """Polls, which also keeps the group's membership; takes in new messages only when `accept` and none wait."""
        assigned = self._consumer.assignment()
        paused = self._consumer.paused()
        if accept and not self._waiting:
            self._consumer.resume(*paused)
        elif assigned - paused:
            self._consumer.pause(*(assigned - paused))
        for partition, records in self._consumer.poll(timeout_ms=timeout_ms, max_records=self._at_once).items():
            self._waiting.extend((partition, record) for record in records)

    def take(self) -> tuple[Any, Any] | None:
        """The next partition and record, or None."""
        return self._waiting.popleft() if self._waiting else None

    def forget(self, partitions: Collection[Any]) -> None:
        """Drops what waits of partitions that are another worker's now."""
        self._waiting = deque(pair for pair in self._waiting if pair[0] not in partitions)


def position_of(record: Any) -> Position:
    """Where a consumer record was read."""
    return Position(
        topic=record.topic, partition=record.partition, offset=record.offset, timestamp=max(0, record.timestamp or 0)
    )


class Revocations(kafka.ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells the sink that partitions are no longer its own."""

    def __init__(self, tell: Any) -> None:
        self._tell = tell

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """The group is about to share its partitions out anew."""
        self._tell(set(revoked))

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """Positions come from the committed offsets: nothing to do."""
