"""A stage's memory is what its topic says, less what a former owner wrote late."""

from collections.abc import AsyncIterator

import msgspec

from newswatch import wire
from newswatch.records.alert import AlertState
from processors.streaming.stage_memory import StageMemory


class LogOfState:
    """A state topic's partition as a list."""

    def __init__(self, *records: tuple[str, AlertState | None], input_end: int = 100) -> None:
        self.log = [(key.encode(), None if state is None else wire.encode(state)) for key, state in records]
        self.end = input_end
        self.reads = 0

    async def records(self, partition: int) -> AsyncIterator[tuple[bytes, bytes | None]]:
        self.reads += 1
        for entry in self.log:
            yield entry

    async def input_end(self, partition: int) -> int:
        return self.end


def state(offset: int, generation: int, **memory: int) -> AlertState:
    return AlertState(rule_id="r", applied_offset=offset, generation=generation, memory=memory)


def memory_of(log: LogOfState) -> StageMemory[AlertState]:
    return StageMemory("test", log, lambda data: wire.decode(data, AlertState))


async def test_the_newest_record_of_each_key_counts() -> None:
    memory = await memory_of(LogOfState(("a", state(1, 1)), ("b", state(2, 1)), ("a", state(5, 1, n=2)))).of(0, 1)
    assert memory.records == {"a": state(5, 1, n=2), "b": state(2, 1)}
    assert memory.applied == 5


async def test_a_tombstone_removes() -> None:
    memory = await memory_of(LogOfState(("a", state(1, 1)), ("a", None))).of(0, 1)
    assert memory.records == {}


async def test_a_late_write_by_a_former_owner_is_ignored() -> None:
    memory = await memory_of(LogOfState(("a", state(9, 4, n=1)), ("a", state(8, 3, n=2)))).of(0, 5)
    assert memory.records == {"a": state(9, 4, n=1)}
    assert (memory.applied, memory.foreign) == (9, 1)


async def test_an_owner_writes_above_every_generation_read_even_when_the_broker_counts_anew() -> None:
    log = LogOfState(("a", state(9, 40)))
    assert (await memory_of(log).of(0, 3)).generation == 41
    assert (await memory_of(log).of(0, 90)).generation == 90


async def test_it_is_read_once_until_an_assignment_changes() -> None:
    log = LogOfState(("a", state(1, 1)))
    memory = memory_of(log)
    await memory.of(0, 1)
    await memory.of(0, 1)
    assert log.reads == 1
    memory.forget()
    await memory.of(0, 2)
    assert log.reads == 2


async def test_an_input_topic_made_anew_is_not_taken_for_known() -> None:
    memory = await memory_of(LogOfState(("a", state(50, 1)), input_end=10)).of(0, 1)
    assert memory.applied == -1


async def test_an_unreadable_record_does_not_stop_the_rest() -> None:
    log = LogOfState(("a", state(1, 1)))
    log.log.append((b"b", b"rubbish"))
    assert set((await memory_of(log).of(0, 1)).records) == {"a"}


def test_records_are_frozen() -> None:
    assert msgspec.structs.replace(state(1, 1), generation=2) != state(1, 1)
