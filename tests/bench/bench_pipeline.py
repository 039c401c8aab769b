"""The whole pipeline on real servers: latency at 20 articles a second, throughput, memory a role.

Goals: publish→searchable p99 ≤ 2 s, publish→alert p99 ≤ 1 s at 20 articles/s; peak memory ≤ 350 MB a role.
"""

import json
import statistics
import tempfile
import threading
import time
from pathlib import Path

import psutil

from newswatch import kafka_clients, wire
from newswatch.records.alert import Alert
from newswatch.settings import ExtractSettings
from newswatch.topics import Topic
from tests.pipeline.generated import RULES, Expected, article
from tests.pipeline.harness import Pipeline, pipeline, publish, wait_for

RATE = 20.0
MEASURED = 1200
WARM_UP = 60
BURST = 1000
POLL = 0.05


class Seen(threading.Thread):
    """Notes when each article's alert is on news.alerts and when each article can be found in the index."""

    def __init__(self, running: Pipeline) -> None:
        super().__init__(daemon=True)
        self.running = running
        self.alerted: dict[str, float] = {}
        self.found: dict[str, float] = {}
        self.outstanding: set[str] = set()
        self.done = threading.Event()
        self._lock = threading.Lock()

    def expect(self, article_id: str) -> None:
        """Looks for this article from now on."""
        with self._lock:
            self.outstanding.add(article_id)

    def run(self) -> None:
        threading.Thread(target=self._alerts, daemon=True).start()
        es = self.running.elasticsearch()
        index = f"{self.running.settings.elasticsearch.prefix}-articles-*"
        while not self.done.wait(POLL):
            with self._lock:
                wanted = sorted(self.outstanding)[:500]
            if not wanted:
                continue
            page = es.search(
                index=index, query={"terms": {"article_id": wanted}}, size=500, source_includes=["article_id"]
            )
            now = time.time()
            with self._lock:
                for hit in page["hits"]["hits"]:
                    ident = hit["_source"]["article_id"]
                    self.found.setdefault(ident, now)
                    self.outstanding.discard(ident)

    def _alerts(self) -> None:
        consumer = kafka_clients.consumer(self.running.settings.kafka, Topic.ALERTS.value, fetch_max_wait_ms=20)
        while not self.done.is_set():
            for records in consumer.poll(timeout_ms=100).values():
                for record in records:
                    ident = wire.decode(record.value, Alert).article_id
                    if ident:
                        self.alerted.setdefault(ident, time.time())


class Memory(threading.Thread):
    """The peak of each role's proportional set size, its children included, in MiB."""

    def __init__(self, running: Pipeline) -> None:
        super().__init__(daemon=True)
        self.running, self.peak = running, dict[str, float]()
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(2.0):
            for role, pid in self.running.supervisor.pids().items():
                self.peak[role] = max(self.peak.get(role, 0.0), proportional(pid))


def proportional(pid: int) -> float:
    """Memory of a process and its children in MiB, pages they share counted once."""
    try:
        parent = psutil.Process(pid)
        return sum(p.memory_full_info().pss for p in [parent, *parent.children(recursive=True)]) / 2**20
    except psutil.Error:
        return 0.0


def percentiles(values: list[float]) -> dict[str, float]:
    """p50, p95 and p99 in seconds."""
    cuts = statistics.quantiles(values, n=100)
    return {"n": len(values), "p50": round(cuts[49], 3), "p95": round(cuts[94], 3), "p99": round(cuts[98], 3)}


def latency(running: Pipeline) -> dict[str, object]:
    """Published at an even 20 articles a second."""
    articles = [article(number, seed=21, broken_every=10**9, alert_every=2) for number in range(WARM_UP + MEASURED)]
    seen, sent = Seen(running), dict[str, float]()
    seen.start()
    producer = kafka_clients.producer(running.settings.kafka, linger_ms=0)
    began = time.monotonic()
    for number, one in enumerate(articles):
        time.sleep(max(0.0, began + number / RATE - time.monotonic()))
        sent[one.raw.article_id] = time.time()
        producer.send(Topic.RAW.value, key=one.raw.article_id.encode(), value=one.message)
        seen.expect(one.raw.article_id)
    producer.flush()
    found, alerted = set(sent), {one.raw.article_id for one in articles if one.alert}
    wait_for(lambda: found <= seen.found.keys() and alerted <= seen.alerted.keys(), 120, "everything to be seen")
    seen.done.set()
    measured = articles[WARM_UP:]
    return {
        "publish_to_searchable_s": percentiles([seen.found[i] - sent[i] for i in (a.raw.article_id for a in measured)]),
        "publish_to_alert_s": percentiles(
            [seen.alerted[i] - sent[i] for i in (a.raw.article_id for a in measured if a.alert)]
        ),
    }


def throughput(running: Pipeline, seed: int) -> float:
    """Articles a second through the extract stage, from a full topic."""
    articles: list[Expected] = [article(number, seed=seed, broken_every=10**9) for number in range(BURST)]
    before = running.metric("process-extract", "newswatch_records_in_total")
    publish(running, articles)
    began = time.monotonic()
    wait_for(
        lambda: running.metric("process-extract", "newswatch_records_in_total") >= before + BURST, 300, "the burst"
    )
    return BURST / (time.monotonic() - began)


def main() -> None:
    """Prints one JSON line and its summary for people."""
    result: dict[str, object] = {"bench": "pipeline"}
    for processes in (1, 2):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            rules = folder / "rules.yaml"
            rules.write_text(RULES, encoding="utf-8")
            with pipeline(folder, rules, extract=ExtractSettings(processes=processes)) as running:
                memory = Memory(running)
                memory.start()
                wait_for(running.ready, 60, "every role")
                throughput(running, seed=30)
                result[f"articles_per_s_{processes}_extract_processes"] = round(throughput(running, seed=31), 1)
                running.wait_until_done()
                if processes == 2:
                    result |= latency(running)
                memory.done.set()
                result[f"peak_pss_mib_{processes}_extract_processes"] = {k: round(v) for k, v in memory.peak.items()}
    print(json.dumps(result))
    for key, value in result.items():
        print(f"{key:40} {value}")


if __name__ == "__main__":
    main()
