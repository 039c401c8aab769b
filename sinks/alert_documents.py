"""Alerts and their deliveries as documents."""

from datetime import datetime
from typing import Any

import msgspec

from newswatch.records.alert import Alert, Delivery, Severity
from sinks.cleaning import clean, domain, labels, millis, safe_id
from sinks.documents import Document, Position
from sinks.index_names import Family

SEVERITY_RANK = {severity: rank for rank, severity in enumerate(Severity)}
"""0 for the quietest: what ECS calls event.severity, so that alerts can be sorted by loudness."""


def from_alert(alert: Alert, position: Position, indexed_at: datetime) -> tuple[Document, ...]:
    """The alert's document; its version is the time of its last change: a repeated firing undoes no acknowledgement."""
    return (
        Document(
            family=Family.ALERTS,
            id=safe_id(alert.alert_id),
            time=alert.first_seen,
            version=millis(alert.changed_at or alert.fired_at),
            body=clean(_alert_body(alert, indexed_at)),
        ),
    )


def _alert_body(alert: Alert, indexed_at: datetime) -> dict[str, Any]:
    return {
        "@timestamp": alert.first_seen,
        "event": {"dataset": "newswatch.alerts", "ingested": indexed_at, "severity": SEVERITY_RANK[alert.severity]},
        "alert_id": alert.alert_id,
        "rule": {"id": alert.rule_id, "name": alert.rule_name, "version": alert.rule_version, "category": alert.kind},
        "severity": alert.severity,
        "status": alert.status,
        "acknowledged_by": alert.acknowledged_by,
        "note": alert.note,
        "operational": alert.operational,
        "fired_at": alert.fired_at,
        "changed_at": alert.changed_at,
        "watch": alert.watch,
        "title": alert.title,
        "reason": alert.reason,
        "story_id": alert.story_id,
        "story": {"title": alert.story_title},
        "article_id": alert.article_id,
        "url": {"full": alert.url, "domain": domain(alert.url)},
        "outlet": {"name": alert.source},
        "outlets": alert.sources,
        "language": alert.language,
        "countries": alert.countries,
        "terms": sorted({match.term for match in alert.matches}),
        "matches": msgspec.to_builtins(alert.matches),
        "event_ids": alert.events,
        "checked": alert.checked,
        "independent_sources": alert.independent_sources,
        "suppressed": alert.suppressed,
        "labels": labels(alert.labels),
        "channels": alert.channels,
        "latency": {"alert_ms": _alert_ms(alert), "hops": alert.latency},
        "trace": {"id": alert.trace},
    }


def _alert_ms(alert: Alert) -> int:
    """Milliseconds from first sight until the alert was made, as measured; until `fired_at` where nothing was."""
    measured = alert.latency.get("seen→alert")
    return max(0, millis(alert.fired_at) - millis(alert.first_seen) if measured is None else round(measured))


def from_delivery(delivery: Delivery, position: Position, indexed_at: datetime) -> tuple[Document, ...]:
    """The newest state of one alert on one channel; its version is the time of that state."""
    body = {
        "@timestamp": delivery.at,
        "event": {"dataset": "newswatch.deliveries", "ingested": indexed_at, "outcome": _ecs_outcome(delivery)},
        "alert_id": delivery.alert_id,
        "channel": delivery.channel,
        "outcome": delivery.outcome,
        "attempts": delivery.attempts,
        "idempotency_key": delivery.idempotency_key,
        "error": {"message": delivery.detail},
        "next_attempt": delivery.next_attempt,
        "first_at": delivery.first_at,
        "digest": delivery.digest,
    }
    return (
        Document(
            family=Family.DELIVERIES,
            id=safe_id(f"{delivery.alert_id}:{delivery.channel}"),
            time=delivery.at,
            version=millis(delivery.at),
            body=clean(body),
        ),
    )


def _ecs_outcome(delivery: Delivery) -> str:
    """ECS allows success, failure and unknown."""
    return {"delivered": "success", "dead": "failure"}.get(delivery.outcome.value, "unknown")
