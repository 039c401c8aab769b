"""Alert, its life, and what became of its delivery (topics news.alerts, news.alert-state, news.deliveries)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from newswatch.records.article import Evidence


class Severity(StrEnum):
    """How loud an alert is, lowest first."""

    INFO = "info"
    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"


class AlertStatus(StrEnum):
    """Where an alert is in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SILENCED = "silenced"
    RESOLVED = "resolved"


class TermMatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A term of a rule found in an article: the span that matched and a snippet around it."""

    term: str
    evidence: Evidence
    snippet: str = ""


class Alert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One firing of one rule for one story; the id derives from rule, story and input position, so a replay overwrites.

    `reason` is the sentence shown to people; `checked` lists what else was looked at and not met. `fired_at` is when
    the article reached the rules (a flat line: when it became flat), the same each time the alert is made; `latency` is
    milliseconds between hops (published→seen, seen→extracted, extracted→alerted), measured when it was made.
    `changed_at` is when people or a silence last changed its status; `aggregation` says when it goes out in a digest (a
    duration or a cron schedule).
    """

    alert_id: str
    rule_id: str
    rule_name: str
    rule_version: str
    severity: Severity
    watch: str
    fired_at: datetime
    first_seen: datetime
    reason: str
    title: str
    kind: str = "any"
    story_id: str | None = None
    story_title: str | None = None
    article_id: str | None = None
    url: str | None = None
    source: str | None = None
    language: str | None = None
    countries: tuple[str, ...] = ()
    matches: tuple[TermMatch, ...] = ()
    events: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    independent_sources: int = 1
    sources: tuple[str, ...] = ()
    suppressed: int = 0
    labels: dict[str, str] = {}
    channels: tuple[str, ...] = ()
    latency: dict[str, float] = {}
    status: AlertStatus = AlertStatus.OPEN
    acknowledged_by: str | None = None
    note: str | None = None
    operational: bool = False
    trace: str | None = None
    changed_at: datetime | None = None
    aggregation: str | None = None


class AlertState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one rule remembers of one thing (`key`: a story, a window) on one input partition; a small record each."""

    rule_id: str
    applied_offset: int
    generation: int
    key: str = ""
    fired: dict[str, str] = {}
    memory: dict[str, Any] = {}


class DeliveryOutcome(StrEnum):
    """What became of one alert on one channel."""

    DELIVERED = "delivered"
    RETRYING = "retrying"
    DEAD = "dead"
    SUPPRESSED = "suppressed"


class Delivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The newest state of one alert on one channel (key: alert id + channel).

    While `outcome` is RETRYING, `alert` holds the alert itself, so that what is scheduled outlives the process and the
    consumer's offset. `digest` names the message of several alerts it goes out with; `first_at` is when it
    was first due.
    """

    alert_id: str
    channel: str
    outcome: DeliveryOutcome
    attempts: int
    at: datetime
    idempotency_key: str
    detail: str | None = None
    next_attempt: datetime | None = None
    first_at: datetime | None = None
    digest: str | None = None
    alert: Alert | None = None
