"""A generated month through the sink while it, Elasticsearch and Kafka are killed: the index equals the ledger."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from newswatch.elastic_client import elasticsearch_client
from newswatch.embedded.stack import RunningServers, start_servers
from newswatch.kafka_clients import ensure_topics
from newswatch.settings import ElasticsearchSettings, KafkaSettings, Settings
from sinks.account import balances
from sinks.account_reading import read_seen
from sinks.bulk_writer import BulkWriter
from sinks.counts import count_articles, count_documents, count_rejected
from sinks.indices.install import install_templates
from tests.contracts.index.messages import batch
from tests.contracts.index.sink_process import SinkProcess, data_folder, lag, publish, wait_for, wait_for_lag
from tests.generated_month import WATCH, Book, month

pytestmark = [pytest.mark.servers, pytest.mark.crash]

ARTICLES = int(os.environ.get("NEWSWATCH_REPLAY_ARTICLES", "6000"))
"""Articles of the generated month; 100,000 in tests/bench."""

LONG = 20_000
"""Articles above which servers are started for throughput."""

PATIENCE = 120
"""Seconds without progress after which a step of the replay has failed."""

RECOVERY = 120 + ARTICLES / 100
"""Seconds a killed server may take to read its logs back: they grow with the month."""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[RunningServers, Settings]]:
    """Servers a test may kill, with topics and templates."""
    with start_servers(tmp_path / "servers", sustained=ARTICLES > LONG) as servers:
        settings = Settings(
            data=data_folder(tmp_path),
            kafka=KafkaSettings(bootstrap=servers.kafka_bootstrap),
            elasticsearch=ElasticsearchSettings(url=servers.elasticsearch_url),
        )
        ensure_topics(settings.kafka)
        yield servers, settings


def assert_equals(es: Elasticsearch, prefix: str, book: Book, times: int) -> None:
    """The index holds what the ledger says; broken messages have an offset each, so each replay rejects its own."""
    counts, articles = count_documents(es, prefix), count_articles(es, prefix)

    assert (counts["articles"], counts["events"]) == (book.articles, book.events)
    assert (articles["on_watch"], articles["off_watch"]) == (book.on_watch, book.articles - book.on_watch)
    assert count_rejected(es, prefix) == {"index": {"invalid-record": book.broken * times}}
    found = es.search(
        index=f"{prefix}-articles-*", size=0, aggs={"outlets": {"terms": {"field": "outlet.name.keyword", "size": 500}}}
    )["aggregations"]["outlets"]["buckets"]
    assert {bucket["key"]: bucket["doc_count"] for bucket in found} == dict(book.by_outlet)


def assert_adds_up(es: Elasticsearch, settings: Settings, book: Book) -> None:
    """`newswatch stats --exact` finds every input of both replays, by id, among the outputs or the rejected."""
    seen, complete = read_seen(settings.kafka, es, settings.elasticsearch.prefix, PATIENCE + ARTICLES / 100)
    found = {balance.stage: balance for balance in balances(seen)}["index"]

    assert complete
    assert (found.inputs, found.outputs, found.rejected) == (
        book.articles + 2 * book.broken,
        book.articles,
        2 * book.broken,
    )
    assert found.difference == 0, found.examples


@pytest.mark.timeout(300 + ARTICLES / 20)
def test_a_month_survives_every_kill_and_a_second_replay(own: tuple[RunningServers, Settings]) -> None:
    servers, settings = own
    es = elasticsearch_client(settings.elasticsearch)
    assert servers.elasticsearch is not None
    book = publish(settings, month(ARTICLES))
    total = book.articles + book.broken

    with SinkProcess(settings) as sink:
        wait_for_lag(settings, sink, int(total * 0.8), PATIENCE)
        sink.kill()
        sink.start()
        wait_for_lag(settings, sink, int(total * 0.6), PATIENCE)
        servers.elasticsearch.kill()
        servers.elasticsearch.restart(RECOVERY)
        wait_for_lag(settings, sink, int(total * 0.35), PATIENCE)
        servers.kafka[0].kill()
        servers.kafka[0].restart(RECOVERY)
        wait_for_lag(settings, sink, 0, PATIENCE)
        assert_equals(es, settings.elasticsearch.prefix, book, times=1)

        publish(settings, month(ARTICLES))
        wait_for_lag(settings, sink, 0, PATIENCE)
        assert sink.stop() == 0, sink.tail()
        assert_equals(es, settings.elasticsearch.prefix, book, times=2)
    assert_adds_up(es, settings, book)
    es.close()


def test_a_stopped_sink_leaves_nothing_uncommitted_and_exits_cleanly(own: tuple[RunningServers, Settings]) -> None:
    _, settings = own
    es = elasticsearch_client(settings.elasticsearch)
    book = publish(settings, month(500))
    with SinkProcess(settings) as sink:
        wait_for_lag(settings, sink, book.articles, PATIENCE)
        assert sink.stop() == 0, sink.tail()

    held = count_documents(es, settings.elasticsearch.prefix)["articles"] + book.broken
    assert held >= book.articles + book.broken - lag(settings)
    es.close()


def test_without_elasticsearch_the_sink_stops_in_time_and_commits_nothing(
    own: tuple[RunningServers, Settings],
) -> None:
    servers, settings = own
    node, es = servers.elasticsearch, elasticsearch_client(settings.elasticsearch)
    assert node is not None
    with SinkProcess(settings) as sink:
        wait_for(lambda: bool(es.indices.exists_index_template(name="newswatch-feeds")), 60, sink.tail)
        node.kill()
        book = publish(settings, month(2000))
        wait_for(lambda: "elasticsearch-away" in sink.log.read_text(), 60, sink.tail)
        assert sink.stop() == 0, sink.tail()

    assert lag(settings) == book.articles + book.broken
    node.restart()
    es.close()


def test_a_server_short_of_room_loses_nothing(own: tuple[RunningServers, Settings]) -> None:
    servers, settings = own
    node = servers.elasticsearch
    assert node is not None
    node.command = (*node.command, "indexing_pressure.memory.limit=1mb")
    node.restart()
    es = elasticsearch_client(settings.elasticsearch)
    install_templates(es, "newswatch")
    writer = BulkWriter(es, "newswatch", watches=(WATCH,))
    articles = list(month(2400))
    parts = [batch(articles[start : start + 100]) for start in range(0, len(articles), 100)]

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(writer.write, parts))

    pressure = es.nodes.stats(metric="indexing_pressure")["nodes"].values()
    rejections = [node["indexing_pressure"]["memory"]["total"]["coordinating_rejections"] for node in pressure]
    assert sum(rejections) > 0, "the limit was never reached: the test shows nothing"
    assert count_documents(es, "newswatch")["articles"] == len(articles)
    es.close()
