"""Backtests in wall time through the command: stored articles from Kafka and from Elasticsearch, two rule sets at once.

Goal: ≥ 2,000 stored articles a second. The new rules differ from those in force in one rule. Beside it the same command
with 10,000 keyword and 500 boolean rules over articles of 1,000 words, 135 of which fire on every article.

Run: python -m tests.bench backtest
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import psutil

from newswatch import kafka_clients, wire
from newswatch.cli.pipeline import Plan, environment
from newswatch.elastic_client import elasticsearch_client
from newswatch.records.tracked import TrackedArticle
from newswatch.settings import DEFAULT_WATCH, Settings
from newswatch.topics import Topic
from sinks.article_documents import from_tracked
from sinks.documents import Position
from sinks.indices.install import install_templates
from tests.bench.alert_load import Vocabulary, articles, rule_rows, write_rules
from tests.generated_month import START, month, tracked
from tests.servers import start

STORED, LONG = 20_000, 500
GOAL = 2_000


def main() -> None:
    """Prints articles, seconds and articles a second of each run, and the load of the machine."""
    with (
        tempfile.TemporaryDirectory(prefix="newswatch-bench-backtest-") as folder,
        start(Path(folder) / "servers") as up,
    ):
        settings = up.settings(Path(folder))
        kafka_clients.ensure_topics(settings.kafka)
        install_templates(elasticsearch_client(settings.elasticsearch), settings.elasticsearch.prefix)
        stored = [tracked(article) for article in month(STORED)]
        to_kafka(settings, stored)
        to_index(settings, stored)
        changed = Path(folder) / "changed.yaml"
        shipped = DEFAULT_WATCH / "alerts.yaml"
        changed.write_text(shipped.read_text(encoding="utf-8").replace("realert: ", "realert: 1", 1), "utf-8")
        for source in ("kafka", "elasticsearch"):
            timed(settings, f"44 rules, {source}", changed, shipped, source)
        vocabulary = Vocabulary()
        to_kafka(settings, articles(vocabulary, LONG))
        many = write_rules(Path(folder) / "many.yaml", rule_rows(vocabulary, 10_000, 500))
        timed(
            settings, "10,500 rules, kafka", many, many, "kafka", since="2026-01-09T12:00Z", until="2026-01-09T13:00Z"
        )


def to_kafka(settings: Settings, stored: Iterable[TrackedArticle]) -> None:
    """The articles on news.tracked."""
    sending = kafka_clients.producer(settings.kafka)
    for one in stored:
        sending.send(Topic.TRACKED.value, key=one.watch.encode(), value=wire.encode(one))
    sending.flush()
    sending.close()


def to_index(settings: Settings, stored: Iterable[TrackedArticle]) -> None:
    """The documents the index sink makes of them."""
    client = elasticsearch_client(settings.elasticsearch).options(request_timeout=180)
    place = Position(topic=Topic.TRACKED.value, partition=0, offset=0)
    lines: list[Mapping[str, Any]] = []
    for one in stored:
        for document in from_tracked(one, place, one.article.first_seen):
            index = document.index(settings.elasticsearch.prefix)
            lines += [{"index": {"_index": index, "_id": document.id}}, document.body]
        if len(lines) > 1000:
            assert not client.bulk(operations=lines)["errors"]
            lines = []
    if lines:
        client.bulk(operations=lines)
    client.indices.refresh(index=f"{settings.elasticsearch.prefix}-*")


def timed(
    settings: Settings, name: str, rules: Path, against: Path, source: str, since: str = "", until: str = "2100-01-01"
) -> None:
    """Runs the command as a user would, start and rule files included."""
    since = since or START.isoformat()
    command = [
        sys.executable, "-m", "newswatch.cli.app", "rules", "backtest", str(rules), "--against", str(against),
        "--from", source, "--since", since, "--until", until, "--json",
    ]  # fmt: skip
    began, cpu = time.monotonic(), children()
    done = subprocess.run(
        command, env={**os.environ, **environment(settings, Plan())}, capture_output=True, check=True, text=True
    )
    took, used = time.monotonic() - began, children() - cpu
    answer = json.loads(done.stdout)
    fired = sum(rule["after"] for rule in answer["rules"])
    print(
        f"{name}: {answer['articles']} articles in {took:.1f} s wall, {used:.1f} s CPU: "
        f"{answer['articles'] / took:.0f} articles/s (goal >= {GOAL}), {fired} alerts; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def children() -> float:
    """Seconds of CPU of this process's ended children."""
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)


if __name__ == "__main__":
    main()
