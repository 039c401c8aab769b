"""HTTP for feeds and pages: conditional, limited, guarded on every hop; failures are values, never exceptions.

aiohttp, because it hands over the very address a socket is about to connect to (ingest.ssrf checks that one, which no
look-up in between can change), leaves bodies packed so that the limit counts after unpacking, and costs a third of the
processor time of httpx for a request.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from ingest.answers import Failed, Fetched, is_challenge
from ingest.ask import FEED_SECONDS, Ask
from ingest.failures import Failure, of_status
from ingest.links import host_of
from ingest.retryafter import retry_after
from ingest.ssrf import Network, RefusedAddress, guarded_socket, url_refusal
from ingest.unpack import UnpackError, unpack

MAX_REDIRECTS = 10
CONNECT_SECONDS = 10.0
ERROR_BYTES = 64 * 1024
"""Bytes of an error page read, enough to know a challenge."""
HEADER_BYTES = 64 * 1024
"""Longest header accepted: news sites send policies and cookies far over the usual 8 KiB."""
LOOKUPS = 32
"""Names looked up at once, in threads of their own: a resolver that hangs delays only those who wait for it."""
DNS_CACHE_SECONDS = 300
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})


def user_agent(version: str, contact: str) -> str:
    """An honest name with a way to reach whoever runs this."""
    return f"newswatch/{version} (+{contact or 'https://pypi.org/project/newswatch/'})"


class Resolver(AbstractResolver):
    """Names to addresses, in threads of its own, each look-up at most CONNECT_SECONDS."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of `host`. Raises OSError."""
        loop = asyncio.get_running_loop()
        looking = loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        )
        try:
            infos = await asyncio.wait_for(looking, CONNECT_SECONDS)
        except TimeoutError as error:
            raise socket.gaierror(socket.EAI_AGAIN, "the look-up takes too long") from error
        return [
            ResolveResult(
                hostname=host,
                host=str(info[4][0]),
                port=port,
                family=info[0],
                proto=info[2],
                flags=socket.AI_NUMERICHOST,
            )
            for info in infos
        ]

    async def close(self) -> None:
        """Ends the threads without waiting for look-ups that hang."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Fetcher:
    """The one HTTP client of a process; an asynchronous context manager. `fetch` never raises for what servers do."""

    def __init__(
        self,
        agent: str,
        allowed: Iterable[Network] = (),
        proxy: str = "",
        tls: ssl.SSLContext | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._agent = agent
        self._allowed = tuple(allowed)
        self._proxy = proxy or None
        self._tls = tls
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=0,
            resolver=self._resolver or Resolver(),
            ttl_dns_cache=DNS_CACHE_SECONDS,
            keepalive_timeout=15,
            ssl=self._tls or True,
            # a proxy is trusted and looks names up itself; what it reaches is its own configuration's matter
            socket_factory=None if self._proxy else guarded_socket(self._allowed),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent},
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    async def fetch(self, ask: Ask) -> Fetched | Failed:
        """The answer to `ask`, redirects followed, or the failure that stood in its way."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(ask.seconds):
                outcome = await self._follow(ask)
        except TimeoutError:
            outcome = Failed(failure=Failure.TIMEOUT, detail=f"no whole answer within {ask.seconds:g} s", url=ask.url)
        return replace(outcome, seconds=round(time.monotonic() - began, 4))

    async def post(self, url: str, form: Mapping[str, str]) -> Fetched | Failed:
        """The answer to a form sent to `url`, under the same guard; redirects are failures."""
        refused = url_refusal(url, self._allowed)
        if refused:
            return _refused_address(url, refused, 0)
        try:
            async with asyncio.timeout(FEED_SECONDS):
                return await self._one(Ask(url=url, accept="*/*", limit=ERROR_BYTES), url, {}, form)
        except TimeoutError:
            return Failed(failure=Failure.TIMEOUT, detail=f"no whole answer within {FEED_SECONDS:g} s", url=url)

    async def _follow(self, ask: Ask) -> Fetched | Failed:
        url, visited, only_permanent = ask.url, {ask.url}, True
        cookies: dict[str, dict[str, str]] = {}
        for hop in range(MAX_REDIRECTS + 1):
            refused = url_refusal(url, self._allowed)
            if refused:
                return _refused_address(url, refused, hop)
            answer = await self._one(ask, url, cookies)
            if isinstance(answer, Failed):
                return answer
            if answer.status not in REDIRECTS:
                return replace(answer, permanent=url if hop and only_permanent else None, hops=hop)
            only_permanent = only_permanent and answer.status in PERMANENT
            location = answer.header("Location")
            if not location:
                return _astray(url, f"HTTP {answer.status} without a Location")
            url = _joined(url, location)
            if url in visited and not cookies:
                return _astray(url, f"redirects in a circle at {url[:200]}")
            visited.add(url)
        return _astray(url, f"more than {MAX_REDIRECTS} redirects")

    async def _one(
        self, ask: Ask, url: str, cookies: dict[str, dict[str, str]], form: Mapping[str, str] | None = None
    ) -> Fetched | Failed:
        assert self._session is not None, "the fetcher has not been entered"
        host = host_of(url)
        try:
            async with self._session.request(
                "GET" if form is None else "POST",
                URL(url, encoded=True),
                data=form,
                headers=ask.headers(),
                cookies=cookies.get(host),
                allow_redirects=False,
                proxy=self._proxy,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
            ) as response:
                if response.cookies:
                    cookies.setdefault(host, {}).update({name: item.value for name, item in response.cookies.items()})
                return await _read(response, ask, url)
        except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError) as error:
            failure, detail = classify(error)
            return Failed(failure=failure, detail=detail, url=url)


async def _read(response: aiohttp.ClientResponse, ask: Ask, url: str) -> Fetched | Failed:
    status = response.status
    headers = {name.title(): value for name, value in response.headers.items()}
    if status in REDIRECTS or status == 304:
        return Fetched(status=status, url=url, headers=headers)
    good = 200 <= status < 300
    limit = ask.limit if good else ERROR_BYTES
    packed = await _body(response, limit, cut=not good)
    if packed is None:
        return Failed(failure=Failure.TOO_LARGE, detail=f"more than {limit} bytes", url=url, status=status)
    try:
        body = unpack(packed, headers.get("Content-Encoding", ""), limit)
    except UnpackError as error:
        if good:
            return Failed(failure=error.failure, detail=str(error), url=url, status=status)
        body = packed
    if good and not is_challenge(status, headers, body):
        return Fetched(status=200, url=url, body=body, headers=headers)
    return _refused(status, headers, body, url)


def _refused(status: int, headers: Mapping[str, str], body: bytes, url: str) -> Failed:
    wait = retry_after(headers.get("Retry-After"), datetime.now(UTC))
    challenged = is_challenge(status, headers, body)
    return Failed(
        failure=Failure.CHALLENGE if challenged else of_status(status, retry_after=wait is not None),
        detail=f"HTTP {status}" + (": the site wants a browser to prove itself" if challenged else ""),
        url=url,
        status=status,
        retry_after=wait,
        content_type=headers.get("Content-Type"),
    )


async def _body(response: aiohttp.ClientResponse, limit: int, *, cut: bool) -> bytes | None:
    """The body as it came; None when it is over `limit` (with `cut`, its beginning instead)."""
    pieces, size = [], 0
    async for piece in response.content.iter_any():
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            return b"".join(pieces)[:limit] if cut else None
    return b"".join(pieces)


def _astray(url: str, detail: str) -> Failed:
    return Failed(failure=Failure.REDIRECTS, detail=detail, url=url)


def _refused_address(url: str, reason: str, hop: int) -> Failed:
    bad_form = any(words in reason for words in ("scheme", "not a web", "no host"))
    return Failed(
        failure=Failure.BAD_ADDRESS if bad_form else Failure.REFUSED_ADDRESS,
        detail=reason if hop == 0 else f"redirected to {url[:200]}: {reason}",
        url=url,
    )


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location.strip()).partition("#")[0]
    except ValueError:
        return location


def classify(error: Exception) -> tuple[Failure, str]:
    """The class of a client error and a sentence about it."""
    inner: Any = getattr(error, "os_error", error)
    text = str(inner) or type(error).__name__
    if isinstance(inner, RefusedAddress) or "refused (ingest.allow_private" in text:
        return Failure.REFUSED_ADDRESS, text
    if isinstance(inner, socket.gaierror):
        lasting = inner.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        return (Failure.UNKNOWN_HOST if lasting else Failure.DNS_TEMPORARY), f"name look-up: {inner.strerror or text}"
    kinds: tuple[tuple[Any, Failure], ...] = (
        ((aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError, ssl.SSLError), Failure.TLS),
        ((aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, UnicodeError), Failure.BAD_ADDRESS),
        ((TimeoutError, aiohttp.ServerTimeoutError), Failure.TIMEOUT),
        ((aiohttp.ClientConnectorError, aiohttp.ClientProxyConnectionError), Failure.UNREACHABLE),
        ((aiohttp.ServerDisconnectedError, ConnectionResetError), Failure.BROKEN),
        ((aiohttp.ClientError, asyncio.IncompleteReadError), Failure.BROKEN),
        (OSError, Failure.UNREACHABLE),
    )
    failure = next((failure for kind, failure in kinds if isinstance(error, kind)), Failure.BAD_ADDRESS)
    return failure, f"{failure.value}: {text[:300]}"
