"""Dates in the forms feeds write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import parse_date, plausible

NOON = "2026-01-05T12:00:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 05 Jan 2026 12:00:00 GMT",
        "Mon, 05 Jan 2026 08:00:00 -0400",
        "Mon,  5 Jan 26 12:00:00 +0000",
        "lun, 05 ene 2026 08:00:00 -0400",
        "Seg, 05 Jan 2026 09:00:00 -03:00",
        "2026-01-05T12:00:00Z",
        "2026-01-05T12:00:00.123456Z",
        "2026-01-05T08:00:00-04:00",
        "2026-01-05T080000-0400",
        "20260105T120000Z",
        "2026-01-05 12:00:00 UTC",
        "2026-01-05 12:00",
        "1767614400",
        "1767614400000",
        "5 de enero de 2026, 12:00",
        "5 de janeiro de 2026 12h00",
        "January 5, 2026 12:00 PM",
        "5th January 2026 12:00",
        "5-ene-2026 12:00",
        "05/01/2026 12:00",
        "2026/1/5 12:00",
        "2026.01.05 12:00",
        "Mon, 05 Jan 2026 08:00:00 AST",
        "Mon, 05 Jan 2026 07:00:00 EST",
        "Mon Jan  5 12:00:00 2026",
        "  Mon,\n 05 Jan 2026 12:00:00 GMT ",
    ],
)
def test_form_names_noon_of_the_fifth(text: str) -> None:
    moment = parse_date(text)
    assert moment is not None
    assert moment.isoformat() == NOON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hoy",
        "ayer 10:00",
        "0000-00-00 00:00:00",
        "2026-13-45",
        "99999999999999",
        "Mon, 32 Jan 2026 10:00:00 GMT",
        "-1",
    ],
)
def test_form_names_nothing(text: str) -> None:
    assert parse_date(text) is None


def test_month_comes_first_where_the_feed_is_english() -> None:
    assert parse_date("02/03/2026", day_first=False) == datetime(2026, 2, 3, tzinfo=UTC)
    assert parse_date("02/03/2026") == datetime(2026, 3, 2, tzinfo=UTC)
    assert parse_date("13/03/2026", day_first=False) == datetime(2026, 3, 13, tzinfo=UTC)


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    moment = parse_date(text)
    assert moment is None or moment.tzinfo is UTC


@given(st.integers(631_152_000, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_iso_round_trip(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert parse_date(whole.isoformat()) == whole


NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "kept"),
    [
        pytest.param(NOW, True, id="now"),
        pytest.param(NOW + timedelta(minutes=59), True, id="within the tolerance of clocks"),
        pytest.param(NOW + timedelta(minutes=61), False, id="in the future"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), False, id="the zero of a publishing system"),
        pytest.param(datetime(1998, 6, 1, tzinfo=UTC), True, id="old but possible"),
        pytest.param(None, False, id="none"),
    ],
)
def test_only_possible_dates_are_kept(moment: datetime | None, kept: bool) -> None:
    assert (plausible(moment, NOW) is not None) is kept
