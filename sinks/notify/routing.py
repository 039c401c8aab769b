"""Which channels an alert goes to, and when: at once, later in a digest, or not at all with the reason. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from croniter import croniter

from newswatch.alert_matching import matches
from newswatch.durations import parse_duration
from newswatch.identity import digest
from newswatch.records.alert import Alert, AlertStatus, Severity
from newswatch.records.silence import Silence
from sinks.notify.config import ChannelConfig, NotifyConfig, QuietHours


class Verdict(StrEnum):
    """What happens to an alert on a channel."""

    SEND = "send"
    LATER = "later"
    SILENCED = "silenced"
    NOT_OPEN = "not-open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One channel's share: for LATER the time and the digest it goes out with."""

    channel: str
    verdict: Verdict
    why: str = ""
    at: datetime | None = None
    digest: str | None = None


def plans(alert: Alert, config: NotifyConfig, silences: Iterable[Silence], now: datetime) -> tuple[Plan, ...]:
    """A plan for each channel the alert is routed to, in the order of the file."""
    chosen = routed(alert, config)
    if alert.status is not AlertStatus.OPEN:
        return tuple(Plan(channel=name, verdict=Verdict.NOT_OPEN, why=alert.status.value) for name in chosen)
    silence = silenced_by(alert, silences, now)
    if silence is not None:
        why = f"silence {silence.silence_id} by {silence.by} until {silence.until.isoformat(timespec='minutes')}"
        return tuple(Plan(channel=name, verdict=Verdict.SILENCED, why=why) for name in chosen)
    return tuple(_plan(alert, name, config.channels[name], now) for name in chosen)


def silenced_by(alert: Alert, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """The silence in force that means this alert and lasts longest, or None. Operational alerts obey silences too."""
    holding = [s for s in silences if s.created_at <= now < s.until and matches(s.matchers, alert)]
    return max(holding, key=lambda silence: silence.until, default=None)


def routed(alert: Alert, config: NotifyConfig) -> tuple[str, ...]:
    """Channels by name: those the rule names, else those of the routes; without the ones the alert is too quiet for.

    A rule that names only channels that are not there goes as the routes say: a misspelt name must be no silence.
    """
    names: list[str] = []
    for route in config.routes:
        if matches(route.match, alert):
            names += route.channels
            if not route.go_on:
                break
    known = [name for name in alert.channels if name in config.channels]
    if known:
        names = known
    elif not config.routes:
        names = list(config.channels)
    return tuple(name for name in dict.fromkeys(names) if loud_enough(alert.severity, config.channels[name].least))


def loud_enough(severity: Severity, least: Severity) -> bool:
    """Whether `severity` is `least` or louder."""
    order = list(Severity)
    return order.index(severity) >= order.index(least)


def _plan(alert: Alert, name: str, channel: ChannelConfig, now: datetime) -> Plan:
    quiet_until = quiet(channel.quiet_hours, alert.severity, now)
    if quiet_until is not None:
        return _later(name, "quiet hours", quiet_until, "quiet")
    when = alert.aggregation or channel.schedule
    if when is None and channel.digest is None:
        return Plan(channel=name, verdict=Verdict.SEND)
    group = alert.rule_id if alert.aggregation else ""
    at = digest_time(when, now) if when else window_end(channel.digest or timedelta(), now)
    return _later(name, "digest", at, group)


def _later(name: str, why: str, at: datetime, group: str) -> Plan:
    identity = digest("digest", name, group, at.isoformat())
    return Plan(channel=name, verdict=Verdict.LATER, why=f"{why} until {at.isoformat()}", at=at, digest=identity)


def digest_time(when: str, now: datetime) -> datetime:
    """When a digest collected from `now` on goes out; `when` is a duration or a cron schedule (UTC)."""
    if croniter.is_valid(when):
        following: datetime = croniter(when, now).get_next(datetime)
        return following
    return window_end(parse_duration(when), now)


def window_end(length: timedelta, now: datetime) -> datetime:
    """The end of the window of `length` that `now` is in; windows begin at whole multiples since 1970 (UTC)."""
    count = int(now.timestamp() // length.total_seconds()) + 1
    return datetime.fromtimestamp(count * length.total_seconds(), UTC)


def quiet(hours: QuietHours | None, severity: Severity, now: datetime) -> datetime | None:
    """When the quiet hours that `now` falls in end (UTC), or None outside of them or for an alert loud enough."""
    if hours is None or loud_enough(severity, hours.unless) or hours.start == hours.end:
        return None
    zone = ZoneInfo(hours.timezone)
    local = now.astimezone(zone)
    for days in (-1, 0):
        day = (local + timedelta(days=days)).date()
        begin = datetime.combine(day, hours.start, zone)
        end = datetime.combine(day + timedelta(days=1 if hours.end <= hours.start else 0), hours.end, zone)
        if begin <= local < end:
            return end.astimezone(UTC)
    return None
