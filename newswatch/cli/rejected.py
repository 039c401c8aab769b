"""`newswatch rejected`: the quarantine of inputs that could not be processed."""

import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from elasticsearch import ApiError, Elasticsearch, TransportError

from newswatch.elastic_client import elasticsearch_client
from newswatch.errors import Unavailable, UserError
from newswatch.reject_reasons import Reason
from newswatch.settings import Settings, load_settings
from sinks.counts import count_rejected
from sinks.quarantine import (
    Filter,
    Redrive,
    counts_of,
    original_in_index,
    plan_redrive,
    rejected_by_id,
    rejected_inputs,
)
from sinks.redriving import Redriver

SHOWN_BYTES = 2_000
"""Bytes of the original that `show` prints."""


@click.group()
def command() -> None:
    """List, show and send again what was rejected.

    \b
    Examples:
      newswatch rejected list --reason no-text
      newswatch rejected show 3f2a9c
      newswatch rejected redrive --stage extract --reason timeout --yes
    """


def _filtered(function: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.option("--stage", help="Only of this stage."),
            click.option(
                "--reason", type=click.Choice([reason.value for reason in Reason]), help="Only for this reason."
            ),
            click.option("--since", type=click.DateTime(), help="Only from this time on (UTC)."),
            click.option("--until", type=click.DateTime(), help="Only before this time (UTC)."),
            click.option("--limit", default=100, show_default=True, help="At most so many, newest first."),
        )
    ):
        function = option(function)
    return function


@command.command(name="list")
@_filtered
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_command(
    stage: str | None, reason: str | None, since: datetime | None, until: datetime | None, limit: int, as_json: bool
) -> None:
    """List rejected inputs, newest first, with the counts by stage and reason.

    \b
    Examples:
      newswatch rejected list
      newswatch rejected list --stage extract --since 2026-01-03 --json
    """
    with _connected() as (settings, es):
        prefix = settings.elasticsearch.prefix
        wanted = Filter(stage=stage, reason=reason, since=_utc(since), until=_utc(until))
        for found in rejected_inputs(es, prefix, wanted, limit):
            if as_json:
                click.echo(json.dumps({"id": found.id, **_without_original(found.source)}))
            else:
                again = f" (sent again {found.source['redriven']} times)" if found.source.get("redriven") else ""
                click.echo(
                    f"{found.at[:19]}  {found.id[:12]}  {found.stage:8} {found.reason:17} {found.what[:90]}{again}"
                )
        if not as_json:
            counts = count_rejected(es, prefix)
            if not counts:
                click.echo("the quarantine is empty", err=True)
            for name, reasons in counts.items():
                click.echo(f"{name}: " + ", ".join(f"{why} {count}" for why, count in reasons.items()))


@command.command()
@click.argument("ident", metavar="ID")
@click.option("--original", is_flag=True, help="Write the original's bytes, as kept in the index, to standard output.")
def show(ident: str, original: bool) -> None:
    """Show one rejected input: reason, place, history and the beginning of the original.

    \b
    Examples:
      newswatch rejected show 3f2a9c
      newswatch rejected show 3f2a9c --original > page.html
    """
    with _connected() as (settings, es):
        found = rejected_by_id(es, settings.elasticsearch.prefix, ident)
    if not found:
        raise UserError(f"no rejected input has the id {ident}; `newswatch rejected list` shows them")
    if len(found) > 1:
        raise UserError(
            f"{len(found)} rejected inputs have ids that begin with {ident}: {', '.join(f.id for f in found)}"
        )
    content = original_in_index(found[0])
    if original:
        click.echo(content, nl=False)
        return
    click.echo(json.dumps(_without_original(found[0].source), indent=2, ensure_ascii=False))
    click.echo(content[:SHOWN_BYTES].decode("utf-8", "replace"))


@command.command()
@_filtered
@click.option("--again", is_flag=True, help="Also those that were sent again before.")
@click.option("--yes", is_flag=True, help="Send; without it only shows what would be sent.")
def redrive(
    stage: str | None,
    reason: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    again: bool,
    yes: bool,
) -> None:
    """Send rejected inputs to the topic they came from, once more: at most --limit, and only with --yes.

    Ctrl-C stops between two of them; what was sent is noted with each input, which stays in the quarantine.

    \b
    Examples:
      newswatch rejected redrive --reason timeout            what would be sent
      newswatch rejected redrive --reason timeout --yes
    """
    wanted = Filter(stage=stage, reason=reason, since=_utc(since), until=_utc(until), redriven=again)
    with _connected() as (settings, es):
        planned = [plan_redrive(one) for one in rejected_inputs(es, settings.elasticsearch.prefix, wanted, limit)]
        for way, count in counts_of(planned).items():
            click.echo(f"{count} {way}")
        if not yes:
            click.echo(f"nothing was sent; {sum(one.possible for one in planned)} would be, with --yes")
            return
        failed = _send(settings, es, planned)
    sys.exit(1 if failed else 0)


def _send(settings: Settings, es: Elasticsearch, planned: list[Redrive]) -> int:
    sent = failed = 0
    with Redriver(settings.kafka, es, getpass.getuser()) as redriver:
        try:
            for result in redriver.send(planned, datetime.now(UTC)):
                sent += not result.problem
                failed += bool(result.problem)
                if result.problem:
                    click.echo(f"{result.redrive.input.id}: {result.problem}", err=True)
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
    click.echo(f"{sent} sent again, {failed} not")
    return failed


@contextmanager
def _connected() -> Iterator[tuple[Settings, Elasticsearch]]:
    settings = load_settings()
    es = elasticsearch_client(settings.elasticsearch)
    try:
        yield settings, es
    except (TransportError, ApiError) as error:
        raise Unavailable(f"Elasticsearch does not answer at {settings.elasticsearch.url}: {error}") from error
    finally:
        es.close()


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _without_original(source: dict[str, Any]) -> dict[str, Any]:
    original = {name: value for name, value in source.get("original", {}).items() if name != "content"}
    return source | {"original": original}
