"""A consumer whose group has to share its partitions out anew takes part in it to the end, however short its polls."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka.admin import NewPartitions, NewTopic

from newswatch import kafka_clients
from newswatch.settings import KafkaSettings, Settings
from tests.waiting import until

pytestmark = pytest.mark.servers

TOPIC = "rejoining"
SHORT_POLL_MS = 1
"""Shorter than any join, so that each outlasts the poll it begins in."""


@pytest.fixture
def kafka(settings: Settings) -> KafkaSettings:
    return settings.kafka.model_copy(update={"session_timeout": 6.0})


@pytest.fixture
def consumer(kafka: KafkaSettings) -> Iterator[Any]:
    admin = kafka_clients.admin(kafka)
    admin.create_topics([NewTopic(TOPIC, 1, 1)], wait_for_metadata=True)
    made = kafka_clients.consumer(kafka, TOPIC, group=TOPIC, metadata_max_age_ms=1000)
    until(lambda: polled(made).assignment(), 30)
    admin.create_partitions({TOPIC: NewPartitions(3)})
    admin.close()
    yield made
    made.close()


def polled(consumer: Any) -> Any:
    """The consumer after one short poll and a moment for other work, in which a join may end."""
    consumer.poll(timeout_ms=SHORT_POLL_MS)
    time.sleep(0.01)
    return consumer


def beats(consumer: Any) -> bool:
    """Whether the consumer sent a heartbeat less than two intervals ago: it does only as a member."""
    return bool(consumer.metrics()["consumer-coordinator-metrics"]["last-heartbeat-seconds-ago"] < 2.5)


def held(consumer: Any, condition: Callable[[Any], bool], seconds: float) -> bool:
    """Whether the condition holds after `seconds` of polling."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        polled(consumer)
    return condition(consumer)


def test_new_partitions_are_taken_up_and_the_membership_lives_on(consumer: Any) -> None:
    until(lambda: len(polled(consumer).assignment()) == 3, 30)
    assert held(consumer, beats, 8.0)
