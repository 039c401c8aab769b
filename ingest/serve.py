"""The poller service put together: one HTTP client, one producer, one group membership, one event loop."""

import asyncio
import logging
from importlib.metadata import version

from ingest.fetch import Fetcher, user_agent
from ingest.hosts import Hosts
from ingest.outbox import Outbox
from ingest.ownership import Ownership
from ingest.poll import FeedPolls
from ingest.poller import Poller
from ingest.ssrf import parse_networks
from ingest.websub import WebSub, token_of
from newswatch.kafka_clients import producer
from newswatch.service import Service
from newswatch.settings import Settings

LEAVE_SECONDS = 15.0
RETRIED_BY_LIBRARY = ("kafka", "kafka.net", "kafka.cluster")
"""Loggers of the Kafka client: what they retry, the outbox and the membership tell, once an attempt."""


async def serve(settings: Settings, service: Service) -> None:
    """Polls the feeds of this process's share until `service.stop` is set."""
    for name in RETRIED_BY_LIBRARY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    ingest = settings.ingest
    agent = user_agent(version("newswatch"), ingest.contact)
    hosts = Hosts(ingest.per_host_gap, ingest.concurrency)
    outbox = Outbox(lambda: producer(settings.kafka))
    watch = settings.watch.name
    async with Fetcher(agent, parse_networks(ingest.allow_private), ingest.proxy) as fetcher:
        polls = FeedPolls(fetcher, hosts, outbox, least=ingest.min_interval, most=ingest.max_interval, watch=watch)
        poller = Poller(polls, outbox, watch)
        websub = await _websub(settings, fetcher, poller)
        ownership = Ownership(settings.kafka, poller)
        ownership.start()
        service.ready.set()
        try:
            await poller.run(service.stop, service.heartbeat.beat)
        finally:
            if websub is not None:
                await websub.stop()
            await asyncio.to_thread(ownership.stop, LEAVE_SECONDS)
            await outbox.close()


async def _websub(settings: Settings, fetcher: Fetcher, poller: Poller) -> WebSub | None:
    """The subscriber, when a public callback address is set."""
    ingest = settings.ingest
    if not ingest.websub_callback:
        return None
    websub = WebSub(
        fetcher,
        ingest.websub_callback,
        ingest.websub_listen,
        lambda token: poller.held_by(lambda url: token_of(url) == token),
        poller.keep,
        poller.pushed,
    )
    await websub.start()
    poller.after_poll.append(lambda record: poller.side(websub.subscribe(record)) if record.state.hub else None)
    return websub
