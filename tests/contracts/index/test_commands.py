"""The operators' commands over a real month: trace, stats, rejected, reindex, retention."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch

from newswatch.cli.app import cli
from newswatch.elastic_client import elasticsearch_client
from newswatch.embedded.stack import start_servers
from newswatch.kafka_clients import ensure_topics
from newswatch.settings import ElasticsearchSettings, KafkaSettings, Settings
from sinks.counts import count_documents
from sinks.index_names import REBUILT
from tests.contracts.index.sink_process import SinkProcess, data_folder, lag, publish, wait_for_lag
from tests.generated_month import WATCH, Book, month

pytestmark = [pytest.mark.servers]

ARTICLES = 600
PREFIX = "newswatch"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def month_indexed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Book]]:
    """Servers of their own with an indexed month; the sink has stopped."""
    base = tmp_path_factory.mktemp("commands")
    with start_servers(base / "servers") as servers:
        settings = Settings(
            data=data_folder(base),
            kafka=KafkaSettings(bootstrap=servers.kafka_bootstrap),
            elasticsearch=ElasticsearchSettings(url=servers.elasticsearch_url, prefix=PREFIX),
        )
        ensure_topics(settings.kafka)
        book = publish(settings, month(ARTICLES))
        with SinkProcess(settings) as sink:
            wait_for_lag(settings, sink, 0)
            assert sink.stop() == 0, sink.tail()
        yield settings, book


@pytest.fixture
def run(month_indexed: tuple[Settings, Book], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command line against the month's servers."""
    settings, _ = month_indexed
    monkeypatch.setenv("NEWSWATCH_KAFKA__BOOTSTRAP", settings.kafka.bootstrap)
    monkeypatch.setenv("NEWSWATCH_ELASTICSEARCH__URL", settings.elasticsearch.url)
    monkeypatch.setenv("NEWSWATCH_DATA", str(settings.data))
    return lambda *words: CliRunner().invoke(cli, list(words))


@pytest.fixture
def es(month_indexed: tuple[Settings, Book]) -> Iterator[Elasticsearch]:
    client = elasticsearch_client(month_indexed[0].elasticsearch)
    yield client
    client.close()


def documents(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_input_is_accounted_for(run: Run, month_indexed: tuple[Settings, Book]) -> None:
    account, book = documents(run("stats", "--exact", "--json")), month_indexed[1]
    by_stage = {one["stage"]: one for one in account["balance"]}

    assert account["complete"] is True
    assert by_stage["index"] == {
        "stage": "index",
        "inputs": book.articles + book.broken,
        "outputs": book.articles,
        "rejected": book.broken,
        "difference": 0,
        "examples": [],
    }
    assert account["rejected"]["index"] == {"invalid-record": book.broken}


def test_a_missing_input_is_named_and_the_exit_code_says_so(run: Run, es: Elasticsearch) -> None:
    article = next(found for found in month(ARTICLES) if not found.watches)
    index, ident = f"{PREFIX}-articles-2026.01", f"{article.article_id}:-"
    held = es.get(index=index, id=ident)
    es.delete(index=index, id=ident, refresh=True)
    result = run("stats", "--exact", "--json")
    es.index(index=index, id=ident, document=held["_source"], refresh=True)

    assert result.exit_code == 1
    (found,) = (one for one in json.loads(result.stdout)["balance"] if one["difference"])
    assert found["examples"] == [article.article_id]


def test_without_the_index_the_account_is_what_kafka_tells(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWATCH_ELASTICSEARCH__URL", "http://127.0.0.1:9")
    result, exact = run("stats"), run("stats", "--exact")

    assert (result.exit_code, exact.exit_code) == (1, 1)
    assert "index" in result.stdout
    assert "Elasticsearch does not answer" in result.stderr
    assert "documents " not in result.stdout


def test_the_account_reads_well_in_a_terminal(run: Run) -> None:
    result = run("stats")

    assert result.exit_code == 0
    assert "invalid-record 12" in result.stdout
    assert "articles 600" in result.stdout


def test_a_trace_tells_every_hop_with_its_reason(run: Run) -> None:
    article = next(found for found in month(ARTICLES) if found.watches)
    found = documents(run("trace", article.url, "--json"))
    stages = [hop["stage"] for hop in found["hops"]]

    assert found["article_id"] == article.article_id
    assert {"feed", "fetch", "extract", "match", "story", "index"} <= set(stages)
    assert any(hop["kept"].startswith("news.tracked[") for hop in found["hops"])
    assert documents(run("trace", article.article_id, "--json", "--no-kafka"))["hops"]
    assert "joined story" in run("trace", f"{article.article_id}:{WATCH}").stdout


def test_an_unknown_article_and_a_wrong_id_are_told_apart(run: Run) -> None:
    unknown = run("trace", "https://nowhere.example/")

    assert unknown.exit_code == 1
    assert "nothing is known of it" in unknown.stdout
    assert "neither an address nor an id" in str(run("trace", "nonsense").exception)


def test_rejected_inputs_are_listed_and_shown(run: Run) -> None:
    lines = [json.loads(line) for line in run("rejected", "list", "--json").stdout.splitlines()]
    shown = run("rejected", "show", lines[0]["id"][:10])

    assert len(lines) == 12
    assert {line["error"]["type"] for line in lines} == {"invalid-record"}
    assert '{"v":1,"article_id":' in shown.stdout
    assert run("rejected", "list", "--reason", "timeout", "--json").stdout == ""
    assert run("rejected", "show", lines[0]["id"], "--original").stdout.startswith('{"v":1,"article_id":')


def test_redriving_is_a_dry_run_first_and_keeps_the_history(
    run: Run, es: Elasticsearch, month_indexed: tuple[Settings, Book]
) -> None:
    settings = month_indexed[0]
    dry = run("rejected", "redrive", "--limit", "2")
    assert "nothing was sent; 2 would be" in dry.stdout
    assert lag(settings) == 0

    assert "2 sent again" in run("rejected", "redrive", "--limit", "2", "--yes").stdout
    assert lag(settings) == 2
    redriven = [
        json.loads(line) for line in run("rejected", "list", "--json").stdout.splitlines() if '"redriven": 1' in line
    ]
    assert len(redriven) == 2
    assert redriven[0]["redrives"][0]["topic"] == "news.articles"
    with SinkProcess(settings) as sink:
        wait_for_lag(settings, sink, 0)
        assert sink.stop() == 0
    es.indices.refresh(index=f"{PREFIX}-rejected-*")
    assert len(run("rejected", "list", "--json").stdout.splitlines()) == 14


def test_an_index_is_written_anew_and_swapped(run: Run, es: Elasticsearch) -> None:
    before = count_documents(es, PREFIX)
    assert "every index has the present mapping" in run("reindex").stdout
    result = run("reindex", f"{PREFIX}-articles-2026.01", f"{PREFIX}-events-2026.01")

    assert result.exit_code == 0, result.output
    assert count_documents(es, PREFIX) == before
    assert es.indices.exists_alias(name=f"{PREFIX}-articles-2026.01")
    (behind,) = es.indices.get_alias(name=f"{PREFIX}-articles-2026.01")
    assert behind.startswith(REBUILT)
    assert es.indices.get_settings(index=behind)[behind]["settings"]["index"]["refresh_interval"] == "1s"


def test_a_document_the_new_mapping_refuses_stops_the_swap(run: Run, es: Elasticsearch) -> None:
    index = f"{PREFIX}-alerts-2025.12"
    es.indices.create(index=index, mappings={"dynamic": True, "properties": {"@timestamp": {"type": "date"}}})
    es.index(index=index, document={"@timestamp": "2025-12-03", "surprise": 1}, refresh=True)
    result = run("reindex", index)

    assert "refuses document" in str(result.exception)
    assert es.index(index=index, document={"@timestamp": "2025-12-04"})["result"] == "created"
    for name in es.indices.get(index=f"{index},{REBUILT}{index}-*"):
        es.indices.delete(index=name)


def test_a_snapshot_brings_a_lost_index_back(run: Run, es: Elasticsearch) -> None:
    before, index = count_documents(es, PREFIX), f"{PREFIX}-articles-2026.01"
    assert "no snapshot repository" in str(run("snapshot", "list").exception)
    assert documents(run("snapshot", "register", "--location", "backup", "--json"))["nodes"] == ["local"]
    assert "no snapshot yet" in run("snapshot", "list").stdout
    taken = documents(run("snapshot", "take", "--json"))
    assert (taken["state"], taken["failures"]) == ("SUCCESS", [])

    es.indices.delete(index=next(iter(es.indices.get_alias(name=index))))
    restored = documents(run("snapshot", "restore", taken["name"], "--index", index, "--yes", "--json"))

    assert restored["documents"] == before["articles"]
    assert count_documents(es, PREFIX) == before


def test_restoring_over_an_index_is_a_dry_run_first_and_swaps_whole_indices(run: Run, es: Elasticsearch) -> None:
    before = count_documents(es, PREFIX)
    names = [row["name"] for row in documents(run("snapshot", "list", "--json"))]
    held = next(iter(es.indices.get(index=f"{PREFIX}-rejected-*")))
    es.delete(index=held, id=es.search(index=held, size=1)["hits"]["hits"][0]["_id"], refresh=True)
    dry = run("snapshot", "restore", names[0], "--index", held)

    assert f"would restore {held} in place of {held}" in dry.stdout
    assert count_documents(es, PREFIX)["rejected"] == before["rejected"] - 1
    assert run("snapshot", "restore", names[0], "--yes").exit_code == 0
    assert count_documents(es, PREFIX) == before
    assert "does not hold" in str(run("snapshot", "restore", names[0], "--index", "other").exception)


def test_old_snapshots_are_removed_when_asked(run: Run) -> None:
    first = documents(run("snapshot", "list", "--json"))[0]["name"]
    taken = documents(run("snapshot", "take", "--keep", "1", "--json"))

    assert taken["removed"] == [first]
    assert [row["name"] for row in documents(run("snapshot", "list", "--json"))] == [taken["name"]]


def test_old_months_go_and_the_others_stay(run: Run, es: Elasticsearch) -> None:
    es.index(index=f"{PREFIX}-articles-2020.01", document={"@timestamp": "2020-01-05", "title": "old"}, refresh=True)
    es.index(index=f"{PREFIX}-stories", id="old", document={"last_seen": "2020-01-05"}, refresh=True)
    es.index(index=f"{PREFIX}-stories", id="new", document={"last_seen": "2999-01-05"}, refresh=True)
    dry = documents(run("retention", "--dry-run", "--months", "60", "--json"))
    assert {row["index"] for row in dry["removed"]} == {f"{PREFIX}-articles-2020.01", f"{PREFIX}-stories"}
    assert es.indices.exists(index=f"{PREFIX}-articles-2020.01")

    run("retention", "--months", "60")
    assert not es.indices.exists(index=f"{PREFIX}-articles-2020.01")
    assert not es.exists(index=f"{PREFIX}-stories", id="old")
    assert es.exists(index=f"{PREFIX}-stories", id="new")
    assert es.indices.exists(index=f"{PREFIX}-articles-2026.01")


def test_setup_says_what_it_did(run: Run) -> None:
    rows = documents(run("setup", "--json"))["changes"]

    assert {row["verdict"] for row in rows} <= {"same", "not-on-this-cluster"}
    assert "objects: 0 would be changed; nothing was" in run("setup", "--dry-run").stdout
