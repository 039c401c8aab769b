"""`newswatch alerts`: see alerts and what became of them; acknowledge, silence, resolve."""

import getpass
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import click
import msgspec

from newswatch import alert_book
from newswatch.alert_matching import check_matchers, matches
from newswatch.durations import show_millis
from newswatch.errors import UserError
from newswatch.moments import parse_moment
from newswatch.records.alert import Alert, AlertStatus
from newswatch.settings import load_settings

by_option = click.option("--by", default=getpass.getuser, help="Who; the user of this session when left out.")
note_option = click.option("--note", help="Why, in words.")
since_option = click.option(
    "--since", default="30d", show_default=True, help="Look this far back: a duration or a date."
)
RECENT = timedelta(days=30)
"""How far back a new silence is compared with alerts, so that a slip in it is seen."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def command() -> None:
    """See alerts and what became of them; acknowledge, silence, resolve.

    An id may be shortened to its first digits.

    \b
    Examples:
      newswatch alerts list --since 1d --match severity=warning+
      newswatch alerts ack 3f2a91c0 --note "seen, calling Caracas"
      newswatch alerts silence --rule blackouts --until 12h
    """


@command.command("list")
@since_option
@click.option(
    "--match", "pairs", multiple=True, help="field=value, e.g. rule=boats, severity=warning+, label.desk=oil."
)
@click.option("--status", type=click.Choice([status.value for status in AlertStatus]), help="Only of this status.")
@click.option("--limit", default=50, show_default=True, help="At most so many, newest first.")
@json_option
def list_alerts(since: str, pairs: tuple[str, ...], status: str | None, limit: int, as_json: bool) -> None:
    """List alerts, newest first.

    \b
    Examples:
      newswatch alerts list --match country=CUB --match severity=warning+
      newswatch alerts list --status open --json
    """
    matchers = read_matchers(pairs)
    alerts = alert_book.read_alerts(load_settings().kafka, parse_moment(since, _now()))
    chosen = [a for a in alerts.values() if matches(matchers, a) and status in (None, a.status.value)]
    chosen.sort(key=lambda alert: alert.fired_at, reverse=True)
    if as_json:
        click.echo(msgspec.json.encode(chosen[:limit]).decode())
        return
    for alert in chosen[:limit]:
        click.echo(line(alert))
    click.echo(f"{min(limit, len(chosen))} of {len(chosen)} alerts", err=True)


@command.command()
@click.argument("alert_id")
@since_option
@json_option
def show(alert_id: str, since: str, as_json: bool) -> None:
    """Show one alert: why, where it matched, what was checked, and each channel's delivery.

    \b
    Example:
      newswatch alerts show 3f2a91c0
    """
    kafka = load_settings().kafka
    alert = alert_book.find_alert(alert_book.read_alerts(kafka, parse_moment(since, _now())), alert_id)
    deliveries = alert_book.read_deliveries(kafka, alert.alert_id)
    if as_json:
        click.echo(msgspec.json.encode({"alert": alert, "deliveries": deliveries}).decode())
        return
    for text in described(alert):
        click.echo(text)
    for delivery in deliveries:
        click.echo(
            f"delivery {delivery.channel}: {delivery.outcome}, {delivery.attempts} attempts, {delivery.detail or ''}"
        )


@command.command()
@click.argument("alert_id")
@by_option
@note_option
@since_option
def ack(alert_id: str, by: str, note: str | None, since: str) -> None:
    """Acknowledge an alert: somebody is on it.

    \b
    Example:
      newswatch alerts ack 3f2a91c0 --by ana --note "calling Caracas"
    """
    _change(alert_id, AlertStatus.ACKNOWLEDGED, by, note, since)


@command.command()
@click.argument("alert_id")
@by_option
@note_option
@since_option
def resolve(alert_id: str, by: str, note: str | None, since: str) -> None:
    """Resolve an alert: it is done with.

    \b
    Example:
      newswatch alerts resolve 3f2a91c0 --note "denied by both sides"
    """
    _change(alert_id, AlertStatus.RESOLVED, by, note, since)


@command.command()
@click.option("--rule", "rules", multiple=True, help="Rule id; repeatable.")
@click.option("--country", "countries", multiple=True, help="Country (alpha-3); repeatable.")
@click.option("--match", "pairs", multiple=True, help="field=value, e.g. story=…, severity=notice, label.desk=oil.")
@click.option("--until", required=True, help="Until: a duration from now such as 12h, or a time.")
@by_option
@note_option
def silence(
    rules: tuple[str, ...], countries: tuple[str, ...], pairs: tuple[str, ...], until: str, by: str, note: str | None
) -> None:
    """Keep matching alerts but send them to no channel, until a time.

    \b
    Examples:
      newswatch alerts silence --rule blackouts --country CUB --until 12h --note "known"
      newswatch alerts silence --match label.desk=weather --until 2026-02-01
    """
    named = [("rule", value) for value in rules] + [("country", value) for value in countries]
    matchers = read_matchers([*(f"{name}={value}" for name, value in named), *pairs])
    moment = parse_moment(until, _now(), ahead=True)
    kafka = load_settings().kafka
    made = alert_book.add_silence(kafka, matchers, until=moment, by=by, note=note, now=_now())
    click.echo(f"silence {made.silence_id} in force until {made.until.isoformat(timespec='minutes')}")
    recent = alert_book.read_alerts(kafka, _now() - RECENT).values()
    if not any(matches(matchers, alert) for alert in recent):
        days = RECENT.days
        click.echo(f"none of the {len(recent)} alerts of the last {days} days is meant by it: a slip?", err=True)


@command.command()
@click.argument("silence_id")
def unsilence(silence_id: str) -> None:
    """End a silence now. What it held back stays unsent.

    \b
    Example:
      newswatch alerts unsilence 9c1f
    """
    ended = alert_book.end_silence(load_settings().kafka, silence_id, _now())
    click.echo(f"silence {ended.silence_id} ended")


@command.command()
@click.option("--all", "everything", is_flag=True, help="Those that are over, too.")
@json_option
def silences(everything: bool, as_json: bool) -> None:
    """List silences.

    \b
    Example:
      newswatch alerts silences
    """
    found = [s for s in alert_book.read_silences(load_settings().kafka).values() if everything or s.until > _now()]
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        what = ", ".join(f"{name}={'/'.join(values)}" for name, values in one.matchers.items())
        click.echo(
            f"{one.silence_id} until {one.until.isoformat(timespec='minutes')} by {one.by}: {what} {one.note or ''}"
        )


def read_matchers(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """field=value pairs to matchers. Raises UserError for what is none."""
    matchers: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise UserError(f"{pair!r} is no matcher; write field=value, e.g. rule=blackouts")
        matchers[name] = (*matchers.get(name, ()), value)
    check_matchers(matchers)
    return matchers


def line(alert: Alert) -> str:
    """One alert on one line."""
    return (
        f"{alert.alert_id[:12]} {alert.fired_at:%Y-%m-%d %H:%M} {alert.severity:8} {alert.status:12} "
        f"{alert.rule_id}: {alert.title} ({alert.reason})"
    )


def described(alert: Alert) -> Iterable[str]:
    """One alert in full, line by line."""
    yield line(alert)
    yield f"rule {alert.rule_id} version {alert.rule_version}, {alert.kind}"
    yield f"story {alert.story_id} “{alert.story_title or alert.title}”"
    yield f"sources {alert.independent_sources} independent; held back before it {alert.suppressed}; {alert.url or ''}"
    for match in alert.matches:
        proof = match.evidence
        yield f"  {match.term}: {proof.field} {proof.start}–{proof.end} “{proof.text}”: {match.snippet}"
    yield from (f"  {note}" for note in alert.checked)
    yield "latency " + ", ".join(f"{step} {show_millis(millis)}" for step, millis in alert.latency.items())
    if alert.changed_at:
        who = alert.acknowledged_by or "a silence"
        yield f"{alert.status} by {who} at {alert.changed_at:%Y-%m-%d %H:%M}: {alert.note or ''}"


def _change(alert_id: str, status: AlertStatus, by: str, note: str | None, since: str) -> None:
    kafka = load_settings().kafka
    alert = alert_book.find_alert(alert_book.read_alerts(kafka, parse_moment(since, _now())), alert_id)
    changed = alert_book.change(kafka, alert, status, by=by, note=note, now=_now())
    click.echo(line(changed))


def _now() -> datetime:
    return datetime.now(UTC)
