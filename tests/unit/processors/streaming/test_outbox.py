"""Outputs are delivered all, or the worker ends uncommitted."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from processors.streaming import outbox as module
from processors.streaming.outbox import Outbox, Output

OUTPUTS = [Output(topic="news.articles", key=b"%d" % n, value=b"x") for n in range(3)]


class Broker:
    """Acknowledges, after failing as often as told."""

    def __init__(self, failures: int) -> None:
        self.failures, self.taken = failures, list[bytes]()

    async def send(self, topic: str, key: bytes, *_: Any) -> Awaitable[None]:
        async def acknowledge() -> None:
            if self.failures:
                self.failures -= 1
                raise ConnectionError("away")
            self.taken.append(key)

        return asyncio.ensure_future(acknowledge())


def no_end(why: str) -> None:
    raise AssertionError(why)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.002)


async def test_all_are_acknowledged() -> None:
    broker = Broker(failures=0)
    await Outbox("test", broker.send, no_end).deliver(OUTPUTS)
    assert broker.taken == [b"0", b"1", b"2"]


async def test_only_the_failed_are_sent_again() -> None:
    broker = Broker(failures=5)
    await Outbox("test", broker.send, no_end).deliver(OUTPUTS)
    assert sorted(broker.taken) == [b"0", b"1", b"2"]


async def test_a_broker_away_for_too_long_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)

    class Ended(Exception):
        pass

    def end(why: str) -> None:
        raise Ended(why)

    with pytest.raises(Ended, match="away"):
        await Outbox("test", Broker(failures=10**6).send, end).deliver(OUTPUTS)
