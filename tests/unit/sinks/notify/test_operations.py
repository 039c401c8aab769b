"""The pipeline watching itself: what calls for an alert, and what does not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from newswatch.records.alert import Alert
from sinks.notify.operations import REJECTS_MANY, Look, Watchman
from tests.unit.sinks.notify.samples import NOON

PLACE = ("alerts", "news.tracked", 3)


def looks(*rows: tuple[float, dict[str, Any]]) -> list[list[Alert]]:
    """The alerts of each look, given as minutes after noon and what was found."""
    watchman = Watchman("w")
    return [watchman.judge(Look(at=NOON + timedelta(minutes=minutes), **found)) for minutes, found in rows]


def kinds(alerts: list[list[Alert]]) -> list[list[str]]:
    return [[alert.rule_id for alert in found] for found in alerts]


def test_a_partition_that_does_not_move_is_told_once() -> None:
    found = looks(*((minute, {"partitions": {PLACE: (7, 5)}}) for minute in (0, 5, 10, 11)))
    assert kinds(found) == [[], [], ["stuck-partition"], []]
    assert "5 messages wait" in found[2][0].reason
    assert found[2][0].operational


def test_a_partition_that_moves_or_is_done_is_not_stuck() -> None:
    moving = looks(*((minute, {"partitions": {PLACE: (minute, 5)}}) for minute in (0, 8, 16, 24)))
    done = looks(*((minute, {"partitions": {PLACE: (7, 0)}}) for minute in (0, 8, 16, 24)))
    assert kinds(moving) == kinds(done) == [[], [], [], []]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        pytest.param([0, 0, REJECTS_MANY], True, id="a burst after quiet"),
        pytest.param([0, 0, REJECTS_MANY - 1], False, id="a few"),
        pytest.param([0, 100, 250], False, id="as many as before"),
        pytest.param([900, 900, 900], False, id="old ones do not count"),
    ],
)
def test_rejects(counts: list[int], told: bool) -> None:
    found = looks(*((number * 9.0, {"rejects": count}) for number, count in enumerate(counts)))
    assert kinds(found)[-1] == (["rising-rejects"] if told else [])


def test_a_channel_that_fails_for_long_is_told_with_its_name() -> None:
    failing: dict[str, datetime] = {"desk": NOON}
    found = looks((1, {"failing": failing}), (5, {"failing": failing}), (9, {"failing": failing}))
    assert kinds(found) == [[], ["channel-failing"], []]
    assert found[1][0].labels["channel"] == "desk"


def test_the_heartbeat_comes_on_a_day_after_one_without_alerts() -> None:
    day = 24 * 60.0
    assert kinds(looks((0, {"alerts": 4}), (5, {"alerts": 4}), (day, {"alerts": 4}))) == [[], [], ["heartbeat"]]
    assert kinds(looks((0, {"alerts": 4}), (day, {"alerts": 5}))) == [[], []]
    assert kinds(looks((0, {"alerts": 4}), (day, {"alerts": 4, "failing": {"desk": NOON + timedelta(days=1)}}))) == [
        [],
        [],
    ]


def test_the_heartbeat_comes_every_quiet_day_its_own_record_not_counted() -> None:
    day = 24 * 60.0
    rows: list[tuple[float, dict[str, Any]]] = [(0, {"alerts": 4})]
    for number in (1, 2, 3):  # each heartbeat is an alert record of its own, seen by the next look
        rows += [(number * day, {"alerts": 3 + number}), (number * day + 1, {"alerts": 4 + number})]
    assert kinds(looks(*rows)) == [[], ["heartbeat"], [], ["heartbeat"], [], ["heartbeat"], []]


def test_there_is_no_heartbeat_while_a_stage_stands_still() -> None:
    stuck = {"alerts": 4, "partitions": {PLACE: (7, 5)}}
    assert kinds(looks((0, stuck), (24 * 60.0, stuck))) == [[], ["stuck-partition"]]


def test_the_same_trouble_has_the_same_id_in_every_process() -> None:
    rows = [(minute, {"partitions": {PLACE: (7, 5)}}) for minute in (0.0, 10.0)]
    first, second = looks(*rows), looks(*rows)
    assert [a.alert_id for a in first[1]] == [a.alert_id for a in second[1]]
