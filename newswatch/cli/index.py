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
def command() -> None:
    """Write articles, events, stories, alerts, deliveries, rejected inputs and feed health to Elasticsearch.

    Run one, or several: they share the partitions. Ctrl-C or SIGTERM drains and commits. While Elasticsearch is away
    nothing is lost and memory stays bounded: the sink pauses and goes on when it returns.

    \b
    Examples:
      newswatch index
      NEWSWATCH_INDEX__BATCH_DOCUMENTS=1000 newswatch index
    """
    from sinks.index_service import run_index

    settings = load_settings()
    with Service("index", settings) as service:
        wait_for_kafka(settings.kafka, START_PATIENCE)
        require_rights(settings.kafka, "index")
        ensure_topics(settings.kafka)
        code = run_index(settings, service)
    sys.exit(code)
