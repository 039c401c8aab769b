"""`newswatch retention`: drops old months from the index."""

import json
from datetime import UTC, datetime

import click
from elasticsearch import ApiError, TransportError

from newswatch.elastic_client import elasticsearch_client
from newswatch.errors import Unavailable
from newswatch.settings import load_settings
from sinks.retention import find_expired, oldest_kept, remove


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be removed, and remove nothing.")
@click.option("--months", type=click.IntRange(min=1), help="Months kept beside the present one. [default: the setting]")
@click.option("--json", "as_json", is_flag=True, help="Print what was removed as JSON.")
def command(dry_run: bool, months: int | None, as_json: bool) -> None:
    """Remove months of articles, events, alerts and rejected inputs that are older than index.retention_months.

    Whole indices go; of stories and deliveries, which have one index each, the old documents. Run it daily, from cron
    or as a Kubernetes CronJob; it is safe to repeat.

    \b
    Examples:
      newswatch retention --dry-run
      newswatch retention --months 6
    """
    settings = load_settings()
    kept, now = months or settings.index.retention_months, datetime.now(UTC)
    es, prefix = elasticsearch_client(settings.elasticsearch), settings.elasticsearch.prefix
    rows = []
    try:
        for expired in find_expired(es, prefix, now, kept):
            count = expired.documents if dry_run else remove(es, prefix, expired)
            rows.append({"index": expired.index, "documents": count, "before": expired.before})
    except (TransportError, ApiError) as error:
        raise Unavailable(f"Elasticsearch does not answer: {error}") from error
    finally:
        es.close()
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "oldest_kept": oldest_kept(now, kept), "removed": rows}))
        return
    for row in rows:
        part = f" older than {row['before']}" if row["before"] else ""
        click.echo(f"{'would remove' if dry_run else 'removed'} {row['index']}{part}: {row['documents']} documents")
    click.echo(f"the oldest month kept is {oldest_kept(now, kept)}")
