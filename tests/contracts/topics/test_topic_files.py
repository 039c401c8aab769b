"""Topics exported from a real Kafka and restored into new ones: nothing lost or doubled, stages in their places."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from kafka.structs import OffsetAndMetadata, TopicPartition

from newswatch import kafka_clients, wire
from newswatch.cli.app import cli
from newswatch.embedded.stack import start_servers
from newswatch.errors import UserError
from newswatch.records.alert import AlertState
from newswatch.settings import KafkaSettings
from newswatch.topic_export import export
from newswatch.topic_restore import restore
from newswatch.topic_scan import scan
from newswatch.topics import SPECS, Topic

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

GONE, KEPT = 40, 160
"""Messages of news.tracked that retention has removed, and those after them, on one partition."""

COMMITTED, APPLIED, PARTITION = GONE + 100, GONE + 119, 2
BYTES = b"\x00\xff no text"


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[KafkaSettings]:
    with start_servers(tmp_path / "servers", elasticsearch=False) as servers:
        settings = KafkaSettings(bootstrap=servers.kafka_bootstrap)
        kafka_clients.ensure_topics(settings)
        yield settings


def fill(settings: KafkaSettings) -> None:
    """An old input, a memory of it, bytes that are no text, a header, a tombstone, and a stage half-way."""
    producer = kafka_clients.producer(settings)
    for number in range(GONE + KEPT):
        value = json.dumps({"v": 1, "number": number, "word": "presos políticos"}).encode()
        producer.send(Topic.TRACKED.value, key=b"watch", value=value, partition=PARTITION, timestamp_ms=now(number))
    state = AlertState(rule_id="planted", applied_offset=APPLIED, generation=5, key="story")
    producer.send(Topic.ALERT_STATE.value, key=b"planted/story", value=wire.encode(state), partition=PARTITION)
    producer.send(Topic.ALERT_STATE.value, key=b"planted/gone", value=None, partition=PARTITION)
    producer.send(Topic.RAW.value, key=BYTES, value=BYTES, headers=[("traceparent", b"00-1")])
    producer.flush(timeout=60)
    producer.close()
    client = kafka_clients.admin(settings)
    place = TopicPartition(Topic.TRACKED.value, PARTITION)
    client.delete_records({place: GONE})
    offsets = {place: OffsetAndMetadata(COMMITTED, "", -1)}
    kafka_clients.coordinated(lambda: client.alter_group_offsets("newswatch-alerts", offsets))
    client.close()


def now(number: int) -> int:
    """Times of today, so that retention leaves them alone."""
    return int(time.time()) * 1000 - 100_000 + number


def contents(settings: KafkaSettings) -> dict[str, list[tuple[Any, ...]]]:
    """Every message by topic, without its offset."""
    return {
        spec.name.value: [
            (one.partition, one.timestamp, one.key, one.value, tuple(one.headers)) for one in scan(settings, spec.name)
        ]
        for spec in SPECS
    }


def new_brokers(settings: KafkaSettings) -> None:
    """The topics, their messages and the stages' places are gone."""
    client = kafka_clients.admin(settings)
    client.delete_topics([spec.name.value for spec in SPECS])
    client.close()
    kafka_clients.ensure_topics(settings)
    assert not any(contents(settings).values())


def committed(settings: KafkaSettings) -> int:
    client = kafka_clients.admin(settings)
    try:
        offsets = client.list_group_offsets({"newswatch-alerts": None})["newswatch-alerts"]
        return int(offsets[TopicPartition(Topic.TRACKED.value, PARTITION)].offset)
    finally:
        client.close()


class Interrupted(Exception):
    """Somebody pulled the plug."""


def test_topics_come_back_as_they_were_and_stages_go_on_where_they_were(kafka: KafkaSettings, tmp_path: Path) -> None:
    fill(kafka)
    before, folder = contents(kafka), tmp_path / "backup"
    assert sum(export(kafka, folder, SPECS).values()) == KEPT + 3
    again = export(kafka, folder, SPECS)
    assert {topic: count for topic, count in again.items() if count} == {"news.alert-state": 2}, "memories anew"
    new_brokers(kafka)
    steps = iter(range(100))

    def pull_the_plug(topic: str, count: int) -> None:
        if topic == Topic.TRACKED and next(steps, None) is None:
            raise Interrupted

    with pytest.raises(Interrupted):
        restore(kafka, folder, pull_the_plug)
    partial = sum(map(len, contents(kafka).values()))
    assert 0 < partial < KEPT + 3
    assert sum(restore(kafka, folder).values()) == KEPT + 3 - partial
    after = contents(kafka)
    (memory,) = [wire.decode(one[3], AlertState) for one in after.pop("news.alert-state") if one[3]]
    assert memory.applied_offset == APPLIED - GONE, "the memory counts as the new topic does"
    assert [one[2] for one in before.pop("news.alert-state")] == [b"planted/story", b"planted/gone"]
    assert after == before
    assert committed(kafka) == COMMITTED - GONE
    assert sum(restore(kafka, folder).values()) == 0, "a second restore writes nothing"
    with_more(kafka)
    with pytest.raises(UserError, match="not those of the files"):
        restore(kafka, folder)


def with_more(settings: KafkaSettings) -> None:
    """A role ran too soon."""
    producer = kafka_clients.producer(settings)
    producer.send(Topic.TRACKED.value, key=b"watch", value=b"{}", partition=PARTITION)
    producer.flush(timeout=60)
    producer.close()


def test_the_commands_count_and_a_topic_made_anew_is_told(
    kafka: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSWATCH_KAFKA__BOOTSTRAP", kafka.bootstrap)
    fill(kafka)
    folder = str(tmp_path / "backup")
    done = CliRunner().invoke(cli, ["topics", "export", folder, "--topic", "news.tracked", "--json"])
    assert json.loads(done.stdout) == {"exported": {"news.tracked": KEPT}, "messages": KEPT}
    done = CliRunner().invoke(cli, ["topics", "export", folder])
    assert "news.tracked       0\n" in done.stdout
    assert done.stdout.endswith("3 messages exported\n")
    new_brokers(kafka)
    done = CliRunner().invoke(cli, ["topics", "export", folder])
    assert isinstance(done.exception, UserError)
    assert "made anew" in str(done.exception)
    done = CliRunner().invoke(cli, ["topics", "restore", folder, "--json"])
    assert json.loads(done.stdout)["messages"] == KEPT + 3
