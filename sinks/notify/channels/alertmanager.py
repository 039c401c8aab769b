"""Alerts to a Prometheus Alertmanager (API v2), for teams that page through it; meant for operational alerts."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from newswatch.errors import Unavailable, Unprocessable
from newswatch.records.alert import Alert
from sinks.notify.channels.base import Message

ENDS_AFTER = timedelta(hours=1)
"""How long after it is sent an alert counts as firing there; Alertmanager would say five minutes."""


class AlertmanagerChannel:
    """POSTs to /api/v2/alerts; labels name the alert, so that sending it again updates it."""

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        self._url = url.rstrip("/") + "/api/v2/alerts"
        self._client = httpx.Client(timeout=timeout)

    def send(self, message: Message) -> str:
        """Sends. Raises Unprocessable on 400, Unavailable on any other failure."""
        ends = datetime.now(UTC) + ENDS_AFTER
        try:
            answer = self._client.post(self._url, json=[_posted(alert, ends) for alert in message.alerts])
        except httpx.HTTPError as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error
        if answer.status_code == 400:
            raise Unprocessable(f"HTTP 400: {answer.text[:200]}")
        if not answer.is_success:
            raise Unavailable(f"HTTP {answer.status_code}")
        return f"HTTP {answer.status_code}"

    def close(self) -> None:
        """Closes connections."""
        self._client.close()


def _posted(alert: Alert, ends: datetime) -> dict[str, Any]:
    """`ends` counts from the sending: one sent late, after a channel was away, would else arrive as over."""
    labels = {
        "alertname": alert.rule_id, "severity": alert.severity.value, "watch": alert.watch, "alert_id": alert.alert_id,
    }  # fmt: skip
    labels |= {re.sub(r"\W", "_", f"label_{name}", flags=re.ASCII): value for name, value in alert.labels.items()}
    return {
        "labels": {name: value for name, value in labels.items() if value},
        "annotations": {"summary": alert.title, "description": alert.reason},
        "startsAt": alert.fired_at.isoformat(),
        "endsAt": ends.isoformat(),
        "generatorURL": alert.url or "",
    }
