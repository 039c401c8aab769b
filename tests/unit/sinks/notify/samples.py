"""Alerts for the tests of delivery."""

from datetime import UTC, datetime
from typing import Any

from newswatch.records.alert import Alert, Severity

NOON = datetime(2026, 1, 9, 12, 0, tzinfo=UTC)


def alert(number: int = 1, **fields: Any) -> Alert:
    """An alert, different by `number`."""
    values: dict[str, Any] = {
        "alert_id": f"a{number}", "rule_id": "boats", "rule_name": "Strikes on boats", "rule_version": "v1",
        "severity": Severity.WARNING, "watch": "w", "fired_at": NOON, "first_seen": NOON,
        "reason": "“strike” in the text",
        "title": f"A strike, number {number}", "story_id": f"s{number}", "url": f"https://news.example/{number}",
    }  # fmt: skip
    return Alert(**(values | fields))
