"""The live edge: a thread that reads Kafka from a little while ago and goes on for ever, handing on each record."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kafka import errors as kafka_errors
from kafka.structs import TopicPartition

from newswatch import kafka_clients, wire
from newswatch.errors import Unavailable, Unprocessable
from newswatch.logs import logger
from newswatch.records.alert import Alert
from newswatch.records.tracked import TrackedArticle
from newswatch.settings import KafkaSettings
from newswatch.topics import Topic

log = logger(__name__)

TOPICS = (Topic.TRACKED, Topic.ALERTS)
LOOK_BACK_MS = 15 * 60 * 1000
"""Milliseconds read again at start, so that a page that was open before this process was can catch up."""

MOST_BACK = 400
"""Messages of one partition read again at start, at most."""

PAUSE = (0.5, 10.0)
"""Seconds between two attempts to reach Kafka: the first and the longest pause."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A record with the broker's time of it (milliseconds since 1970)."""

    record: TrackedArticle | Alert
    at: int


class Follower:
    """Reads without a group and commits nothing. `on_records` and `on_start` are called from its thread.

    `on_start` gets how far back (milliseconds since 1970) everything has been read; `connected` says whether Kafka
    answered last.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        on_records: Callable[[list[Seen]], None],
        on_start: Callable[[int], None],
        stop: threading.Event,
    ) -> None:
        self._settings = settings
        self._on_records = on_records
        self._on_start = on_start
        self._stop = stop
        self._positions: dict[TopicPartition, int] = {}
        self.connected = False

    def run(self) -> None:
        """Until `stop`: follows, and when Kafka is away tries again, going on where it was."""
        pause = PAUSE[0]
        while not self._stop.is_set():
            try:
                self._follow()
                pause = PAUSE[0]
            except (Unavailable, kafka_errors.KafkaError, OSError) as error:
                self.connected = False
                log.warning("live-edge-away", error=str(error), again_in=pause)
                self._stop.wait(pause)
                pause = min(pause * 2, PAUSE[1])

    def _follow(self) -> None:
        consumer = kafka_clients.consumer(self._settings)
        try:
            self._begin(consumer)
            self.connected = True
            while not self._stop.is_set():
                polled = consumer.poll(timeout_ms=500, max_records=500)
                for tp, records in polled.items():
                    self._positions[tp] = records[-1].offset + 1
                seen = [found for records in polled.values() for found in map(_read, records) if found]
                if seen:
                    self._on_records(sorted(seen, key=lambda one: one.at))
        finally:
            consumer.close()

    def _begin(self, consumer: Any) -> None:
        places = [
            TopicPartition(t.value, n) for t in TOPICS for n in sorted(consumer.partitions_for_topic(t.value) or ())
        ]
        if not places:
            raise Unavailable("the topics are not there yet")
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        first = not self._positions
        since = int(time.time() * 1000) - LOOK_BACK_MS
        marks = consumer.offsets_for_times(dict.fromkeys(places, since)) if first else {}
        complete = True
        for place in places:
            begin = self._positions.get(place)
            if begin is None:
                mark = marks.get(place)
                begin = mark.offset if mark else ends[place]
                complete = complete and begin >= ends[place] - MOST_BACK
                begin = max(begin, ends[place] - MOST_BACK)
            self._positions[place] = begin
            consumer.seek(place, begin)
        if first and complete:
            self._on_start(since)


def _read(message: Any) -> Seen | None:
    if message.value is None:
        return None
    kind: type[TrackedArticle | Alert] = Alert if message.topic == Topic.ALERTS.value else TrackedArticle
    try:
        return Seen(wire.decode(message.value, kind), int(message.timestamp))
    except Unprocessable as error:
        log.warning("live-record-unreadable", topic=message.topic, offset=message.offset, error=str(error))
        return None
