"""How far the index sink is behind, read beside its loop so that no outage hides it; partitions nobody reads."""

import threading
import time
from collections.abc import Iterable

from newswatch import metric_names as metrics
from newswatch.errors import Unavailable
from newswatch.flow import StageSpec
from newswatch.group_lag import LagReader, PartitionLag
from newswatch.logs import logger
from newswatch.settings import KafkaSettings

EVERY = 5.0
"""Seconds between two readings."""

STUCK_SECONDS = 60.0
"""Seconds without a commit after which a partition with lag counts as stuck."""

FORSAKEN_SECONDS = 15.0
"""Seconds after which a partition with lag that is not ours and does not move is taken to be nobody's."""

Place = tuple[str, int]
"""Topic and partition."""

log = logger(__name__)


class Standstill:
    """Since when each partition with lag has not moved. Times are of a monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._since: dict[Place, tuple[int, float]] = {}

    def note(self, lags: Iterable[PartitionLag], now: float) -> None:
        """A reading."""
        for one in lags:
            place = (one.topic, one.partition)
            done, _ = self._since.get(place, (-1, now))
            if one.lag == 0:
                self._since.pop(place, None)
            elif done != one.done:
                self._since[place] = (one.done, now)

    def still(self, now: float, seconds: float) -> frozenset[Place]:
        """Partitions with lag that have not moved for so long."""
        return frozenset(place for place, (_, since) in self._since.items() if now - since >= seconds)


class LagWatch:
    """A thread that keeps the lag and stuck-partition gauges, and knows partitions with lag that nobody reads.

    A member may be left without partitions although there are some: kafka-python's assignor works on whatever metadata
    has arrived when it runs, and does not always look again (seen with 3.0.12, once in about twenty starts).
    """

    def __init__(self, settings: KafkaSettings, stage: StageSpec, stop: threading.Event) -> None:
        self._settings = settings
        self._stage = stage
        self._stop = stop
        self._still = Standstill()
        self._thread = threading.Thread(target=self._run, name="lag", daemon=True)

    def start(self) -> None:
        """Begins to watch."""
        self._thread.start()

    def forsaken(self, owned: Iterable[Place]) -> frozenset[Place]:
        """Partitions with lag that stand still and are not among `owned`."""
        return self._still.still(time.monotonic(), FORSAKEN_SECONDS) - frozenset(owned)

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                reader = LagReader(self._settings)
            except Unavailable as error:
                log.warning("lag-unknown", cause=str(error)[:200])
                continue
            try:
                while not self._stop.is_set():
                    self._report(reader)
                    self._stop.wait(EVERY)
            except (Unavailable, KeyError) as error:  # KeyError: the library had only some of the answers
                log.warning("lag-unknown", cause=f"{type(error).__name__}: {error}"[:200])
            finally:
                reader.close()

    def _report(self, reader: LagReader) -> None:
        lags = reader.of(self._stage)
        for one in lags:
            metrics.gauge(metrics.CONSUMER_LAG).labels(one.stage, one.topic, str(one.partition)).set(one.lag)
        now = time.monotonic()
        self._still.note(lags, now)
        stuck = self._still.still(now, STUCK_SECONDS)
        metrics.gauge(metrics.STUCK_PARTITIONS).labels(self._stage.name).set(len(stuck))
