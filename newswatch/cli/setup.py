"""`newswatch setup`: topics, index templates and Kibana objects; safe to repeat."""

import base64
import json
from collections.abc import Iterable
from pathlib import Path

import click

from newswatch.elastic_client import elasticsearch_client
from newswatch.kafka_clients import admin, ensure_topics
from newswatch.rights import RIGHTS, acl_commands
from newswatch.settings import KafkaSettings, Settings, load_settings
from newswatch.topics import SPECS
from sinks.indices.install import Change, Verdict, install_templates
from sinks.kibana.files import write_files
from sinks.kibana.importing import Door, bring_in


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be created or changed, and change nothing.")
@click.option("--kibana", "kibana_url", metavar="URL", help="Also import data views, searches and dashboards there.")
@click.option(
    "--kibana-door",
    type=click.Choice([door.value for door in Door]),
    default=Door.SAVED_OBJECTS.value,
    show_default=True,
    help="How dashboards get in: as saved objects, or by the Dashboards API (Kibana 9.5 and later).",
)
@click.option(
    "--export",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write Kibana's files into this folder instead; needs no server.",
)
@click.option("--acls", is_flag=True, help="Print the commands that give each role its rights in Kafka instead.")
@click.option(
    "--principal",
    default="User:newswatch-{role}",
    show_default=True,
    help="Who gets them; one user for all roles: User:newswatch",
)
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def command(
    dry_run: bool,
    kibana_url: str | None,
    kibana_door: str,
    export: Path | None,
    acls: bool,
    principal: str,
    as_json: bool,
) -> None:
    """Create topics and index templates, and add new fields to the indices there are; with --kibana its dashboards.

    Nothing is ever removed. An index whose mapping conflicts with the present one is named with needs-reindex: run
    `newswatch reindex` for it.

    \b
    Examples:
      newswatch setup --dry-run
      newswatch setup
      newswatch setup --kibana http://localhost:5601
      newswatch setup --export kibana/
      newswatch setup --acls --principal User:CN=newswatch-{role} | sh
    """
    settings = load_settings()
    if acls:
        _print_acls(principal, settings.kafka.bootstrap or "localhost:9092")
        return
    if export:
        for path in write_files(export, settings.elasticsearch.prefix):
            click.echo(path)
        return
    changes = _carried_out(settings, kibana_url, Door(kibana_door), dry_run=dry_run)
    if as_json:
        rows = [{"kind": c.kind, "name": c.name, "verdict": c.verdict, "details": c.details} for c in changes]
        click.echo(json.dumps({"dry_run": dry_run, "changes": rows}, indent=2))
        return
    _show(changes, dry_run)


def _carried_out(settings: Settings, kibana_url: str | None, door: Door, *, dry_run: bool) -> list[Change]:
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
    if kibana_url and not dry_run:
        taken = bring_in(kibana_url, settings.elasticsearch.prefix, door, _credentials(settings))
        changes += [Change(kind=one.kind, name=one.id, verdict=Verdict.UPDATE) for one in taken]
    return changes


def _print_acls(principal: str, bootstrap: str) -> None:
    lines = [line for role in RIGHTS for line in acl_commands(role, principal.replace("{role}", role), bootstrap)]
    for line in dict.fromkeys(lines):
        click.echo(line)


def _credentials(settings: Settings) -> dict[str, str]:
    """Kibana takes Elasticsearch's credentials."""
    elastic = settings.elasticsearch
    if elastic.api_key.get_secret_value():
        return {"Authorization": f"ApiKey {elastic.api_key.get_secret_value()}"}
    if elastic.username:
        pair = f"{elastic.username}:{elastic.password.get_secret_value()}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    return {}


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
    changed = sum(change.verdict in (Verdict.CREATE, Verdict.UPDATE) for change in found)
    did = "would be changed; nothing was" if dry_run else "changed"
    click.echo(f"{len(found)} objects: {changed} {did}")
