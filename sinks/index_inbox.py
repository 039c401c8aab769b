"""Messages of the consumer, handed out one by one; partitions pause while there is nowhere to put more."""

from collections import deque
from collections.abc import Callable, Collection, Iterable
from typing import Any

import kafka

from sinks.documents import Position

POLL_MS = 100
"""Milliseconds a poll waits when partitions are paused or a batch is filling."""

Partitions = frozenset[Any]


class Shares(kafka.ConsumerRebalanceListener):  # type: ignore[misc]
    """Notes each sharing-out of partitions; the client's own calls are not to be made from inside a listener.

    kafka-python 3 keeps the position of a partition that is revoked and assigned again in one rebalance, so only what a
    new share lacks, and what was lost with the membership, is read anew from the committed offset.
    """

    def __init__(self) -> None:
        self._owned: Partitions = frozenset()
        self._gone: set[Any] = set()

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """The next share tells what is gone."""

    def on_partitions_lost(self, lost: Iterable[Any]) -> None:
        """Membership ended: all of these will be read from their committed offset, whoever gets them."""
        self._gone |= set(lost)
        self._owned -= frozenset(lost)

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """A new share, whole."""
        share = frozenset(assigned)
        self._gone |= self._owned - share
        self._owned = share

    def take_gone(self) -> Partitions:
        """Partitions that left since the last call."""
        gone, self._gone = frozenset(self._gone), set()
        return gone

    def drop_all(self) -> None:
        """The subscription ends: everything is gone."""
        self._gone |= self._owned
        self._owned = frozenset()


class Inbox:
    """Reads from the consumer and hands messages out one by one; bounded by one poll's worth."""

    def __init__(self, consumer: kafka.KafkaConsumer, shares: Shares, at_once: int) -> None:
        self._consumer = consumer
        self._shares = shares
        self._at_once = at_once
        self._waiting: deque[tuple[Any, Any]] = deque()

    def poll(self, *, accept: bool, timeout_ms: int, on_gone: Callable[[Partitions], None]) -> None:
        """Polls, which also keeps the group's membership; takes in new messages only when `accept` and none wait.

        Partitions that left meanwhile are forgotten here and told to `on_gone` before new messages are taken in.
        """
        assigned = self._consumer.assignment()
        paused = self._consumer.paused()
        if accept and not self._waiting:
            self._consumer.resume(*paused)
        elif assigned - paused:
            self._consumer.pause(*(assigned - paused))
        polled = self._consumer.poll(timeout_ms=timeout_ms, max_records=self._at_once)
        if gone := self._shares.take_gone():
            self._forget(gone)
            on_gone(gone)
        for partition, records in polled.items():
            self._waiting.extend((partition, record) for record in records)

    def take(self) -> tuple[Any, Any] | None:
        """The next partition and record, or None."""
        return self._waiting.popleft() if self._waiting else None

    def _forget(self, partitions: Collection[Any]) -> None:
        self._waiting = deque(pair for pair in self._waiting if pair[0] not in partitions)


def position_of(record: Any) -> Position:
    """Where a consumer record was read."""
    return Position(
        topic=record.topic, partition=record.partition, offset=record.offset, timestamp=max(0, record.timestamp or 0)
    )
