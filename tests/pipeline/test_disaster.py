"""Elasticsearch, then Kafka loses everything; each is rebuilt by the commands of docs/disaster.md."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from newswatch import kafka_clients
from newswatch.cli.pipeline import Plan, environment
from newswatch.topics import SPECS
from sinks.index_names import Family
from tests.pipeline.generated import RULES, Expected, article
from tests.pipeline.harness import Pipeline, pipeline, publish, wait_for

PAGE = Path(__file__).parent.parent.parent / "docs" / "disaster.md"
ARTICLES = 100
OF_THE_WRITING = (("event", "ingested"), ("latency", "indexed_ms"))
"""Fields that tell when a document was written, not what it says."""

Documents = dict[tuple[str, str], dict[str, Any]]
"""By index and id."""


def commands_of(section: str) -> list[list[str]]:
    """The newswatch commands in the code of one section of the page."""
    text = PAGE.read_text(encoding="utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    lines = [line for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    return [line.removeprefix("$ newswatch ").split() for line in lines if line.startswith("$ newswatch ")]


def run(running: Pipeline, arguments: list[str]) -> "subprocess.CompletedProcess[str]":
    told = {**os.environ, **environment(running.settings, Plan(once=True))}
    return subprocess.run(
        [sys.executable, "-m", "newswatch.cli.app", *arguments],
        env=told, capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip


def documents(running: Pipeline) -> Documents:
    """Every document by index and id, without the time of its writing."""
    found = {}
    for family in Family:
        for hit in running.search(family.value):
            for outer, inner in OF_THE_WRITING:
                hit["_source"].get(outer, {}).pop(inner, None)
            found[hit["_index"], hit["_id"]] = hit["_source"]
    return found


def differing_fields(before: dict[Any, dict[str, Any]], after: dict[Any, dict[str, Any]]) -> set[tuple[str, str]]:
    """(index, field) of whatever is not as it was."""
    return {
        (index, name)
        for (index, ident), body in before.items()
        for name in body.keys() | after[index, ident].keys()
        if body.get(name) != after[index, ident].get(name)
    }


def delete_everything(es: Elasticsearch, prefix: str) -> None:
    """Indices, templates: as after the loss of every node's disk."""
    for name in es.indices.get(index=f"{prefix}-*"):
        es.indices.delete(index=name)
    for template in es.indices.get_index_template(name=f"{prefix}*")["index_templates"]:
        es.indices.delete_index_template(name=template["name"])
    for component in es.cluster.get_component_template(name=f"{prefix}*")["component_templates"]:
        es.cluster.delete_component_template(name=component["name"])


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_elasticsearch_and_then_kafka_are_lost_and_rebuilt_by_the_commands_of_the_page(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    with pipeline(tmp_path, rules) as running:
        wait_for(running.ready, 90, "every role")
        publish(running, [article(number, seed=29) for number in range(ARTICLES)])
        running.wait_until_done()
        before = documents(running)
        kinds = {index.split("-")[1] for index, _ in before}
        assert kinds >= {"articles", "stories", "alerts", "rejected"}, kinds
        refused = run(running, ["reindex", "--from-kafka"])
        assert refused.returncode == 2, "offsets must not be set back under a running service"
        assert "stop every index service" in refused.stderr
        running.pause()
        es = running.elasticsearch()
        delete_everything(es, running.settings.elasticsearch.prefix)
        assert not es.indices.get(index=f"{running.settings.elasticsearch.prefix}-*").body
        es.close()
        commands = commands_of("Elasticsearch is lost")
        assert commands == [["setup"], ["reindex", "--from-kafka"]]
        for arguments in commands:
            ended = run(running, arguments)
            assert ended.returncode == 0, f"newswatch {' '.join(arguments)}: {ended.stderr}"
        index = running.join_worker("index")
        wait_for(lambda: running.waiting() is None, 90, "everything to be written again")
        after = documents(running)
        assert after.keys() == before.keys()
        assert differing_fields(before, after) == set()
        index.stop()
        kafka_is_lost(running, tmp_path / "backup", before)


def kafka_is_lost(running: Pipeline, folder: Path, before: Documents) -> None:
    """Roles are stopped. All topics go; the page's commands bring them back, and the roles go on as if nothing was."""
    exported = run(running, ["topics", "export", str(folder), "--json"])
    assert exported.returncode == 0, exported.stderr
    client = kafka_clients.admin(running.settings.kafka)
    client.delete_topics([spec.name.value for spec in SPECS])
    client.close()
    commands = commands_of("Kafka is lost")
    assert commands == [["setup"], ["topics", "restore", "/backup/kafka"]]
    for arguments in commands:
        ended = run(running, [str(folder) if word == "/backup/kafka" else word for word in arguments])
        assert ended.returncode == 0, f"newswatch {' '.join(arguments)}: {ended.stderr}"
    delivered = running.delivered()
    running.resume()
    publish(running, [article(0, seed=29), article(ARTICLES, seed=29)])  # one seen before, one new: both have the word
    running.wait_until_done()
    after = documents(running)
    assert before.keys() <= after.keys()
    (fired,) = alert_ids(after) - alert_ids(before)
    assert running.delivered() == delivered + Counter([fired]), "no alert a second time"
    assert story_of(after, article(0, seed=29)) == story_of(before, article(0, seed=29))


def alert_ids(found: Documents) -> set[str]:
    return {ident for index, ident in found if "-alerts-" in index}


def story_of(found: Documents, one: Expected) -> set[str]:
    return {
        body["story_id"] for body in found.values() if body.get("article_id") == one.raw.article_id if "text" in body
    }
