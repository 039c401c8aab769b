"""Several sums in one number: lanes add up by themselves, exactly, whatever stands beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.events.model.lanes import LEVEL, UNITS, Lanes, level, packed

LANES = 3
HUNDREDTHS = st.integers(-1_000_000, 1_000_000).map(lambda number: number / 100)


@given(st.lists(st.tuples(HUNDREDTHS, HUNDREDTHS, HUNDREDTHS), max_size=20))
def test_a_sum_of_packed_weights_holds_the_sum_of_every_lane(rows: list[tuple[float, float, float]]) -> None:
    lanes = Lanes(LANES)
    total = sum(packed(weight, lane) for row in rows for lane, weight in enumerate(row))
    wanted = [sum(round(row[lane] * UNITS) for row in rows) for lane in range(LANES)]
    assert [one - LEVEL for one in lanes.read(total)] == wanted
    assert [lanes.one(total, lane) for lane in range(LANES)] == [one / UNITS for one in wanted]


@pytest.mark.parametrize("weights", [(0.1, 0.2), (0.2, 0.1), (0.3,)], ids=["one order", "the other", "at once"])
def test_no_order_of_adding_decides_whether_a_limit_is_met(weights: tuple[float, ...]) -> None:
    (score,) = Lanes(1).read(sum(packed(weight, 0) for weight in weights))
    assert score >= level(0.3)
