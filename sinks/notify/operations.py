"""Operational alerts: the pipeline watching itself, with alerts of the same kind as any other. Pure; looks come in.

Feeds that die or fall silent are the poller's to tell; here are stuck partitions, a burst of rejects, channels that
fail, and a heartbeat that says that nothing has fired and everything works. An alert's id derives from what is wrong
and since when, so that it is told once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newswatch.identity import digest
from newswatch.records.alert import Alert, Severity

STUCK_AFTER = timedelta(minutes=10)
"""Time a partition may have lag without a commit."""

REJECTS_WITHIN = timedelta(minutes=10)
REJECTS_MANY = 50
"""Rejects within that time which are too many when they are also RISE times those of the time before."""

RISE = 3.0

DOWN_AFTER = timedelta(minutes=5)
"""Time a channel may fail."""

VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found at `at`.

    `partitions`: (stage, topic, partition) → committed offset and lag; `rejects` and `alerts`: written so far;
    `failing`: channels that fail, with the time since when.
    """

    at: datetime
    partitions: Mapping[tuple[str, str, int], tuple[int, int]] = field(default_factory=dict)
    rejects: int = 0
    failing: Mapping[str, datetime] = field(default_factory=dict)
    alerts: int = 0


@dataclass(slots=True)
class Watchman:
    """Compares looks; one notify process's memory, rebuilt after a restart."""

    watch: str
    _moved: dict[tuple[str, str, int], tuple[int, datetime]] = field(default_factory=dict)
    _rejects: list[tuple[datetime, int]] = field(default_factory=list)
    _told: set[str] = field(default_factory=set)
    _heartbeat: tuple[datetime, int | None] | None = None

    def judge(self, look: Look) -> list[Alert]:
        """The alerts this look calls for, each told once."""
        troubles = [*self._stuck(look), *self._rejecting(look), *self._failing(look)]
        found = [*troubles, *self._beat(look, well=not (troubles or look.failing))]
        fresh = [alert for alert in found if alert.alert_id not in self._told]
        self._told |= {alert.alert_id for alert in fresh}
        return fresh

    def _stuck(self, look: Look) -> Iterable[Alert]:
        for place, (committed, lag) in look.partitions.items():
            before = self._moved.get(place)
            if before is None or before[0] != committed or lag == 0:
                self._moved[place] = (committed, look.at)
            elif look.at - before[1] >= STUCK_AFTER:
                stage, topic, partition = place
                title = f"Stage {stage} stands still on {topic} partition {partition}"
                why = f"{lag} messages wait and offset {committed} has not moved since {before[1]:%H:%M} UTC"
                yield self._alert("stuck-partition", Severity.CRITICAL, title, why, before[1], look.at)

    def _rejecting(self, look: Look) -> Iterable[Alert]:
        self._rejects.append((look.at, look.rejects))
        self._rejects = [(at, count) for at, count in self._rejects if look.at - at <= 2 * REJECTS_WITHIN]
        middle = next((entry for entry in self._rejects if look.at - entry[0] <= REJECTS_WITHIN), None)
        if middle is None or self._rejects[0] == middle:
            return
        now, before = look.rejects - middle[1], middle[1] - self._rejects[0][1]
        if now >= REJECTS_MANY and now >= RISE * max(before, 1):
            minutes = REJECTS_WITHIN.total_seconds() / 60
            why = f"{now} inputs rejected in {minutes:.0f} minutes, {before} before; see `newswatch rejected list`"
            hour = look.at.replace(minute=0, second=0, microsecond=0)
            yield self._alert("rising-rejects", Severity.WARNING, "Many inputs are rejected", why, hour, look.at)

    def _failing(self, look: Look) -> Iterable[Alert]:
        for channel, since in look.failing.items():
            if look.at - since >= DOWN_AFTER:
                why = f"no message has got through since {since:%H:%M} UTC; alerts wait on record"
                title = f"Channel {channel} fails"
                yield self._alert("channel-failing", Severity.CRITICAL, title, why, since, look.at, channel)

    def _beat(self, look: Look, well: bool) -> Iterable[Alert]:
        """Once a day, when all is well and no alert was written since the day before; the count begins anew at the look
        after a heartbeat, so that heartbeats themselves do not count."""
        day = look.at.replace(hour=0, minute=0, second=0, microsecond=0)
        before = self._heartbeat
        if before is not None and before[0] == day:
            self._heartbeat = (day, look.alerts) if before[1] is None else before
            return
        self._heartbeat = (day, look.alerts)
        if before is not None and look.alerts == before[1] and well:
            self._heartbeat = (day, None)
            why = "no alert has fired since yesterday; every channel and stage that was looked at works"
            yield self._alert("heartbeat", Severity.INFO, "Nothing has fired and everything works", why, day, look.at)

    def _alert(
        self, kind: str, severity: Severity, title: str, why: str, since: datetime, now: datetime, subject: str = ""
    ) -> Alert:
        return Alert(
            alert_id=digest("operational", kind, title, since.isoformat()),
            rule_id=kind,
            rule_name=title,
            rule_version=VERSION,
            severity=severity,
            watch=self.watch,
            fired_at=now,
            first_seen=now,
            reason=why,
            title=title,
            kind="operational",
            independent_sources=0,
            labels={"desk": "operations"} | ({"channel": subject} if subject else {}),
            operational=True,
        )
