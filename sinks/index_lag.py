"""How far the index sink is behind: log end less committed, read beside the loop so that an outage cannot hide it."""

import threading
from typing import Any

from kafka import errors as kafka_errors

from newswatch import kafka_clients
from newswatch import metric_names as metrics
from newswatch.errors import Unavailable
from newswatch.logs import logger
from newswatch.settings import KafkaSettings

EVERY = 5.0
"""Seconds between two readings."""

log = logger(__name__)


class LagReporter:
    """A thread that keeps the gauge newswatch_consumer_lag for the partitions in `committed` (next offset to read)."""

    def __init__(self, settings: KafkaSettings, stage: str, stop: threading.Event) -> None:
        self._settings = settings
        self._stage = stage
        self._stop = stop
        self._committed: dict[Any, int] = {}
        self._thread = threading.Thread(target=self._run, name="lag", daemon=True)

    def start(self) -> None:
        """Begins to report."""
        self._thread.start()

    def unknown(self, assigned: set[Any]) -> set[Any]:
        """Those of the assigned partitions whose committed offset was not told yet."""
        return assigned - self._committed.keys()

    def committed(self, offsets: dict[Any, int]) -> None:
        """These offsets are committed now."""
        self._committed = self._committed | offsets

    def forget(self, partitions: set[Any]) -> None:
        """These partitions are another worker's now."""
        for partition in partitions:
            self._gauge(partition, 0)
        self._committed = {tp: offset for tp, offset in self._committed.items() if tp not in partitions}

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                client = kafka_clients.consumer(self._settings)
            except Unavailable as error:
                log.warning("lag-unknown", cause=str(error)[:200])
                continue
            try:
                self._report(client)
            except (kafka_errors.KafkaError, KeyError) as error:  # KeyError: the library had only some answers in time
                log.warning("lag-unknown", cause=f"{type(error).__name__}: {error}"[:200])
            finally:
                client.close()

    def _report(self, client: Any) -> None:
        while not self._stop.is_set():
            committed = self._committed
            if committed:
                for partition, end in client.end_offsets(list(committed), timeout_ms=10_000).items():
                    self._gauge(partition, max(0, end - committed[partition]))
            self._stop.wait(EVERY)

    def _gauge(self, partition: Any, lag: int) -> None:
        labels = (self._stage, partition.topic, str(partition.partition))
        metrics.gauge(metrics.CONSUMER_LAG).labels(*labels).set(lag)
