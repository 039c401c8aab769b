"""WebSub from end to end: a feed that names its hub, a hub that checks and pushes, pollers on real Kafka."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode

import aiohttp
import pytest
from kafka.structs import TopicPartition
from msgspec import structs

from ingest.feedstore import FeedStore
from newswatch import wire
from newswatch.embedded.ports import free_ports
from newswatch.kafka_clients import consumer
from newswatch.records.feed import FeedSettings
from newswatch.records.raw import RawArticle
from newswatch.settings import KafkaSettings, Settings
from newswatch.topics import BY_NAME, Topic
from tests.contracts.feeds.site import Request, Writer, answer, item, rss, serving
from tests.contracts.feeds.test_poller import PATIENCE, polling, until

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]


@dataclass
class Hub:
    """A hub: checks every subscription with its callback, then pushes to it with the secret it was given."""

    granted: list[dict[str, str]] = field(default_factory=list)
    refused: int = 0
    _checks: list["asyncio.Task[None]"] = field(default_factory=list)

    async def subscribe(self, request: Request, writer: Writer) -> None:
        """What the hub does with a request."""
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        self._checks.append(asyncio.create_task(self._check(form)))
        await answer(b"", "202 Accepted")(request, writer)

    async def _check(self, form: dict[str, str]) -> None:
        query = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "reto"}
        query["hub.lease_seconds"] = form["hub.lease_seconds"]
        address = f"{form['hub.callback']}?{urlencode(query)}"
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            if (response.status, await response.text()) == (200, "reto"):
                self.granted.append(form)
            else:
                self.refused += 1

    async def push(self, body: bytes) -> int:
        """Pushes to the newest subscription; gives the status of the answer."""
        form = self.granted[-1]
        signed = {
            "X-Hub-Signature": "sha256=" + hmac.new(form["hub.secret"].encode(), body, hashlib.sha256).hexdigest()
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(form["hub.callback"], data=body, headers=signed) as response,
        ):
            return response.status


def titles(settings: KafkaSettings) -> list[str]:
    """Titles in news.raw, from its beginning."""
    client = consumer(settings)
    parts = [TopicPartition(Topic.RAW.value, number) for number in range(BY_NAME[Topic.RAW].partitions)]
    try:
        client.assign(parts)
        client.seek_to_beginning(*parts)
        ends = client.end_offsets(parts) or {}
        found = []
        while any((client.position(part) or 0) < ends.get(part, 0) for part in parts):
            for records in client.poll(timeout_ms=300).values():
                found += [wire.decode(record.value, RawArticle).title or "" for record in records]
        return found
    finally:
        client.close(autocommit=False)


async def test_what_a_hub_pushes_is_published_at_once_and_a_taken_over_feed_is_subscribed_anew(
    settings: Settings,
) -> None:
    store, hub = FeedStore(settings.kafka), Hub()
    one, other = (f"127.0.0.1:{port}" for port in free_ports(2))

    def callback(listen: str) -> dict[str, Any]:
        return {"websub_listen": listen, "websub_callback": f"http://{listen}/hub"}

    async with serving({"/hub": hub.subscribe}) as site:
        url = site.url("/feed")
        link = f'<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="{site.url("/hub")}"/>'
        site.pages["/feed"] = answer(rss(item(1), head=link))
        feed = FeedSettings(url=url, fetch_pages=False, min_interval=3600)
        await asyncio.to_thread(store.put, [feed], await asyncio.to_thread(store.load))
        async with polling(settings, **callback(one)):
            await until(lambda: len(hub.granted) == 1, "the hub has checked the subscription")
            polls = len(site.asked("/feed"))
            assert await hub.push(rss(item(2), head=link)) == 202
            await until(lambda: "Nota 2" in titles(settings.kafka), "the push is published")
            assert await hub.push(rss(item(2), head=link)) == 202, "a hub may push twice"
            assert len(site.asked("/feed")) == polls, "nothing was fetched for it"
        async with polling(settings, **callback(other)):
            async with asyncio.timeout(PATIENCE):  # an edit has it polled at once, as soon as it is taken over
                for edit in count():
                    if len(hub.granted) == 2:
                        break
                    await asyncio.to_thread(store.put, [structs.replace(feed, outlet=f"Diario {edit}")], {})
                    await asyncio.sleep(1)
            assert await hub.push(rss(item(3), head=link)) == 202
            await until(lambda: "Nota 3" in titles(settings.kafka), "the push to the second poller is published")
        await asyncio.to_thread(store.remove, [url])
    assert [form["hub.callback"].split("/")[2] for form in hub.granted] == [one, other]
    assert hub.refused == 0
    assert sorted(titles(settings.kafka)) == ["Nota 1", "Nota 2", "Nota 3"]
