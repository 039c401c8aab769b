"""Ten thousand feeds, one poller: processor time, memory, requests a second, lateness; and what a bare loop costs.

`python -m tests.bench.bench_feeds [--feeds 10000] [--interval 600] [--seconds 180] [--json]`

Everything is on the loopback interface. The poller starts warm, as after a restart in steady state: each feed's state
is in Kafka, its next poll somewhere in the coming interval; one feed in ten changes in every interval, every other feed
knows ETags. Pages are not fetched, as the bare loop beside it does not. The bare loops fetch the same feeds and parse
each with feedparser: one with httpx, one with aiohttp.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import feedparser
import httpx
import msgspec
import psutil
from kafka import KafkaProducer

from ingest.answers import Fetched
from ingest.entries import Entry, FeedParse
from ingest.fetch import Fetcher
from ingest.hosts import Hosts
from ingest.poll import FeedPolls
from ingest.polling import changed
from ingest.schedule import Bounds, phase
from ingest.ssrf import parse_networks
from newswatch import wire
from newswatch.embedded.ports import free_ports
from newswatch.embedded.stack import start_servers
from newswatch.kafka_clients import ensure_topics, producer
from newswatch.records.feed import FeedRecord, FeedSettings
from newswatch.settings import KafkaSettings
from newswatch.topics import Topic
from tests.bench.feed_bench_server import ENTRIES, TEXT, document, host_of, knows_etags
from tests.contracts.feeds.desk import FakeOutbox


def entries(host: str, port: int) -> tuple[Entry, ...]:
    """What parsing the first edition gives, without parsing it ten thousand times."""
    return tuple(
        Entry(
            guid=f"{host}-{k}",
            url=f"http://{host}:{port}/nota/{k}",
            title=f"Nota {k} de {host}",
            summary=f"<p>{TEXT}</p>",
            published=datetime(2026, 1, 5, 10, 0, k, tzinfo=UTC),
        )
        for k in range(ENTRIES)
    )


def warm_record(number: int, port: int, interval: float, now: datetime) -> FeedRecord:
    """The feed as a poller left it: its first edition remembered, its next poll within the interval."""
    host = host_of(number)
    url = f"http://{host}:{port}/feed"
    settings = FeedSettings(
        url=url, outlet=host, fetch_pages=False, min_interval=int(interval), max_interval=int(interval)
    )
    body = document(host, port, ENTRIES)
    headers = {"Etag": f'"{ENTRIES}"'} if knows_etags(host) else {}
    fetched = Fetched(status=200, url=url, body=body, headers=headers)
    parsed = FeedParse(format="rss20", entries=entries(host, port))
    plan = changed(
        FeedRecord(settings=settings),
        fetched,
        parsed,
        now,
        Bounds(least=interval, most=interval),
    )
    state = msgspec.structs.replace(
        plan.state, next_poll=now + timedelta(seconds=20 + interval * phase(url)), interval=interval, health="ok"
    )
    return FeedRecord(settings=settings, state=state, generation=1)


def seed(sender: KafkaProducer, feeds: int, port: int, interval: float) -> float:
    """Writes the feeds' states; gives their mean size in bytes."""
    now, size = datetime.now(UTC), 0
    for number in range(feeds):
        record = warm_record(number, port, interval, now)
        value = wire.encode(record)
        size += len(value)
        sender.send(Topic.FEEDS.value, key=record.settings.url.encode(), value=value)
    sender.flush(timeout=60)
    return size / feeds


def metric(text: str, name: str, **labels: str) -> float:
    """The sum of a metric's samples with these labels."""
    total = 0.0
    for line in text.splitlines():
        if line.startswith(name) and all(f'{key}="{value}"' in line for key, value in labels.items()):
            total += float(line.rsplit(" ", 1)[1])
    return total


def poller(bootstrap: str, port: int, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Runs `newswatch ingest` and measures it over the window."""
    web = free_ports(1)[0]
    environment = os.environ | {
        "NEWSWATCH_KAFKA__BOOTSTRAP": bootstrap,
        "NEWSWATCH_INGEST__ALLOW_PRIVATE": "127.0.0.0/8",
        "NEWSWATCH_DATA": str(folder),
        "NEWSWATCH_HTTP__PORT": str(web),
        "NEWSWATCH_LOG__LEVEL": "warning",
    }
    process = subprocess.Popen([sys.executable, "-m", "newswatch.cli.app", "ingest"], env=environment)
    try:
        time.sleep(30)  # start, reading the states, the first feeds
        watched = psutil.Process(process.pid)
        before, began, asked = watched.cpu_times(), time.monotonic(), requests(port)
        polls = metric(scrape(web), "newswatch_feed_polls_total")
        peak = 0
        while time.monotonic() - began < options.seconds:
            time.sleep(1)
            peak = max(peak, watched.memory_info().rss)
        after, seconds, text = watched.cpu_times(), time.monotonic() - began, scrape(web)
        cpu = after.user + after.system - before.user - before.system
        polled = metric(text, "newswatch_feed_polls_total") - polls
        changed_polls = metric(text, "newswatch_feed_polls_total", outcome="changed")
        return {
            "seconds": round(seconds),
            "polls": int(polled),
            "polls_per_second": round(polled / seconds, 1),
            "requests_per_second": round((requests(port) - asked) / seconds, 1),
            "cpu_share_of_one_core": round(cpu / seconds, 3),
            "cpu_ms_per_poll": round(1000 * cpu / max(polled, 1), 2),
            "peak_rss_mb": round(peak / 1e6),
            "changed_share": round(changed_polls / max(polled, 1), 3),
            "lateness": lateness(text),
        }
    finally:
        process.terminate()
        process.wait(30)


def lateness(text: str) -> dict[str, float]:
    """Share of polls that began at most so many seconds after they were due."""
    name = "newswatch_feed_lateness_seconds"
    count = metric(text, f"{name}_count")
    return {
        bound: round(metric(text, f"{name}_bucket", le=bound) / max(count, 1), 5)
        for bound in ("0.5", "1.0", "2.5", "5.0", "10.0", "30.0")
    }


def scrape(port: int) -> str:
    """The poller's metrics."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def requests(port: int) -> int:
    """Requests the feeds' server has had."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/count", timeout=10) as answer:
        return int(answer.read())


async def polled_twice(urls: list[str]) -> tuple[float, float]:
    """Milliseconds of processor time of a first poll, all entries new, and of one that finds nothing new."""
    outbox = FakeOutbox()
    records = [FeedRecord(settings=FeedSettings(url=url, fetch_pages=False)) for url in urls]
    times = []

    async def keep(record: FeedRecord) -> None:
        """States are not written here."""

    async with Fetcher("bench", parse_networks("127.0.0.0/8")) as fetcher:
        polls = FeedPolls(fetcher, Hosts(0, 64), outbox, least=600, most=600, watch="bench")  # type: ignore[arg-type]
        for _ in range(2):
            began = time.process_time()
            polled = [await polls.poll(record, keep) for record in records]
            times.append(round(1000 * (time.process_time() - began) / len(urls), 2))
            records = [one.record for one in polled]
            await asyncio.sleep(16)  # kept connections have gone, as they have after ten minutes
    return times[0], times[1]


async def bare_aiohttp(urls: list[str]) -> None:
    """Fetches and parses each feed, sixty-four at a time."""
    places = asyncio.Semaphore(64)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one(url: str) -> None:
            async with places, session.get(url) as answer:
                feedparser.parse(await answer.read())

        await asyncio.gather(*map(one, urls))


async def bare_httpx(urls: list[str]) -> None:
    """The same with httpx."""
    places = asyncio.Semaphore(64)
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=None)) as client:

        async def one(url: str) -> None:
            async with places:
                feedparser.parse((await client.get(url)).content)

        await asyncio.gather(*map(one, urls))


def cpu_ms(run: Any, urls: list[str]) -> float:
    """Milliseconds of processor time a feed."""
    began = time.process_time()
    asyncio.run(run(urls))
    return round(1000 * (time.process_time() - began) / len(urls), 2)


def main() -> None:
    """Prints the numbers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--interval", type=float, default=600)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--bare", type=int, default=1_000, help="feeds the bare loops fetch")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    port = free_ports(1)[0]
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        command = [sys.executable, "-m", "tests.bench.feed_bench_server", str(port), str(options.interval)]
        server = subprocess.Popen(command)
        stack.callback(server.wait)
        stack.callback(server.kill)
        servers = stack.enter_context(start_servers(folder / "kafka", elasticsearch=False))
        settings = KafkaSettings(bootstrap=servers.kafka_bootstrap)
        ensure_topics(settings)
        with_sender = producer(settings)
        size = seed(with_sender, options.feeds, port, options.interval)
        with_sender.close(timeout=10)
        result: dict[str, Any] = {"feeds": options.feeds, "interval": options.interval, "state_bytes": round(size)}
        result |= poller(servers.kafka_bootstrap, port, folder, options)
        urls = [f"http://{host_of(number)}:{port}/feed" for number in range(min(options.bare, options.feeds))]
        result["first_poll_ms"], result["unchanged_poll_ms"] = asyncio.run(polled_twice(urls))
        result["bare_httpx_ms_per_feed"] = cpu_ms(bare_httpx, urls)
        result["bare_aiohttp_ms_per_feed"] = cpu_ms(bare_aiohttp, urls)
        mean = 0.9 * result["unchanged_poll_ms"] + 0.1 * result["first_poll_ms"]
        result["ten_percent_changed_ms"] = round(mean, 2)
        result["times_cheaper_than_httpx"] = round(result["bare_httpx_ms_per_feed"] / mean, 1)
        result["times_cheaper_than_aiohttp"] = round(result["bare_aiohttp_ms_per_feed"] / mean, 1)
    if options.json:
        print(json.dumps(result))
    else:
        for key, value in result.items():
            print(f"{key:>28}: {value}")


if __name__ == "__main__":
    main()
