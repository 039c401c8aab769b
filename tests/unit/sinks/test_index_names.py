"""Names of monthly and single indices."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.index_names import Family, IndexName, index_name, month_of, neighbour, parse, pattern
from sinks.indices.install import family_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nw-articles-2026.01", IndexName(prefix="nw", family=Family.ARTICLES, month="2026.01")),
        ("nw-stories", IndexName(prefix="nw", family=Family.STORIES)),
        ("nw-articles", None),
        ("nw-stories-2026.01", None),
        ("nw-articles-2026.13", None),
        ("other-articles-2026.01", None),
        ("nw-secrets-2026.01", None),
    ],
)
def test_only_our_names_are_understood(name: str, expected: IndexName | None) -> None:
    assert parse(name, "nw") == expected


def test_the_month_is_that_of_utc() -> None:
    late = datetime(2026, 1, 31, 22, tzinfo=timezone(timedelta(hours=-4)))

    assert month_of(late) == "2026.02"
    assert index_name("nw", Family.ARTICLES, late) == "nw-articles-2026.02"
    assert index_name("nw", Family.STORIES, late) == "nw-stories"


@given(st.integers(min_value=1971, max_value=9000), st.integers(min_value=1, max_value=12), st.integers(-30, 30))
def test_going_forth_and_back_ends_where_it_began(year: int, number: int, step: int) -> None:
    month = month_of(datetime(year, number, 1, tzinfo=UTC))

    assert neighbour(neighbour(month, step), -step) == month


def test_patterns_match_their_family_alone() -> None:
    assert pattern("nw", Family.ALERTS) == "nw-alerts-*"
    assert pattern("nw", Family.FEEDS) == "nw-feeds"


def test_a_rebuilt_index_is_known_by_its_family() -> None:
    assert family_of("rebuilt-nw-articles-2026.01-1a2b3c4d", "nw") is Family.ARTICLES
    assert family_of("rebuilt-nw-stories-1a2b3c4d", "nw") is Family.STORIES
    assert family_of("rebuilt-else-stories-1a2b3c4d", "nw") is None
