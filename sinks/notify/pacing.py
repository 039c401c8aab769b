"""A channel's rate limit: what is over it waits for a digest at the end of the period. Pure."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from newswatch.identity import digest
from sinks.notify.config import Rate
from sinks.notify.routing import window_end


@dataclass(frozen=True, slots=True)
class Overflow:
    """When what is over the rate goes out, and the digest it goes out with."""

    at: datetime
    digest: str


class Pace:
    """Counts what one channel has sent in the last period; no rate means no limit."""

    def __init__(self, channel: str, rate: Rate | None) -> None:
        self._channel, self._rate = channel, rate
        self._sent: deque[datetime] = deque()

    def sent(self, now: datetime) -> None:
        """One message went out."""
        if self._rate:
            self._sent.append(now)

    def held_until(self, now: datetime) -> Overflow | None:
        """None when one more message is within the rate."""
        if self._rate is None:
            return None
        while self._sent and now - self._sent[0] >= self._rate.per:
            self._sent.popleft()
        if len(self._sent) < self._rate.messages:
            return None
        at = window_end(self._rate.per, now)
        return Overflow(at, digest("overflow", self._channel, at.isoformat()))
