"""Looks at the pipeline from time to time, in a thread of its own: lag, rejects, alerts written, channels that fail."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from newswatch.errors import Unavailable
from newswatch.flow import FLOW
from newswatch.group_lag import LagReader
from newswatch.logs import logger
from newswatch.records.alert import Alert
from newswatch.settings import Settings
from newswatch.topics import Topic
from sinks.notify.operations import Look, Watchman

LOOK_EVERY = 60.0
"""Seconds between two looks; the first comes after as long."""

log = logger(__name__)


class Lookout:
    """Publishes what the watchman finds. `failing` gives the channels that fail now, with the time since when."""

    def __init__(
        self, settings: Settings, failing: Callable[[], Mapping[str, datetime]], publish: Callable[[Alert], None]
    ) -> None:
        self._settings, self._failing, self._publish = settings, failing, publish
        self._watchman = Watchman(settings.watch.name)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lookout", daemon=True)

    def start(self) -> None:
        """Begins looking."""
        self._thread.start()

    def stop(self) -> None:
        """Ends."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(5)

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            try:
                for alert in self._watchman.judge(self._look()):
                    log.warning("operational-alert", rule=alert.rule_id, title=alert.title, reason=alert.reason)
                    self._publish(alert)
            except Unavailable as error:  # the lanes and the loop notice the same; the next look may see more
                log.warning("lookout-blind", error=str(error))
            except Exception:  # a look is never worth a delivery
                log.exception("lookout-bug")

    def _look(self) -> Look:
        reader = LagReader(self._settings.kafka)
        try:
            partitions = [part for stage in FLOW for part in reader.of(stage)]
        finally:
            reader.close()
        return Look(
            at=datetime.now(UTC),
            partitions={(part.stage, part.topic, part.partition): (part.done, part.lag) for part in partitions},
            rejects=sum(part.end for part in partitions if part.topic == Topic.REJECTED and part.stage == "index"),
            failing=self._failing(),
            alerts=sum(part.end for part in partitions if part.topic == Topic.ALERTS and part.stage == "notify"),
        )
