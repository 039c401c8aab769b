"""Stored articles for backtests: news.tracked between two times, or JSON lines. Reads only: it makes no producer."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from kafka.structs import TopicPartition

from newswatch import wire
from newswatch.errors import Unavailable, Unprocessable, UserError
from newswatch.kafka_clients import consumer
from newswatch.records.tracked import TrackedArticle
from newswatch.settings import KafkaSettings
from newswatch.topics import Topic

PATIENCE = 30
"""Seconds without data after which reading the archive fails."""


def kafka_archive(settings: KafkaSettings, since: datetime, until: datetime) -> Iterator[TrackedArticle]:
    """Tracked articles with since ≤ first_seen < until, partition by partition, each in the order it was written.

    Reads without a consumer group, up to the log's end as of now; what cannot be read is left out. Raises Unavailable.
    """
    reader = consumer(settings, max_poll_records=2000)
    try:
        for partition in sorted(reader.partitions_for_topic(Topic.TRACKED.value) or ()):
            for value in _values(reader, TopicPartition(Topic.TRACKED.value, partition), since):
                try:
                    tracked = wire.decode(value, TrackedArticle)
                except Unprocessable:
                    continue
                if since <= tracked.article.first_seen < until:
                    yield tracked
    finally:
        reader.close()


def _values(reader: Any, place: TopicPartition, since: datetime) -> Iterator[bytes]:
    """A record is written after its article was first seen, so none before `since` can be wanted."""
    reader.assign([place])
    end = reader.end_offsets([place])[place]
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
        yield from (record.value for record in records if record.value)


def file_archive(path: Path, since: datetime, until: datetime) -> Iterator[TrackedArticle]:
    """Tracked articles of a JSON-lines file in wire form, between the times. Raises UserError naming a wrong line."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    tracked = wire.decode(line, TrackedArticle)
                except Unprocessable as error:
                    raise UserError(f"{path}:{number}: {error}") from error
                if since <= tracked.article.first_seen < until:
                    yield tracked
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
