"""Commits of one topic, partition by partition, as messages are settled."""

from collections.abc import Set as AbstractSet
from typing import Any

from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata, TopicPartition

from newswatch.logs import logger
from sinks.notify.completion import Completion

COMMIT_TIMEOUT_MS = 10_000

log = logger(__name__)


class Commits:
    """The completion of each assigned partition, and the commits made of it."""

    def __init__(self, consumer: Any, topic: str) -> None:
        self._consumer, self._topic = consumer, topic
        self._partitions: dict[int, Completion] = {}

    def begin(self, partition: int, offset: int, keys: AbstractSet[str]) -> set[str]:
        """See Completion.begin."""
        return self._partitions.setdefault(partition, Completion()).begin(offset, keys)

    def settle(self, partition: int, key: str) -> None:
        """See Completion.settle; a partition that has left is no fault."""
        if partition in self._partitions:
            self._partitions[partition].settle(key)

    def waits(self, partition: int, key: str) -> bool:
        """See Completion.waits."""
        return partition in self._partitions and self._partitions[partition].waits(key)

    def open(self) -> int:
        """Messages begun and not settled, on all partitions."""
        return sum(completion.open() for completion in self._partitions.values())

    def forget(self, partition: int) -> None:
        """The partition has left."""
        self._partitions.pop(partition, None)

    def clear(self) -> None:
        """All partitions have left."""
        self._partitions.clear()

    def commit(self) -> None:
        """Commits what has moved. A failure is logged: the next round, or the next owner, commits."""
        if not (due := self._due()):
            return
        try:
            self._consumer.commit(due, timeout_ms=COMMIT_TIMEOUT_MS)
        except KafkaError as error:
            log.warning("commit-failed", error=f"{type(error).__name__}: {error}")
            return
        for place, offset in due.items():
            self._partitions[place.partition].committed(offset.offset)

    def commit_at_last(self) -> None:
        """Commits what has moved without waiting, for a rebalance listener: it runs in the client's own thread.

        The request goes out before the one that gives the partitions up. Where it is lost the next owner reads on from
        further back and finds on record what was delivered.
        """
        if due := self._due():
            self._consumer.commit_async(due)

    def _due(self) -> dict[TopicPartition, OffsetAndMetadata]:
        reached = {partition: completion.to_commit() for partition, completion in self._partitions.items()}
        return {
            TopicPartition(self._topic, partition): OffsetAndMetadata(offset, "", -1)
            for partition, offset in reached.items()
            if offset is not None
        }
