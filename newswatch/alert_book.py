"""Alerts and silences as they stand: read from Kafka, changed by writing a newer record. Used by the command line."""

from datetime import datetime

import msgspec

from newswatch import wire
from newswatch.errors import Unprocessable, UserError
from newswatch.identity import digest
from newswatch.kafka_clients import ensure_topics, producer
from newswatch.records.alert import Alert, AlertStatus, Delivery
from newswatch.records.silence import Silence
from newswatch.settings import KafkaSettings
from newswatch.topic_scan import scan
from newswatch.topics import Topic

SHORTEST_PREFIX = 6
"""Digits of an id that may stand for it, at least."""


def read_alerts(settings: KafkaSettings, since: datetime | None) -> dict[str, Alert]:
    """The alerts written since, each as it stands, by id. Raises Unavailable."""
    alerts: dict[str, Alert] = {}
    for record in scan(settings, Topic.ALERTS, since=since):
        try:
            alert = wire.decode(record.value, Alert)
        except Unprocessable:
            continue
        alerts[alert.alert_id] = newer(alerts.get(alert.alert_id), alert)
    return alerts


def newer(before: Alert | None, record: Alert) -> Alert:
    """The record that stands: a repetition of the alert as it fired does not undo what people did to it."""
    if before is None or before.changed_at is None:
        return record
    return record if record.changed_at is not None and record.changed_at >= before.changed_at else before


def find_alert(alerts: dict[str, Alert], prefix: str) -> Alert:
    """The alert with this id, or with the only id that begins so. Raises UserError."""
    found = [alert for identity, alert in alerts.items() if identity.startswith(prefix)]
    if len(prefix) < SHORTEST_PREFIX or not found:
        raise UserError(f"there is no alert {prefix!r}; `newswatch alerts list --since 90d` shows their ids")
    if len(found) > 1:
        raise UserError(f"{len(found)} alerts begin with {prefix!r}; give more of the id")
    return found[0]


def read_deliveries(settings: KafkaSettings, alert_id: str) -> list[Delivery]:
    """What became of an alert, channel by channel. Raises Unavailable."""
    newest: dict[str, Delivery] = {}
    for record in scan(settings, Topic.DELIVERIES):
        if not record.key or not record.key.startswith(alert_id.encode()):
            continue
        if record.value is None:
            newest.pop(record.key.decode(), None)
        else:
            newest[record.key.decode()] = wire.decode(record.value, Delivery)
    return list(newest.values())


def change(
    settings: KafkaSettings, alert: Alert, status: AlertStatus, *, by: str, note: str | None, now: datetime
) -> Alert:
    """Writes the alert anew with another status. Raises UserError when it has it already, Unavailable."""
    if alert.status is status:
        raise UserError(f"alert {alert.alert_id[:12]} is {status} already")
    changed = msgspec.structs.replace(
        alert, status=status, acknowledged_by=by, note=note if note is not None else alert.note, changed_at=now
    )
    _write(settings, Topic.ALERTS, alert.alert_id, wire.encode(changed))
    return changed


def read_silences(settings: KafkaSettings) -> dict[str, Silence]:
    """Every silence on record, by id. Raises Unavailable."""
    silences: dict[str, Silence] = {}
    for record in scan(settings, Topic.SILENCES):
        if record.value is None:
            silences.pop(record.key.decode(), None)
        else:
            silence = wire.decode(record.value, Silence)
            silences[silence.silence_id] = silence
    return silences


def add_silence(
    settings: KafkaSettings, matchers: dict[str, tuple[str, ...]], *, until: datetime, by: str, note: str | None,
    now: datetime,
) -> Silence:  # fmt: skip
    """Puts a silence in force. Raises UserError for one that is over or matches everything, Unavailable."""
    if until <= now:
        raise UserError(f"the silence would end at {until.isoformat(timespec='minutes')}, which is past")
    if not matchers:
        raise UserError("a silence of everything would hide every alert; name a rule, country, story or label")
    identity = digest("silence", by, now.isoformat(), repr(sorted(matchers.items())))[:16]
    silence = Silence(silence_id=identity, created_at=now, until=until, by=by, matchers=matchers, note=note)
    _write(settings, Topic.SILENCES, identity, wire.encode(silence))
    return silence


def end_silence(settings: KafkaSettings, prefix: str, now: datetime) -> Silence:
    """Ends a silence now; it stays on record. Raises UserError, Unavailable."""
    found = [silence for identity, silence in read_silences(settings).items() if identity.startswith(prefix)]
    if len(found) != 1 or found[0].until <= now:
        raise UserError(f"there is no silence {prefix!r} in force; `newswatch alerts silences` shows them")
    ended = msgspec.structs.replace(found[0], until=now)
    _write(settings, Topic.SILENCES, ended.silence_id, wire.encode(ended))
    return ended


def _write(settings: KafkaSettings, topic: Topic, key: str, value: bytes) -> None:
    ensure_topics(settings)
    writer = producer(settings)
    try:
        writer.send(topic.value, key=key.encode(), value=value).get(timeout=30)
    finally:
        writer.close()
