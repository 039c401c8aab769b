"""A web server on the loopback interface that does exactly what a test tells it to, well or badly."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.contracts.listening import stop_listening


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked: method, target and headers with lower-case names."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""


Writer = asyncio.StreamWriter
Behaviour = Callable[[Request, Writer], Awaitable[None]]


def answer(
    body: bytes = b"", status: str = "200 OK", headers: dict[str, str] | None = None, length: int | None = None
) -> Behaviour:
    """An answer with these parts; `length` is a Content-Length other than the true one, -1 for none at all."""

    async def act(_: Request, writer: Writer) -> None:
        lines = [f"HTTP/1.1 {status}"]
        if length != -1:
            lines.append(f"Content-Length: {len(body) if length is None else length}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        writer.write(("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode("latin-1") + body)

    return act


def raw(data: bytes) -> Behaviour:
    """These bytes and the end of the connection."""

    async def act(_: Request, writer: Writer) -> None:
        writer.write(data)

    return act


def redirect(to: str, status: str = "302 Found", **headers: str) -> Behaviour:
    """A redirect."""
    return answer(b"", status, {"Location": to} | headers)


async def hang(_: Request, __: Writer) -> None:
    """Never an answer."""
    await asyncio.sleep(3600)


def drip(head: bytes, seconds: float) -> Behaviour:
    """A beginning, then one byte at a time, for ever."""

    async def act(_: Request, writer: Writer) -> None:
        writer.write(head)
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(seconds)

    return act


async def reset(_: Request, writer: Writer) -> None:
    """The connection is torn down without a word."""
    writer.transport.abort()


@dataclass
class Site:
    """The server: `pages` says what happens at each path, `requests` what was asked."""

    pages: dict[str, Behaviour]
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    _open: set["asyncio.Task[None]"] = field(default_factory=set)

    def url(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        """Requests for one path."""
        return [request for request in self.requests if request.target.partition("?")[0] == path]

    async def handle(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            request = await _request(reader)
            if request is not None:
                self.requests.append(request)
                path = request.target.partition("?")[0]
                act = self.pages.get(path) or self.pages.get("*") or answer(b"not here", "404 Not Found")
                await act(request, writer)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def stop(self) -> None:
        """Ends open connections."""
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)


async def _request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *rest = head.split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
    size = int(headers.get("content-length", 0))
    return Request(method, target, headers, await reader.readexactly(size) if size else b"")


@contextlib.asynccontextmanager
async def serving(pages: dict[str, Behaviour], tls: Any = None, host: str = "127.0.0.1") -> AsyncIterator[Site]:
    """A running site."""
    site = Site(pages)
    server = await asyncio.start_server(site.handle, host, 0, ssl=tls, limit=1024 * 1024)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        await stop_listening(server)
        await site.stop()


ITEM = (
    "<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>"
    "<pubDate>{date}</pubDate><description>{text}</description></item>"
)


def item(number: int, base: str = "https://diario.example", **changes: str) -> str:
    """One RSS item."""
    parts = {
        "title": f"Nota {number}",
        "link": f"{base}/nota/{number}",
        "guid": f"nota-{number}",
        "date": f"Mon, 05 Jan 2026 10:{number % 60:02}:00 GMT",
        "text": f"El texto propio de la nota {number}.",
    }
    return ITEM.format(**(parts | changes))


def rss(*items: str, head: str = "") -> bytes:
    """An RSS document."""
    inner = f"<title>Diario</title>{head}{''.join(items)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{inner}</channel></rss>'.encode()
