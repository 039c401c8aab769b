"""`newswatch trace`: every hop of one article."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click

from newswatch.durations import show_millis
from newswatch.elastic_client import elasticsearch_client
from newswatch.errors import Unavailable
from newswatch.settings import load_settings
from sinks.tracing.from_index import steps_in_index, subject_of
from sinks.tracing.from_kafka import SCAN_SECONDS, steps_in_kafka
from sinks.tracing.steps import Step, durations, in_order, moment


@click.command()
@click.argument("words", metavar="URL|ID")
@click.option("--json", "as_json", is_flag=True, help="Print the hops as JSON.")
@click.option("--no-kafka", is_flag=True, help="Read the index alone.")
@click.option("--seconds", default=SCAN_SECONDS, show_default=True, help="How long Kafka may be searched.")
def command(words: str, as_json: bool, no_kafka: bool, seconds: float) -> None:
    """Show what became of an article: where it was seen, each stage's decision and reason, alerts, deliveries, rejects.

    Takes the article's address, its id, a document's, an alert's or a rejected input's id. Exit code 1 when nothing is
    known of it.

    \b
    Examples:
      newswatch trace https://example.org/news/1
      newswatch trace 9605e3128a8ed73f5be2ce73151051c8 --json
    """
    settings = load_settings()
    es = elasticsearch_client(settings.elasticsearch)
    prefix = settings.elasticsearch.prefix
    try:
        subject = subject_of(es, prefix, words)
        steps = steps_in_index(es, prefix, subject)
    finally:
        es.close()
    complete, note = True, ""
    if not no_kafka:
        seen = [moment(hit["_source"].get("@timestamp")) for hit in subject.articles]
        try:
            more, complete = steps_in_kafka(
                settings.kafka, subject.article_id, min(filter(None, seen), default=None), seconds
            )
            steps += more
        except Unavailable as error:
            complete, note = False, str(error)
    ordered = in_order(steps)
    if as_json:
        rows = [asdict(step) | {"at": step.at.isoformat() if step.at else None} for step in ordered]
        click.echo(json.dumps({"article_id": subject.article_id, "complete": complete, "hops": rows}, indent=2))
    else:
        _show(subject.article_id, ordered, complete, note)
    sys.exit(0 if ordered else 1)


def _show(article_id: str, steps: Sequence[Step], complete: bool, note: str) -> None:
    click.echo(f"article {article_id}")
    for step, gap in zip(steps, durations(steps), strict=True):
        when = step.at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] if step.at else "-"
        waited = f"+{show_millis(gap)}" if gap is not None else ""
        took = f" in {step.millis:,.0f} ms" if step.millis is not None else ""
        by = f" by {step.worker}" if step.worker else ""
        click.echo(f"{when:23}  {waited:>14}  {step.stage:9} {step.decision}{took}{by}")
        for line in (step.reason, step.kept):
            if line:
                click.echo(f"{'':51}{line}")
    if not steps:
        click.echo("nothing is known of it: neither in the index nor in what Kafka still holds")
    if not complete:
        click.echo(f"Kafka was not searched to its end{': ' + note if note else ' (more time: --seconds)'}", err=True)
