"""The board under load: 200 open pages, 20 articles a second, first page, memory over a soak.

Goals: p95 from an article's arrival in Kafka to the page ≤ 1 s, board ≤ 1 core and ≤ 300 MB, first page ≤ 1 s. Articles
go straight to news.tracked: what is measured is the board, not the stages before it. The clients share the machine.

`python -m tests.bench board`; BOARD_SOAK_SECONDS for a longer soak than the two minutes of the run.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
import psutil

from newswatch import kafka_clients, wire
from newswatch.cli.pipeline import Plan, environment
from newswatch.elastic_client import elasticsearch_client
from newswatch.service import running_services
from newswatch.settings import Settings
from newswatch.topics import Topic
from sinks.indices.install import install_templates
from tests.generated_month import month, tracked
from tests.servers import start

PAGES = 200
RATE = 20.0
WARM_UP = 5.0
SECONDS = float(os.environ.get("BOARD_SOAK_SECONDS", "120"))
CHANNELS = "on=articles&on=alerts&on=now:24h:"


@dataclass
class Clients:
    """What the pages got: milliseconds from the article's arrival to each page → how often, and streams that broke."""

    sent: dict[str, float] = field(default_factory=dict)
    waits: Counter[int] = field(default_factory=Counter)
    items: int = 0
    broken: int = 0
    open: int = 0
    all_open: asyncio.Event = field(default_factory=asyncio.Event)


async def follow(port: int, clients: Clients) -> None:
    """One page's stream, read raw so that the clients cost little."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 * 1024 * 1024)
    writer.write(f"GET /live?{CHANNELS} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    clients.open += 1
    if clients.open == PAGES:
        clients.all_open.set()
    try:
        while line := await reader.readline():
            if line.startswith(b'data: {"list":"articles"'):
                clients.items += 1
                begin = line.index(b'"key":"') + 7
                key = line[begin : line.index(b'"', begin)].decode()
                if began := clients.sent.get(key):
                    clients.waits[round((time.time() - began) * 1000)] += 1
        clients.broken += 1
    except (OSError, asyncio.IncompleteReadError):
        clients.broken += 1
    finally:
        writer.close()


async def publish(settings: Settings, clients: Clients, seconds: float) -> int:
    """RATE articles a second on news.tracked; notes when the broker was given each."""
    producer = kafka_clients.producer(settings.kafka)
    stock = [tracked(article) for article in month(1000)]
    began, count = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        one = stock[count % len(stock)]
        ident = f"{one.article.article_id[:24]}{count:08d}"
        fresh = msgspec.structs.replace(one, article=msgspec.structs.replace(one.article, article_id=ident))
        clients.sent[f"{ident}:{one.watch}"] = time.time()
        producer.send(Topic.TRACKED.value, key=one.watch.encode(), value=wire.encode(fresh))
        count += 1
        await asyncio.sleep(max(0.0, began + count / RATE - time.monotonic()))
    producer.close()
    return count


async def measure(settings: Settings, port: int, process: psutil.Process) -> dict[str, object]:
    """The whole run against a board that serves."""
    clients = Clients()
    streams = [asyncio.create_task(follow(port, clients)) for _ in range(PAGES)]
    await clients.all_open.wait()
    await publish(settings, Clients(), WARM_UP)
    memory: list[int] = []
    watcher = asyncio.create_task(_watch(process, memory))
    cpu, began = sum(process.cpu_times()[:2]), time.monotonic()
    count = await publish(settings, clients, SECONDS)
    used = (sum(process.cpu_times()[:2]) - cpu) / (time.monotonic() - began)
    await asyncio.sleep(2)
    first = [await asyncio.to_thread(_load, port) for _ in range(10)]
    watcher.cancel()
    broken = clients.broken
    for stream in streams:
        stream.cancel()
    half = len(memory) // 2
    return {
        "pages": PAGES,
        "articles_per_second": RATE,
        "seconds": SECONDS,
        "expected": count * PAGES,
        "arrived": clients.waits.total(),
        "broken_streams": broken,
        **{f"p{share}_seconds": percentile(clients.waits, share) for share in (50, 95, 99)},
        "cores": round(used, 2),
        "peak_mb": round(max(memory) / 1e6),
        "mb_by_tenths": [round(memory[min(at * len(memory) // 10, len(memory) - 1)] / 1e6) for at in range(11)],
        "growth_mb_in_second_half": round((memory[-1] - memory[half]) / 1e6, 1),
        "first_page_median_seconds": round(statistics.median(first), 3),
    }


def percentile(waits: Counter[int], share: int) -> float:
    """Seconds within which `share` percent of the pages had the article."""
    left = waits.total() * share / 100
    for wait in sorted(waits):
        left -= waits[wait]
        if left <= 0:
            return wait / 1000
    return float("nan")


async def _watch(process: psutil.Process, memory: list[int]) -> None:
    while True:
        memory.append(process.memory_info().rss)
        await asyncio.sleep(1)


def _load(port: int) -> float:
    began = time.monotonic()
    httpx.get(f"http://127.0.0.1:{port}/", timeout=20).raise_for_status()
    return time.monotonic() - began


def main() -> None:
    """Prints the figures as JSON."""
    with tempfile.TemporaryDirectory(prefix="newswatch-bench-board-") as folder, start(Path(folder) / "servers") as up:
        settings = up.settings(Path(folder))
        kafka_clients.ensure_topics(settings.kafka)
        install_templates(elasticsearch_client(settings.elasticsearch), settings.elasticsearch.prefix)
        command = [sys.executable, "-m", "newswatch.cli.app", "board", "--port", "0"]
        told = {**os.environ, **environment(settings, Plan())}
        with subprocess.Popen(command, env=told, stderr=subprocess.DEVNULL) as process:
            try:
                port = _port(settings)
                print(json.dumps(asyncio.run(measure(settings, port, psutil.Process(process.pid))), indent=2))
            finally:
                process.terminate()


def _port(settings: Settings) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for note in running_services(settings.data):
            if note.get("board"):
                port = int(note["board"].rsplit(":", 1)[1])
                if httpx.get(f"{note['board']}/healthz", timeout=5).json()["live"]:
                    return port
        time.sleep(0.2)
    raise SystemExit("the board did not start")


if __name__ == "__main__":
    main()
