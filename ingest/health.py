"""How a feed is, with a reason, and the operational alerts its troubles become. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ingest.failures import BLOCKING, Failure
from newswatch.identity import digest
from newswatch.records.alert import Alert, AlertStatus, Severity
from newswatch.records.feed import FeedRecord, PollState

RULE_VERSION = "1"
FAILING_FROM = 2.0
"""Weighted failures in a row from which a feed counts as failing (two hard ones, four soft ones)."""
BLOCKED_FROM = 2
"""The same for a server that answers and does not want us; soft ones count half."""
SILENCE_GAPS = 7.0
"""Mean gaps without an entry that make a silence: by chance, one in a thousand (e to the power of -7)."""
SILENCE_LONGEST = 2.0
"""It must also be this much longer than the longest gap known, for feeds that sleep at night."""
LEAST_SILENCE = timedelta(hours=6)
SILENCE_KNOWN_FROM = 8
"""Entries from which a feed's rate is known well enough."""
STALE_GAPS = 3.0
"""Mean gaps without a change after a recovery from which it is doubted."""
UNDATED_FROM = 3


class Health(StrEnum):
    """Health classes, worst first; those that are alert rules carry the rule's id."""

    BLOCKED = "blocked"
    FAILING = "feed-failing"
    SILENT = "feed-silent"
    UNCHANGED = "unchanged-after-failure"
    UNDATED = "all-entries-undated"
    TROUBLED = "troubled"
    NEW = "new"
    OK = "ok"
    OFF = "off"


ALERTING: dict[Health, tuple[Severity, str]] = {
    Health.BLOCKED: (Severity.WARNING, "is blocked"),
    Health.FAILING: (Severity.WARNING, "fails"),
    Health.SILENT: (Severity.WARNING, "is silent"),
    Health.UNCHANGED: (Severity.NOTICE, "has not changed since it failed"),
    Health.UNDATED: (Severity.INFO, "dates none of its entries"),
}
OUTAGE_RULE = "feeds-unreachable"


@dataclass(frozen=True, slots=True)
class Finding:
    """A feed's health and the sentence that explains it."""

    health: Health
    reason: str


def assess(record: FeedRecord, now: datetime) -> Finding:
    """The feed's health, the worst that applies."""
    state = record.state
    if not record.settings.enabled:
        return Finding(Health.OFF, "switched off")
    if state.failures > 0:
        return _failing(state, now)
    if state.last_success is None:
        return Finding(Health.NEW, "not polled yet")
    silent = _silence(state, now)
    if state.recovered_at is not None and (gap := _gap(state)) and now - state.recovered_at > STALE_GAPS * gap:
        return Finding(
            Health.UNCHANGED, f"the same answer since it came back {_span(now - state.recovered_at)} ago; one entry "
            f"every {_span(gap)} is its rule",
        )  # fmt: skip
    if silent:
        return silent
    if state.undated and state.entries_in_feed >= UNDATED_FROM:
        return Finding(Health.UNDATED, f"none of its {state.entries_in_feed} entries has a date that can be one")
    return Finding(Health.OK, _rate(state))


def _failing(state: PollState, now: datetime) -> Finding:
    since = f" since {_span(now - state.failing_since)}" if state.failing_since else ""
    reason = f"{state.error_class}{since}: {state.last_error or 'no detail'}"
    blocking = state.error_class in {failure.value for failure in BLOCKING}
    if blocking and state.failures >= (1.0 if state.error_class == Failure.THROTTLED else BLOCKED_FROM):
        return Finding(Health.BLOCKED, reason)
    return Finding(Health.FAILING if state.failures >= FAILING_FROM else Health.TROUBLED, reason)


def _silence(state: PollState, now: datetime) -> Finding | None:
    gap = _gap(state)
    if gap is None or state.last_entry is None or len(state.history) < SILENCE_KNOWN_FROM:
        return None
    pairs = zip(state.history, state.history[1:], strict=False)
    longest = max((later - earlier for earlier, later in pairs), default=timedelta(0))
    quiet = now - state.last_entry
    if quiet <= max(SILENCE_GAPS * gap, SILENCE_LONGEST * longest, LEAST_SILENCE):
        return None
    return Finding(
        Health.SILENT,
        f"no new entry for {_span(quiet)}; usually one every {_span(gap)}, never longer apart than {_span(longest)}",
    )


def _gap(state: PollState) -> timedelta | None:
    """The usual time between entries, silence left out."""
    if len(state.history) < 2 or state.history[-1] <= state.history[0]:
        return None
    return (state.history[-1] - state.history[0]) / (len(state.history) - 1)


def _rate(state: PollState) -> str:
    gap = _gap(state)
    return f"one entry every {_span(gap)}" if gap else "too few entries to know its rate"


def _span(span: timedelta) -> str:
    seconds = max(span.total_seconds(), 0)
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def alert_for(record: FeedRecord, before: PollState, watch: str, now: datetime) -> Alert | None:
    """The alert a change of health calls for: opened on entering a class that alerts, resolved on leaving it.

    `record` holds the new state, `before` is the old one. The id derives from feed, class and the moment it began, so
    that the resolution overwrites the alert.
    """
    state = record.state
    if state.health == before.health:
        return None
    entered, left = _alerting(state.health), _alerting(before.health)
    if entered is not None:
        return _alert(record, entered, state.health_since or now, now, watch, state.health_reason or "", opened=True)
    if left is not None and before.health_since is not None:
        return _alert(record, left, before.health_since, now, watch, f"over: {state.health_reason}", opened=False)
    return None


def _alerting(health: str) -> Health | None:
    return Health(health) if health in {one.value for one in ALERTING} else None


def _alert(
    record: FeedRecord, health: Health, since: datetime, now: datetime, watch: str, reason: str, *, opened: bool
) -> Alert:
    severity, words = ALERTING[health]
    name = record.settings.outlet or record.settings.title or record.settings.url
    return Alert(
        alert_id=digest("operational", health.value, record.settings.url, since.isoformat()),
        rule_id=health.value,
        rule_name=health.value.replace("-", " "),
        rule_version=RULE_VERSION,
        severity=severity,
        watch=watch,
        fired_at=since,
        first_seen=since,
        changed_at=now,
        reason=reason,
        title=f"The feed of {name} {words}",
        kind="operational",
        url=record.settings.url,
        source=name,
        language=record.settings.language,
        status=AlertStatus.OPEN if opened else AlertStatus.RESOLVED,
        operational=True,
    )


def outage_alert(since: datetime, now: datetime, watch: str, failing: int, polled: int, *, opened: bool) -> Alert:
    """The one alert that stands for all feeds while none can be reached."""
    share = f"{failing} of {polled} polls in the last minutes did not get through; feeds are not blamed meanwhile"
    return Alert(
        alert_id=digest("operational", OUTAGE_RULE, since.isoformat()),
        rule_id=OUTAGE_RULE,
        rule_name="feeds unreachable",
        rule_version=RULE_VERSION,
        severity=Severity.CRITICAL if opened else Severity.INFO,
        watch=watch,
        fired_at=since,
        first_seen=since,
        changed_at=now,
        reason=share if opened else "over: feeds can be reached again",
        title="Nearly no feed can be reached: is this machine's network down?",
        kind="operational",
        status=AlertStatus.OPEN if opened else AlertStatus.RESOLVED,
        operational=True,
    )


ORDER = {health.value: place for place, health in enumerate(Health)}


def worst_first(record: FeedRecord) -> tuple[int, float, str]:
    """The sorting key of `feeds list`."""
    return (ORDER.get(record.state.health, len(ORDER)), -record.state.failures, record.settings.url)
