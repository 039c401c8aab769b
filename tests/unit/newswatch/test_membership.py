"""A consumer whose heartbeats stopped has lost its membership, however well it polls."""

import pytest

from newswatch.membership import Membership


class Consumer:
    """What Membership looks at."""

    def __init__(self) -> None:
        self.assigned: set[int] = {1}
        self.age = 0.0

    def assignment(self) -> set[int]:
        return self.assigned

    def metrics(self) -> dict[str, dict[str, float]]:
        return {"consumer-coordinator-metrics": {"last-heartbeat-seconds-ago": self.age}}


@pytest.mark.parametrize(
    ("assigned_for", "age", "lost"),
    [
        pytest.param(100.0, 1.0, False, id="a heartbeat a second ago"),
        pytest.param(100.0, 25.0, False, id="late, but within two session timeouts"),
        pytest.param(100.0, 31.0, True, id="silent for over two session timeouts"),
        pytest.param(5.0, 999.0, False, id="just assigned: the age is of an earlier membership"),
    ],
)
def test_lost(assigned_for: float, age: float, lost: bool) -> None:
    now = [0.0]
    consumer = Consumer()
    membership = Membership(consumer, 15.0, lambda: now[0])
    assert membership.lost() is None
    now[0], consumer.age = assigned_for, age
    assert bool(membership.lost()) is lost


@pytest.mark.parametrize(
    ("waited", "age", "lost"),
    [
        pytest.param(30.0, 999.0, False, id="no partitions yet: a join may take its time"),
        pytest.param(61.0, 999.0, True, id="no partitions and no heartbeat for four session timeouts"),
        pytest.param(999.0, 1.0, False, id="others have all partitions, heartbeats flow"),
    ],
)
def test_without_partitions(waited: float, age: float, lost: bool) -> None:
    now = [0.0]
    consumer = Consumer()
    consumer.assigned, consumer.age = set(), age
    membership = Membership(consumer, 15.0, lambda: now[0])
    now[0] = waited
    assert bool(membership.lost()) is lost
