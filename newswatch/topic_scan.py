"""Reading a topic, or some of its partitions, from a moment to its end as of now; without a consumer group."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from kafka import errors as kafka_errors
from kafka.structs import TopicPartition

from newswatch.errors import Unavailable
from newswatch.kafka_clients import consumer
from newswatch.settings import KafkaSettings
from newswatch.topics import Topic

PATIENCE = 30
"""Seconds without data after which reading fails."""


def scan(
    settings: KafkaSettings,
    topic: Topic,
    *,
    since: datetime | None = None,
    partitions: Collection[int] | None = None,
    first: int = 0,
) -> Iterator[Any]:
    """The topic's records, partition by partition, oldest first; those written before `since` are left out, and those
    before offset `first`.

    A topic that is not there yet has none. Raises Unavailable.
    """
    reader = consumer(settings, max_poll_records=2000)
    try:
        known = sorted(reader.partitions_for_topic(topic.value) or ())
        for number in known if partitions is None else partitions:
            yield from _partition(reader, TopicPartition(topic.value, number), since, first)
    finally:
        reader.close()


def bounds(settings: KafkaSettings, topic: Topic) -> dict[int, tuple[int, int]]:
    """The first offset kept and the next to be written, by partition; nothing for a topic that is not there."""
    reader = consumer(settings)
    try:
        places = [TopicPartition(topic.value, number) for number in reader.partitions_for_topic(topic.value) or ()]
        starts, ends = reader.beginning_offsets(places), reader.end_offsets(places)
        return {place.partition: (starts[place], ends[place]) for place in places}
    except kafka_errors.KafkaError as error:
        raise Unavailable(f"Kafka does not tell the offsets of {topic.value}: {error}") from error
    finally:
        reader.close()


def reaches_back(settings: KafkaSettings, topic: Topic, moment: datetime) -> bool:
    """Whether the topic still holds all that was written since `moment`: retention has removed nothing that young.

    Raises Unavailable.
    """
    reader = consumer(settings)
    try:
        places = [TopicPartition(topic.value, number) for number in reader.partitions_for_topic(topic.value) or ()]
        begins = reader.beginning_offsets(places)
        cut = [place for place in places if begins[place] > 0]
        found = reader.offsets_for_times({place: int(moment.timestamp() * 1000) for place in cut}) if cut else {}
        return all(at is None or at.offset > begins[place] for place, at in found.items())
    except kafka_errors.KafkaError as error:
        raise Unavailable(f"Kafka does not tell how far back {topic.value} goes: {error}") from error
    finally:
        reader.close()


def _partition(reader: Any, place: TopicPartition, since: datetime | None, first: int) -> Iterator[Any]:
    reader.assign([place])
    end = reader.end_offsets([place])[place]
    if since is None:
        reader.seek(place, max(first, reader.beginning_offsets([place])[place]))
    else:
        found = reader.offsets_for_times({place: int(since.timestamp() * 1000)})[place]
        if found is None or found.offset is None or found.offset < 0:
            return
        reader.seek(place, found.offset)
    idle = 0
    while (reader.position(place) or 0) < end:
        records = reader.poll(timeout_ms=1000).get(place, [])
        idle = 0 if records else idle + 1
        if idle > PATIENCE:
            raise Unavailable(f"{place.topic} partition {place.partition} gave no data for {idle} s")
        yield from records
