"""A hub and our subscriber on real sockets."""

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

import aiohttp
import msgspec

from ingest.fetch import Fetcher
from ingest.ssrf import parse_networks
from ingest.websub import WebSub, token_of
from newswatch.records.feed import FeedRecord, FeedSettings, PollState
from tests.contracts.feeds.site import Site, answer, item, rss, serving

URL = "https://diario.example/feed"


@dataclass
class Desk:
    """Our side: the one feed, what was kept and what was taken."""

    record: FeedRecord
    taken: list[bytes] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep(self, record: FeedRecord) -> None:
        self.record = record

    async def take(self, record: FeedRecord, body: bytes, content_type: str | None) -> None:
        self.taken.append(body)
        self.arrived.set()


@contextlib.asynccontextmanager
async def subscriber(path: str = "/websub") -> AsyncIterator[tuple[WebSub, Desk, Site, str]]:
    async with (
        serving({"/": answer(b"", "202 Accepted")}) as hub,
        Fetcher("x", parse_networks("127.0.0.0/8")) as fetcher,
    ):
        state = PollState(hub=hub.url("/"), hub_topic=URL)
        desk = Desk(FeedRecord(settings=FeedSettings(url=URL), state=state))
        websub = WebSub(
            fetcher,
            f"https://news.example{path}",
            "127.0.0.1:0",
            lambda token: desk.record if token == token_of(URL) else None,
            desk.keep,
            desk.take,
        )
        await websub.start()
        try:
            yield websub, desk, hub, f"http://127.0.0.1:{websub.port}{path}/{token_of(URL)}"
        finally:
            await websub.stop()


async def get(url: str, **query: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}?{urlencode(query)}") as response:
        return response.status, await response.text()


async def post(url: str, body: bytes, signature: str | None) -> int:
    headers = {"X-Hub-Signature": signature} if signature else {}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as response:
        return response.status


async def test_subscribing_asks_the_hub_once_with_a_secret() -> None:
    async with subscriber() as (websub, desk, hub, _):
        await websub.subscribe(desk.record)
        await websub.subscribe(desk.record)
    (request,) = hub.requests
    form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert (request.method, form["hub.mode"], form["hub.topic"]) == ("POST", "subscribe", URL)
    assert form["hub.callback"] == f"https://news.example/websub/{token_of(URL)}"
    assert form["hub.secret"] == desk.record.state.hub_secret
    assert len(form["hub.secret"]) >= 20


async def test_the_hub_s_check_is_answered_with_its_challenge_and_the_lease_kept() -> None:
    async with subscriber() as (websub, desk, _, callback):
        before = await get(callback, **{"hub.mode": "subscribe", "hub.topic": URL, "hub.challenge": "x"})
        await websub.subscribe(desk.record)
        query = {"hub.mode": "subscribe", "hub.topic": URL, "hub.challenge": "reto", "hub.lease_seconds": "3600"}
        good = await get(callback, **query)
        other = await get(callback, **(query | {"hub.topic": "https://other.example/"}))
        stranger = await get(callback + "0", **query)
        nothing = await get(callback)
    assert before[0] == 404, "we had not asked"
    assert good == (200, "reto")
    assert (other[0], stranger[0], nothing[0]) == (404, 404, 404)
    lease = desk.record.state.hub_lease_until
    assert lease is not None
    assert 3000 < (lease - datetime.now(UTC)).total_seconds() <= 3600


async def test_only_signed_pushes_are_taken() -> None:
    body = rss(item(1))
    async with subscriber("") as (_, desk, _, callback):
        desk.record = msgspec.structs.replace(
            desk.record, state=msgspec.structs.replace(desk.record.state, hub_secret="secreto")
        )
        good = "sha256=" + hmac.new(b"secreto", body, hashlib.sha256).hexdigest()
        unsigned = await post(callback, body, None)
        forged = await post(callback, body, "sha256=" + "0" * 64)
        assert desk.taken == []
        signed = await post(callback, body, good)
        await asyncio.wait_for(desk.arrived.wait(), 10)
        gone = await post(callback + "0", body, good)
    assert (unsigned, forged, signed, gone) == (202, 202, 202, 410)
    assert desk.taken == [body]
