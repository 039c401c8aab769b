"""One push connection a page: server-sent events from the ring, with catch-up after a break."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field

from sinks.board.ring import Ring

BEAT = 10.0
"""Seconds without an item after which a beat tells the page that the connection lives."""

RETRY_MS = 1500
MOST_STREAMS = 1000
"""Open pages this process serves; one more is asked to come back later."""


@dataclass(slots=True)
class Audience:
    """How many pages listen to each channel: what nobody looks at is not computed."""

    counts: dict[str, int] = field(default_factory=dict)
    total: int = 0

    def enter(self, channels: Iterable[str]) -> None:
        """A page has come."""
        self.total += 1
        for channel in channels:
            self.counts[channel] = self.counts.get(channel, 0) + 1

    def leave(self, channels: Iterable[str]) -> None:
        """It has gone."""
        self.total -= 1
        for channel in channels:
            self.counts[channel] -= 1
            if not self.counts[channel]:
                del self.counts[channel]

    def listening(self, prefix: str) -> list[str]:
        """Channels with this beginning that somebody listens to."""
        return [channel for channel in self.counts if channel.startswith(prefix)]


async def events(
    ring: Ring, audience: Audience, mark: str, channels: frozenset[str], language: str
) -> AsyncGenerator[bytes, None]:
    """The bytes of one connection, from the event id `mark` on (empty: from now on), until the ring closes."""
    cursor = ring.cursor_for(mark) if mark else ring.next
    clock = asyncio.get_running_loop().time
    audience.enter(channels)
    try:
        sent = clock()
        yield f"retry: {RETRY_MS}\nevent: hello\ndata: {{}}\n\n".encode()
        if cursor is None:
            cursor = ring.next
            yield _reload(ring)
        while not ring.closed:
            batch = ring.take(cursor, channels, language)
            cursor = batch.cursor
            body = _reload(ring) if batch.missed else batch.body
            if not body and clock() - sent >= BEAT:
                body = b"event: beat\ndata: {}\n\n"
            if body:
                sent = clock()
                yield body
            await ring.wait(cursor, BEAT)
    finally:
        audience.leave(channels)


def _reload(ring: Ring) -> bytes:
    """What tells a page that it has missed too much: it loads itself anew and goes on from here."""
    return f"id: {ring.mark()}\nevent: reload\ndata: {{}}\n\n".encode()
