"""`newswatch reindex`: writes an index anew under its present mapping."""

import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click
from elasticsearch import ApiError, Elasticsearch, TransportError
from kafka import admin as kafka_admin
from kafka import errors as kafka_errors
from kafka.structs import TopicPartition
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from newswatch import kafka_clients
from newswatch.elastic_client import HitsAsBytes, elasticsearch_client
from newswatch.errors import Unavailable, UserError
from newswatch.flow import STAGES
from newswatch.settings import KafkaSettings, Settings, load_settings
from newswatch.topics import BY_NAME
from sinks.indices.install import install_templates
from sinks.reindexing import Clients, Rebuild, rebuild, rebuilds


@click.command()
@click.argument("names", nargs=-1, metavar="[INDEX]...")
@click.option("--all", "every", is_flag=True, help="Every index, also those of the present mapping.")
@click.option("--dry-run", is_flag=True, help="Show which indices would be written anew.")
@click.option("--from-kafka", is_flag=True, help="Have the index service read all that Kafka keeps again instead.")
def command(names: Sequence[str], every: bool, dry_run: bool, from_kafka: bool) -> None:
    """Write indices of an older mapping anew, beside the old ones, and swap them in one step.

    Searches see the old index until the swap. The index service may go on: it waits a few seconds at the end of each
    index. A run that was stopped goes on where it was. With --from-kafka the service must be stopped: its offsets go
    back to the start, and it writes everything Kafka keeps once more.

    \b
    Examples:
      newswatch reindex --dry-run
      newswatch reindex
      newswatch reindex newswatch-articles-2026.01
    """
    settings = load_settings()
    if from_kafka:
        _rewind(settings.kafka, dry_run)
        return
    es = elasticsearch_client(settings.elasticsearch)
    try:
        chosen = _chosen(es, settings, names, every)
        if dry_run:
            for one in chosen:
                click.echo(f"would write {one.name} anew: {one.documents} documents")
        else:
            _run(es, settings, chosen)
        if not chosen:
            click.echo("every index has the present mapping")
    except (TransportError, ApiError) as error:
        raise Unavailable(f"Elasticsearch does not answer: {error}") from error
    finally:
        es.close()


def _chosen(es: Elasticsearch, settings: Settings, names: Sequence[str], every: bool) -> list[Rebuild]:
    found = rebuilds(es, settings.elasticsearch.prefix)
    unknown = set(names) - {one.name for one in found}
    if unknown:
        known = ", ".join(one.name for one in found) or "none"
        raise UserError(f"no index of ours is called {', '.join(sorted(unknown))}; there are: {known}")
    if names:
        return [one for one in found if one.name in names]
    return [one for one in found if every or one.needed]


def _run(es: Elasticsearch, settings: Settings, chosen: Sequence[Rebuild]) -> None:
    install_templates(
        es,
        settings.elasticsearch.prefix,
        replicas=settings.elasticsearch.replicas,
        refresh_interval=settings.index.refresh_interval,
    )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    reader = elasticsearch_client(settings.elasticsearch, HitsAsBytes())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar, closing(reader):
        for one in chosen:
            task = bar.add_task(one.name, total=one.documents)
            began = datetime.now(UTC)
            copied = rebuild(Clients(es=es, reader=reader), one, partial(bar.advance, task))
            seconds = (datetime.now(UTC) - began).total_seconds()
            click.echo(f"{one.name}: {copied} documents in {seconds:.1f} s, now {one.target}")


def _rewind(settings: KafkaSettings, dry_run: bool) -> None:
    stage = STAGES["index"]
    places = [
        TopicPartition(topic.value, number)
        for topic in stage.reads
        for number in range(BY_NAME[topic.value].partitions)
    ]
    if dry_run:
        click.echo(f"would set {len(places)} partitions of group {stage.group} back to their start")
        return
    client = kafka_clients.admin(settings)
    spec: Any = kafka_admin
    try:
        results: dict[Any, Any] = client.reset_group_offsets(
            stage.group, dict.fromkeys(places, spec.OffsetSpec.EARLIEST)
        )
    except kafka_errors.KafkaError as error:
        raise UserError(_still_running(stage.group, type(error).__name__)) from error
    finally:
        client.close()
    refused = {one["error"].__name__ for one in results.values() if one["error"] is not kafka_errors.NoError}
    if refused:  # told for each partition, not raised: the group still has a member
        raise UserError(_still_running(stage.group, ", ".join(sorted(refused))))
    click.echo(f"{len(results)} partitions of group {stage.group} are back at their start; start the index service")


def _still_running(group: str, cause: str) -> str:
    return (
        f"the offsets of {group} could not be set back ({cause}): stop every index service, wait until its session has "
        "ended, then try again"
    )
