"""Which months are past their time."""

from datetime import UTC, datetime

import pytest

from sinks.retention import expired_indices, oldest_kept

NAMES = (
    "nw-articles-2025.12",
    "nw-articles-2026.01",
    "nw-events-2025.11",
    "nw-rejected-2024.02",
    "nw-stories",
    "other-articles-2001.01",
    "nw-articles-old",
)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("months", "expired"),
    [
        pytest.param(1, set(NAMES[:4]), id="one"),
        pytest.param(2, {"nw-articles-2025.12", "nw-events-2025.11", "nw-rejected-2024.02"}, id="two"),
        pytest.param(3, {"nw-events-2025.11", "nw-rejected-2024.02"}, id="over the turn of the year"),
        pytest.param(999, set(), id="all stay"),
    ],
)
def test_whole_months_go(months: int, expired: set[str]) -> None:
    assert set(expired_indices(NAMES, "nw", NOW, months)) == expired


def test_the_present_month_and_those_before_it_stay() -> None:
    assert oldest_kept(NOW, 1) == "2026.02"
    assert oldest_kept(NOW, 12) == "2025.03"
