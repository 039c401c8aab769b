"""`newswatch snapshot`: copies of the indices in a repository of the cluster, and the way back."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from elasticsearch import ApiError, Elasticsearch, TransportError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from newswatch.elastic_client import elasticsearch_client
from newswatch.errors import Unavailable, UserError
from newswatch.settings import load_settings
from sinks import snapshots
from sinks.bulk import describe
from sinks.snapshots import Snapshot

REPOSITORY = click.option("--repository", default="newswatch", show_default=True, help="Name of the repository.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def command() -> None:
    """Keep copies of the indices in a snapshot repository (a folder all nodes share, or S3) and bring them back.

    \b
    Examples:
      newswatch snapshot register --location newswatch
      newswatch snapshot take --keep 30
      newswatch snapshot list
      newswatch snapshot restore newswatch-2026.01.31-01.30.00
    """


@command.command()
@REPOSITORY
@click.option("--location", help="Folder, below a path.repo of every node.")
@click.option("--bucket", help="S3 bucket; its keys are in the nodes' keystore.")
@click.option("--base-path", help="Path inside the bucket.")
@AS_JSON
def register(repository: str, location: str | None, bucket: str | None, base_path: str | None, as_json: bool) -> None:
    """Make a repository known to the cluster and let every node try to write to it.

    \b
    Examples:
      newswatch snapshot register --location newswatch
      newswatch snapshot register --bucket our-backups --base-path newswatch
    """
    if bool(location) == bool(bucket):
        raise UserError("say where: either --location FOLDER or --bucket NAME")
    settings = {"location": location, "bucket": bucket, "base_path": base_path}
    kind = "fs" if location else "s3"
    with _connected() as (es, _):
        nodes = snapshots.register(es, repository, kind, {name: value for name, value in settings.items() if value})
    _tell({"repository": repository, "type": kind, "nodes": nodes}, as_json, f"{repository}: {len(nodes)} nodes use it")


@command.command()
@REPOSITORY
@click.option("--name", help="Name of the snapshot. [default: prefix and time]")
@click.option("--keep", type=click.IntRange(min=1), help="Afterwards remove all but so many of the newest whole ones.")
@AS_JSON
def take(repository: str, name: str | None, keep: int | None, as_json: bool) -> None:
    """Take a snapshot of every index of ours; only what changed since the one before is copied.

    Searches and services go on. Exit code 1 when a part is missing in it. Run it daily where the cluster has no
    snapshot policy (SLM) of its own.

    \b
    Examples:
      newswatch snapshot take
      newswatch snapshot take --keep 30 --json
    """
    with _connected() as (es, prefix), _bar("shards") as progress:
        chosen = name or snapshots.new_name(prefix, datetime.now(UTC))
        taken = snapshots.take(es, repository, chosen, prefix, progress)
        removed = snapshots.remove_oldest(es, repository, prefix, keep) if keep else ()
    _tell(asdict(taken) | {"removed": removed}, as_json, _line(taken), *(f"removed {old}" for old in removed))
    for failure in taken.failures:
        click.echo(failure, err=True)
    sys.exit(0 if taken.state == snapshots.SUCCESS else 1)


@command.command(name="list")
@REPOSITORY
@AS_JSON
def list_(repository: str, as_json: bool) -> None:
    """List the snapshots that hold indices of ours, oldest first.

    \b
    Examples:
      newswatch snapshot list
    """
    with _connected() as (es, prefix):
        found = snapshots.listed(es, repository, prefix)
    _tell([asdict(one) for one in found], as_json, *(map(_line, found) if found else ["no snapshot yet"]))


@command.command()
@click.argument("name")
@REPOSITORY
@click.option("--index", "only", multiple=True, metavar="INDEX", help="Only this index; may be given several times.")
@click.option("--yes", is_flag=True, help="Restore; without it only shows what would be done.")
@AS_JSON
def restore(name: str, repository: str, only: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Bring indices back from a snapshot, in place of those there now: a dry run unless --yes is given.

    What is there now stays in use until the restored index is whole, then names are swapped in one step. What was
    written since the snapshot is in Kafka: `newswatch reindex --from-kafka` writes it once more.

    \b
    Examples:
      newswatch snapshot restore newswatch-2026.01.31-01.30.00
      newswatch snapshot restore newswatch-2026.01.31-01.30.00 --index newswatch-articles-2026.01 --yes
    """
    with _connected() as (es, prefix), _bar("bytes") as progress:
        plan = snapshots.plan_restore(es, repository, name, prefix, only)
        documents = snapshots.restore(es, repository, plan, datetime.now(UTC), progress) if yes else None
    verb = "would restore" if documents is None else "restored"
    replaced = {index: f" in place of {plan.in_the_way[index]}" for index in plan.in_the_way}
    lines = [f"{verb} {index}{replaced.get(index, '')}" for index in sorted(plan.indices)]
    lines.append("nothing was changed: add --yes" if documents is None else f"{documents} documents")
    result = {"snapshot": name, "indices": sorted(plan.indices), "replaced": sorted(plan.in_the_way)}
    _tell(result | {"dry_run": documents is None, "documents": documents}, as_json, *lines)


def _line(one: Snapshot) -> str:
    return f"{one.began:%Y-%m-%d %H:%M:%S}  {one.name}  {one.state}  {len(one.indices)} indices in {one.seconds:.1f} s"


def _tell(result: Any, as_json: bool, *lines: str) -> None:
    if as_json:
        click.echo(json.dumps(result, default=datetime.isoformat, indent=2))
        return
    for line in lines:
        click.echo(line)


@contextmanager
def _connected() -> Iterator[tuple[Elasticsearch, str]]:
    settings = load_settings()
    es = elasticsearch_client(settings.elasticsearch)
    try:
        yield es, settings.elasticsearch.prefix
    except ApiError as error:
        raise UserError(f"Elasticsearch refused: {_cause(error)}") from error
    except TransportError as error:
        raise Unavailable(f"Elasticsearch does not answer at {settings.elasticsearch.url}: {error}") from error
    finally:
        es.close()


def _cause(error: ApiError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    return describe(body.get("error")) or str(error)


@contextmanager
def _bar(unit: str) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(unit, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
