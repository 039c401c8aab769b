"""Whether it is our own network that is down: nearly every poll of the last minutes failed on the way.."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
POLLS_NEEDED = 8
"""Polls in the window from which it says anything."""
SHARE = 0.85
ALERT_AFTER = timedelta(minutes=10)
"""How long an outage lasts before people hear of it."""
RECENT = 400
"""Polls remembered at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An outage begins or ends for people."""

    opened: bool
    since: datetime


class Outage:
    """The last polls' fates. `since` is when the outage began, None while there is none."""

    def __init__(self) -> None:
        self._polls: deque[tuple[datetime, bool]] = deque(maxlen=RECENT)
        self.since: datetime | None = None
        self._announced: datetime | None = None

    def note(self, now: datetime, *, reached: bool) -> None:
        """A poll ended: `reached` says whether a server answered, whatever it said."""
        self._polls.append((now, reached))
        while self._polls and now - self._polls[0][0] > WINDOW:
            self._polls.popleft()
        failing, polled = self.counts()
        if polled >= POLLS_NEEDED and failing >= SHARE * polled:
            self.since = self.since or self._polls[0][0]
        elif reached and failing < SHARE * polled:
            self.since = None

    def counts(self) -> tuple[int, int]:
        """(polls that did not get through, polls) within the window."""
        return sum(not reached for _, reached in self._polls), len(self._polls)

    def news(self, now: datetime) -> News | None:
        """What people should hear now: an outage that lasts, or the end of one they have heard of; each once."""
        if self._announced is None and self.since is not None and now - self.since >= ALERT_AFTER:
            self._announced = self.since
            return News(opened=True, since=self.since)
        if self._announced is not None and self.since is None:
            began, self._announced = self._announced, None
            return News(opened=False, since=began)
        return None
