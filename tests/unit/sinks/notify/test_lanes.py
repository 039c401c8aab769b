"""A lane sends, tries again, gives up, collects into digests; and one that fails or hangs stops nobody else."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from newswatch.errors import Unavailable, Unprocessable
from newswatch.records.alert import Alert
from sinks.notify import attempts
from sinks.notify.attempts import RetryPolicy
from sinks.notify.channels.base import Busy
from sinks.notify.config import Rate
from sinks.notify.jobs import Job
from sinks.notify.lanes import DOWN_AFTER, Lane, Surroundings
from sinks.notify.pacing import Pace
from sinks.notify.rendering import Renderer, idempotency_key
from tests.unit.sinks.notify.fakes import HandClock, MemoryRecord, ScriptedChannel
from tests.unit.sinks.notify.samples import NOON, alert
from tests.waiting import until

Make = Callable[..., Lane]


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def kept() -> MemoryRecord:
    return MemoryRecord()


@pytest.fixture
def make(clock: HandClock, kept: MemoryRecord) -> Iterator[Make]:
    lanes: list[Lane] = []

    def made(channel: ScriptedChannel, rate: Rate | None = None, name: str = "c") -> Lane:
        outside = Surroundings(record=kept.record, settle=kept.settle, clock=clock, longest_sleep=0.01)
        lane = Lane(name, channel, Renderer(), RetryPolicy(), Pace(name, rate), outside)
        lane.start()
        lanes.append(lane)
        return lane

    yield made
    for lane in lanes:
        lane.stop(5)


def job(a: Alert, clock: HandClock, *, digest: str | None = None, minutes: float = 0) -> Job:
    due = clock() + timedelta(minutes=minutes)
    return Job(delivery=attempts.scheduled(a, "c", due, clock(), "", digest), partition=0, due=due)


def test_an_alert_is_sent_and_put_on_record(make: Make, clock: HandClock, kept: MemoryRecord) -> None:
    channel = ScriptedChannel()
    make(channel).put(job(alert(), clock))
    until(lambda: kept.outcomes("a1") == ["delivered"])
    assert channel.messages[0].key == idempotency_key("a1", "c")


def test_a_failure_is_tried_again_later_with_the_same_key(make: Make, clock: HandClock, kept: MemoryRecord) -> None:
    channel = ScriptedChannel([Unavailable("HTTP 500"), Unavailable("HTTP 500")])
    make(channel).put(job(alert(), clock))
    until(lambda: kept.outcomes("a1") == ["retrying"])
    assert kept.written[0].next_attempt == NOON + timedelta(seconds=1)
    assert kept.written[0].alert == alert()
    clock.forward(seconds=1)
    until(lambda: len(kept.written) == 2)
    assert kept.written[1].next_attempt == NOON + timedelta(seconds=3)
    clock.forward(seconds=2)
    until(lambda: kept.outcomes("a1")[-1] == "delivered")
    assert {delivery.idempotency_key for delivery in kept.written} == {channel.messages[0].key}
    assert kept.written[-1].attempts == 3


def test_a_refusal_is_dead_at_once(make: Make, clock: HandClock, kept: MemoryRecord) -> None:
    make(ScriptedChannel([Unprocessable("HTTP 400")])).put(job(alert(), clock))
    until(lambda: kept.outcomes("a1") == ["dead"])


def test_a_channel_bug_does_not_end_the_lane(make: Make, clock: HandClock, kept: MemoryRecord) -> None:
    lane = make(ScriptedChannel([KeyError("bug")]))
    lane.put(job(alert(1), clock))
    until(lambda: kept.outcomes("a1") == ["retrying"])
    lane.put(job(alert(2), clock))
    until(lambda: kept.outcomes("a2") == ["delivered"])


def test_giving_up_is_dead_and_keeps_the_alert(clock: HandClock) -> None:
    policy = RetryPolicy(give_up=timedelta(hours=1))
    first = attempts.scheduled(alert(), "c", NOON, NOON, "")
    late = attempts.failed(first, NOON + timedelta(minutes=59, seconds=59.5), "HTTP 503", policy)
    assert (late.outcome.value, late.alert) == ("dead", alert())
    assert late.detail is not None
    assert "HTTP 503" in late.detail


def test_a_channel_that_is_down_puts_new_alerts_on_record_at_once(
    make: Make, clock: HandClock, kept: MemoryRecord
) -> None:
    channel = ScriptedChannel([Unavailable("refused")] * DOWN_AFTER)
    lane = make(channel)
    for number in range(1, DOWN_AFTER + 1):
        lane.put(job(alert(number), clock))
    until(lambda: len(kept.settled) == DOWN_AFTER)
    for number in range(10, 15):
        lane.put(job(alert(number), clock))
    until(lambda: len(kept.settled) == DOWN_AFTER + 5)
    assert channel.tries == DOWN_AFTER
    clock.forward(minutes=2)
    until(lambda: len(channel.messages) == DOWN_AFTER + 5)


def test_a_hanging_channel_does_not_block_another(make: Make, clock: HandClock, kept: MemoryRecord) -> None:
    hanging, healthy = ScriptedChannel(), ScriptedChannel()
    hanging.gate.clear()
    first, second = make(hanging, name="hanging"), make(healthy, name="healthy")
    for number in range(5):
        first.put(job(alert(number), clock))
        second.put(job(alert(number), clock))
    until(lambda: len(healthy.messages) == 5)
    assert hanging.messages == []
    hanging.gate.set()
    until(lambda: len(hanging.messages) == 5)


def test_a_busy_channel_is_left_alone_as_long_as_it_asks(make: Make, clock: HandClock, kept: MemoryRecord) -> None:
    channel = ScriptedChannel([Busy("HTTP 429", 30)])
    lane = make(channel)
    lane.put(job(alert(1), clock))
    until(lambda: kept.outcomes("a1") == ["retrying"])
    lane.put(job(alert(2), clock))
    until(lambda: kept.outcomes("a2") == ["retrying"])
    assert channel.tries == 1
    clock.forward(seconds=31)
    until(lambda: len(channel.messages) == 2)


def test_a_digest_goes_out_as_one_message_when_due(make: Make, clock: HandClock, kept: MemoryRecord) -> None:
    channel = ScriptedChannel()
    lane = make(channel)
    for number in (1, 2, 3):
        lane.schedule(job(alert(number), clock, digest="d", minutes=60))
    until(lambda: len(kept.settled) == 3)
    assert channel.messages == []
    clock.forward(hours=1)
    until(lambda: len(channel.messages) == 1)
    assert [a.alert_id for a in channel.messages[0].alerts] == ["a1", "a2", "a3"]
    assert channel.messages[0].key == idempotency_key("d", "c")
    until(lambda: all(kept.outcomes(f"a{number}")[-1] == "delivered" for number in (1, 2, 3)))


def test_what_is_over_the_rate_goes_into_a_digest(make: Make, clock: HandClock, kept: MemoryRecord) -> None:
    channel = ScriptedChannel()
    lane = make(channel, Rate.model_validate({"messages": 2, "per": "1h"}))
    for number in range(6):
        lane.put(job(alert(number), clock))
    until(lambda: len(kept.settled) == 6)
    assert len(channel.messages) == 2
    clock.forward(hours=1, seconds=1)
    until(lambda: len(channel.messages) == 3)
    assert len(channel.messages[2].alerts) == 4


def test_a_partition_that_leaves_takes_its_jobs_along(make: Make, clock: HandClock, kept: MemoryRecord) -> None:
    channel = ScriptedChannel()
    channel.gate.clear()
    lane = make(channel)
    lane.put(job(alert(1), clock))
    until(lambda: channel.tries == 1)
    lane.put(job(alert(2), clock))
    channel.gate.set()
    lane.drop([0], 10)
    assert lane.waiting() == 0
    assert kept.outcomes("a1") in (["delivered"], [])
