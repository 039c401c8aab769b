"""SIGTERM under load: every role drains, commits and exits with 0, nothing is lost; and each article is one trace."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.feedstore import FeedStore
from newswatch.cli.pipeline import Plan
from newswatch.embedded.ports import free_ports
from newswatch.identity import article_id
from newswatch.records.feed import FeedSettings
from newswatch.service import running_services
from newswatch.settings import Settings
from newswatch.topic_scan import scan
from newswatch.topics import Topic
from tests.pipeline.feed_server import entry_url, host_of
from tests.pipeline.generated import RULES, article
from tests.pipeline.harness import Pipeline, pipeline, publish, wait_for
from tests.pipeline.test_disaster import run

DRAIN_LIMIT = 20.0
FEEDS, ENTRIES, PERIOD = 40, 4, 3.0
PAGES = 20
"""Open pages of the board."""

Span = dict[str, Any]


@contextmanager
def feed_server(port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.pipeline.feed_server", str(port), str(time.time()), str(PERIOD)]
    process = subprocess.Popen([*command, str(ENTRIES)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait(10)


def put_feeds(settings: Settings, port: int) -> None:
    store = FeedStore(settings.kafka)
    feeds = [
        FeedSettings(url=f"http://{host_of(number)}:{port}/feed", fetch_pages=False, min_interval=4, max_interval=4)
        for number in range(FEEDS)
    ]
    store.put(feeds, store.load())


def published(settings: Settings) -> set[str]:
    """Keys of news.raw."""
    return {record.key.decode() for record in scan(settings.kafka, Topic.RAW)}


class Pages(threading.Thread):
    """Open pages of the board: each connection reads what is pushed until the board ends it."""

    def __init__(self, address: str) -> None:
        super().__init__(name="pages", daemon=True)
        self._address = address
        self.greeted = self.ended = self.items = 0

    def run(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        limits = httpx.Limits(max_connections=PAGES)
        async with httpx.AsyncClient(base_url=self._address, timeout=60, limits=limits) as client:
            await asyncio.gather(*(self._one(client) for _ in range(PAGES)))

    async def _one(self, client: httpx.AsyncClient) -> None:
        try:
            async with client.stream("GET", "/live?on=articles") as answer:
                async for line in answer.aiter_lines():
                    self.greeted += line == "event: hello"
                    self.items += line.startswith("data: {") and len(line) > len("data: {}")
        finally:
            self.ended += 1


def board_of(running: Pipeline) -> str:
    (board,) = [one["board"] for one in running_services(running.settings.data) if "board" in one]
    return str(board)


def reload_log_level(running: Pipeline, config: Path) -> None:
    """Every role takes the new level up while articles flow, without a restart."""
    before = running.supervisor.pids()
    config.write_text('[log]\nlevel = "warning"\n', encoding="utf-8")
    for pid in before.values():
        os.kill(pid, signal.SIGHUP)
    logs = [running.supervisor.log_file(role) for role in before]
    wait_for(lambda: all(b'"log-level"' in log.read_bytes() for log in logs), 30, "every role to read the level anew")
    assert running.supervisor.pids() == before


def spans_by_trace(path: Path) -> dict[str, list[Span]]:
    traces: dict[str, list[Span]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        span = json.loads(line)
        traces.setdefault(span["context"]["trace_id"].removeprefix("0x"), []).append(span)
    return traces


def trace_of(traces: dict[str, list[Span]], ident: str) -> list[Span]:
    """The one trace of an article."""
    (found,) = [
        spans
        for spans in traces.values()
        if any(one["attributes"].get("newswatch.article_id") == ident for one in spans)
    ]
    return found


def parents(trace: list[Span]) -> set[tuple[str, str]]:
    """(stage, the stage its span hangs on) of a trace; "" at its root."""
    names = {span["context"]["span_id"]: span["name"] for span in trace}
    return {(span["name"], names.get(span["parent_id"], "")) for span in trace}


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_a_signal_drains_every_role_within_twenty_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    traced = tmp_path / "spans.jsonl"
    monkeypatch.setenv("NEWSWATCH_TRACING__FILE", str(traced))
    monkeypatch.setenv("NEWSWATCH_CONFIG", str(tmp_path / "newswatch.toml"))
    (tmp_path / "newswatch.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("NEWSWATCH_INGEST__ALLOW_PRIVATE", "127.0.0.0/8")
    articles = [article(number, seed=13) for number in range(400)]
    (port,) = free_ports(1)
    entries = {article_id(entry_url(host_of(feed), port, number)) for feed in range(FEEDS) for number in range(ENTRIES)}
    with pipeline(tmp_path, rules, plan=Plan(), prepare=lambda settings: put_feeds(settings, port)) as running:
        wait_for(running.ready, 180, "every role")
        with feed_server(port):
            pages = Pages(board_of(running))
            pages.start()
            publish(running, articles)
            wait_for(
                lambda: running.metric("process-extract", "newswatch_records_in_total") > 20, 60, "articles to flow"
            )
            wait_for(lambda: running.metric("ingest", "newswatch_feed_polls_total") > FEEDS, 60, "feeds to be polled")
            wait_for(lambda: pages.greeted == PAGES and pages.items, 60, "pages to be open and fed")
            reload_log_level(running, tmp_path / "newswatch.toml")
            began = time.monotonic()
            codes = running.pause()
            assert time.monotonic() - began < DRAIN_LIMIT
            assert set(codes.values()) == {0}, codes
            assert codes.keys() >= {"ingest", "board"}
            wait_for(lambda: pages.ended == PAGES, 10, "the board to end its pages")
            running.resume()
            wait_for(running.ready, 180, "every role again")
            planted = article(10**6, seed=13)
            assert planted.alert
            (tmp_path / "one.jsonl").write_text(
                json.dumps({"url": planted.raw.url, "html": planted.raw.html, "tags": planted.raw.tags}),
                encoding="utf-8",
            )
            ended = run(running, ["replay", str(tmp_path / "one.jsonl")])
            assert ended.returncode == 0, ended.stderr
            wait_for(lambda: published(running.settings) >= entries, 60, "every entry of every feed")
        running.wait_until_done()
        indexed = Counter(hit["_source"]["article_id"] for hit in running.search("articles"))
        good = [one.raw.article_id for one in [*articles, planted] if not one.rejected]
        assert indexed == Counter([*good, *entries])
        assert set(running.pause().values()) == {0}
        check_traces(spans_by_trace(traced), planted.raw.article_id, next(iter(entries)))
        check_logs(running.settings.data / "logs" / "process-extract.log", spans_by_trace(traced))


def check_traces(traces: dict[str, list[Span]], replayed: str, polled: str) -> None:
    """One article is one trace, from the file or the feed to the channel and the index."""
    trace = trace_of(traces, replayed)
    assert parents(trace) == {
        ("replay", ""),
        ("extract", "replay"),
        ("stories", "extract"),
        ("alerts", "stories"),
        ("notify", "alerts"),
        ("index", "stories"),
        ("index", "alerts"),
        ("index", "notify"),
    }
    ours = Counter(span["name"] for span in trace if span["name"] != "index")
    assert set(ours.values()) == {1}, ours
    assert parents(trace_of(traces, polled)) == {("ingest", ""), ("extract", "ingest"), ("index", "extract")}


def check_logs(path: Path, traces: dict[str, list[Span]]) -> None:
    """What is logged about an article names its trace."""
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    told = [event["trace_id"] for event in events if event["event"] == "rejected"]
    assert told
    assert set(told) <= traces.keys()
