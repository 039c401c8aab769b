"""The newest live items in one bounded ring that every open page reads with a cursor of its own.

No page has a queue: one that reads slowly falls behind, and when the ring has moved past its cursor it is told to load
its page anew. All methods but `close` run on the event loop's thread.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CAPACITY = 3000
"""Items kept."""

MOST_AT_ONCE = 150
"""Items put into one write."""

FLUSH = 0.15
"""Seconds items wait for others before pages are told: one write then carries them all."""

OVERLAP_MS = 15_000
"""Milliseconds read again after a change of process: clocks and partitions differ; pages drop what they have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One event of the stream: the channels it belongs to and its data (one line of JSON) by interface language."""

    kind: str
    at: int
    channels: frozenset[str]
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a page gets next: bytes ready to send, the cursor after them, whether items were missed."""

    cursor: int
    body: bytes
    missed: bool = False


class Ring:
    """`epoch` tells this process from others in event ids; `covers_from` (milliseconds) is how far back it reaches."""

    def __init__(self, epoch: str, now_ms: int, capacity: int = CAPACITY) -> None:
        self.epoch = epoch
        self.closed = False
        self._covers = now_ms
        self._newest = now_ms
        self._items: deque[Item] = deque(maxlen=capacity)
        self._next = 0
        self._changed = asyncio.Event()
        self._flush: asyncio.TimerHandle | None = None
        self._batches: dict[tuple[int, int, frozenset[str], str], bytes] = {}

    @property
    def first(self) -> int:
        """Number of the oldest item kept."""
        return self._next - len(self._items)

    @property
    def next(self) -> int:
        """Number the next item will get."""
        return self._next

    def reaches_back_to(self, at_ms: int) -> None:
        """The follower has read everything since `at_ms`."""
        self._covers = min(self._covers, at_ms)

    def add(self, item: Item) -> None:
        """Adds an item; pages are told within FLUSH seconds."""
        if len(self._items) == self._items.maxlen:
            self._covers = max(self._covers, self._items[0].at + 1)
        self._items.append(item)
        self._next += 1
        self._newest = max(self._newest, item.at)
        if self._flush is None:
            self._flush = asyncio.get_running_loop().call_later(FLUSH, self._tell)

    def extend(self, items: Iterable[Item]) -> None:
        """Adds several."""
        for item in items:
            self.add(item)

    def mark(self, since_ms: int | None = None) -> str:
        """The id of the present place, or of the place of the first item since `since_ms`."""
        if since_ms is None:
            return f"{self.epoch}.{self._next}.{self._newest}"
        return f"{self.epoch}.{self._at_time(since_ms)}.{since_ms}"

    def cursor_for(self, mark: str) -> int | None:
        """Where a page with the last event id `mark` goes on; None when the ring does not reach back that far."""
        try:
            epoch, number, at = mark.split(".")
            wanted, since = int(number), int(at)
        except ValueError:
            return self._next
        if epoch == self.epoch:
            return wanted if self.first <= wanted <= self._next else None
        if since < self._covers:
            return None
        return self._at_time(since - OVERLAP_MS)

    def take(self, cursor: int, channels: frozenset[str], language: str) -> Batch:
        """What follows `cursor` on `channels`; nothing to send gives an empty body."""
        if cursor < self.first:
            return Batch(self._next, b"", missed=True)
        end = min(self._next, cursor + MOST_AT_ONCE)
        key = (cursor, end, channels, language)
        body = self._batches.get(key)
        if body is None:
            body = self._batches[key] = self._joined(cursor, end, channels, language)
        return Batch(end, body)

    async def wait(self, cursor: int, seconds: float) -> None:
        """Returns when there is something after `cursor`, the ring closes, or `seconds` have passed."""
        if cursor < self._next and self._flush is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    def close(self) -> None:
        """Ends every stream."""
        self.closed = True
        self._changed.set()

    def _at_time(self, since: int) -> int:
        for back, item in enumerate(reversed(self._items)):
            if item.at < since:
                return self._next - back
        return self.first

    def _joined(self, cursor: int, end: int, channels: frozenset[str], language: str) -> bytes:
        begin = self.first
        parts = []
        for number in range(cursor, end):
            item = self._items[number - begin]
            if not item.channels.isdisjoint(channels):
                mark = f"{self.epoch}.{number + 1}.{item.at}"
                parts.append(f"id: {mark}\nevent: {item.kind}\ndata: {item.data[language]}\n\n")
        return "".join(parts).encode()

    def _tell(self) -> None:
        self._flush = None
        self._batches.clear()
        self._changed.set()
        if not self.closed:
            self._changed = asyncio.Event()
