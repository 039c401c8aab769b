"""WebSub (https://www.w3.org/TR/websub/): subscribing to hubs, answering their checks, taking what they push.

Decisions are pure; the web server and the requests are thin around them. A push is taken only with a valid signature,
and polling goes on, rarer, as a safety net.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from ingest.answers import Failed
from ingest.ask import FEED_BYTES
from ingest.fetch import Fetcher
from newswatch.identity import digest
from newswatch.logs import logger
from newswatch.records.feed import FeedRecord

LEASE = timedelta(days=7)
"""Lease asked for; hubs may grant less."""
LONGEST_LEASE = timedelta(days=30)
RENEW_BEFORE = timedelta(hours=12)
"""How long before its end a lease is renewed; feeds are polled at least twice in that time."""
RETRY_SUBSCRIBE = timedelta(hours=6)
"""How soon a subscription no hub has confirmed is asked for again."""
ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")
"""Methods the specification allows in X-Hub-Signature."""

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """A hub's question whether we want what it says; the answer is its challenge or nothing."""

    mode: str
    topic: str
    challenge: str
    lease: int | None


def token_of(feed_url: str) -> str:
    """The part of the callback's path that names a feed."""
    return digest("websub", feed_url)


def topic_of(record: FeedRecord) -> str:
    """What to subscribe to: the address the feed calls itself, else the one it is fetched from."""
    return record.state.hub_topic or record.settings.url


def wants(record: FeedRecord, callback: str, now: datetime) -> bool:
    """Whether a subscription should be asked for now: a hub offered, and no lease that lasts and leads to us.

    A feed taken over from another poller is pushed to that one's address until it is asked for here.
    """
    state = record.state
    if not state.hub or urlsplit(state.hub).scheme not in ("http", "https"):
        return False
    if state.hub_callback != callback:
        return True
    return state.hub_lease_until is None or state.hub_lease_until - now < RENEW_BEFORE


def confirm(record: FeedRecord | None, check: Check, now: datetime) -> FeedRecord | None:
    """The feed with its new lease when we did ask for this, None when the check must be refused.

    Denials and unsubscriptions end the lease; they are believed only for the topic we asked for.
    """
    if record is None or check.topic != topic_of(record) or not record.state.hub_secret:
        return None
    if check.mode == "subscribe":
        asked = timedelta(seconds=check.lease) if check.lease and check.lease > 0 else LEASE
        until: datetime | None = now + min(asked, LONGEST_LEASE)
    elif check.mode in ("denied", "unsubscribe"):
        until = None
    else:
        return None
    return msgspec.structs.replace(record, state=msgspec.structs.replace(record.state, hub_lease_until=until))


def signature_holds(secret: str | None, header: str | None, body: bytes) -> bool:
    """Whether X-Hub-Signature is ours: HMAC of the body with the secret of this subscription."""
    if not secret or not header:
        return False
    method, _, given = header.strip().partition("=")
    if method.lower() not in ALGORITHMS or not given:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(expected, given.strip().lower())


def read_check(query: Mapping[str, str]) -> Check | None:
    """A hub's question as its query has it."""
    mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
    if not mode or not topic:
        return None
    lease = query.get("hub.lease_seconds", "")
    seconds = int(lease) if lease.isdecimal() and len(lease) < 12 else None
    return Check(mode, topic, query.get("hub.challenge", ""), seconds)


Lookup = Callable[[str], FeedRecord | None]
Keep = Callable[[FeedRecord], Awaitable[None]]
Take = Callable[[FeedRecord, bytes, str | None], Awaitable[None]]


class WebSub:
    """The subscriber: `callback` is the public address hubs reach `listen` (host:port) under.

    `find` gives the feed of a token, `keep` writes a record down, `take` handles what was pushed.
    """

    def __init__(self, fetcher: Fetcher, callback: str, listen: str, find: Lookup, keep: Keep, take: Take) -> None:
        self._fetcher, self._callback = fetcher, callback.rstrip("/")
        host, _, port = listen.rpartition(":")
        self._host, self._port = host or "127.0.0.1", int(port or 0)
        self._find, self._keep, self._take = find, keep, take
        self._asked: dict[str, datetime] = {}
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        """Begins to answer hubs."""
        app = web.Application(client_max_size=FEED_BYTES)
        path = urlsplit(self._callback).path.rstrip("/")
        app.router.add_get(path + "/{token}", self._check)
        app.router.add_post(path + "/{token}", self._push)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        log.info("websub-listening", address=f"{self._host}:{self.port}", callback=self._callback)

    async def stop(self) -> None:
        """Ends the server; leases run out by themselves."""
        if self._runner:
            await self._runner.cleanup()

    async def subscribe(self, record: FeedRecord) -> None:
        """Asks the feed's hub for a subscription, at most once in RETRY_SUBSCRIBE."""
        url, now = record.settings.url, datetime.now(UTC)
        before = self._asked.get(url)
        if not wants(record, self._callback, now) or (before is not None and now - before < RETRY_SUBSCRIBE):
            return
        self._asked[url] = now
        secret = record.state.hub_secret or secrets.token_hex(20)
        state = msgspec.structs.replace(record.state, hub_secret=secret, hub_callback=self._callback)
        if state != record.state:
            record = msgspec.structs.replace(record, state=state)
            await self._keep(record)
        form = {
            "hub.mode": "subscribe",
            "hub.topic": topic_of(record),
            "hub.callback": f"{self._callback}/{token_of(url)}",
            "hub.secret": secret,
            "hub.lease_seconds": str(int(LEASE.total_seconds())),
        }
        answer = await self._fetcher.post(record.state.hub or "", form)
        if isinstance(answer, Failed):
            log.info("websub-refused", feed=url, hub=record.state.hub, detail=answer.detail)

    async def _check(self, request: web.Request) -> web.Response:
        check, record = read_check(request.query), self._find(request.match_info["token"])
        confirmed = confirm(record, check, datetime.now(UTC)) if check else None
        if check is None or confirmed is None:
            return web.Response(status=404)
        await self._keep(confirmed)
        log.info("websub-" + check.mode, feed=confirmed.settings.url, until=str(confirmed.state.hub_lease_until))
        return web.Response(text=check.challenge)

    async def _push(self, request: web.Request) -> web.Response:
        record = self._find(request.match_info["token"])
        if record is None:
            return web.Response(status=410)
        body = await request.read()
        if signature_holds(record.state.hub_secret, request.headers.get("X-Hub-Signature"), body):
            taking = asyncio.ensure_future(self._take(record, body, request.headers.get("Content-Type")))
            taking.add_done_callback(lambda task: task.cancelled() or task.exception())
        else:
            log.info("websub-bad-signature", feed=record.settings.url)
        return web.Response(status=202)  # the specification wants a 2xx for what is ignored, too
