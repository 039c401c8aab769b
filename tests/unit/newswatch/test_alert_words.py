"""Durations, moments, matchers and the standing of an alert, as people write and see them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.alert_book import find_alert, newer
from newswatch.alert_matching import check_matchers, matches
from newswatch.cli.alerts import read_matchers
from newswatch.durations import parse_duration, show_duration
from newswatch.errors import UserError
from newswatch.moments import parse_moment
from newswatch.records.alert import AlertStatus, Severity
from tests.unit.sinks.notify.samples import NOON, alert


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("15m", 900), ("6h", 21600), ("2d", 172800), ("1h30m", 5400), ("1.5h", 5400), ({"hours": 6}, 21600)],
)
def test_durations(written: Any, seconds: float) -> None:
    assert parse_duration(written).total_seconds() == seconds


@pytest.mark.parametrize(
    "written", ["", "soon", "5", "5 h", "-5m", "0s", {}, {"fortnights": 1}, {"hours": "x"}, 7, None]
)
def test_no_durations(written: Any) -> None:
    with pytest.raises(ValueError, match="write a duration"):
        parse_duration(written)


@given(st.integers(min_value=1, max_value=10**7))
def test_a_duration_shown_reads_back(seconds: int) -> None:
    assert parse_duration(show_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-01-09", datetime(2026, 1, 9, tzinfo=UTC), id="a date is midnight UTC"),
        pytest.param("2026-01-09T08:00-04:00", NOON, id="a zone counts"),
        pytest.param("2d", NOON - timedelta(days=2), id="a duration is back from now"),
        pytest.param("now", NOON, id="now"),
    ],
)
def test_moments(text: str, expected: datetime) -> None:
    assert parse_moment(text, NOON) == expected


def test_a_silence_ends_ahead_and_nonsense_is_no_moment() -> None:
    assert parse_moment("12h", NOON, ahead=True) == NOON + timedelta(hours=12)
    with pytest.raises(UserError, match="no time"):
        parse_moment("tomorrow", NOON)


@pytest.mark.parametrize(
    ("matchers", "fields", "expected"),
    [
        pytest.param({}, {}, True, id="nothing asked matches"),
        pytest.param({"rule": ["boats"], "country": ["CUB"]}, {"countries": ("CUB",)}, True, id="every field agrees"),
        pytest.param({"rule": ["boats"], "country": ["CUB"]}, {"countries": ("VEN",)}, False, id="one does not"),
        pytest.param({"severity": ["warning+"]}, {"severity": Severity.CRITICAL}, True, id="that loud and louder"),
        pytest.param({"severity": ["warning"]}, {"severity": Severity.CRITICAL}, False, id="just that loud"),
        pytest.param({"label.desk": ["oil"]}, {"labels": {"desk": "oil"}}, True, id="a label"),
        pytest.param({"label.desk": ["oil"]}, {}, False, id="a label it lacks"),
        pytest.param({"operational": ["true"]}, {"operational": True}, True, id="operational"),
        pytest.param({"source": ["x"]}, {"source": None}, False, id="no source"),
    ],
)
def test_matchers(matchers: dict[str, list[str]], fields: dict[str, Any], expected: bool) -> None:
    check_matchers(matchers)
    assert matches(matchers, alert(**fields)) is expected


@pytest.mark.parametrize("pair", ["colour=red", "rule", "=x", "rule=", "severity=loud", "label.=x"])
def test_no_matchers(pair: str) -> None:
    with pytest.raises(UserError):
        read_matchers([pair])


def test_a_repeated_firing_does_not_undo_an_acknowledgement() -> None:
    fired = alert()
    acknowledged = msgspec.structs.replace(fired, status=AlertStatus.ACKNOWLEDGED, changed_at=NOON + timedelta(hours=1))
    resolved = msgspec.structs.replace(fired, status=AlertStatus.RESOLVED, changed_at=NOON + timedelta(hours=2))
    assert newer(newer(None, fired), acknowledged) is acknowledged
    assert newer(acknowledged, fired) is acknowledged
    assert newer(acknowledged, resolved) is resolved
    assert newer(resolved, acknowledged) is resolved


def test_an_alert_is_found_by_the_beginning_of_its_id() -> None:
    alerts = {identity: alert(alert_id=identity) for identity in ("abcdef12", "abcdef99")}
    assert find_alert(alerts, "abcdef1").alert_id == "abcdef12"
    for wrong in ("abc", "abcdef", "zzzzzzz"):
        with pytest.raises(UserError):
            find_alert(alerts, wrong)
