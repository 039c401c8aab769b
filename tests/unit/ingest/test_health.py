"""How feeds are, and the alerts their troubles become."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.health import Health, alert_for, assess, outage_alert, worst_first
from newswatch.records.alert import AlertStatus
from newswatch.records.feed import FeedRecord, FeedSettings, PollState

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def record(*, enabled: bool = True, **state: Any) -> FeedRecord:
    settings = FeedSettings(url="https://diario.example/feed", outlet="Diario", enabled=enabled)
    return FeedRecord(settings=settings, state=PollState(**state))


def every(gap: timedelta, last: datetime, count: int = 20) -> dict[str, Any]:
    history = tuple(last - gap * (count - 1 - place) for place in range(count))
    return {"history": history, "last_entry": last, "last_success": NOW, "last_poll": NOW}


NIGHT = tuple(NOW - timedelta(days=5) + timedelta(days=day, hours=hour) for day in range(5) for hour in range(0, 12, 2))


@pytest.mark.parametrize(
    ("given", "health"),
    [
        pytest.param(record(), Health.NEW, id="never polled"),
        pytest.param(record(enabled=False), Health.OFF, id="switched off"),
        pytest.param(record(**every(HOUR, NOW - HOUR)), Health.OK, id="an entry an hour, the last an hour ago"),
        pytest.param(record(**every(HOUR, NOW - 8 * HOUR)), Health.SILENT, id="an entry an hour, silent for eight"),
        pytest.param(record(**every(HOUR, NOW - 6 * HOUR)), Health.OK, id="seven gaps are needed"),
        pytest.param(record(**every(HOUR / 12, NOW - 3 * HOUR)), Health.OK, id="six hours at least"),
        pytest.param(record(**every(HOUR, NOW - 30 * HOUR, 5)), Health.OK, id="too few entries to know its rate"),
        pytest.param(
            record(history=NIGHT, last_entry=NIGHT[-1], last_success=NOW), Health.OK, id="a feed that sleeps at night"
        ),
        pytest.param(
            record(failures=0.5, error_class="timeout", last_error="x"), Health.TROUBLED, id="one soft failure"
        ),
        pytest.param(
            record(failures=2.0, error_class="timeout", last_error="x"), Health.FAILING, id="four soft failures"
        ),
        pytest.param(record(failures=2.0, error_class="forbidden"), Health.BLOCKED, id="refused twice"),
        pytest.param(record(failures=1.0, error_class="forbidden"), Health.TROUBLED, id="refused once"),
        pytest.param(record(failures=1.0, error_class="throttled"), Health.BLOCKED, id="throttled twice"),
        pytest.param(record(failures=2.0, error_class="challenge"), Health.BLOCKED, id="challenged twice"),
        pytest.param(
            record(undated=True, entries_in_feed=12, last_success=NOW), Health.UNDATED, id="no entry has a date"
        ),
        pytest.param(record(undated=True, entries_in_feed=2, last_success=NOW), Health.OK, id="too few to say so"),
        pytest.param(
            record(recovered_at=NOW - 4 * HOUR, **every(HOUR, NOW - 5 * HOUR)),
            Health.UNCHANGED,
            id="back after a failure, and the same answer ever since",
        ),
        pytest.param(
            record(recovered_at=NOW - 2 * HOUR, **every(HOUR, NOW - 3 * HOUR)),
            Health.OK,
            id="back after a failure a moment ago",
        ),
    ],
)
def test_health(given: FeedRecord, health: Health) -> None:
    found = assess(given, NOW)
    assert found.health is health
    assert found.reason


def state_of(health: str, since: datetime) -> PollState:
    return PollState(health=health, health_since=since, health_reason="why")


def test_entering_and_leaving_a_class_is_one_alert_with_two_states() -> None:
    settings = FeedSettings(url="https://diario.example/feed", outlet="Diario")
    ok, silent = state_of("ok", NOW), state_of("feed-silent", NOW + HOUR)
    opened = alert_for(FeedRecord(settings=settings, state=silent), ok, "test", NOW + HOUR)
    again = alert_for(FeedRecord(settings=settings, state=silent), silent, "test", NOW + 2 * HOUR)
    closed = alert_for(
        FeedRecord(settings=settings, state=state_of("ok", NOW + 3 * HOUR)), silent, "test", NOW + 3 * HOUR
    )
    assert opened is not None
    assert closed is not None
    assert again is None
    assert (opened.status, closed.status) == (AlertStatus.OPEN, AlertStatus.RESOLVED)
    assert opened.alert_id == closed.alert_id
    assert opened.operational
    assert "Diario" in opened.title


@pytest.mark.parametrize(
    ("before", "after"), [("new", "ok"), ("ok", "troubled"), ("troubled", "ok"), ("new", "troubled")]
)
def test_small_troubles_alert_nobody(before: str, after: str) -> None:
    settings = FeedSettings(url="https://diario.example/feed")
    assert (
        alert_for(FeedRecord(settings=settings, state=state_of(after, NOW)), state_of(before, NOW), "test", NOW) is None
    )


def test_an_outage_is_one_alert() -> None:
    opened = outage_alert(NOW, NOW + HOUR, "test", 60, 60, opened=True)
    closed = outage_alert(NOW, NOW + 2 * HOUR, "test", 0, 60, opened=False)
    assert opened.alert_id == closed.alert_id
    assert (opened.status, closed.status) == (AlertStatus.OPEN, AlertStatus.RESOLVED)


def test_the_worst_comes_first() -> None:
    records = [record(health=health) for health in ("ok", "feed-silent", "new", "blocked", "feed-failing")]
    assert [one.state.health for one in sorted(records, key=worst_first)] == [
        "blocked",
        "feed-failing",
        "feed-silent",
        "new",
        "ok",
    ]
