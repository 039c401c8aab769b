"""Gaps, places and pauses of hosts, on a real event loop."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from ingest.failures import Failure
from ingest.hosts import FORGOTTEN_AFTER, PER_HOST, Hosts


class Clock:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_starts_at_one_host_keep_their_gap_and_others_do_not_wait() -> None:
    hosts = Hosts(0.2, 64)
    starts: dict[str, list[float]] = {"a": [], "b": []}

    async def visit(host: str) -> None:
        async with hosts.turn(host):
            starts[host].append(time.monotonic())

    began = time.monotonic()
    await asyncio.gather(*(visit("a") for _ in range(4)), visit("b"))
    assert all(start - began >= 0.2 * place - 0.01 for place, start in enumerate(sorted(starts["a"])))
    assert starts["b"][0] < starts["a"][-1]


async def test_one_host_has_few_places() -> None:
    hosts, under_way, most = Hosts(0.0, 64), 0, 0

    async def visit() -> None:
        nonlocal under_way, most
        async with hosts.turn("a"):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.01)
            under_way -= 1

    await asyncio.gather(*(visit() for _ in range(12)))
    assert most == PER_HOST


async def test_slow_requests_give_their_slots_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.hosts.LIVELY_SECONDS", 0.1)
    hosts, stuck = Hosts(0.0, 4), asyncio.Event()

    async def hold(host: str) -> None:
        async with hosts.turn(host):
            await stuck.wait()

    holding = [asyncio.create_task(hold(f"stuck{number}")) for number in range(4)]
    async with asyncio.timeout(10), hosts.turn("free"):
        assert not any(task.done() for task in holding)
    stuck.set()
    await asyncio.gather(*holding)
    async with asyncio.timeout(10):  # each slot came back once, no more: four again, not eight
        stuck.clear()
        again = [asyncio.create_task(hold(f"again{number}")) for number in range(4)]
        await asyncio.sleep(0.01)
        assert hosts._slots.locked()
        stuck.set()
        await asyncio.gather(*again)


@pytest.mark.parametrize(
    ("failure", "asked", "least", "most"),
    [
        pytest.param(Failure.THROTTLED, timedelta(seconds=90), 90, 99, id="429 with Retry-After"),
        pytest.param(Failure.THROTTLED, None, 60, 66, id="429 without"),
        pytest.param(Failure.SERVER_ERROR, timedelta(seconds=30), 30, 33, id="503 with Retry-After"),
        pytest.param(Failure.SERVER_ERROR, None, 0, 0, id="500 pauses nobody"),
        pytest.param(Failure.NOT_FOUND, timedelta(seconds=30), 0, 0, id="404 pauses nobody"),
        pytest.param(None, None, 0, 0, id="a success"),
    ],
)
async def test_pauses(failure: Failure | None, asked: timedelta | None, least: float, most: float) -> None:
    clock = Clock()
    hosts = Hosts(0.0, 4, clock)
    hosts.note("a", failure, asked)
    assert least <= hosts.paused_for("a").total_seconds() <= most
    assert hosts.paused_for("b") == timedelta(0)
    clock.now += timedelta(days=1)
    assert hosts.paused_for("a") == timedelta(0)


async def test_idle_hosts_are_forgotten() -> None:
    clock = Clock()
    hosts = Hosts(0.0, 4, clock)
    async with hosts.turn("a"):
        pass
    hosts.note("b", Failure.THROTTLED, timedelta(hours=20))
    assert hosts.forget_idle() == 0
    clock.now += FORGOTTEN_AFTER + timedelta(minutes=1)
    assert hosts.forget_idle() == 1
    assert hosts.paused_for("b") > timedelta(hours=18)
