"""`newswatch ingest`: the poller as a service."""

import asyncio

import click

from ingest.feedstore import FeedStore
from ingest.opml import read_opml
from ingest.serve import serve
from newswatch.errors import UserError
from newswatch.kafka_clients import ensure_topics, wait_for_kafka
from newswatch.logs import logger
from newswatch.rights_held import require_rights
from newswatch.service import Service
from newswatch.settings import Settings, load_settings

START_PATIENCE = 120.0
"""Seconds the service waits for Kafka at start before it ends with a message."""

log = logger(__name__)


@click.command()
def command() -> None:
    """Poll feeds: news.feeds says which, articles go to news.raw.

    Start as many as you like: Kafka shares the feeds out (6 at most have work: the partitions of news.feeds), and the
    feeds of one that dies are taken over within half a minute. While news.feeds has never held a feed, the watch's
    feeds.opml is imported. Ctrl-C or SIGTERM finishes what is under way.

    \b
    Examples:
      newswatch ingest
      NEWSWATCH_INGEST__CONTACT=news@example.org newswatch ingest
    """
    settings = load_settings()
    with Service("ingest", settings) as service:
        wait_for_kafka(settings.kafka, START_PATIENCE)
        require_rights(settings.kafka, "ingest")
        ensure_topics(settings.kafka)
        _import_first(settings)
        asyncio.run(serve(settings, service))


def _import_first(settings: Settings) -> None:
    """The watch's own feeds, when there are none at all."""
    file = settings.watch / "feeds.opml"
    store = FeedStore(settings.kafka)
    known = store.load()
    if known or not file.is_file():
        return
    try:
        feeds, problems = read_opml(file.read_bytes(), str(file))
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from error
    written = store.put(feeds, known)
    log.info("feeds-imported", file=str(file), feeds=written, problems=len(problems))
