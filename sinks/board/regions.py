"""Parts of pages that numbers decide, computed again while somebody looks and sent when they have changed."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from newswatch.errors import Unavailable, UserError
from newswatch.logs import logger
from sinks.board.board import Board
from sinks.board.items import region_item, series_item
from sinks.board.pages.machine import live_feeds, live_flow
from sinks.board.pages.now import live_now
from sinks.board.rendering import utc_now
from sinks.board.ring import Item

log = logger(__name__)

EVERY = {"now": 4.0, "pipeline": 2.0, "feeds": 5.0}
"""Seconds between two computations of the channels with this beginning."""


@dataclass(slots=True)
class Regions:
    """`beat` is called at each turn: the loop lives."""

    board: Board
    beat: Callable[[], None]
    _due: dict[str, float] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        """Until the ring closes."""
        while not self.board.ring.closed:
            self.beat()
            for prefix, every in EVERY.items():
                for channel in self.board.audience.listening(prefix):
                    await self._turn(channel, every)
            self._forget()
            await asyncio.sleep(0.5)

    async def _turn(self, channel: str, every: float) -> None:
        now = time.monotonic()
        if self._due.get(channel, 0.0) > now:
            return
        try:
            items = await asyncio.to_thread(_items, self.board, channel)
        except (Unavailable, UserError) as error:
            log.warning("region-not-read", channel=channel, error=str(error))
            items = []
        self._due[channel] = time.monotonic() + every
        for number, item in enumerate(items):
            place = f"{channel}/{number}"
            if (known := hash(item.data["en"])) != self._last.get(place):
                self._last[place] = known
                self.board.ring.add(item)

    def _forget(self) -> None:
        listened = set(self.board.audience.counts)
        for channel in [channel for channel in self._due if channel not in listened]:
            del self._due[channel]
            for place in [place for place in self._last if place.startswith(f"{channel}/")]:
                del self._last[place]


def _items(board: Board, channel: str) -> list[Item]:
    at = int(time.time() * 1000)
    if channel == "pipeline":
        return [region_item(channel, "flow", live_flow(board), at)]
    if channel == "feeds":
        return [region_item(channel, "feeds", live_feeds(board), at)]
    series, regions = live_now(board, channel, utc_now())
    return [series_item(channel, series, at), *(region_item(channel, name, html, at) for name, html in regions.items())]
