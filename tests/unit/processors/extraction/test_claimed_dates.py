"""Dates as pages write them, and the choice among several claims."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.extraction.claimed_dates import Granularity, choose, read_date, settle, url_date

NOW = datetime(2026, 1, 12, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("2026-01-09", "2026-01-09T00:00:00+00:00", id="iso day"),
        pytest.param("2026-01-09T10:30:00-04:00", "2026-01-09T14:30:00+00:00", id="iso with offset is turned into utc"),
        pytest.param("2026-01-09T10:30:00Z", "2026-01-09T10:30:00+00:00", id="iso zulu"),
        pytest.param("2026-01-09 10:30", "2026-01-09T10:30:00+00:00", id="iso without zone means utc"),
        pytest.param("Fri, 09 Jan 2026 10:30:00 -0500", "2026-01-09T15:30:00+00:00", id="mail date"),
        pytest.param("Friday, January 9, 2026 by Emily Vargas", "2026-01-09T00:00:00+00:00", id="english, month first"),
        pytest.param("9 January 2026", "2026-01-09T00:00:00+00:00", id="english, day first"),
        pytest.param("Jan. 9th, 2026, 3:45 PM EST", "2026-01-09T20:45:00+00:00", id="abbreviated with american clock"),
        pytest.param("viernes, 9 de enero de 2026", "2026-01-09T00:00:00+00:00", id="spanish"),
        pytest.param("9 de septiembre del 2025, 14:05", "2025-09-09T14:05:00+00:00", id="spanish with clock"),
        pytest.param(
            "Actualizado el 7 de junio de 2022 a las 4:30 p. m.", "2022-06-07T16:30:00+00:00", id="spanish pm"
        ),
        pytest.param("10 de março de 2024 às 07h30", "2024-03-10T07:30:00+00:00", id="portuguese with h clock"),
        pytest.param("10/01/2026 07h30", "2026-01-10T07:30:00+00:00", id="numbers, day first"),
        pytest.param("31.12.2025", "2025-12-31T00:00:00+00:00", id="numbers with dots"),
        pytest.param("12:15 a.m., 4 Feb 2025", "2025-02-04T00:15:00+00:00", id="clock before the date, after midnight"),
        pytest.param("16 de enero de 2026 | 21:10 (GMT-4)", "2026-01-17T01:10:00+00:00", id="zone as offset"),
    ],
)
def test_reads_dates_as_newspapers_write_them(words: str, expected: str) -> None:
    moment = read_date(words)
    assert moment is not None
    assert moment.at.isoformat() == expected


@pytest.mark.parametrize(
    "words", ["", "yesterday", "32 January 2026", "February 30, 2026", "2026", "May the force", "12345678901"]
)
def test_reads_nothing_where_no_date_is(words: str) -> None:
    assert read_date(words) is None


def test_a_two_way_date_follows_the_language() -> None:
    assert read_date("01/09/2026", month_first=True) == read_date("9 January 2026")
    assert read_date("01/09/2026") == read_date("1 September 2026")
    assert read_date("25/12/2025", month_first=True) == read_date("25 December 2025")


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        pytest.param("2026-01-12T15:59:00Z", "2026-01-12T15:59:00+00:00", id="within the hour stays"),
        pytest.param("2026-01-12T16:01:00Z", None, id="beyond the hour is dropped"),
        pytest.param("2026-01-12T20:00:00", "2026-01-12T00:00:00+00:00", id="a zoneless local time keeps its day"),
        pytest.param("2087-02-01", None, id="the far future is dropped"),
        pytest.param("1970-01-01", None, id="a template's date is dropped"),
    ],
)
def test_impossible_dates_are_dropped_as_dates(words: str, kept: str | None) -> None:
    moment = read_date(words)
    assert moment is not None
    settled = settle(moment, NOW)
    assert (settled.at.isoformat() if settled else None) == kept


def test_the_first_possible_claim_wins_and_names_its_source() -> None:
    chosen = choose([("json-ld", "2087-01-01"), ("meta", "soon"), ("feed", "2026-01-09T10:00:00Z")], NOW)
    assert chosen is not None
    assert (chosen.source, chosen.at.day, chosen.granularity) == ("feed", 9, Granularity.SECOND)
    assert choose([("meta", "never")], NOW) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2026/01/09/title", "2026-01-09"),
        ("https://a.example/news-20260109-x", "2026-01-09"),
        ("https://a.example/2026/13/09/title", None),
        ("https://a.example/article/20512345", None),
    ],
)
def test_the_day_in_an_address(url: str, day: str | None) -> None:
    assert url_date(url) == day


@given(st.datetimes(min_value=datetime(1995, 1, 2), max_value=datetime(2025, 12, 31)))  # noqa: DTZ001 - naive on purpose
def test_an_iso_date_is_read_as_itself(moment: datetime) -> None:
    read = read_date(moment.isoformat(timespec="seconds"))
    assert read is not None
    assert abs(read.at - moment.replace(tzinfo=UTC)) < timedelta(seconds=1)


@given(st.text(max_size=300))
def test_any_words_are_read_or_not_but_never_fail(words: str) -> None:
    moment = read_date(words)
    assert moment is None or moment.at.tzinfo is not None
