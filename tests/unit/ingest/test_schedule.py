"""When feeds are polled: between their bounds, at their own rhythm, apart from each other."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.failures import MAX_BACK_OFF, WEIGHTS, Failure, back_off, of_status
from ingest.schedule import (
    ASKED_FACTOR,
    FIRST_INTERVAL,
    SPREAD,
    START_RATE,
    Bounds,
    Why,
    Wishes,
    arrivals,
    due_after,
    due_at_start,
    interval,
    phase,
)

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
BOUNDS = Bounds(least=300, most=21_600)


def every(minutes: float, count: int = 20) -> tuple[datetime, ...]:
    return tuple(NOW - timedelta(minutes=minutes * (count - i)) for i in range(count))


@pytest.mark.parametrize(
    ("history", "wishes", "overflowed", "seconds", "why"),
    [
        pytest.param((), Wishes(), False, FIRST_INTERVAL, Why.UNKNOWN, id="a feed nobody knows yet"),
        pytest.param(every(60), Wishes(), False, 1800, Why.RHYTHM, id="an entry an hour is asked for twice an hour"),
        pytest.param(every(2), Wishes(), False, 300, Why.MINIMUM, id="a fast feed meets the least interval"),
        pytest.param(every(3000), Wishes(), False, 21_600, Why.MAXIMUM, id="a slow feed meets the most"),
        pytest.param(every(60), Wishes(ttl=3600), False, 3600, Why.TTL, id="a ttl is honoured"),
        pytest.param(every(60), Wishes(ttl=60), False, 1800, Why.RHYTHM, id="a ttl does not hurry us"),
        pytest.param(
            every(20), Wishes(ttl=86_400), False, 600 * ASKED_FACTOR, Why.TTL, id="a ttl may not lose entries"
        ),
        pytest.param(every(60), Wishes(update_every=7200), False, 7200, Why.UPDATE, id="an update period is honoured"),
        pytest.param(
            every(20), Wishes(update_every=3600), False, 600, Why.RHYTHM, id="hourly is what every WordPress says"
        ),
        pytest.param(every(60), Wishes(fresh_for=2400), False, 2400, Why.CACHE, id="max-age is honoured"),
        pytest.param(
            every(60), Wishes(ttl=7200), True, 900, Why.OVERFLOW, id="entries may be missed: wishes do not count"
        ),
    ],
)
def test_interval(history: tuple[datetime, ...], wishes: Wishes, overflowed: bool, seconds: float, why: Why) -> None:
    found = interval(history, NOW, wishes, BOUNDS, overflowed=overflowed)
    assert found.why is why
    assert found.seconds == pytest.approx(seconds, rel=0.01)


moments = st.integers(0, 370 * 86_400).map(lambda seconds: NOW - timedelta(seconds=seconds))
seconds_or_none = st.one_of(st.none(), st.floats(1, 1e7))


@given(
    st.lists(moments, max_size=40).map(sorted),
    st.builds(Wishes, ttl=seconds_or_none, update_every=seconds_or_none, fresh_for=seconds_or_none),
    st.booleans(),
    st.floats(10, 1000),
    st.floats(1000, 1e6),
)
def test_interval_stays_within_its_bounds(
    history: list[datetime], wishes: Wishes, overflowed: bool, least: float, most: float
) -> None:
    found = interval(history, NOW, wishes, Bounds(least=least, most=most), overflowed=overflowed)
    assert least <= found.seconds <= most


@given(st.lists(moments, max_size=60).map(sorted), st.lists(moments, max_size=10))
def test_history_is_ordered_and_bounded(history: list[datetime], new: list[datetime]) -> None:
    kept = arrivals(history, new)
    assert list(kept) == sorted(kept)
    assert len(kept) <= 40


def test_silence_slows_a_feed_down() -> None:
    history = every(30)
    quiet = interval(history, NOW + timedelta(days=2), Wishes(), BOUNDS)
    assert quiet.seconds > interval(history, NOW, Wishes(), BOUNDS).seconds


@given(st.text(min_size=1, max_size=40), st.floats(300, 90_000))
def test_polls_drift_apart_but_little(url: str, seconds: float) -> None:
    due = due_after(url, NOW, seconds)
    assert abs((due - NOW).total_seconds() - seconds) <= seconds * SPREAD + 0.001


def test_a_restart_brings_no_herd() -> None:
    overdue = 10_000
    dues = sorted(
        due_at_start(f"https://{i}.example/feed", NOW - timedelta(days=1), NOW, overdue) for i in range(overdue)
    )
    busiest = max(
        sum(1 for due in dues if start <= (due - NOW).total_seconds() < start + 10) for start in range(0, 400, 10)
    )
    assert busiest < START_RATE * 10 * 1.3
    assert (dues[-1] - NOW).total_seconds() <= overdue / START_RATE


def test_what_is_not_due_waits_after_a_restart() -> None:
    later = NOW + timedelta(minutes=7)
    assert due_at_start("x", later, NOW, 5000) == later


@given(st.text(max_size=30))
def test_phase_is_a_share(text: str) -> None:
    assert 0 <= phase(text) < 1


def test_every_failure_has_a_weight_and_none_ends_a_feed() -> None:
    assert set(WEIGHTS) == set(Failure)
    assert back_off(600, 1e6) == MAX_BACK_OFF.total_seconds()


@given(st.floats(10, 86_400), st.lists(st.sampled_from(sorted(WEIGHTS)), max_size=60))
def test_back_off_grows_and_is_bounded(base: float, failures: list[Failure]) -> None:
    total, before = 0.0, 0.0
    for failure in failures:
        total += WEIGHTS[failure]
        wait = back_off(base, total)
        assert before <= wait <= MAX_BACK_OFF.total_seconds()
        before = wait


@pytest.mark.parametrize(
    ("status", "named", "expected"),
    [
        (404, False, Failure.NOT_FOUND),
        (410, False, Failure.GONE),
        (401, False, Failure.FORBIDDEN),
        (403, False, Failure.FORBIDDEN),
        (451, False, Failure.FORBIDDEN),
        (429, False, Failure.THROTTLED),
        (408, False, Failure.TIMEOUT),
        (418, False, Failure.CLIENT_ERROR),
        (500, False, Failure.SERVER_ERROR),
        (503, False, Failure.SERVER_ERROR),
        (503, True, Failure.THROTTLED),
        (522, False, Failure.SERVER_ERROR),
        (300, False, Failure.REDIRECTS),
    ],
)
def test_status_has_its_class(status: int, named: bool, expected: Failure) -> None:
    assert of_status(status, retry_after=named) is expected
