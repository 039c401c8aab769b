"""Ten thousand feeds for the benchmark: `python -m tests.bench.feed_bench_server PORT SECONDS`.

Each loopback address 127.3.a.b is a feed of thirty entries; every SECONDS one feed in ten gets a new entry. Every other
feed knows ETags. /count answers how many requests came.
"""

import asyncio
import hashlib
import sys
import time

ENTRIES = 30
CHANGED_SHARE = 10
TEXT = "El gobierno anunció nuevas medidas y la oposición respondió que no bastan. " * 5


def host_of(number: int) -> str:
    """The address of feed `number`."""
    return f"127.3.{number // 250}.{number % 250 + 1}"


def edition(host: str, round_number: int) -> int:
    """How many entries the feed has had by this round: one more in each round it is drawn for."""
    drawn = (
        int.from_bytes(hashlib.blake2b(f"{host} {number}".encode(), digest_size=4).digest(), "big") % CHANGED_SHARE == 0
        for number in range(round_number + 1)
    )
    return ENTRIES + sum(drawn)


def document(host: str, port: int, newest: int) -> bytes:
    """The feed with its newest entries."""
    items = "".join(
        f"<item><title>Nota {k} de {host}</title><link>http://{host}:{port}/nota/{k}</link>"
        f"<guid isPermaLink='false'>{host}-{k}</guid><pubDate>Mon, 05 Jan 2026 10:00:{k % 60:02} GMT</pubDate>"
        f"<description>&lt;p&gt;{TEXT}&lt;/p&gt;</description></item>"
        for k in range(newest - ENTRIES, newest)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'.encode()


def knows_etags(host: str) -> bool:
    """Every other feed."""
    return int(host.rpartition(".")[2]) % 2 == 0


class Server:
    """Answers from a cache of documents, so that it costs little beside what is measured."""

    def __init__(self, port: int, seconds: float) -> None:
        self._port, self._seconds, self._start = port, seconds, time.time()
        self._cache: dict[str, tuple[int, bytes]] = {}
        self.requests = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                writer.write(self.answer(head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def answer(self, head: str) -> bytes:
        """The answer to one request."""
        if head.startswith("GET /count"):
            body = str(self.requests).encode()
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        self.requests += 1
        lines = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        host = lines["host"].partition(":")[0]
        newest = edition(host, int((time.time() - self._start) / self._seconds))
        tag = f'"{newest}"'
        if knows_etags(host) and lines.get("if-none-match") == tag:
            return b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n"
        known = self._cache.get(host)
        if known is None or known[0] != newest:
            known = self._cache[host] = (newest, document(host, self._port, newest))
        etag = f"ETag: {tag}\r\n" if knows_etags(host) else ""
        return f"HTTP/1.1 200 OK\r\n{etag}Content-Length: {len(known[1])}\r\n\r\n".encode() + known[1]


async def main(port: int, seconds: float) -> None:
    """Serves for ever."""
    listening = await asyncio.start_server(Server(port, seconds).handle, "0.0.0.0", port, backlog=4096)
    async with listening:
        await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
