"""Servers that misbehave in every way known: each fetch ends in a named outcome, in time, never an exception."""

import asyncio
import gzip
import ssl
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import brotli
import pytest
import trustme
import zstandard

from ingest.answers import Failed, Fetched
from ingest.ask import Ask
from ingest.failures import Failure
from ingest.fetch import Fetcher
from ingest.ssrf import parse_networks
from tests.contracts.feeds.site import (
    Behaviour,
    Request,
    Writer,
    answer,
    drip,
    hang,
    raw,
    redirect,
    reset,
    rss,
    serving,
)

LOOPBACK = parse_networks("127.0.0.0/8, ::1/128")
BODY = rss()
LIMIT = 20_000
SECONDS = 1.0


def fetcher(**options: Any) -> Fetcher:
    return Fetcher("newswatch/test (+https://example.org/)", options.pop("allowed", LOOPBACK), **options)


async def fetched(pages: dict[str, Behaviour], path: str = "/feed", **ask: Any) -> Fetched | Failed:
    async with serving(pages) as site, fetcher() as client:
        facts: dict[str, Any] = {"url": site.url(path), "limit": LIMIT, "seconds": SECONDS} | ask
        return await client.fetch(Ask(**facts))


GOOD = {
    "plain": answer(BODY),
    "no Content-Length, the end of the connection ends the body": answer(BODY, length=-1),
    "chunked": raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n"
    ),
    "gzip": answer(gzip.compress(BODY), headers={"Content-Encoding": "gzip"}),
    "brotli": answer(brotli.compress(BODY), headers={"Content-Encoding": "br"}),
    "zstd": answer(zstandard.compress(BODY), headers={"Content-Encoding": "zstd"}),
    "deflate": answer(zlib.compress(BODY), headers={"Content-Encoding": "deflate"}),
    "gzip announced, plain sent": answer(BODY, headers={"Content-Encoding": "gzip"}),
    "gzip sent, nothing announced": answer(gzip.compress(BODY)),
    "an HTML type on a feed": answer(BODY, headers={"Content-Type": "text/html"}),
    "HTTP/1.0": raw(b"HTTP/1.0 200 OK\r\n\r\n" + BODY),
    "status 203": answer(BODY, "203 Non-Authoritative Information"),
    "a very long header": answer(BODY, headers={"Content-Security-Policy": "x" * 20_000}),
    "sixty headers": answer(BODY, headers={f"X-{number}": "y" for number in range(60)}),
    "a header that is not ASCII": answer(BODY, headers={"X-Sitio": "Espa\xf1a"}),
    "a reason nobody knows": answer(BODY, "200 Aqui tiene"),
}


@pytest.mark.parametrize("name", GOOD)
async def test_answer_is_read(name: str) -> None:
    got = await fetched({"/feed": GOOD[name]})
    assert isinstance(got, Fetched), got
    assert (got.status, got.body) == (200, BODY)


CHALLENGE = b"<html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/h/b'></script></html>"
BAD: dict[str, tuple[Behaviour, Failure]] = {
    "401": (answer(b"no", "401 Unauthorized"), Failure.FORBIDDEN),
    "402": (answer(b"pay", "402 Payment Required"), Failure.FORBIDDEN),
    "403": (answer(b"no", "403 Forbidden"), Failure.FORBIDDEN),
    "404": (answer(b"no", "404 Not Found"), Failure.NOT_FOUND),
    "404 with a large page": (answer(b"x" * 300_000, "404 Not Found"), Failure.NOT_FOUND),
    "406": (answer(b"no", "406 Not Acceptable"), Failure.CLIENT_ERROR),
    "410": (answer(b"no", "410 Gone"), Failure.GONE),
    "429": (answer(b"slow", "429 Too Many Requests"), Failure.THROTTLED),
    "451": (answer(b"law", "451 Unavailable For Legal Reasons"), Failure.FORBIDDEN),
    "500": (answer(b"oops", "500 Internal Server Error"), Failure.SERVER_ERROR),
    "502": (answer(b"oops", "502 Bad Gateway"), Failure.SERVER_ERROR),
    "503": (answer(b"oops", "503 Service Unavailable"), Failure.SERVER_ERROR),
    "503 with Retry-After": (answer(b"", "503 Service Unavailable", {"Retry-After": "60"}), Failure.THROTTLED),
    "522": (answer(b"oops", "522 Origin Timed Out"), Failure.SERVER_ERROR),
    "error page whose packing is broken": (
        answer(b"\x1f\x8bxx", "500 Oops", {"Content-Encoding": "gzip"}),
        Failure.SERVER_ERROR,
    ),
    "Cloudflare challenge with 403": (answer(CHALLENGE, "403 Forbidden"), Failure.CHALLENGE),
    "Cloudflare challenge with 503": (answer(CHALLENGE, "503 Service Unavailable"), Failure.CHALLENGE),
    "challenge told by its header": (answer(b"", "403 Forbidden", {"cf-mitigated": "challenge"}), Failure.CHALLENGE),
    "challenge under 200": (answer(CHALLENGE, headers={"Content-Type": "text/html"}), Failure.CHALLENGE),
    "captcha of a hoster under 202": (
        answer(b"<html><meta content='0;/.well-known/sgcaptcha/?r=%2Ffeed'></html>", "202 Accepted"),
        Failure.CHALLENGE,
    ),
    "connection reset": (reset, Failure.BROKEN),
    "closed without an answer": (raw(b""), Failure.BROKEN),
    "not HTTP": (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), Failure.BROKEN),
    "a status that is no number": (raw(b"HTTP/1.1 abc OK\r\n\r\n"), Failure.BROKEN),
    "headers that end in the middle": (raw(b"HTTP/1.1 200 OK\r\nContent-Le"), Failure.BROKEN),
    "a body shorter than promised": (answer(BODY, length=len(BODY) + 100), Failure.BROKEN),
    "a chunk size that is no number": (
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"),
        Failure.BROKEN,
    ),
    "chunks that end in the middle": (
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\nabc"),
        Failure.BROKEN,
    ),
    "a header over every limit": (answer(BODY, headers={"X": "y" * 200_000}), Failure.BROKEN),
    "a length that is negative": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc"), Failure.BROKEN),
    "never an answer": (hang, Failure.TIMEOUT),
    "a byte at a time": (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n<rss>", 0.05), Failure.TIMEOUT),
    "headers a byte at a time": (drip(b"HTTP/1.1 200 OK\r\nX: ", 0.05), Failure.TIMEOUT),
    "too large": (answer(b"x" * (LIMIT + 1)), Failure.TOO_LARGE),
    "too large without a length": (answer(b"x" * (LIMIT * 4), length=-1), Failure.TOO_LARGE),
    "gzip bomb": (answer(gzip.compress(b"\0" * 9_000_000), headers={"Content-Encoding": "gzip"}), Failure.TOO_LARGE),
    "brotli bomb": (
        answer(brotli.compress(b"\0" * 9_000_000, quality=1), headers={"Content-Encoding": "br"}),
        Failure.TOO_LARGE,
    ),
    "zstd bomb": (
        answer(zstandard.compress(b"\0" * 9_000_000), headers={"Content-Encoding": "zstd"}),
        Failure.TOO_LARGE,
    ),
    "gzip cut short": (
        answer(gzip.compress(BODY * 9)[:-30], headers={"Content-Encoding": "gzip"}),
        Failure.BAD_ENCODING,
    ),
    "an encoding nobody asked for": (answer(b"zzz", headers={"Content-Encoding": "compress"}), Failure.BAD_ENCODING),
    "redirect without a Location": (answer(b"", "302 Found"), Failure.REDIRECTS),
    "redirect to itself": (redirect("/feed"), Failure.REDIRECTS),
    "redirect to another scheme": (redirect("ftp://127.0.0.1/feed"), Failure.BAD_ADDRESS),
    "redirect to a file": (redirect("file:///etc/passwd"), Failure.BAD_ADDRESS),
    "redirect to nonsense": (redirect("http://[oops/"), Failure.BAD_ADDRESS),
    "redirect to a metadata service": (redirect("http://169.254.169.254/latest/"), Failure.REFUSED_ADDRESS),
    "redirect to a private address": (redirect("http://10.0.0.1/"), Failure.REFUSED_ADDRESS),
    "redirect to a private address in hexadecimal": (redirect("http://0x0a000001/"), Failure.REFUSED_ADDRESS),
    "redirect to mapped IPv6": (redirect("http://[::ffff:10.0.0.1]/"), Failure.REFUSED_ADDRESS),
    "300 is no answer": (answer(b"choose", "300 Multiple Choices"), Failure.REDIRECTS),
}


@pytest.mark.parametrize("name", BAD)
async def test_misbehaviour_has_its_name(name: str) -> None:
    behaviour, failure = BAD[name]
    began = time.monotonic()
    got = await fetched({"/feed": behaviour})
    assert isinstance(got, Failed), got
    assert got.failure is failure, got.detail
    assert got.detail
    assert time.monotonic() - began < SECONDS + 5


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("120", 120, 120),
        (None, 500, 601),
        ("9999999", 86_400, 86_400),
    ],
    ids=["seconds", "a date", "more than a day"],
)
async def test_retry_after_is_read(value: str | None, least: float, most: float) -> None:
    told = value or format_datetime(
        datetime.now(UTC) + timedelta(minutes=10)
    )  # of now, not of when tests are collected
    got = await fetched({"/feed": answer(b"", "429 Too Many Requests", {"Retry-After": told})})
    assert isinstance(got, Failed)
    assert got.retry_after is not None
    assert least <= got.retry_after.total_seconds() <= most


async def test_unchanged_is_told_by_validators() -> None:
    async def conditional(request: Request, writer: Writer) -> None:
        known = request.headers.get("if-none-match") == '"v1"' or "if-modified-since" in request.headers
        await (answer(b"", "304 Not Modified") if known else answer(BODY, headers={"ETag": '"v1"'}))(request, writer)

    assert (await fetched({"/feed": conditional})).status == 200
    assert (await fetched({"/feed": conditional}, etag='"v1"')).status == 304
    assert (await fetched({"/feed": conditional}, last_modified="Mon, 05 Jan 2026 10:00:00 GMT")).status == 304


async def test_ten_redirects_are_followed_and_eleven_are_not() -> None:
    pages: dict[str, Behaviour] = {f"/r{number}": redirect(f"/r{number - 1}") for number in range(1, 12)}
    pages["/r0"] = answer(BODY)
    got = await fetched(pages, "/r10")
    assert isinstance(got, Fetched)
    assert got.hops == 10
    too_many = await fetched(pages, "/r11")
    assert isinstance(too_many, Failed)
    assert too_many.failure is Failure.REDIRECTS


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [
        (["301 Moved Permanently"], True),
        (["308 Permanent Redirect", "301 Moved Permanently"], True),
        (["302 Found"], False),
        (["301 Moved Permanently", "302 Found"], False),
        (["307 Temporary Redirect"], False),
        (["303 See Other"], False),
        ([], False),
    ],
    ids=lambda value: "+".join(status[:3] for status in value) if isinstance(value, list) else str(value),
)
async def test_only_all_permanent_redirects_count_as_a_move(statuses: list[str], permanent: bool) -> None:
    pages: dict[str, Behaviour] = {
        f"/{place}": redirect(f"/{place + 1}", status) for place, status in enumerate(statuses)
    }
    pages[f"/{len(statuses)}"] = answer(BODY)
    got = await fetched(pages, "/0")
    assert isinstance(got, Fetched)
    assert (got.permanent is not None) is permanent


async def test_a_cookie_set_on_the_way_is_sent_back_to_its_host() -> None:
    async def wall(request: Request, writer: Writer) -> None:
        passed = "consent=yes" in request.headers.get("cookie", "")
        await (answer(BODY) if passed else redirect("/feed", **{"Set-Cookie": "consent=yes; Path=/"}))(request, writer)

    got = await fetched({"/feed": wall})
    assert isinstance(got, Fetched)
    assert got.body == BODY


async def test_the_request_is_honest() -> None:
    async with serving({"/feed": answer(BODY)}) as site, fetcher() as client:
        await client.fetch(Ask(url=site.url()))
    (request,) = site.requests
    assert request.headers["user-agent"].startswith("newswatch/")
    assert "+https://" in request.headers["user-agent"]
    assert request.headers["accept-encoding"] == "gzip, br, zstd, deflate"
    assert "rss" in request.headers["accept"]


async def test_nobody_listens() -> None:
    async with serving({}) as site:
        url = site.url()
    async with fetcher() as client:
        got = await client.fetch(Ask(url=url, seconds=5))
    assert isinstance(got, Failed)
    assert got.failure is Failure.UNREACHABLE


@pytest.mark.parametrize("host", ["no-such-host.invalid", "feed.example.invalid"])
async def test_no_such_host(host: str) -> None:
    async with fetcher() as client:
        got = await client.fetch(Ask(url=f"http://{host}/feed", seconds=15))
    assert isinstance(got, Failed)
    assert got.failure in (Failure.UNKNOWN_HOST, Failure.DNS_TEMPORARY)


def tls(names: list[str], *, trusted: bool) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(*names).configure_cert(server)
    if trusted:
        authority.configure_trust(client)
    return server, client


@pytest.mark.parametrize(
    ("names", "trusted", "failure"),
    [
        pytest.param(["127.0.0.1"], True, None, id="a good certificate"),
        pytest.param(["127.0.0.1"], False, Failure.TLS, id="an unknown authority"),
        pytest.param(["diario.example"], True, Failure.TLS, id="another host's certificate"),
    ],
)
async def test_certificates(names: list[str], trusted: bool, failure: Failure | None) -> None:
    server, client_tls = tls(names, trusted=trusted)
    async with serving({"/feed": answer(BODY)}, tls=server) as site, fetcher(tls=client_tls) as client:
        got = await client.fetch(Ask(url=site.url().replace("http:", "https:"), seconds=10))
    assert (got.failure if isinstance(got, Failed) else None) is failure


async def test_tls_spoken_to_a_plain_server() -> None:
    async def plain(_: asyncio.StreamReader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    async with server, fetcher() as client:
        port = server.sockets[0].getsockname()[1]
        got = await client.fetch(Ask(url=f"https://127.0.0.1:{port}/feed", seconds=10))
    assert isinstance(got, Failed)
    assert got.failure in (Failure.TLS, Failure.BROKEN, Failure.UNREACHABLE)


async def test_a_stuck_host_delays_no_other() -> None:
    async with serving({"/feed": hang}) as stuck, serving({"/feed": answer(BODY)}) as good, fetcher() as client:
        waiting = [asyncio.create_task(client.fetch(Ask(url=stuck.url(), seconds=30))) for _ in range(50)]
        await asyncio.sleep(0)
        got = await asyncio.wait_for(client.fetch(Ask(url=good.url(), seconds=10)), 10)
        assert isinstance(got, Fetched)
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_proxy_gets_every_request() -> None:
    async with serving({"*": answer(BODY)}) as proxy, Fetcher("x", (), proxy=proxy.url("")) as client:
        got = await client.fetch(Ask(url="http://diario.example/feed", seconds=10))
        refused = await client.fetch(Ask(url="http://10.0.0.1/feed", seconds=10))
    assert isinstance(got, Fetched)
    assert [request.target for request in proxy.requests] == ["http://diario.example/feed"]
    assert isinstance(refused, Failed)
    assert refused.failure is Failure.REFUSED_ADDRESS
