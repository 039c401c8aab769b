"""A stage's memory: a compacted topic read back to its end when a partition comes, one writer told from the next.

Not a Faust table: those lose messages on failover (docs/adr/0001). Each state record carries `applied_offset`, the
input offset it has applied, and `generation`, which grows with every owner: a record whose generation is lower than
one already read for its key was written late by a former owner and is ignored.
"""

import time
from collections.abc import AsyncIterator, Callable
from typing import Generic, Protocol, TypeVar

from newswatch import metric_names as metrics
from newswatch.errors import Unprocessable
from newswatch.logs import logger

log = logger(__name__)


class StateRecord(Protocol):
    """What every record of a state topic carries."""

    @property
    def applied_offset(self) -> int:
        """The input offset this record has applied."""
        ...

    @property
    def generation(self) -> int:
        """The owner's generation."""
        ...


S = TypeVar("S", bound=StateRecord)


class StateReader(Protocol):
    """Reads a state topic; the partition of a state record is that of its input."""

    def records(self, partition: int) -> AsyncIterator[tuple[bytes, bytes | None]]:
        """Key and value of each record of one partition, oldest first, up to the log's end. Raises Unavailable."""
        ...

    async def input_end(self, partition: int) -> int:
        """The offset the next message of the stage's input will get. Raises Unavailable."""
        ...


class PartitionMemory(Generic[S]):
    """One partition's records by key, the highest input offset applied, and the generation this owner writes with."""

    def __init__(self) -> None:
        self.records: dict[str, S] = {}
        self.applied = -1
        self.generation = 0
        self.foreign = 0

    def take(self, key: str, record: S | None) -> None:
        """Takes one record as read from the log, oldest first; None is a tombstone."""
        if record is None:
            self.records.pop(key, None)
            return
        present = self.records.get(key)
        if present is not None and record.generation < present.generation:
            self.foreign += 1
            return
        self.records[key] = record
        self.applied = max(self.applied, record.applied_offset)
        self.generation = max(self.generation, record.generation)

    def own(self, group_generation: int) -> None:
        """Begins this owner's writing: above every generation read, even where the broker has begun counting anew."""
        self.generation = max(group_generation, self.generation + 1)


class StageMemory(Generic[S]):
    """The memories of the partitions this worker holds; loaded on the first message after an assignment."""

    def __init__(self, stage: str, reader: StateReader, decode: Callable[[bytes], S]) -> None:
        self._stage, self._read_back, self._input_end, self._decode = stage, reader.records, reader.input_end, decode
        self._loaded: dict[int, PartitionMemory[S]] = {}

    def forget(self) -> None:
        """An assignment changed: what is held may be another worker's by now."""
        self._loaded.clear()
        metrics.gauge(metrics.STATE_RECORDS).labels(self._stage).set(0)

    async def of(self, partition: int, group_generation: int) -> PartitionMemory[S]:
        """The memory of one partition, read back first when it is not held.

        What was applied cannot lie beyond the input's end, unless the input topic was made anew under an old memory:
        then its messages are not taken for known ones.
        """
        memory = self._loaded.get(partition)
        if memory is None:
            memory = await self._load(partition, group_generation)
            end = await self._input_end(partition)
            if memory.applied >= end:
                log.error("input-made-anew", stage=self._stage, partition=partition, applied=memory.applied, end=end)
                memory.applied = -1
            self._loaded[partition] = memory
        return memory

    async def _load(self, partition: int, group_generation: int) -> PartitionMemory[S]:
        memory: PartitionMemory[S] = PartitionMemory()
        began = time.perf_counter()
        async for key, value in self._read_back(partition):
            self._take(memory, partition, key, value)
        memory.own(group_generation)
        seconds = time.perf_counter() - began
        metrics.histogram(metrics.STATE_LOAD_SECONDS).labels(self._stage).observe(seconds)
        metrics.counter(metrics.STATE_FOREIGN_WRITES).labels(self._stage).inc(memory.foreign)
        metrics.gauge(metrics.STATE_RECORDS).labels(self._stage).set(
            sum(len(held.records) for held in self._loaded.values()) + len(memory.records)
        )
        log.info(
            "memory-loaded",
            stage=self._stage,
            partition=partition,
            records=len(memory.records),
            applied=memory.applied,
            generation=memory.generation,
            ignored=memory.foreign,
            seconds=round(seconds, 3),
        )
        return memory

    def _take(self, memory: PartitionMemory[S], partition: int, key: bytes, value: bytes | None) -> None:
        try:
            memory.take(key.decode(), None if value is None else self._decode(value))
        except (Unprocessable, UnicodeDecodeError) as error:
            log.error(
                "state-record-unreadable", stage=self._stage, partition=partition, key=repr(key), error=str(error)
            )
