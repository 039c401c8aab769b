"""A short run of the mutation fuzz; the long one is tests/bench/fuzz_feeds.py."""

from tests.bench.fuzz_feeds import run


def test_three_hundred_mutations_find_nothing() -> None:
    outcomes, faults = run((20260105, 300))
    assert faults == []
    assert outcomes["feed"] > 50
    assert outcomes["no feed"] > 3
