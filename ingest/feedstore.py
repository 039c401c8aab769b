"""The topic news.feeds as commands use it: read whole, feeds added, changed and removed."""

from collections.abc import Iterable
from typing import Any

import msgspec
from kafka.structs import TopicPartition

from ingest.holding import apply
from newswatch import wire
from newswatch.errors import Unavailable, Unprocessable
from newswatch.kafka_clients import consumer, ensure_topics, producer
from newswatch.records.feed import FeedRecord, FeedSettings
from newswatch.settings import KafkaSettings
from newswatch.topics import Topic

POLL_MS = 500
EMPTY_POLLS = 60
"""Polls without a record after which reading is given up."""
SEND_SECONDS = 30.0


class FeedStore:
    """One command's look at the feeds. Raises Unavailable when Kafka is away."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings

    def load(self) -> dict[str, FeedRecord]:
        """Every feed by its address; settings by the newest record, poll state by the newest poller's."""
        ensure_topics(self._settings)
        client = consumer(self._settings)
        try:
            return self._read(client)
        finally:
            client.close(autocommit=False)

    def put(self, feeds: Iterable[FeedSettings], known: dict[str, FeedRecord]) -> int:
        """Writes settings; a feed in `known` keeps its poll state. Gives how many records were written."""
        changed = [
            FeedRecord(settings=feed, state=known[feed.url].state) if feed.url in known else FeedRecord(settings=feed)
            for feed in feeds
            if feed.url not in known or known[feed.url].settings != feed
        ]
        self._send([(record.settings.url, wire.encode(record)) for record in changed])
        return len(changed)

    def remove(self, urls: Iterable[str]) -> None:
        """Removes feeds; pollers drop them as soon as they read it."""
        self._send([(url, None) for url in urls])

    def _send(self, messages: list[tuple[str, bytes | None]]) -> None:
        if not messages:
            return
        sender = producer(self._settings)
        try:
            futures = [sender.send(Topic.FEEDS.value, key=url.encode(), value=value) for url, value in messages]
            for future in futures:
                future.get(timeout=SEND_SECONDS)
        except Exception as error:  # kafka-python raises several families; each means: not written
            raise Unavailable(f"news.feeds could not be written: {type(error).__name__}: {error}") from error
        finally:
            sender.close(timeout=5)

    def _read(self, client: Any) -> dict[str, FeedRecord]:
        numbers = client.partitions_for_topic(Topic.FEEDS.value) or set()
        parts = [TopicPartition(Topic.FEEDS.value, number) for number in sorted(numbers)]
        client.assign(parts)
        client.seek_to_beginning(*parts)
        ends = {tp: end for tp, end in (client.end_offsets(parts) or {}).items() if end > 0}
        held: dict[str, Any] = {}
        idle = 0
        while any(client.position(tp) < end for tp, end in ends.items()):
            batches = client.poll(timeout_ms=POLL_MS)
            idle = 0 if batches else idle + 1
            if idle > EMPTY_POLLS:
                raise Unavailable("news.feeds cannot be read to its end")
            for tp, records in batches.items():
                for message in records:
                    _take(held, message, tp.partition)
        return {url: one.record() for url, one in held.items()}


def _take(held: dict[str, Any], message: Any, partition: int) -> None:
    try:
        record = wire.decode(message.value, FeedRecord) if message.value is not None else None
    except Unprocessable:
        return
    url = message.key.decode("utf-8", "replace")
    apply(held, url, record, partition=partition, offset=message.offset, active=None)


def changed_settings(settings: FeedSettings, **changes: Any) -> FeedSettings:
    """`settings` with the changes that are not None."""
    return msgspec.structs.replace(settings, **{name: value for name, value in changes.items() if value is not None})
