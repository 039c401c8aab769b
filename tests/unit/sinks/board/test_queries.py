"""Requests to Elasticsearch: permanent links give the search back, dates and pages stay inside their limits."""

from datetime import UTC, datetime

import pytest
from starlette.datastructures import QueryParams

from newswatch.errors import UserError
from sinks.board import queries
from sinks.board.pages.search import search_of
from sinks.board.queries import Search

NOW = datetime(2026, 1, 3, 12, tzinfo=UTC)


def test_a_permanent_link_gives_the_search_back() -> None:
    search = Search(
        words='"oil licence" AND NOT x', countries=("VEN", "CUB"), types=("AID",), outlets=("El País & Co",),
        languages=("es",), since="2026-01-01", until="2026-01-31", everything=True, sort="date", page=3,
    )  # fmt: skip
    assert search_of(QueryParams(search.parameters())) == search


def test_defaults_leave_no_trace_in_a_link() -> None:
    assert Search().parameters() == []


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "²", "99999999"])
def test_a_page_that_is_none_is_the_first_and_none_is_too_deep(number: str) -> None:
    page = search_of(QueryParams([("page", number)])).page
    assert 1 <= page <= queries.DEEPEST
    body = queries.search_body(Search(page=page))
    assert body["from"] + body["size"] <= 10_000


def test_the_last_day_counts_whole() -> None:
    bounds = queries.search_query(Search(since="2026-01-01", until="2026-01-31"))["bool"]["filter"][-1]["range"]
    assert bounds == {"@timestamp": {"gte": "2026-01-01", "lt": "2026-02-01"}}


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "9999-12-31"])
def test_a_day_that_is_none_is_told(day: str) -> None:
    with pytest.raises(UserError, match="is not a day"):
        queries.search_query(Search(until=day))


def test_results_over_time_have_a_bounded_number_of_bars() -> None:
    year = 366 * 24 * 3_600_000
    for span in (0, 3_600_000, 24 * 3_600_000, year, 30 * year):
        width = queries.bars_body(Search(), 0, span)["aggs"]["time"]["date_histogram"]["fixed_interval"]
        assert span / int(width.removesuffix("ms")) <= queries.MOST_BARS


@pytest.mark.parametrize("span", queries.RANGES)
def test_counts_cover_the_whole_span(span: str) -> None:
    histogram = queries.counts_body(span, NOW)["aggs"]["time"]["date_histogram"]
    assert histogram["extended_bounds"]["max"] == NOW.isoformat()
    assert histogram["extended_bounds"]["min"] == (NOW - queries.RANGES[span][0]).isoformat()
