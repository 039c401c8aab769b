"""The ring: pages read on from their cursor, across a restart of the board, and are told when they missed too much."""

import asyncio

import pytest

from sinks.board.ring import MOST_AT_ONCE, Item, Ring
from sinks.board.stream import Audience, events

ALL = frozenset({"articles"})


def item(number: int, channel: str = "articles") -> Item:
    return Item(
        kind="item", at=1000 + number, channels=frozenset({channel}), data={"en": f"{number}", "es": f"{number}"}
    )


def shown(body: bytes) -> list[str]:
    return [line.removeprefix("data: ") for line in body.decode().splitlines() if line.startswith("data: ")]


def last_id(body: bytes) -> str:
    return [line.removeprefix("id: ") for line in body.decode().splitlines() if line.startswith("id: ")][-1]


async def ring_of(count: int, capacity: int = 100, epoch: str = "e") -> Ring:
    ring = Ring(epoch, 1000, capacity)
    ring.extend(item(number) for number in range(count))
    return ring


async def test_a_page_gets_its_channels_alone() -> None:
    ring = await ring_of(2)
    ring.add(item(7, "alerts"))
    assert shown(ring.take(0, ALL, "en").body) == ["0", "1"]
    assert shown(ring.take(0, frozenset({"alerts"}), "es").body) == ["7"]


async def test_the_last_event_id_is_where_a_page_goes_on() -> None:
    ring = await ring_of(5)
    mark = last_id(ring.take(0, ALL, "en").body)
    ring.add(item(5))
    cursor = ring.cursor_for(mark)
    assert cursor == 5
    assert shown(ring.take(cursor, ALL, "en").body) == ["5"]


async def test_a_page_that_is_too_far_behind_is_told_to_load_anew() -> None:
    ring = await ring_of(30, capacity=10)
    assert ring.take(3, ALL, "en").missed
    assert ring.cursor_for("e.3.1003") is None


async def test_another_process_goes_on_from_the_time_of_the_last_event() -> None:
    before = await ring_of(5)
    mark = last_id(before.take(0, ALL, "en").body)
    after = await ring_of(8, epoch="f")
    after.reaches_back_to(0)
    cursor = after.cursor_for(mark)
    assert cursor is not None
    assert {"5", "6", "7"} <= set(shown(after.take(cursor, ALL, "en").body))


async def test_another_process_that_does_not_reach_back_says_so() -> None:
    assert Ring("f", 5000).cursor_for("e.4.1004") is None


@pytest.mark.parametrize("mark", ["", "nonsense", "a.b.c", "e.-5.9"])
async def test_a_mark_that_is_none_begins_now_or_anew(mark: str) -> None:
    ring = await ring_of(3)
    assert ring.cursor_for(mark) in (None, 3)


async def test_memory_and_writes_are_bounded() -> None:
    ring = await ring_of(5000, capacity=400)
    assert ring.next - ring.first == 400
    assert len(shown(ring.take(ring.first, ALL, "en").body)) == MOST_AT_ONCE


async def test_a_new_page_reads_again_what_the_index_may_not_have_yet() -> None:
    ring = await ring_of(10)
    cursor = ring.cursor_for(ring.mark(1007))
    assert cursor is not None
    assert shown(ring.take(cursor, ALL, "en").body) == ["7", "8", "9"]


async def test_a_stream_says_hello_catches_up_follows_and_ends() -> None:
    ring, audience = await ring_of(2), Audience()
    stream = events(ring, audience, "e.1.1000", ALL, "en")
    assert b"event: hello" in await anext(stream)
    assert audience.counts == {"articles": 1}
    assert shown(await anext(stream)) == ["1"]
    ring.add(item(2))
    assert shown(await anext(stream)) == ["2"]
    waiting = asyncio.ensure_future(anext(stream, b"end"))
    await asyncio.sleep(0)
    ring.close()
    assert await waiting == b"end"
    assert audience.total == 0


async def test_a_slow_page_costs_a_cursor_and_catches_up_by_loading_anew() -> None:
    ring = await ring_of(0, capacity=10)
    stream = events(ring, Audience(), "", ALL, "en")
    await anext(stream)
    ring.extend(item(number) for number in range(100))
    assert b"event: reload" in await anext(stream)
    ring.add(item(100))
    assert shown(await anext(stream)) == ["100"]
    await stream.aclose()
