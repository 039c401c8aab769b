"""How long to wait before a server is asked again, and how much to send it while it is short of room."""

import threading

FIRST_DELAY = 0.2
"""Seconds before the first repeat."""

LONGEST_DELAY = 10.0
"""Seconds between repeats, at most: how soon after its return a server sees us."""

LEAST_DOCUMENTS = 16
"""Documents in a request that are never gone below."""

GROWTH = 1.25
"""Factor by which requests grow again after a success."""


def delay(attempt: int, chance: float) -> float:
    """Seconds before repeat number `attempt` (from 0); `chance` in [0, 1) spreads clients over half the time."""
    whole = min(LONGEST_DELAY, FIRST_DELAY * float(2 ** min(attempt, 16)))
    return whole * (0.5 + chance / 2)


class Throttle:
    """How many documents one request may hold: halved at each refusal for lack of room, grown again by successes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(most)
        self._lock = threading.Lock()

    def limit(self) -> int:
        """Documents in the next request, at most."""
        return int(self._limit)

    def refused(self) -> None:
        """The server had no room (429)."""
        with self._lock:
            self._limit = max(float(min(LEAST_DOCUMENTS, self._most)), self._limit / 2)

    def accepted(self) -> None:
        """The server took a request."""
        with self._lock:
            self._limit = min(float(self._most), self._limit * GROWTH)
