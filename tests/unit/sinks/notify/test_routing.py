"""Who gets an alert, when, and why not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from newswatch.records.alert import AlertStatus, Severity
from newswatch.records.silence import Silence
from sinks.notify.config import NotifyConfig
from sinks.notify.routing import Verdict, plans, routed
from tests.unit.sinks.notify.samples import NOON, alert

CHANNELS: dict[str, Any] = {"desk": {"type": "console"}, "pager": {"type": "console", "least": "critical"}}


def config(**parts: Any) -> NotifyConfig:
    return NotifyConfig.model_validate({"channels": CHANNELS} | parts)


@pytest.mark.parametrize(
    ("routes", "fields", "expected"),
    [
        pytest.param([], {}, ("desk",), id="without routes everybody gets it, but who wants louder ones"),
        pytest.param([], {"severity": Severity.CRITICAL}, ("desk", "pager"), id="loud enough for all"),
        pytest.param([{"match": {"country": ["CUB"]}, "channels": "desk"}], {}, (), id="no route matches"),
        pytest.param(
            [{"match": {"country": ["CUB"]}, "channels": "desk"}], {"countries": ("VEN", "CUB")}, ("desk",),
            id="one of its countries matches",
        ),
        pytest.param(
            [{"match": {"label.desk": "oil"}, "channels": "desk"}], {"labels": {"desk": "oil"}}, ("desk",), id="a label"
        ),
        pytest.param(
            [{"match": {"severity": "critical+"}, "channels": "pager"}, {"channels": "desk"}],
            {"severity": Severity.CRITICAL}, ("pager",), id="the first route decides",
        ),
        pytest.param(
            [{"match": {"severity": "notice+"}, "channels": "pager", "continue": True}, {"channels": "desk"}],
            {"severity": Severity.CRITICAL}, ("pager", "desk"), id="unless it continues",
        ),
        pytest.param([], {"channels": ("pager",), "severity": Severity.CRITICAL}, ("pager",), id="the rule names it"),
        pytest.param(
            [{"channels": "desk"}], {"channels": ("dsk",)}, ("desk",),
            id="a rule that names no channel there is goes as the routes say",
        ),
    ],
)  # fmt: skip
def test_routes(routes: list[Any], fields: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert routed(alert(**fields), config(routes=routes)) == expected


def test_a_silence_holds_an_alert_back_with_its_name() -> None:
    silence = Silence(
        silence_id="x", created_at=NOON - timedelta(hours=1), until=NOON + timedelta(hours=1), by="ana",
        matchers={"rule": ("boats",)},
    )  # fmt: skip
    (plan,) = plans(alert(), config(), [silence], NOON)
    assert (plan.verdict, "ana" in plan.why) == (Verdict.SILENCED, True)
    (later,) = plans(alert(), config(), [silence], NOON + timedelta(hours=1))
    assert later.verdict is Verdict.SEND
    (other,) = plans(alert(rule_id="other"), config(), [silence], NOON)
    assert other.verdict is Verdict.SEND


def test_a_change_of_status_is_not_sent_again() -> None:
    (plan,) = plans(alert(status=AlertStatus.ACKNOWLEDGED), config(), [], NOON)
    assert plan.verdict is Verdict.NOT_OPEN


@pytest.mark.parametrize(
    ("moment", "severity", "until"),
    [
        pytest.param("2026-01-09T03:00+00:00", "warning", "2026-01-09T11:00:00+00:00", id="night in Caracas"),
        pytest.param("2026-01-09T03:00+00:00", "critical", None, id="critical ones are sent at night"),
        pytest.param("2026-01-09T11:00+00:00", "warning", None, id="the end belongs to the day"),
        pytest.param("2026-01-09T02:00+00:00", "warning", "2026-01-09T11:00:00+00:00", id="the start to the night"),
        pytest.param("2026-01-09T18:00+00:00", "warning", None, id="day"),
    ],
)
def test_quiet_hours(moment: str, severity: str, until: str | None) -> None:
    quiet = {"start": "22:00", "end": "07:00", "timezone": "America/Caracas"}
    setup = NotifyConfig.model_validate({"channels": {"c": {"type": "console", "quiet_hours": quiet}}})
    (plan,) = plans(alert(severity=Severity(severity)), setup, [], datetime.fromisoformat(moment))
    assert (plan.at.isoformat() if plan.at else None) == until


@pytest.mark.parametrize(
    ("options", "aggregation", "until"),
    [
        pytest.param({"digest": "1h"}, None, "2026-01-09T13:00:00+00:00", id="by the hour"),
        pytest.param({"schedule": "30 8 * * *"}, None, "2026-01-10T08:30:00+00:00", id="every morning"),
        pytest.param({}, "15m", "2026-01-09T12:15:00+00:00", id="as the rule says"),
    ],
)
def test_digests(options: dict[str, Any], aggregation: str | None, until: str) -> None:
    setup = NotifyConfig.model_validate({"channels": {"c": {"type": "console"} | options}})
    first, second = (
        plans(alert(number, aggregation=aggregation), setup, [], NOON + timedelta(minutes=number))[0]
        for number in (1, 2)
    )
    assert first.at is not None
    assert first.at.isoformat() == until
    assert first.digest == second.digest
