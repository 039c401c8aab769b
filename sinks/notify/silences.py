"""The silences in force, kept up to date from news.silences."""

from typing import Any

from kafka.structs import TopicPartition

from newswatch import wire
from newswatch.errors import Unprocessable
from newswatch.kafka_clients import consumer
from newswatch.logs import logger
from newswatch.records.silence import Silence
from newswatch.settings import KafkaSettings
from newswatch.topics import Topic

log = logger(__name__)


class SilenceBook:
    """Reads the whole topic at start, then what is added. One thread's."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._by_key: dict[bytes, Silence] = {}
        self._reader = consumer(settings)
        place = TopicPartition(Topic.SILENCES.value, 0)
        self._reader.assign([place])
        end = self._reader.end_offsets([place])[place]
        self._reader.seek_to_beginning(place)
        while (self._reader.position(place) or 0) < end:
            self._take(self._reader.poll(timeout_ms=500))

    def look(self) -> None:
        """Takes what was added since; does not wait."""
        self._take(self._reader.poll(timeout_ms=0))

    def all(self) -> tuple[Silence, ...]:
        """Every silence on record, in force or past."""
        return tuple(self._by_key.values())

    def _take(self, batches: dict[Any, list[Any]]) -> None:
        for record in (record for batch in batches.values() for record in batch):
            if record.value is None:
                self._by_key.pop(record.key, None)
                continue
            try:
                self._by_key[record.key] = wire.decode(record.value, Silence)
            except Unprocessable as error:
                log.error("silence-unreadable", offset=record.offset, error=str(error))

    def close(self) -> None:
        """Closes the reader."""
        self._reader.close()
