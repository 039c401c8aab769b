"""`newswatch setup`: topics, index templates and Kibana objects; safe to repeat."""

import json
from collections.abc import Iterable

import click

from newswatch.elastic_client import elasticsearch_client
from newswatch.kafka_clients import admin, ensure_topics
from newswatch.settings import KafkaSettings, load_settings
from newswatch.topics import SPECS
from sinks.indices.install import Change, Verdict, install_templates


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be created or changed, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def command(dry_run: bool, as_json: bool) -> None:
    """Create topics and index templates, and add new fields to the indices there are.

    Nothing is ever removed. An index whose mapping conflicts with the present one is named with needs-reindex: run
    `newswatch reindex` for it.

    \b
    Examples:
      newswatch setup --dry-run
      newswatch setup
    """
    settings = load_settings()
    created = _missing_topics(settings.kafka) if dry_run else ensure_topics(settings.kafka)
    changes = [Change(kind="topic", name=name, verdict=Verdict.CREATE) for name in created]
    es = elasticsearch_client(settings.elasticsearch)
    try:
        changes += install_templates(
            es,
            settings.elasticsearch.prefix,
            replicas=settings.elasticsearch.replicas,
            refresh_interval=settings.index.refresh_interval,
            dry_run=dry_run,
        )
    finally:
        es.close()
    if as_json:
        rows = [{"kind": c.kind, "name": c.name, "verdict": c.verdict, "details": c.details} for c in changes]
        click.echo(json.dumps({"dry_run": dry_run, "changes": rows}, indent=2))
        return
    _show(changes, dry_run)


def _missing_topics(settings: KafkaSettings) -> tuple[str, ...]:
    client = admin(settings)
    try:
        present = set(client.list_topics())
    finally:
        client.close()
    return tuple(spec.name.value for spec in SPECS if spec.name not in present)


def _show(changes: Iterable[Change], dry_run: bool) -> None:
    found = list(changes)
    for change in found:
        if change.verdict is not Verdict.SAME:
            details = f"  ({', '.join(change.details)})" if change.details else ""
            click.echo(f"{change.verdict.value:20} {change.kind} {change.name}{details}")
    same = sum(change.verdict is Verdict.SAME for change in found)
    click.echo(f"{same} of {len(found)} objects are up to date" + (", nothing was changed" if dry_run else ""))
