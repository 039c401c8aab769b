"""The guard on real sockets: what is refused is refused at the socket, whatever the name said a moment before."""

import socket
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from ingest.answers import Failed, Fetched
from ingest.ask import Ask
from ingest.failures import Failure
from ingest.fetch import Fetcher
from ingest.ssrf import parse_networks
from tests.contracts.feeds.site import answer, redirect, rss, serving


class Lying(AbstractResolver):
    """Answers look-ups from a list: a public address first, a private one when it is asked again."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.addresses[min(self.asked, len(self.addresses) - 1)]
        self.asked += 1
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
        ]

    async def close(self) -> None:
        """Nothing to end."""


async def ask(url: str, *addresses: str, allowed: str = "") -> Any:
    resolver = Lying(*addresses) if addresses else None
    async with Fetcher("x", parse_networks(allowed), resolver=resolver) as client:
        return await client.fetch(Ask(url=url, seconds=5))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.0.1",
        "172.20.1.1",
        "169.254.169.254",
        "100.64.3.2",
        "0.0.0.0",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
async def test_a_name_that_leads_inside_is_refused_at_the_socket(address: str) -> None:
    async with serving({"/feed": answer(rss())}) as site:
        got = await ask(f"http://feed.example:{site.port}/feed", address)
    assert isinstance(got, Failed)
    assert got.failure is Failure.REFUSED_ADDRESS
    assert "refused" in got.detail
    assert site.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "localhost"])
async def test_the_machine_itself_is_refused_in_every_form(host: str) -> None:
    async with serving({"/feed": answer(rss())}) as site:
        got = await ask(f"http://{host}:{site.port}/feed")
    assert isinstance(got, Failed)
    assert got.failure is Failure.REFUSED_ADDRESS
    assert site.requests == []


async def test_digits_of_other_scripts_are_no_way_round() -> None:
    async with serving({"/feed": answer(rss())}) as site:
        got = await ask(f"http://①②⑦.⓪.⓪.①:{site.port}/feed")
    assert isinstance(got, Failed)
    assert site.requests == []


async def test_rebinding_between_two_hops_is_refused() -> None:
    """The first look-up leads to an allowed address, which redirects to the same name, now private."""
    async with serving({"/feed": redirect("http://other.example:1/feed")}) as site:
        got = await ask(f"http://feed.example:{site.port}/feed", "127.0.0.1", "10.0.0.1", allowed="127.0.0.1/32")
    assert isinstance(got, Failed)
    assert got.failure is Failure.REFUSED_ADDRESS
    assert "10.0.0.1" in got.detail


async def test_a_check_of_the_name_is_never_trusted() -> None:
    """Whatever earlier look-ups said, the address of this very connection is judged."""
    resolver = Lying("93.184.216.34", "127.0.0.1")
    await resolver.resolve("feed.example")  # what a check before the request would have seen
    async with serving({"/feed": answer(rss())}) as site, Fetcher("x", (), resolver=resolver) as client:
        got = await client.fetch(Ask(url=f"http://feed.example:{site.port}/feed", seconds=5))
    assert isinstance(got, Failed)
    assert got.failure is Failure.REFUSED_ADDRESS
    assert site.requests == []


async def test_an_allowed_network_is_reached() -> None:
    async with serving({"/feed": answer(rss())}) as site:
        got = await ask(f"http://feed.example:{site.port}/feed", "127.0.0.1", allowed="127.0.0.0/8")
    assert isinstance(got, Fetched)
