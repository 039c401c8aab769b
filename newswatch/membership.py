"""Notices a kafka-python consumer that has silently fallen out of its group.

Seen with kafka-python 3.0.12 under load: after a join the heartbeat task never ran again, the broker dropped the
member, and the consumer went on polling at full speed without noticing until its next commit. A restart heals it.
"""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 2.0
"""Heartbeats may be late by this many session timeouts: by then the broker has certainly dropped the member."""

LOOK_EVERY = 3.0
"""Seconds between two looks: the client computes all its metrics for each."""


class Membership:
    """Watches one consumer. `clock` is monotonic, in seconds."""

    def __init__(self, consumer: Any, session_timeout: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._consumer, self._limit, self._clock = consumer, session_timeout * PATIENCE, clock
        self._assigned_since: float | None = None
        self._look_at = 0.0

    def lost(self) -> str | None:
        """Why the membership must be gone; None while it is sound or there is nothing to judge by."""
        if not self._consumer.assignment():
            self._assigned_since = None
            return None
        now = self._clock()
        if self._assigned_since is None:
            self._assigned_since = now
        if now < self._look_at:
            return None
        self._look_at = now + LOOK_EVERY
        silent = min(now - self._assigned_since, self._heartbeat_age())
        if silent <= self._limit:
            return None
        return f"no heartbeat to the group for {silent:.0f} s"

    def _heartbeat_age(self) -> float:
        metrics = self._consumer.metrics() or {}
        age: float = metrics.get("consumer-coordinator-metrics", {}).get("last-heartbeat-seconds-ago", 0.0)
        return age
