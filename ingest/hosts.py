"""Politeness: gaps and concurrency of each host, the pauses hosts ask for, and slots that slow hosts cannot hoard."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ingest.failures import BLOCKING, Failure
from ingest.retryafter import pause
from ingest.schedule import phase

PER_HOST = 2
"""Requests under way to one host."""
LIVELY_SECONDS = 3.0
"""A request that takes longer gives its slot to another while it goes on: a stuck host delays no other."""
MAX_GAP = 30.0
"""Longest Crawl-delay honoured, in seconds."""
FORGOTTEN_AFTER = timedelta(hours=1)
"""A host without a request or a pause for this long is forgotten."""


@dataclass(slots=True)
class _Host:
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PER_HOST))
    next_start: float = 0.0
    gap: float | None = None
    paused_until: datetime | None = None
    last_pause: timedelta | None = None
    used: datetime | None = None


class Hosts:
    """The hosts a process talks to. `gap` seconds between two starts at one host, `slots` lively requests in all."""

    def __init__(self, gap: float, slots: int, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._gap = gap
        self._slots = asyncio.Semaphore(slots)
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Waits for the host's place and gap, then for a slot; holds them for the block."""
        state = self._state(host)
        async with state.places:
            await self._wait_gap(state)
            await self._slots.acquire()
            release = _Once(self._slots)
            timer = asyncio.get_running_loop().call_later(LIVELY_SECONDS, release)
            try:
                yield
            finally:
                timer.cancel()
                release()

    def paused_for(self, host: str) -> timedelta:
        """How long the host still wants to be left alone; zero when it does not."""
        state = self._hosts.get(host)
        if state is None or state.paused_until is None:
            return timedelta(0)
        return max(state.paused_until - self._clock(), timedelta(0))

    def note(self, host: str, failure: Failure | None, asked: timedelta | None) -> None:
        """What the host's last answer means for all its feeds: a pause after 429, 503 or a Retry-After."""
        if failure is None or (asked is None and failure is not Failure.THROTTLED):
            return
        if asked is not None and failure not in BLOCKING and failure is not Failure.SERVER_ERROR:
            return
        state, now = self._state(host), self._clock()
        quiet = now - state.paused_until if state.paused_until and state.paused_until < now else None
        state.last_pause = pause(asked, state.last_pause, quiet, phase(host, now.isoformat()))
        state.paused_until = now + state.last_pause

    def set_gap(self, host: str, seconds: float) -> None:
        """The gap a host's robots.txt asks for, at most MAX_GAP; never shorter than ours."""
        self._state(host).gap = min(seconds, MAX_GAP)

    def forget_idle(self) -> int:
        """Drops hosts of no more use; gives how many."""
        now = self._clock()
        idle = [
            name
            for name, state in self._hosts.items()
            if state.used is not None
            and now - max(state.used, state.paused_until or state.used) > FORGOTTEN_AFTER
            and not state.places.locked()
        ]
        for name in idle:
            del self._hosts[name]
        return len(idle)

    async def _wait_gap(self, state: _Host) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        start = max(now, state.next_start)
        state.next_start = start + max(self._gap, state.gap or 0.0)
        if start > now:
            await asyncio.sleep(start - now)

    def _state(self, host: str) -> _Host:
        state = self._hosts.setdefault(host, _Host())
        state.used = self._clock()
        return state


class _Once:
    """Releases a slot the first time it is called."""

    def __init__(self, slots: asyncio.Semaphore) -> None:
        self._slots: asyncio.Semaphore | None = slots

    def __call__(self) -> None:
        if self._slots is not None:
            self._slots.release()
            self._slots = None
