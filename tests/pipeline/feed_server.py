"""Hundreds of feeds that publish on a known script, in a process of its own so that it can be killed.

`python -m tests.pipeline.feed_server PORT START PERIOD ENTRIES`: the feed of host 127.2.a.b shows entry number k from
START + k·PERIOD on (seconds since 1970, shifted a little by feed), at most ENTRIES in all, the newest twenty at a time.
"""

import asyncio
import sys
import time

NEWEST = 20


def host_of(number: int) -> str:
    """The loopback address feed `number` has for itself, so that it counts as a host of its own."""
    return f"127.2.{number // 250}.{number % 250 + 1}"


def entry_url(host: str, port: int, entry: int) -> str:
    """The address of an entry."""
    return f"http://{host}:{port}/nota/{entry}"


def visible(start: float, period: float, entries: int, shift: float, now: float) -> int:
    """How many entries the feed has published by `now`."""
    return max(0, min(entries, int((now - start - shift) // period) + 1))


def document(host: str, port: int, count: int) -> bytes:
    """The feed as it stands with `count` entries."""
    items = "".join(
        f"<item><title>Nota {k} de {host}</title><link>{entry_url(host, port, k)}</link>"
        f"<guid isPermaLink='false'>{host}-{k}</guid><description>Texto {k}.</description></item>"
        for k in range(max(0, count - NEWEST), count)
    )
    return f'<rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'.encode()


async def serve(port: int, start: float, period: float, entries: int) -> None:
    """Serves for ever."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                host = head.lower().partition(b"\r\nhost:")[2].partition(b"\r\n")[0].decode().strip().partition(":")[0]
                shift = sum(map(int, host.split("."))) % 10 / 10 * period
                body = document(host, port, visible(start, period, entries, shift, time.time()))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "0.0.0.0", port, backlog=1024, reuse_address=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
