"""What an article costs: processor time and memory by role, bytes in Kafka by topic and in Elasticsearch by index.

Costs are processor time and bytes, not speed, so that a busy machine does not change them. docs/scaling.md holds the
figures of one run and what follows from them by arithmetic.
"""

import json
import random
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from newswatch import kafka_clients, wire
from newswatch.identity import article_id
from newswatch.records.raw import HttpFacts, Origin, RawArticle
from newswatch.topics import Topic
from tests.bench.bench_pipeline import Memory
from tests.bench.pages import pages
from tests.pipeline.generated import DEEDS, SYLLABLES
from tests.pipeline.harness import Pipeline, pipeline, wait_for

PAGES = 400
ON_WATCH = 2
"""Every second page tells a deed of the watch: far more than a feed list does, so that both halves are measured."""


def processor_seconds(running: Pipeline) -> dict[str, float]:
    """Seconds of processor time of each role so far, its children included."""
    return {role: _seconds(pid) for role, pid in running.supervisor.pids().items()}


def _seconds(pid: int) -> float:
    parent = psutil.Process(pid)
    total = 0.0
    for process in [parent, *parent.children(recursive=True)]:
        times = process.cpu_times()
        total += times.user + times.system
    return total


def raw_articles() -> list[RawArticle]:
    """Pages as heavy as real ones; every ON_WATCH-th tells a deed of its own."""
    dice, made = random.Random(5), []
    now = datetime.now(UTC)
    for number, page in enumerate(pages(PAGES, seed=11)):
        name = "".join(dice.choices(SYLLABLES, k=3)).title()
        deed = DEEDS[number % len(DEEDS)].format(n=3 + number % 50, name=name)
        html = page.html.replace("<p>", f"<p>{deed} ", 1) if number % ON_WATCH == 0 else page.html
        made.append(
            RawArticle(
                article_id=article_id(page.url),
                url=page.url,
                html=html,
                first_seen=now,
                fetched_at=now,
                origin=Origin.REPLAY,
                http=HttpFacts(status=200, content_type="text/html; charset=utf-8", final_url=page.url),
            )
        )
    return made


def publish(running: Pipeline, articles: list[RawArticle]) -> None:
    """Puts the articles on news.raw, acknowledged."""
    producer = kafka_clients.producer(running.settings.kafka)
    for one in articles:
        producer.send(Topic.RAW.value, key=one.article_id.encode(), value=wire.encode(one))
    producer.flush(timeout=120)
    producer.close()


def kafka_bytes(running: Pipeline) -> Counter[str]:
    """Bytes on disk by topic, one copy."""
    client = kafka_clients.admin(running.settings.kafka)
    held: Counter[str] = Counter()
    for broker in client.describe_log_dirs():
        for folder in broker["log_dirs"]:
            for topic in folder["topics"]:
                held[topic["name"]] += sum(part["partition_size"] for part in topic["partitions"])
    client.close()
    return Counter({name: size for name, size in held.items() if name.startswith("news.")})


def index_bytes(running: Pipeline) -> dict[str, dict[str, int]]:
    """Documents and bytes on disk by index, merged to one segment, without replicas."""
    es = running.elasticsearch()
    pattern = f"{running.settings.elasticsearch.prefix}-*"
    es.indices.refresh(index=pattern)
    es.indices.forcemerge(index=pattern, max_num_segments=1, flush=True)
    stats = es.indices.stats(index=pattern, metric=["store", "docs"]).body["indices"]
    es.close()
    return {
        name: {"documents": one["primaries"]["docs"]["count"], "bytes": one["primaries"]["store"]["size_in_bytes"]}
        for name, one in sorted(stats.items())
    }


def main() -> None:
    """Prints one JSON object, indented."""
    with tempfile.TemporaryDirectory() as name, pipeline(Path(name)) as running:
        memory = Memory(running)
        memory.start()
        wait_for(running.ready, 120, "every role")
        before = processor_seconds(running)
        publish(running, raw_articles())
        running.wait_until_done()
        after = processor_seconds(running)
        articles = running.metric("process-extract", "newswatch_records_in_total")
        memory.done.set()
        result: dict[str, Any] = {
            "articles": articles,
            "processor_ms_per_article": {
                role: round(1000 * (after[role] - before[role]) / articles, 2) for role in after
            },
            "peak_pss_mib": {role: round(peak) for role, peak in memory.peak.items()},
            "kafka_bytes_per_article": {name: round(size / articles) for name, size in kafka_bytes(running).items()},
            "index": index_bytes(running),
            "outputs": {
                role: running.metric(role, "newswatch_records_out_total")
                for role in ("process-extract", "process-stories", "process-alerts")
            },
        }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
