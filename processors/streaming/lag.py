"""Watches a worker's commits from outside its event loop: lag metrics, stuck partitions, offsets for the guards."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kafka import errors as kafka_errors
from kafka.structs import TopicPartition

from newswatch import kafka_clients
from newswatch import metric_names as metrics
from newswatch.errors import Unavailable
from newswatch.logs import logger
from newswatch.settings import KafkaSettings
from processors.streaming.guards import Partition, Watchdog

LOOK_EVERY = 10.0
"""Seconds between two looks at lag."""

log = logger(__name__)


class GroupOffsets:
    """Committed offsets and log bounds of one consumer group, asked of the broker with a client of its own."""

    def __init__(self, settings: KafkaSettings, group: str) -> None:
        self._settings, self._group = settings, group
        self._lock = threading.Lock()
        self._client: Any = None

    def committed(self, partition: Partition) -> int | None:
        """The next offset the group would read; None when it has committed none. Raises Unavailable."""
        metadata: int | None = self._ask(lambda client: client.committed(_tp(partition)))
        return metadata

    def log_start(self, partition: Partition) -> int:
        """The first offset the log still holds. Raises Unavailable."""
        tp = _tp(partition)
        return int(self._ask(lambda client: client.beginning_offsets([tp]))[tp])

    def lags(self, partitions: Iterable[Partition]) -> Mapping[Partition, tuple[int, int]]:
        """(committed or log start, log end) of each partition. Raises Unavailable."""
        tps = [_tp(partition) for partition in partitions]
        if not tps:
            return {}
        ends = self._ask(lambda client: client.end_offsets(tps))
        starts = self._ask(lambda client: client.beginning_offsets(tps))
        done = self._ask(lambda client: {tp: client.committed(tp) for tp in tps})
        return {(tp.topic, tp.partition): (max(starts[tp], done[tp] or 0), ends[tp]) for tp in tps}

    def close(self) -> None:
        """Closes the connection."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        with self._lock:
            try:
                if self._client is None:
                    self._client = kafka_clients.consumer(self._settings, group=self._group)
                return question(self._client)
            except kafka_errors.KafkaError as error:
                raise Unavailable(f"Kafka does not tell offsets: {error}") from error


class LagReporter(threading.Thread):
    """Publishes lag and ends the worker when a partition stands still for a minute while Kafka answers."""

    def __init__(
        self,
        stage: str,
        offsets: GroupOffsets,
        assigned: Callable[[], Iterable[Partition]],
        fail: Callable[[str], None],
    ) -> None:
        super().__init__(name="lag", daemon=True)
        self._stage, self._offsets, self._assigned, self._fail = stage, offsets, assigned, fail
        self._watchdog = Watchdog()
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Looks every LOOK_EVERY seconds; a broker that does not answer is no reason to end."""
        while not self._stop_asked.wait(LOOK_EVERY):
            try:
                self._look(time.monotonic())
            except Unavailable as error:
                self._watchdog = Watchdog()
                log.warning("lag-unknown", stage=self._stage, error=str(error))

    def stop(self) -> None:
        """Ends the thread."""
        self._stop_asked.set()

    def _look(self, now: float) -> None:
        lags = self._offsets.lags(self._assigned())
        for (topic, number), (committed, end) in lags.items():
            metrics.gauge(metrics.CONSUMER_LAG).labels(self._stage, topic, str(number)).set(end - committed)
        stuck = self._watchdog.look(lags, now)
        metrics.gauge(metrics.STUCK_PARTITIONS).labels(self._stage).set(len(stuck))
        if stuck:
            self._fail(f"no commit for a minute although messages wait: {', '.join(f'{t}/{n}' for t, n in stuck)}")


def _tp(partition: Partition) -> TopicPartition:
    return TopicPartition(*partition)
