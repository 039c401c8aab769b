"""300 feeds, two pollers; a poller, Kafka and the feeds' server are killed: every entry comes once by its id."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kafka.structs import TopicPartition

from ingest.feedstore import FeedStore
from newswatch import wire
from newswatch.embedded.ports import free_ports
from newswatch.embedded.stack import RunningServers, start_servers
from newswatch.identity import article_id
from newswatch.kafka_clients import consumer
from newswatch.records.feed import FeedSettings
from newswatch.records.raw import RawArticle
from newswatch.settings import KafkaSettings
from newswatch.topics import BY_NAME, Topic
from tests.pipeline.feed_server import entry_url, host_of

pytestmark = [pytest.mark.servers, pytest.mark.crash, pytest.mark.timeout(240)]

FEEDS, ENTRIES, PERIOD = 300, 6, 12.0
AWAY = 60.0
"""Seconds the feeds' server is gone; the feeds go on publishing by their script meanwhile."""
INTERVAL = 6
"""Seconds between two polls of a feed."""
TAKEN_OVER_WITHIN = 30.0
PATIENCE = 150.0


@dataclass
class Scene:
    """What runs: Kafka, the feeds' server, pollers; and where they log."""

    servers: RunningServers
    port: int
    start: float
    folder: Path
    stack: ExitStack

    def feed_server(self) -> "subprocess.Popen[bytes]":
        """A new server of the feeds."""
        script = [str(self.port), str(self.start), str(PERIOD), str(ENTRIES)]
        return self.stack.enter_context(_process([sys.executable, "-m", "tests.pipeline.feed_server", *script], None))

    def poller(self, name: str) -> "subprocess.Popen[bytes]":
        """A new poller that logs to `name`.log."""
        environment = {
            "NEWSWATCH_KAFKA__BOOTSTRAP": self.servers.kafka_bootstrap,
            "NEWSWATCH_KAFKA__SESSION_TIMEOUT": "8",
            "NEWSWATCH_INGEST__ALLOW_PRIVATE": "127.0.0.0/8",
            "NEWSWATCH_DATA": str(self.folder),
            "NEWSWATCH_LOG__FORMAT": "json",
        }
        command = [sys.executable, "-m", "newswatch.cli.app", "ingest"]
        return self.stack.enter_context(_process(command, self.folder / f"{name}.log", environment))

    def log(self, name: str) -> list[dict[str, Any]]:
        """What a poller has logged."""
        lines = (self.folder / f"{name}.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@contextmanager
def _process(
    command: list[str], log: Path | None, environment: dict[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    with ExitStack() as stack:
        out = stack.enter_context(log.open("wb")) if log else subprocess.DEVNULL
        process = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdout=out, stderr=out)
        try:
            yield process
        finally:
            process.kill()
            process.wait(10)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with start_servers(tmp_path / "kafka", elasticsearch=False) as servers, ExitStack() as stack:
        yield Scene(servers, free_ports(1)[0], time.time() + 12, tmp_path, stack)


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> float:
    """Seconds until `condition` held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.2)
    return time.monotonic() - began


class Raw:
    """Reads news.raw from its beginning."""

    def __init__(self, bootstrap: str) -> None:
        self._client = consumer(KafkaSettings(bootstrap=bootstrap))
        parts = [TopicPartition(Topic.RAW.value, number) for number in range(BY_NAME[Topic.RAW].partitions)]
        self._client.assign(parts)
        self._client.seek_to_beginning(*parts)
        self.ids: Counter[str] = Counter()
        self.urls: dict[str, str] = {}

    def read(self) -> int:
        """Reads what is there; gives how many different articles there are."""
        for records in self._client.poll(timeout_ms=300).values():
            for record in records:
                article = wire.decode(record.value, RawArticle)
                self.ids[article.article_id] += 1
                self.urls[article.article_id] = article.url
        return len(self.ids)

    def close(self) -> None:
        """Ends the client."""
        self._client.close(autocommit=False)


def taken(scene: Scene, name: str) -> set[int]:
    """Partitions a poller holds by its log."""
    held: set[int] = set()
    for line in scene.log(name):
        if line["event"] == "feeds-taken":
            held.add(line["partition"])
        elif line["event"] == "feeds-given-up":
            held -= set(line["partitions"])
    return held


def test_every_entry_is_published_once_by_its_id(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    settings = KafkaSettings(bootstrap=scene.servers.kafka_bootstrap)
    hosts = [host_of(number) for number in range(FEEDS)]
    store = FeedStore(settings)
    feeds = [
        FeedSettings(
            url=f"http://{host}:{scene.port}/feed", fetch_pages=False, min_interval=INTERVAL, max_interval=INTERVAL
        )
        for host in hosts
    ]
    store.put(feeds, store.load())
    feed_server, first = scene.feed_server(), scene.poller("first")
    scene.poller("second")
    partitions = set(range(BY_NAME[Topic.FEEDS].partitions))
    wait_for(lambda: taken(scene, "first") | taken(scene, "second") == partitions, 60, "sharing the feeds")
    raw = Raw(scene.servers.kafka_bootstrap)
    try:
        wait_for(lambda: raw.read() >= FEEDS, 60, "the first entries")
        first.send_signal(signal.SIGKILL)
        took = wait_for(lambda: taken(scene, "second") == partitions, TAKEN_OVER_WITHIN, "the take-over")
        (kafka,) = scene.servers.kafka
        kafka.kill()
        feed_server.kill()
        feed_server.wait(10)
        back = time.monotonic() + AWAY
        kafka.restart()
        wait_for(lambda: time.monotonic() > back, AWAY + 5, "a minute without the server")
        scene.feed_server()
        wanted = FEEDS * ENTRIES
        wait_for(lambda: raw.read() >= wanted, PATIENCE, f"{wanted} articles")
        raw.read()
    finally:
        raw.close()
    expected = {
        article_id(entry_url(host, scene.port, entry)): entry_url(host, scene.port, entry)
        for host in hosts
        for entry in range(ENTRIES)
    }
    assert raw.urls == expected
    again = sum(count - 1 for count in raw.ids.values())
    with capsys.disabled():
        sys.stdout.write(f"\ntaken over in {took:.1f} s; {len(expected)} articles, {again} sent again under their id\n")
    assert again <= 0.05 * len(expected)
