"""Files to topics: each message on its partition in its order; memories and places moved to the new offsets."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from kafka import errors as kafka_errors
from kafka.structs import OffsetAndMetadata, TopicPartition

from newswatch import kafka_clients
from newswatch.errors import Unavailable, UserError
from newswatch.settings import KafkaSettings
from newswatch.topic_export import Step
from newswatch.topic_files import Index, Record, parts, read, read_index
from newswatch.topic_scan import bounds, scan
from newswatch.topics import SPECS, Topic

MEMORY_OF = {Topic.STORIES: Topic.MATCHED, Topic.ALERT_STATE: Topic.TRACKED}
"""Topics whose records say which offset of which other topic they have applied, on the same partition."""

FLUSH_SECONDS = 120

Offsets = Mapping[tuple[str, int], list[int]]
"""The exported offsets of each topic's partition, ascending: the message at place n of it has the new offset n."""


def restore(settings: KafkaSettings, folder: Path, on_step: Step = lambda topic, count: None) -> dict[str, int]:
    """Writes every message that is not there yet; gives how many by topic. A run that was stopped goes on.

    The topics must exist (`newswatch setup`) and hold nothing else, and no role may run. Raises UserError when that is
    not so, Unavailable when Kafka is away.
    """
    index = read_index(folder)
    specs = [spec for spec in SPECS if spec.name.value in index.partitions]
    old = {spec.name.value: _offsets(folder / spec.name.value, index.partitions[spec.name.value]) for spec in specs}
    places = {(topic, number): offsets for topic, held in old.items() for number, offsets in held.items()}
    there = {spec.name.value: _there(settings, spec.name, index) for spec in specs}
    for spec in specs:
        for number, present in there[spec.name.value].items():
            _check(settings, folder / spec.name.value, spec.name, number, present, places[spec.name.value, number])
    written = {}
    for spec in specs:
        counts = [
            _write(
                settings,
                folder / spec.name.value,
                spec.name,
                number,
                present,
                places,
                partial(on_step, spec.name.value),
            )
            for number, present in there[spec.name.value].items()
        ]
        written[spec.name.value] = sum(counts)
    _place_groups(settings, index, places)
    return written


def moved(old: int, offsets: list[int]) -> int:
    """The new offset of a place that was `old`: as many messages lie before it as did among those exported. Pure."""
    return bisect_left(offsets, old)


def moved_memory(value: bytes, offsets: list[int]) -> bytes:
    """A memory's record with the offset it has applied as the new topic counts. Pure."""
    body = msgspec.json.decode(value)
    body["applied_offset"] = moved(body["applied_offset"] + 1, offsets) - 1
    return msgspec.json.encode(body)


def _records(folder: Path, number: int) -> Iterator[Record]:
    """Of one partition, in order, each offset once: a part may have been copied together from two exports."""
    last = -1
    for part in parts(folder):
        for record in read(part) if part.partition == number else ():
            if record.offset > last:
                last = record.offset
                yield record


def _offsets(folder: Path, partitions: int) -> dict[int, list[int]]:
    return {number: [record.offset for record in _records(folder, number)] for number in range(partitions)}


def _there(settings: KafkaSettings, topic: Topic, index: Index) -> dict[int, int]:
    """How many messages were ever written to each partition."""
    ends = {number: end for number, (_, end) in bounds(settings, topic).items()}
    wanted = index.partitions[topic.value]
    if len(ends) != wanted:
        raise UserError(
            f"{topic.value} has {len(ends)} partitions and {wanted} in the files: make it anew with `newswatch setup`, "
            "or with as many partitions as before"
        )
    return ends


def _check(settings: KafkaSettings, folder: Path, topic: Topic, number: int, present: int, offsets: list[int]) -> None:
    """What is on the partition must be the beginning of what is in the files: the newest message tells."""
    if not present:
        return
    other = UserError(
        f"{topic.value} partition {number} holds {present} messages that are not those of the files: restore goes into "
        "new topics, before any role runs"
    )
    if present > len(offsets):
        raise other
    expected = next(record for record in _records(folder, number) if record.offset == offsets[present - 1])
    for found in scan(settings, topic, partitions=[number], first=present - 1):
        if (found.key, found.timestamp) != (expected.key_bytes(), expected.timestamp):
            raise other


def _write(
    settings: KafkaSettings,
    folder: Path,
    topic: Topic,
    number: int,
    present: int,
    places: Offsets,
    on_step: Callable[[int], None],
) -> int:
    memory = places.get((MEMORY_OF[topic].value, number), []) if topic in MEMORY_OF else None
    failures: list[BaseException] = []
    producer = kafka_clients.producer(settings, linger_ms=20)
    count = 0
    try:
        for place, record in enumerate(_records(folder, number)):
            if place < present:
                continue
            _send(producer, topic, number, record, memory).add_errback(failures.append)
            count += 1
            on_step(1)
        producer.flush(timeout=FLUSH_SECONDS)
    except kafka_errors.KafkaError as error:
        raise Unavailable(f"{topic.value} could not be written: {error}; run the same command again") from error
    finally:
        producer.close(timeout=5)
    if failures:
        raise Unavailable(f"{len(failures)} messages of {topic.value} were refused, the first with: {failures[0]}")
    return count


def _send(producer: Any, topic: Topic, number: int, record: Record, memory: list[int] | None) -> Any:
    value = record.value_bytes()
    if memory is not None and value is not None:
        value = moved_memory(value, memory)
    return producer.send(
        topic.value,
        key=record.key_bytes(),
        value=value,
        partition=number,
        timestamp_ms=record.timestamp,
        headers=[(name, content.encode()) for name, content in record.headers],
    )


def _place_groups(settings: KafkaSettings, index: Index, places: Offsets) -> None:
    """Each stage goes on where it was; what it had not committed comes after."""
    client = kafka_clients.admin(settings)
    try:
        for group, topics in index.groups.items():
            offsets = {
                TopicPartition(topic, number): OffsetAndMetadata(moved(old, places[topic, number]), "", -1)
                for topic, held in topics.items()
                for number, old in held.items()
                if (topic, number) in places
            }
            if offsets:
                alter = partial(client.alter_group_offsets, group, offsets)
                _placed(group, kafka_clients.coordinated(alter))
    except kafka_errors.KafkaError as error:
        raise UserError(_still_running(type(error).__name__)) from error
    finally:
        client.close()


def _placed(group: str, results: Mapping[Any, Any]) -> None:
    refused = {error.__name__ for error in results.values() if error is not kafka_errors.NoError}
    if refused:
        raise UserError(_still_running(f"{group}: {', '.join(sorted(refused))}"))


def _still_running(cause: str) -> str:
    return f"the stages' places could not be set ({cause}): stop every role, then run the same command again"
