"""From a tracked article to a webhook at 20 articles/s, and beside it what polling an index once a minute costs.

Run: python -m tests.bench.bench_alert_delivery (starts the embedded servers unless the environment names others).
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import psutil
import yaml
from elasticsearch import Elasticsearch, helpers

from newswatch import wire
from newswatch.kafka_clients import ensure_topics, producer
from newswatch.records.tracked import TrackedArticle
from newswatch.settings import Settings
from newswatch.topics import Topic
from tests.bench.alert_load import Vocabulary, articles, rule_rows
from tests.contracts.notify.receiver import Receiver, receiving
from tests.servers import start
from tests.waiting import until

RATE, SECONDS, WARM_UP = 20.0, 60.0, 40
GOAL_P99 = 1.0
POLL_EVERY = 60.0
"""Seconds between two runs of a polling rule: ElastAlert's and Kibana's usual setting."""

POLLED_RULES, STORED = 300, 1200


def main() -> None:
    """Prints both sides."""
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as servers, receiving() as receiver:
        settings = servers.settings(Path(folder) / "data")
        ensure_topics(settings.kafka)
        with roles(settings, receiver, Path(folder)):
            streamed(settings, receiver)
        polled(settings)


@contextmanager
def roles(settings: Settings, receiver: Receiver, folder: Path) -> Iterator[None]:
    """The alerts stage and notify as processes of their own, one rule that every article meets."""
    rules = folder / "rules.yaml"
    rules.write_text(yaml.safe_dump({"rules": [{"id": "bench", "match": {"any": "benchmarked"}}]}), encoding="utf-8")
    channels = folder / "channels.yaml"
    channels.write_text(
        yaml.safe_dump({"channels": {"hook": {"type": "webhook", "url": receiver.address}}}), encoding="utf-8"
    )
    environment = os.environ | {
        "NEWSWATCH_DATA": str(settings.data), "NEWSWATCH_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
        "NEWSWATCH_RULES": str(rules), "NEWSWATCH_NOTIFY__CHANNELS_FILE": str(channels),
    }  # fmt: skip
    command = [sys.executable, "-m", "newswatch.cli.app"]
    log = (folder / "roles.log").open("wb+")
    running = [
        subprocess.Popen([*command, *arguments], env=environment, stdout=log, stderr=log)
        for arguments in (["process", "--stage", "alerts"], ["notify"])
    ]
    try:
        yield
    except BaseException:
        print((folder / "roles.log").read_text(encoding="utf-8")[-4000:])
        raise
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
        log.close()


def streamed(settings: Settings, receiver: Receiver) -> None:
    """Publishes at RATE and prints publish→webhook latencies."""
    arrived: dict[str, float] = {}
    seen = 0

    def came(wanted: list[TrackedArticle]) -> bool:
        nonlocal seen
        for _, body, headers in receiver.arrived[seen:]:
            for alert in body["alerts"]:
                arrived.setdefault(alert["article_id"], float(headers["X-Received-At"]))
        seen = len(receiver.arrived)
        return all(tracked.article.article_id in arrived for tracked in wanted)

    count = int(RATE * SECONDS)
    sample = [unique(tracked) for tracked in articles(Vocabulary(), count + WARM_UP, length=400)]
    sending = producer(settings.kafka, linger_ms=0)
    for tracked in sample[:WARM_UP]:
        publish(sending, tracked)
    until(lambda: came(sample[:WARM_UP]), 180)
    published: dict[str, float] = {}
    began = time.time()
    for number, tracked in enumerate(sample[WARM_UP:]):
        time.sleep(max(0.0, began + number / RATE - time.time()))
        published[tracked.article.article_id] = time.time()
        publish(sending, tracked)
    until(lambda: came(sample), 120)
    sending.close()
    taken = sorted(arrived[identity] - moment for identity, moment in published.items())
    print(f"publish→webhook at {RATE:.0f} articles/s, {count} alerts: {shown(taken)} (goal p99 <= {GOAL_P99} s)")


def unique(tracked: TrackedArticle) -> TrackedArticle:
    """The article under ids no earlier run has used, with the word that the rule looks for."""
    identity, now = uuid4().hex, datetime.now(UTC)
    article = msgspec.structs.replace(
        tracked.article, article_id=identity, text=tracked.article.text + " benchmarked", first_seen=now, fetched_at=now
    )
    return msgspec.structs.replace(tracked, article=article, story_id=identity)


def publish(sending: Any, tracked: TrackedArticle) -> None:
    """On news.tracked, as the stories stage does."""
    sending.send(Topic.TRACKED.value, key=tracked.watch.encode(), value=wire.encode(tracked))


def polled(settings: Settings) -> None:
    """The same kind of rules as one query each, run once a minute over the last minute's articles."""
    client = Elasticsearch(settings.elasticsearch.url, request_timeout=60)
    index = f"{settings.elasticsearch.prefix}-polled"
    vocabulary = Vocabulary()
    client.indices.create(
        index=index, settings={"number_of_replicas": 0}, mappings={"properties": {"at": {"type": "date"}}}
    )
    now = datetime.now(UTC).isoformat()
    stored = articles(vocabulary, STORED)
    rows = ({"_index": index, "title": t.article.title, "text": t.article.text, "at": now} for t in stored)
    helpers.bulk(client, rows, refresh=True)
    queries = [body(row) for row in rule_rows(vocabulary, POLLED_RULES // 20 * 19, POLLED_RULES // 20)]
    server = server_process(settings)
    for query in queries[:50]:
        client.search(index=index, query=query, size=10)
    cpu, began = cpu_seconds(server), time.perf_counter()
    for query in queries:
        client.search(index=index, query=query, size=10)
    wall = (time.perf_counter() - began) / len(queries)
    spent = (cpu_seconds(server) - cpu) / len(queries)
    client.indices.delete(index=index)
    sweep = wall * 10_500
    print(
        f"a query a rule over {STORED} stored articles: {wall * 1000:.2f} ms, "
        f"{spent * 1000:.2f} ms of Elasticsearch's CPU"
    )
    wait, worst = POLL_EVERY / 2 + sweep / 2, max(POLL_EVERY, sweep) + sweep
    print(f"10,500 such rules: {sweep:.0f} s a sweep, {spent * 10_500:.0f} s CPU each")
    print(f"an alert would wait {wait:.0f} s on average, {worst:.0f} s at worst")


def body(row: dict[str, Any]) -> dict[str, Any]:
    """A rule as the query a polling tool would run, with its filter on the last minute."""
    match = row["match"]
    terms = [f'"{term.rstrip("~")}"' if not term.endswith("*") else term for term in match.get("any", ())]
    text = match.get("query") or " OR ".join(terms)
    asked = {"query_string": {"query": text, "fields": ["title", "text"]}}
    return {"bool": {"must": asked, "filter": {"range": {"at": {"gte": "now-1h"}}}}}


def server_process(settings: Settings) -> psutil.Process | None:
    """Elasticsearch's own process, where it runs on this machine."""
    port = int(settings.elasticsearch.url.rsplit(":", 1)[1])
    for connection in psutil.net_connections("tcp"):
        if (
            connection.laddr
            and connection.laddr.port == port
            and connection.status == psutil.CONN_LISTEN
            and connection.pid
        ):
            return psutil.Process(connection.pid)
    return None


def cpu_seconds(process: psutil.Process | None) -> float:
    """CPU seconds a process has used; 0 without one."""
    return sum(process.cpu_times()[:2]) if process else 0.0


def shown(taken: list[float]) -> str:
    """p50, p95, p99 and the worst, in milliseconds."""
    parts = [(f"p{share}", taken[min(len(taken) - 1, int(len(taken) * share / 100))]) for share in (50, 95, 99)]
    return ", ".join(f"{name} {value * 1000:.0f} ms" for name, value in [*parts, ("worst", taken[-1])])


if __name__ == "__main__":
    main()
