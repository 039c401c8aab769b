"""Names of snapshots, and of indices in them."""

import re
from datetime import UTC, datetime

import pytest

from sinks.snapshots import STAMP, known_as, new_name


def test_a_new_name_is_one_that_old_ones_are_known_by() -> None:
    name = new_name("newswatch", datetime(2026, 1, 31, 1, 30, tzinfo=UTC))

    assert name == "newswatch-2026.01.31-01.30.00"
    assert re.fullmatch("newswatch" + STAMP, name)


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        pytest.param("newswatch-articles-2026.01", "newswatch-articles-2026.01", id="as it was made"),
        pytest.param("rebuilt-newswatch-articles-2026.01-ab12cd34", "newswatch-articles-2026.01", id="written anew"),
        pytest.param("rebuilt-newswatch-stories-s20260131013000", "newswatch-stories", id="restored"),
    ],
)
def test_known_as(index: str, expected: str) -> None:
    assert known_as(index) == expected
