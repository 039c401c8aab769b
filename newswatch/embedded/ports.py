"""Free ports for the servers, outside the range the kernel hands to outgoing connections.

A client that keeps dialling a dead server on an ephemeral port can be given that very port as its own and so connect to
itself, and the server can then never bind again; ports below that range are safe across restarts.
"""

import contextlib
import random
import re
import socket
from dataclasses import dataclass
from pathlib import Path

from newswatch.errors import Unavailable

LOOPBACK = "127.0.0.1"
LOWEST = 10_000
HIGHEST = 32_000  # below every common ephemeral range (Linux 32768, macOS and Windows 49152)
TRIES = 400
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Ports a person fixed: one a broker for clients, and Elasticsearch's; empty or 0 means a free one."""

    kafka: tuple[int, ...] = ()
    elasticsearch: int = 0


def highest(text: str) -> int:
    """The top of our range, given the text of ip_local_port_range ('32768 60999')."""
    found = re.match(r"\s*(\d+)", text)
    low = int(found[1]) if found else HIGHEST + 1
    return min(HIGHEST, low - 1) if low > LOWEST + TRIES else HIGHEST


def free_ports(count: int) -> list[int]:
    """`count` different ports nothing listens on now. Raises Unavailable when none can be found."""
    text = _RANGE.read_text() if _RANGE.exists() else ""
    top = highest(text)
    chosen: list[int] = []
    for _ in range(TRIES):
        port = random.SystemRandom().randint(LOWEST, top)
        if port not in chosen and is_free(port):
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise Unavailable(f"no {count} free ports between {LOWEST} and {top}: end some listening programs")


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            return True
    return False
