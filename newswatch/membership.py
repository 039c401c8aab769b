"""Notices a kafka-python consumer that has silently fallen out of its group.

Seen with kafka-python 3.0.12: after a join under load, and after a broker's kill -9, no heartbeat was ever sent again,
the broker dropped the member, and the consumer went on polling at full speed, with or without partitions. The cause
found is mended in newswatch/rejoining.py; this is the second net, and a restart heals what falls into it.
"""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 2.0
"""Heartbeats may be late by this many session timeouts: by then the broker has certainly dropped the member."""

JOIN_PATIENCE = 4.0
"""Session timeouts without heartbeat and without partitions: no heartbeat is sent while a group waits for a join."""

LOOK_EVERY = 3.0
"""Seconds between two looks: the client computes all its metrics for each."""


class Membership:
    """Watches one consumer, which may have partitions or (where others have them all) none. `clock` is monotonic."""

    def __init__(self, consumer: Any, session_timeout: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._consumer, self._session, self._clock = consumer, session_timeout, clock
        self._since = clock()
        self._assigned = False
        self._look_at = 0.0

    def lost(self) -> str | None:
        """Why the membership must be gone; None while it is sound or there is nothing to judge by."""
        now = self._clock()
        if (assigned := bool(self._consumer.assignment())) and not self._assigned:
            self._since = now
        self._assigned = assigned
        if now < self._look_at:
            return None
        self._look_at = now + LOOK_EVERY
        silent = min(now - self._since, self._heartbeat_age())
        limit = self._session * (PATIENCE if assigned else JOIN_PATIENCE)
        return f"no heartbeat to the group for {silent:.0f} s" if silent > limit else None

    def _heartbeat_age(self) -> float:
        metrics = self._consumer.metrics() or {}
        age: float = metrics.get("consumer-coordinator-metrics", {}).get("last-heartbeat-seconds-ago", 0.0)
        return age
