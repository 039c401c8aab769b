"""`newswatch stats`: what went in and out of each stage."""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import click
import msgspec
from elasticsearch import ApiError, Elasticsearch, TransportError
from rich.console import Console

from newswatch.elastic_client import elasticsearch_client
from newswatch.errors import Unavailable
from newswatch.group_lag import LagReader
from newswatch.quiescence import first_waiting
from newswatch.settings import KafkaSettings, load_settings
from sinks.account import Balance, StageCount, balances
from sinks.account_reading import read_seen, read_stage_counts
from sinks.counts import count_articles, count_documents, count_rejected

EXACT_SECONDS = 300.0
"""Seconds `--exact` may read Kafka for."""

LOOK_EVERY = 0.5
"""Seconds between two looks of `--wait`."""


@click.command()
@click.option("--exact", is_flag=True, help="Compare every input with every output by id: reads all that Kafka keeps.")
@click.option("--wait", is_flag=True, help="First wait, as long as it takes, until nothing waits in any stage.")
@click.option("--seconds", default=EXACT_SECONDS, show_default=True, help="How long --exact may read.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
def command(exact: bool, wait: bool, seconds: float, as_json: bool) -> None:
    """Show messages in and out of each stage, what still waits, rejects and discards by reason, and documents held.

    Counts of messages come from Kafka's offsets, so a stage that did some work twice after a crash has written more
    than it read. --exact compares ids instead: inputs = outputs + rejected, and exit code 1 when anything is missing.
    While Elasticsearch is away, what Kafka tells is shown all the same.

    \b
    Examples:
      newswatch stats
      newswatch stats --wait
      newswatch stats --exact --json
    """
    settings = load_settings()
    if wait:
        _wait(settings.kafka)
    es, prefix = elasticsearch_client(settings.elasticsearch), settings.elasticsearch.prefix
    try:
        held = _held(es, prefix)
        if exact and held.fault:
            raise Unavailable(held.fault)
        stages = read_stage_counts(settings.kafka, held.rejected, settings.data)
        seen, complete = read_seen(settings.kafka, es, prefix, seconds) if exact else (None, True)
    finally:
        es.close()
    found = balances(seen) if seen else ()
    if as_json:
        account = {"stages": msgspec.to_builtins(stages)} | msgspec.to_builtins(held)
        account |= {"balance": msgspec.to_builtins(found), "complete": complete} if exact else {}
        click.echo(json.dumps(account, indent=2))
    else:
        _show(stages, held, found)
    sys.exit(1 if held.fault or any(balance.difference for balance in found) else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the index holds; nothing of it where `fault` says why it cannot be told."""

    documents: Mapping[str, int] = field(default_factory=dict)
    articles: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    fault: str = ""


def _held(es: Elasticsearch, prefix: str) -> Held:
    try:
        return Held(
            documents=count_documents(es, prefix),
            articles=count_articles(es, prefix),
            rejected=count_rejected(es, prefix),
        )
    except (ApiError, TransportError) as error:
        return Held(fault=f"Elasticsearch does not answer ({error}): documents and rejects are not counted")


def _wait(settings: KafkaSettings) -> None:
    reader = LagReader(settings)
    try:
        with Console(stderr=True).status("waiting") as status:
            while left := first_waiting(reader.lag):
                status.update(f"{left.stage}: {left.lag} to do")
                time.sleep(LOOK_EVERY)
    finally:
        reader.close()


def _show(stages: tuple[StageCount, ...], held: Held, found: tuple[Balance, ...]) -> None:
    click.echo(f"{'stage':9} {'read':>9} {'waiting':>8}  written; rejected and discarded by reason")
    for stage in stages:
        parts = [f"{topic} {count}" for topic, count in stage.written.items()]
        parts += [f"rejected {reason} {count}" for reason, count in stage.rejected.items()]
        parts += [f"discarded {reason} {count}" for reason, count in stage.discarded.items()]
        click.echo(f"{stage.stage:9} {stage.read:>9} {stage.waiting:>8}  {', '.join(parts)}")
    if held.fault:
        click.echo(held.fault, err=True)
    else:
        click.echo("documents " + ", ".join(f"{family} {count}" for family, count in held.documents.items()))
        click.echo(f"articles  on a watch {held.articles['on_watch']}, off every watch {held.articles['off_watch']}")
    for balance in found:
        examples = f": {', '.join(balance.examples)}" if balance.examples else ""
        click.echo(
            f"{balance.stage:9} {balance.inputs} inputs = {balance.outputs} outputs + {balance.rejected} rejected"
            f" + {balance.difference} missing{examples}"
        )
