"""`newswatch index`: the index sink as a service."""

import sys

import click

from newswatch.kafka_clients import ensure_topics, wait_for_kafka
from newswatch.rights_held import require_rights
from newswatch.service import Service
from newswatch.settings import load_settings

START_PATIENCE = 120.0
"""Seconds the sink waits for Kafka at start before it ends with a message; for Elasticsearch it waits for ever."""


@click.command()
@click.option(
    "--past-rejects",
    is_flag=True,
    help="Do not stop however many documents are refused: they are laid aside. For once, when their cause is known.",
)
def command(past_rejects: bool) -> None:
    """Write articles, events, stories, alerts, deliveries, rejected inputs and feed health to Elasticsearch.

    Run one, or several: they share the partitions. Ctrl-C or SIGTERM drains and commits. While Elasticsearch is away
    nothing is lost and memory stays bounded: the sink pauses and goes on when it returns. Once most of its inputs are
    refused it ends with exit code 78.

    \b
    Examples:
      newswatch index
      NEWSWATCH_INDEX__BATCH_DOCUMENTS=1000 newswatch index
    """
    from sinks.index_rejects import MOST_REJECTED, UNLIMITED, RejectedShare
    from sinks.index_service import run_index

    settings = load_settings()
    with Service("index", settings) as service:
        wait_for_kafka(settings.kafka, START_PATIENCE)
        require_rights(settings.kafka, "index")
        ensure_topics(settings.kafka)
        code = run_index(settings, service, RejectedShare(UNLIMITED if past_rejects else MOST_REJECTED))
    sys.exit(code)
