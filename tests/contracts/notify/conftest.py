"""Notify processes, a receiver and alerts on real Kafka."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from newswatch import wire
from newswatch.kafka_clients import ensure_topics, producer
from newswatch.settings import Settings
from newswatch.topics import Topic
from tests.contracts.notify.receiver import Receiver, receiving
from tests.unit.sinks.notify.samples import alert

Start = Callable[..., subprocess.Popen[bytes]]
Publish = Callable[..., list[str]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def publish(settings: Settings) -> Iterator[Publish]:
    """Publishes `count` alerts with new ids and gives the ids."""
    ensure_topics(settings.kafka)
    sending = producer(settings.kafka)

    def published(count: int, **fields: Any) -> list[str]:
        ids = [f"{uuid4().hex}" for _ in range(count)]
        now = datetime.now(UTC)
        for identity in ids:
            made = alert(alert_id=identity, first_seen=now, fired_at=now, **fields)
            sending.send(Topic.ALERTS.value, key=identity.encode(), value=wire.encode(made))
        sending.flush()
        return ids

    yield published
    sending.close()


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Start]:
    """Starts a notify process with the channels given; `fuse` names the step at which it dies."""
    running: list[subprocess.Popen[bytes]] = []

    def started(
        channels: dict[str, Any], fuse: tuple[str, int] = ("never", 1), routes: list[Any] | None = None
    ) -> subprocess.Popen[bytes]:
        file = tmp_path / "channels.yaml"
        file.write_text(yaml.safe_dump({"channels": channels, "routes": routes or []}), encoding="utf-8")
        environment = os.environ | {
            "NEWSWATCH_DATA": str(settings.data),
            "NEWSWATCH_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
            "NEWSWATCH_KAFKA__SESSION_TIMEOUT": "6",
            "NEWSWATCH_NOTIFY__CHANNELS_FILE": str(file),
            "NEWSWATCH_LOG__FORMAT": "json",
        }
        log = (tmp_path / f"notify-{len(running)}.log").open("wb")
        command = [sys.executable, "-m", "tests.contracts.notify.notify_process", fuse[0], str(fuse[1])]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        log.close()
        running.append(process)
        return process

    yield started
    for number, process in enumerate(running):  # what they said is shown of a test that failed
        process.kill()
        process.wait()
        print((tmp_path / f"notify-{number}.log").read_text(encoding="utf-8", errors="replace")[-4000:])
