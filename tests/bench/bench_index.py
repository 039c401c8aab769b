"""The index sink on a generated month: against a bare bulk loop, the dashboards' queries, and reindexing.

Goals: sink ≥ 0.9 × a bare `helpers.parallel_bulk` loop on the same documents, dashboards' queries p95 ≤ 300 ms each,
reindex ≥ 5,000 documents/s. NEWSWATCH_BENCH_ARTICLES sets the month's size; the replay with kills over 100,000 articles
is `NEWSWATCH_REPLAY_ARTICLES=100000 pytest tests/contracts/index/test_replay.py`.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
from elasticsearch import Elasticsearch, helpers

from newswatch.elastic_client import HitsAsBytes, elasticsearch_client
from newswatch.embedded.stack import start_servers
from newswatch.settings import ElasticsearchSettings
from sinks.bulk_writer import BulkWriter
from sinks.documents import Document
from sinks.index_names import Family
from sinks.indices.install import install_templates
from sinks.kibana.content import DASHBOARDS, view_of
from sinks.kibana.requests import request
from sinks.reindexing import Clients, rebuild, rebuilds
from tests.contracts.index.messages import of
from tests.generated_month import DAYS, START, WATCH, month

ARTICLES = int(os.environ.get("NEWSWATCH_BENCH_ARTICLES", "20000"))
SAMPLE = 4000
"""Articles of one round of the comparison; rounds alternate, so that a noisy machine is noisy for both."""

ROUNDS = 4
BATCH = 500
IN_FLIGHT = 2
QUERY_RUNS = 20


def documents(count: int, seed: int) -> list[Document]:
    """The documents of a month."""
    return [document for article in month(count, seed) for document in of(article)]


def batches(made: list[Document]) -> Iterator[list[Document]]:
    """About BATCH documents each, an article's never apart."""
    group: list[Document] = []
    for document in made:
        if len(group) >= BATCH and document.family is Family.ARTICLES:
            yield group
            group = []
        group.append(document)
    if group:
        yield group


def sink_loop(es: Elasticsearch, prefix: str, made: list[Document]) -> None:
    """As the sink writes: lookups of older forms, external versions, IN_FLIGHT batches at once."""
    writer = BulkWriter(es, prefix, watches=(WATCH,))
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        for written in pool.map(writer.write, batches(made)):
            assert not written.refused()


def bare_loop(es: Elasticsearch, prefix: str, made: list[Document]) -> None:
    """The client library's own helper with the same number of threads and documents a request."""
    actions = ({"_index": one.index(prefix), "_id": one.id, "_source": one.body} for one in made)
    for good, _ in helpers.parallel_bulk(es, actions, thread_count=IN_FLIGHT, chunk_size=BATCH):
        assert good


def timed(run: Callable[[], Any]) -> float:
    """Seconds."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def compare(es: Elasticsearch) -> None:
    """Sink against bare loop, alternately, each round into indices of its own."""
    rates: dict[str, list[float]] = {"sink": [], "bare": []}
    for number in range(-1, ROUNDS):
        made = documents(SAMPLE, seed=number + 10)
        order = [("sink", sink_loop), ("bare", bare_loop)]
        for name, loop in order if number % 2 else reversed(order):
            prefix = f"{name}{number + 1}"
            install_templates(es, prefix)
            rate = len(made) / timed(partial(loop, es, prefix, made))
            if number >= 0:
                rates[name].append(rate)
            for index in es.indices.get(index=f"{prefix}-*"):
                es.indices.delete(index=index)
    sink, bare = statistics.median(rates["sink"]), statistics.median(rates["bare"])
    print(f"sink {sink:,.0f} documents/s, bare parallel_bulk {bare:,.0f}: {sink / bare:.2f} × (goal ≥ 0.90)")


def queries(es: Elasticsearch, prefix: str) -> None:
    """Each panel's query over the whole month, QUERY_RUNS times."""
    span = (START.isoformat(), (START + timedelta(days=DAYS)).isoformat())
    slowest: list[tuple[float, str]] = []
    for panel in (panel for dashboard in DASHBOARDS for panel in dashboard.panels):
        index, body = view_of(panel.view).title(prefix), request(panel, *span)
        ask = partial(es.search, index=index, ignore_unavailable=True, **body)
        ask()
        taken = sorted(timed(ask) for _ in range(QUERY_RUNS))
        slowest.append((taken[int(0.95 * (QUERY_RUNS - 1))] * 1000, panel.id))
    slowest.sort(reverse=True)
    print(f"{len(slowest)} panel queries over {ARTICLES:,} articles, p95 of the slowest (goal ≤ 300 ms):")
    for millis, name in islice(slowest, 5):
        print(f"  {name:24} {millis:6.0f} ms")


def reindex(clients: Clients, prefix: str, server: psutil.Process) -> None:
    """Articles and events written anew; the processor time per document says what a machine of our own could do."""
    total, spent, began, own = 0, processor_seconds(server), time.perf_counter(), processor_seconds(psutil.Process())
    for one in rebuilds(clients.es, prefix):
        seconds = timed(partial(rebuild, clients, one, lambda count: None))
        total += one.documents
        print(f"reindex {one.family}: {one.documents:,} documents in {seconds:.1f} s, {one.documents / seconds:,.0f}/s")
    seconds = time.perf_counter() - began
    there = (processor_seconds(server) - spent) / total * 1e6
    here = (processor_seconds(psutil.Process()) - own) / total * 1e6
    print(
        f"reindex in all {total / seconds:,.0f}/s (goal ≥ 5,000) at load {os.getloadavg()[0]:.1f}; processor time a "
        f"document: Elasticsearch {there:.0f} µs, newswatch {here:.0f} µs"
    )


def processor_seconds(process: psutil.Process) -> float:
    """User and system time."""
    times = process.cpu_times()
    return float(times.user + times.system)


def main() -> None:
    """All three on one Elasticsearch."""
    with (
        tempfile.TemporaryDirectory() as folder,
        start_servers(Path(folder), kafka=False, elasticsearch_heap="1g", sustained=True) as servers,
    ):
        settings = ElasticsearchSettings(url=servers.elasticsearch_url)
        es, reader = elasticsearch_client(settings), elasticsearch_client(settings, HitsAsBytes())
        assert servers.elasticsearch is not None
        compare(es)
        install_templates(es, "month", refresh_interval="30s")
        articles = month(ARTICLES)
        while part := [document for article in islice(articles, 10_000) for document in of(article)]:
            sink_loop(es, "month", part)
        es.indices.refresh(index="month-*")
        queries(es, "month")
        reindex(Clients(es=es, reader=reader), "month", psutil.Process(servers.elasticsearch.pid))
        es.close()
        reader.close()


if __name__ == "__main__":
    main()
