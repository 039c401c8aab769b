"""A stage most of whose inputs fail stops; told to go past them, it lays every one aside and goes on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kafka.structs import TopicPartition

from newswatch import kafka_clients
from newswatch.cli.pipeline import Plan, environment
from newswatch.flow import STAGES
from newswatch.group_lag import LagReader
from newswatch.service import EXIT_POISON
from newswatch.settings import Settings
from newswatch.topics import SPECS, Topic
from tests.waiting import until

pytestmark = pytest.mark.servers

STORIES = STAGES["stories"]
GARBAGE = 250


@contextmanager
def stories(settings: Settings, log: Path, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The stories stage as its manager starts it."""
    command = [sys.executable, "-m", "newswatch.cli.app", "process", "--stage", STORIES.name, *options]
    with log.open("ab") as output:
        role = subprocess.Popen(command, env={**os.environ, **environment(settings, Plan())}, stderr=output)
    try:
        yield role
    finally:
        role.terminate()
        role.wait(30)


def rejected(settings: Settings) -> int:
    """Messages on news.rejected."""
    consumer = kafka_clients.consumer(settings.kafka)
    (spec,) = (spec for spec in SPECS if spec.name is Topic.REJECTED)
    try:
        places = [TopicPartition(spec.name.value, number) for number in range(spec.partitions)]
        return sum(consumer.end_offsets(places).values())
    finally:
        consumer.close()


def test_garbage_stops_a_stage_until_it_is_told_to_go_past_it(settings: Settings, tmp_path: Path) -> None:
    kafka_clients.ensure_topics(settings.kafka)
    producer = kafka_clients.producer(settings.kafka)
    for number in range(GARBAGE):
        producer.send(STORIES.reads[0].value, key=b"a-watch", value=b'{"v":1,"garbage":%d}' % number)
    producer.flush(30)
    producer.close()
    lag = LagReader(settings.kafka)
    with stories(settings, tmp_path / "log") as role:
        assert role.wait(60) == EXIT_POISON, (tmp_path / "log").read_text(encoding="utf-8")
    assert lag.lag(STORIES) > 0
    with stories(settings, tmp_path / "log", "--past-rejects") as role:
        until(lambda: lag.lag(STORIES) == 0, 60)
        assert role.poll() is None
    lag.close()

    assert rejected(settings) >= GARBAGE
