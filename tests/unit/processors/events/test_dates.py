"""Dates of running text, read against the publication day (Monday 12 January 2026)."""

from datetime import date
from pathlib import Path

import pytest

import newswatch
from processors.events.dates import find_dates, resolve
from processors.events.watchdata import load_watch
from processors.folding import folded

WATCH = Path(newswatch.__file__).parent / "watches" / "venezuela-cuba-us"
PUBLISHED = date(2026, 1, 12)


@pytest.mark.parametrize(
    ("lang", "text", "first", "last", "granularity"),
    [
        pytest.param("en", "on Monday", "2026-01-12", "2026-01-12", "day", id="a weekday may be the day itself"),
        pytest.param("en", "on Friday", "2026-01-09", "2026-01-09", "day", id="else it is the latest such day"),
        pytest.param("en", "on January 3", "2026-01-03", "2026-01-03", "day", id="a near day and month"),
        pytest.param("en", "since December 16", "2025-12-16", "2025-12-16", "day", id="a later month was last year"),
        pytest.param("en", "in December 2025", "2025-12-01", "2025-12-31", "month", id="a month keeps its breadth"),
        pytest.param("en", "in 2019", "2019-01-01", "2019-12-31", "year", id="a year keeps its breadth"),
        pytest.param("en", "three days ago", "2026-01-09", "2026-01-09", "day", id="days ago"),
        pytest.param("en", "last week", "2026-01-05", "2026-01-11", "range", id="a week is a range"),
        pytest.param("es", "el lunes", "2026-01-12", "2026-01-12", "day", id="el lunes"),
        pytest.param("es", "el pasado viernes", "2026-01-09", "2026-01-09", "day", id="el pasado viernes"),
        pytest.param("es", "el 3 de enero", "2026-01-03", "2026-01-03", "day", id="el 3 de enero"),
        pytest.param("es", "en diciembre", "2025-12-01", "2025-12-31", "month", id="en diciembre"),
        pytest.param("es", "el 28 de julio de 2024", "2024-07-28", "2024-07-28", "day", id="with its year"),
        pytest.param("es", "hace tres días", "2026-01-09", "2026-01-09", "day", id="hace tres días"),
        pytest.param("pt", "na sexta-feira (9)", "2026-01-09", "2026-01-09", "day", id="na sexta-feira (9)"),
        pytest.param("pt", "em dezembro", "2025-12-01", "2025-12-31", "month", id="em dezembro"),
        pytest.param("pt", "no dia 3 de janeiro", "2026-01-03", "2026-01-03", "day", id="3 de janeiro"),
        pytest.param("pt", "ontem", "2026-01-11", "2026-01-11", "day", id="ontem"),
    ],
)
def test_dates_are_read_against_the_publication_day(
    lang: str, text: str, first: str, last: str, granularity: str
) -> None:
    lexicon = load_watch(WATCH).lexicons[lang]
    match = find_dates(folded(text), 0, len(text), lexicon)[0]
    found = resolve(match, PUBLISHED, lexicon, future=False)
    assert found is not None
    assert (found.start, found.end, found.granularity) == (first, last, granularity)


def test_a_future_verb_looks_forward() -> None:
    lexicon = load_watch(WATCH).lexicons["en"]
    found = resolve(find_dates("on friday", 0, 9, lexicon)[0], PUBLISHED, lexicon, future=True)
    assert found is not None
    assert found.start == "2026-01-16"


def test_a_day_that_does_not_exist_is_no_date() -> None:
    lexicon = load_watch(WATCH).lexicons["en"]
    text = "on february 31"
    assert resolve(find_dates(text, 0, len(text), lexicon)[0], PUBLISHED, lexicon, future=False) is None
