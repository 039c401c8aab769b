"""systemd hears of readiness once and of life only while the loop moves; a stuck loop ends its role."""

import pytest

from newswatch.watchdog import Condition, messages

LIMIT = 60.0


@pytest.mark.parametrize(
    ("now", "told", "expected"),
    [
        pytest.param(Condition(ready=False, stopping=False, age=1), (), ("WATCHDOG=1",), id="starting"),
        pytest.param(Condition(ready=True, stopping=False, age=1), (), ("READY=1", "WATCHDOG=1"), id="became ready"),
        pytest.param(
            Condition(ready=True, stopping=False, age=1), ("READY=1",), ("WATCHDOG=1",), id="ready is told once"
        ),
        pytest.param(
            Condition(ready=True, stopping=False, age=61), ("READY=1",), (), id="a stuck loop is not told alive"
        ),
        pytest.param(
            Condition(ready=True, stopping=True, age=1), ("READY=1",), ("STOPPING=1", "WATCHDOG=1"), id="asked to stop"
        ),
    ],
)
def test_messages(now: Condition, told: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert messages(now, frozenset(told), LIMIT) == expected
