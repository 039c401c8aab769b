"""The alerts stage: what it writes, what it remembers, and what passing time makes it say."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from newswatch import wire
from newswatch.records.alert import Alert
from newswatch.records.tracked import TrackedArticle
from newswatch.topics import Topic
from processors.stages.alerts import AlertsStage
from processors.streaming.worker import Incoming
from tests.unit.processors.alerts.samples import NOON, rule_set, tracked


class NothingYet:
    """A state topic without records."""

    async def records(self, partition: int) -> AsyncIterator[tuple[bytes, bytes | None]]:
        none: list[tuple[bytes, bytes | None]] = []
        for entry in none:
            yield entry

    async def input_end(self, partition: int) -> int:
        return 10**6


def message(article: TrackedArticle, offset: int) -> Incoming:
    return Incoming(key=b"w", value=wire.encode(article), partition=2, offset=offset, generation=1, now=NOON)


@pytest.fixture
def stage(tmp_path: Path) -> AlertsStage:
    rules = rule_set(
        tmp_path,
        {"id": "any", "match": {"any": ["embargo"]}},
        {"id": "quiet", "type": "flatline", "threshold": 1, "timeframe": "1h", "match": {"any": ["embargo"]}},
    )
    return AlertsStage(NothingYet(), lambda: rules, "w")


async def test_state_goes_to_the_partition_of_its_input(stage: AlertsStage) -> None:
    handled = await stage.handle(message(tracked("The embargo"), 5))
    assert {output.topic for output in handled.outputs} == {Topic.ALERTS}
    assert {(output.topic, output.partition) for output in handled.state} == {(Topic.ALERT_STATE, 2)}


async def test_what_was_delivered_is_remembered(stage: AlertsStage) -> None:
    first = await stage.handle(message(tracked("The embargo"), 5))
    assert first.remember
    first.remember()
    again = await stage.handle(message(tracked("The embargo", minutes=1), 6))
    assert [output for output in again.outputs if output.topic == Topic.ALERTS] == []


async def test_an_article_read_again_after_a_crash_makes_the_same_alerts(stage: AlertsStage) -> None:
    before = message(tracked("The embargo"), 5)
    written = replace(before, written=NOON + timedelta(seconds=1))
    later = replace(written, now=NOON + timedelta(minutes=3))
    (first,), (again,) = [(await stage.handle(each)).outputs for each in (written, later)]
    made, repeated = wire.decode(first.value, Alert), wire.decode(again.value, Alert)
    assert made.fired_at == NOON + timedelta(seconds=1)
    assert msgspec.structs.replace(repeated, latency=made.latency) == made
    assert repeated.latency["seen→alert"] > made.latency["seen→alert"]


async def test_a_line_gone_flat_is_the_same_alert_whenever_it_is_noticed(stage: AlertsStage) -> None:
    handled = await stage.handle(message(tracked("The embargo"), 5))
    assert handled.remember
    handled.remember()
    by_clock = [(await stage.tick([2], 1, NOON + timedelta(hours=hours))).outputs for hours in (2, 30)]
    by_article = (await stage.handle(message(tracked("Weather", minutes=200), 6))).outputs
    assert by_clock[0] == by_clock[1] == by_article
    assert wire.decode(by_article[0].value, Alert).fired_at == NOON + timedelta(hours=1)


async def test_time_alone_tells_of_a_line_gone_flat_once(stage: AlertsStage) -> None:
    handled = await stage.handle(message(tracked("The embargo"), 5))
    assert handled.remember
    handled.remember()
    early = await stage.tick([2], 1, NOON + timedelta(minutes=30))
    late = await stage.tick([2], 1, NOON + timedelta(hours=2))
    assert (len(early.outputs), len(late.outputs)) == (0, 1)
    assert late.remember
    late.remember()
    assert (await stage.tick([2], 1, NOON + timedelta(hours=3))).outputs == ()
