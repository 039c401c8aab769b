"""The replay command against a real Kafka: acknowledged, accounted for, the same ids whenever it runs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from kafka.structs import TopicPartition

from newswatch import kafka_clients, wire
from newswatch.cli.replay import command
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.settings import Settings
from newswatch.topics import Topic

pytestmark = pytest.mark.servers

SEEDS = Path(__file__).parents[2] / "seeds"
DOCUMENTS, REFUSED = 59, 1


@pytest.fixture
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Commands find the session's Kafka."""
    monkeypatch.setenv("NEWSWATCH_KAFKA__BOOTSTRAP", settings.kafka.bootstrap)
    return settings


def written(settings: Settings, topic: Topic) -> list[tuple[bytes, bytes]]:
    """Keys and values now in a topic, read to its end."""
    consumer = kafka_clients.consumer(settings.kafka)
    try:
        partitions = [TopicPartition(topic.value, n) for n in consumer.partitions_for_topic(topic.value)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        found: list[tuple[bytes, bytes]] = []
        while any((consumer.position(partition) or 0) < ends[partition] for partition in partitions):
            for records in consumer.poll(timeout_ms=500).values():
                found += [(record.key, record.value) for record in records]
        return found
    finally:
        consumer.close()


def test_the_seeds_arrive_whole_and_twice_alike(environment: Settings) -> None:
    runs = []
    for _ in range(2):
        result = CliRunner().invoke(command, [str(SEEDS), "--json"], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        runs.append(json.loads(result.stdout.splitlines()[-1]))
    assert runs[0]["documents"] == DOCUMENTS
    assert runs[0]["rejected"] == {"invalid-record": REFUSED}
    assert runs[0]["published"] == DOCUMENTS - REFUSED
    assert {name: runs[0][name] for name in ("documents", "published", "rejected", "failed")} == {
        name: runs[1][name] for name in ("documents", "published", "rejected", "failed")
    }
    raws = [wire.decode(value, RawArticle) for _, value in written(environment, Topic.RAW)]
    ours = [raw for raw in raws if ".example/" in raw.url or raw.url.startswith("urn:newswatch:")]
    per_id = {raw.article_id: sum(other.article_id == raw.article_id for other in ours) for raw in ours}
    assert len([count for count in per_id.values() if count >= 2]) >= DOCUMENTS - REFUSED
    refusals = [wire.decode(value, Rejected) for _, value in written(environment, Topic.REJECTED)]
    broken = [refusal for refusal in refusals if refusal.source == "seeds/broken.jsonl:1"]
    assert len(broken) == 2
    assert len({refusal.rejected_id for refusal in broken}) == 1
    assert broken[0].original.startswith(b'{"id"')
