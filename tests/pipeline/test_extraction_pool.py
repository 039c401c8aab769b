"""The pool of extraction processes: what hangs, crashes or eats memory is ended, and the pool goes on."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newswatch.errors import Unavailable, Unprocessable
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason
from processors.extraction.pool import ExtractionPool
from processors.extraction.raw_to_article import process_raw
from tests.pipeline import planted_pages

NOW = datetime(2026, 1, 12, tzinfo=UTC)


@pytest.fixture
async def pool() -> AsyncIterator[ExtractionPool]:
    made = ExtractionPool(2, timeout=1.5, max_memory_mb=400)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("planted", "reason"),
    [
        pytest.param(planted_pages.hang, Reason.TIMEOUT, id="a page that hangs is ended"),
        pytest.param(planted_pages.hang_in_c, Reason.TIMEOUT, id="even inside one call of a library"),
        pytest.param(planted_pages.crash, Reason.WORKER_DIED, id="a page that ends its process"),
        pytest.param(planted_pages.hog, Reason.WORKER_DIED, id="a page that asks for too much memory"),
    ],
)
async def test_a_bad_page_is_refused_and_the_next_goes_through(
    pool: ExtractionPool, planted: Callable[[bytes], Any], reason: Reason
) -> None:
    with pytest.raises(Unprocessable) as refused:
        await pool.run(planted, b"page")
    assert refused.value.reason is reason
    assert [await pool.run(planted_pages.size, b"good") for _ in range(4)] == [4] * 4


async def test_bad_pages_do_not_touch_the_pages_beside_them(pool: ExtractionPool) -> None:
    bad = [pool.run(planted, b"") for planted in (planted_pages.hang, planted_pages.crash, planted_pages.hog)]
    good = [pool.run(planted_pages.size, b"x" * size) for size in range(12)]
    outcomes = await asyncio.gather(*bad, *good, return_exceptions=True)
    assert all(isinstance(outcome, Unprocessable) for outcome in outcomes[:3])
    assert outcomes[3:] == list(range(12))


async def test_a_bug_is_raised_as_itself(pool: ExtractionPool) -> None:
    with pytest.raises(ValueError, match="a planted bug"):
        await pool.run(planted_pages.stumble, b"")


async def test_an_innocent_page_survives_the_death_of_its_process(pool: ExtractionPool, tmp_path: Path) -> None:
    assert await pool.run(planted_pages.crash_once, str(tmp_path / "marker")) == "answered"


async def test_processes_killed_while_idle_are_replaced(pool: ExtractionPool) -> None:
    await pool.start()
    killed = pool.pids()
    assert len(killed) == 2
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert await asyncio.gather(*(pool.run(planted_pages.size, b"x" * n) for n in range(4))) == [0, 1, 2, 3]


async def test_both_processes_work_at_once(pool: ExtractionPool) -> None:
    await pool.start()
    workers = await asyncio.gather(*(pool.run(planted_pages.process, b"") for _ in range(8)))
    assert len(set(workers)) == 2


async def test_processes_that_cannot_start_are_a_server_away_not_a_bad_page() -> None:
    broken = ExtractionPool(1, timeout=1.5, max_memory_mb=400, prepare=planted_pages.refuse)
    try:
        with pytest.raises(Unavailable):
            await broken.run(planted_pages.size, b"good")
    finally:
        broken.close()


async def test_a_message_that_is_no_record_comes_back_rejected(pool: ExtractionPool) -> None:
    outcome = await pool.run(process_raw, b'{"v":1,"url":', NOW)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == Reason.INVALID_RECORD
