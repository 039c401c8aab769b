"""Which partitions stand still."""

from newswatch.group_lag import PartitionLag
from sinks.index_lag import Standstill


def lag(partition: int, done: int, end: int = 10) -> PartitionLag:
    return PartitionLag(stage="index", topic="t", partition=partition, start=0, done=done, end=end)


def test_a_partition_with_lag_that_does_not_move_stands_still() -> None:
    still = Standstill()
    still.note([lag(0, 3), lag(1, 3)], now=100.0)
    still.note([lag(0, 3), lag(1, 4)], now=110.0)

    assert still.still(115.0, 15.0) == {("t", 0)}
    assert still.still(125.0, 15.0) == {("t", 0), ("t", 1)}


def test_a_partition_read_to_its_end_does_not() -> None:
    still = Standstill()
    still.note([lag(0, 3)], now=100.0)
    still.note([lag(0, 10)], now=101.0)
    assert still.still(999.0, 15.0) == frozenset()

    still.note([lag(0, 10, end=12)], now=900.0)
    assert still.still(901.0, 15.0) == frozenset()
