"""What servers say about time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.retryafter import FIRST_PAUSE, MAX_RETRY_AFTER, fresh_for, pause, retry_after, validators_lie

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("120", 120, id="seconds"),
        pytest.param(" 7.5 ", 7.5, id="a fraction"),
        pytest.param("Mon, 05 Jan 2026 12:10:00 GMT", 600, id="a date"),
        pytest.param("Mon, 05 Jan 2026 11:00:00 GMT", 0, id="a date gone by"),
        pytest.param("999999999999", 86_400, id="years are a day"),
        pytest.param("Tue, 05 Jan 2027 12:00:00 GMT", 86_400, id="next year is a day"),
        pytest.param("soon", None, id="a word"),
        pytest.param("-5", None, id="a negative number"),
        pytest.param("", None, id="nothing"),
        pytest.param(None, None, id="no header"),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    found = retry_after(value, NOW)
    assert (found.total_seconds() if found is not None else None) == seconds


def test_pauses_double_without_a_header_and_start_anew_after_quiet() -> None:
    first = pause(None, None, None, 0)
    second = pause(None, first, timedelta(minutes=5), 0)
    assert (first, second) == (FIRST_PAUSE, 2 * FIRST_PAUSE)
    assert pause(None, second, timedelta(minutes=31), 0) == FIRST_PAUSE


@given(
    st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=400))),
    st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=1))),
    st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=1))),
    st.floats(0, 0.999),
)
def test_a_pause_is_never_more_than_a_day(
    asked: timedelta | None, before: timedelta | None, since: timedelta | None, jitter: float
) -> None:
    found = pause(asked, before, since, jitter)
    assert timedelta(0) < found <= MAX_RETRY_AFTER
    if asked is not None:
        assert found >= min(asked, MAX_RETRY_AFTER)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=900"}, 900),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "no-cache, max-age=900"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Expires": "Mon, 05 Jan 2026 12:30:00 GMT"}, 1800),
        ({"Expires": "Mon, 05 Jan 2026 12:30:00 GMT", "Date": "Mon, 05 Jan 2026 12:20:00 GMT"}, 600),
        ({"Expires": "0"}, None),
        ({"Expires": "Mon, 05 Jan 2026 11:30:00 GMT"}, None),
        ({}, None),
    ],
)
def test_freshness(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_for(headers, NOW) == seconds


def test_a_server_that_says_its_answer_is_stale_gets_no_validators() -> None:
    assert validators_lie({"Expires": "0"})
    assert validators_lie({"Cache-Control": "no-store"})
    assert not validators_lie({"Expires": "Mon, 05 Jan 2026 12:30:00 GMT"})
