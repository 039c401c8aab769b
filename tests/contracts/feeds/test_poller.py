"""The poller on real Kafka: feeds come, change and go while it runs."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.feedstore import FeedStore
from ingest.serve import serve
from newswatch.records.feed import FeedRecord, FeedSettings
from newswatch.settings import IngestSettings, Settings
from tests.contracts.feeds.site import Site, answer, item, rss, serving

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]

PATIENCE = 90.0


def polled_since(site: Site, before: int) -> bool:
    """Whether the site has been asked again."""
    return len(site.requests) > before


@contextlib.asynccontextmanager
async def polling(settings: Settings, **facts: Any) -> AsyncIterator[None]:
    """A poller on this event loop."""
    ingest = IngestSettings(allow_private="127.0.0.0/8", per_host_gap=0, min_interval=10, **facts)
    service: Any = SimpleNamespace(
        stop=threading.Event(), ready=threading.Event(), heartbeat=SimpleNamespace(beat=lambda: None)
    )
    task = asyncio.create_task(serve(settings.model_copy(update={"ingest": ingest}), service))
    try:
        yield
    finally:
        service.stop.set()
        await task


async def until(condition: Callable[[], bool], what: str) -> None:
    """Waits, in a thread of its own, for a condition that may block for a moment."""

    def wait() -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"in {PATIENCE:g} s not: {what}"
            time.sleep(0.2)

    await asyncio.to_thread(wait)


async def test_feeds_come_change_and_go_while_the_poller_runs(settings: Settings) -> None:
    store = FeedStore(settings.kafka)

    def record(url: str) -> FeedRecord | None:
        return store.load().get(url)

    async def put(**facts: Any) -> None:
        known = await asyncio.to_thread(store.load)
        await asyncio.to_thread(store.put, [FeedSettings(url=url, fetch_pages=False, **facts)], known)

    async with serving({"/feed": answer(rss(item(1)))}) as site:
        url = site.url("/feed")
        async with polling(settings):
            await put()
            await until(lambda: bool((found := record(url)) and found.state.last_success), "the new feed is polled")
            polls = len(site.requests)
            await put(outlet="Diario")
            await until(lambda: len(site.requests) > polls, "a changed feed is polled at once")
            await put(outlet="Diario", enabled=False)
            await until(lambda: bool((found := record(url)) and not found.settings.enabled), "it is switched off")
            kept = record(url)
            await asyncio.to_thread(store.remove, [url])
            await until(lambda: record(url) is None, "it is gone")
        assert record(url) is None, "the poller's last writes did not bring it back"
    assert kept is not None
    assert (kept.settings.outlet, len(kept.state.seen)) == ("Diario", 1)


async def test_a_second_run_finds_nothing_new(settings: Settings) -> None:
    store = FeedStore(settings.kafka)
    async with serving({"/feed": answer(rss(item(1), item(2)))}) as site:
        url = site.url("/feed")
        await asyncio.to_thread(
            store.put, [FeedSettings(url=url, fetch_pages=False, min_interval=1, max_interval=1)], {}
        )
        for _ in range(2):
            polls = len(site.requests)
            async with polling(settings):
                await until(partial(polled_since, site, polls), "the feed is polled")
                await until(lambda: bool(store.load()[url].state.last_success), "written down")
        record = await asyncio.to_thread(lambda: store.load()[url])
        await asyncio.to_thread(store.remove, [url])
    assert len(record.state.seen) == 2
    assert len({seen.first_seen for seen in record.state.seen}) == 1
