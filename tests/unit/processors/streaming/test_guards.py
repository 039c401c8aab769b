"""A jump past the next expected offset means skipped messages, unless someone else committed them or they are gone."""

import pytest

from processors.streaming.guards import OffsetGuard, Verdict, Watchdog, judge


@pytest.mark.parametrize(
    ("offset", "expected", "committed", "log_start", "verdict"),
    [
        pytest.param(5, 5, None, 0, Verdict.CONTIGUOUS, id="the next one"),
        pytest.param(3, 5, None, 0, Verdict.READ_AGAIN, id="read again after a rebalance"),
        pytest.param(9, 5, None, 0, Verdict.SKIPPED, id="a jump"),
        pytest.param(9, 5, 7, 0, Verdict.SKIPPED, id="a jump past what was committed"),
        pytest.param(9, 5, 9, 0, Verdict.COMMITTED_ELSEWHERE, id="another worker handled what lies between"),
        pytest.param(9, 5, 5, 9, Verdict.LOST_TO_RETENTION, id="the log now starts there"),
        pytest.param(9, None, 9, 0, Verdict.COMMITTED_ELSEWHERE, id="first message, at the commit"),
        pytest.param(0, None, None, 0, Verdict.CONTIGUOUS, id="first message ever"),
        pytest.param(40, None, None, 40, Verdict.CONTIGUOUS, id="first message of a new group on an old log"),
        pytest.param(40, None, 20, 40, Verdict.LOST_TO_RETENTION, id="first message, commit before the log's start"),
        pytest.param(12, None, 9, 0, Verdict.SKIPPED, id="first message past the commit"),
        pytest.param(3, None, None, 0, Verdict.SKIPPED, id="first message past an uncommitted start"),
    ],
)
def test_judge(offset: int, expected: int | None, committed: int | None, log_start: int, verdict: Verdict) -> None:
    assert judge(offset, expected, lambda: committed, lambda: log_start) is verdict


class Tp:
    topic, partition = "news.raw", 0


def guard(fails: list[str], committed: int | None = None, log_start: int = 0) -> OffsetGuard:
    return OffsetGuard("test", lambda _: committed, lambda _: log_start, fails.append)


def test_contiguous_messages_pass() -> None:
    fails: list[str] = []
    sensor = guard(fails)
    for offset in (0, 1, 2, 1, 2, 3):
        sensor.on_message_in(Tp(), offset, None)
    assert fails == []


def test_skipped_messages_end_the_worker() -> None:
    fails: list[str] = []
    sensor = guard(fails)
    for offset in (0, 1, 4):
        sensor.on_message_in(Tp(), offset, None)
    assert len(fails) == 1
    assert "news.raw/0" in fails[0]


def test_what_retention_took_does_not() -> None:
    fails: list[str] = []
    sensor = guard(fails, committed=1, log_start=4)
    for offset in (0, 4):
        sensor.on_message_in(Tp(), offset, None)
    assert fails == []


A, B = ("t", 0), ("t", 1)


def test_lag_that_does_not_move_is_stuck_after_the_patience() -> None:
    dog = Watchdog(patience=60)
    assert dog.look({A: (5, 9), B: (5, 9)}, now=0) == ()
    assert dog.look({A: (5, 9), B: (6, 9)}, now=50) == ()
    assert dog.look({A: (5, 99), B: (6, 9)}, now=61) == (A,)


def test_no_lag_is_never_stuck() -> None:
    dog = Watchdog(patience=60)
    assert dog.look({A: (9, 9)}, now=0) == ()
    assert dog.look({A: (9, 9)}, now=1000) == ()
    assert dog.look({A: (9, 10)}, now=1001) == ()
    assert dog.look({A: (9, 10)}, now=1050) == ()


def test_a_partition_that_left_is_forgotten() -> None:
    dog = Watchdog(patience=60)
    dog.look({A: (5, 9)}, now=0)
    dog.look({}, now=30)
    assert dog.look({A: (5, 9)}, now=70) == ()
