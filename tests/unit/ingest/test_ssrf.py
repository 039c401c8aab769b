"""No feed leads this program into a private network, in whatever form the address is written."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.ssrf import RefusedAddress, guarded_socket, parse_networks, refusal, url_refusal
from newswatch.errors import UserError

PRIVATE = {
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "0.0.0.0": "unspecified",
    "10.1.2.3": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "169.254.1.1": "link-local",
    "169.254.169.254": "metadata",
    "169.254.170.2": "metadata",
    "100.100.100.200": "metadata",
    "168.63.129.16": "metadata",
    "100.64.0.1": "shared",
    "192.0.0.1": "private",
    "192.0.2.1": "private",
    "198.18.0.1": "private",
    "224.0.0.1": "multicast",
    "240.0.0.1": "private",
    "255.255.255.255": "private",
    "::": "unspecified",
    "::1": "loopback",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fc00::1": "private",
    "fd12:3456::1": "private",
    "fd00:ec2::254": "metadata",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
    "2001:db8::1": "private",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:10.0.0.1": "private",
    "::ffff:a9fe:a9fe": "metadata",
    "::127.0.0.1": "loopback",
    "64:ff9b::7f00:1": "loopback",
    "64:ff9b::a9fe:a9fe": "metadata",
    "2002:7f00:1::": "loopback",
    "2002:a9fe:a9fe::1": "metadata",
    "2001:0:7f00:1::": "loopback",
    "not an address": "not an IP address",
}


@pytest.mark.parametrize(("address", "word"), PRIVATE.items(), ids=str)
def test_private_address_is_refused_with_its_kind(address: str, word: str) -> None:
    reason = refusal(address)
    assert reason is not None
    if word != "not an IP address":
        assert word in reason or "reserved" in reason or "private" in reason
        assert "refused" in reason


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_address_is_let_through(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/feed",
        "http://127.1/feed",
        "http://2130706433/feed",
        "http://0x7f000001/feed",
        "http://0x7f.0.0.1/feed",
        "http://0177.0.0.1/feed",
        "http://017700000001/feed",
        "http://127.0.0.1./feed",
        "http://0/feed",
        "http://[::1]/feed",
        "http://[::ffff:127.0.0.1]/feed",
        "http://[fe80::1%25eth0]/feed",
        "http://169.254.169.254/latest/meta-data/",
        "http://134744072/feed",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://a.example/",
        "//a.example/feed",
        "http:///feed",
        "http://[::1/feed",
        "http://a.example:99999999999/feed",
        "",
    ],
)
def test_address_is_refused_before_any_look_up(url: str) -> None:
    assert url_refusal(url)


@pytest.mark.parametrize(
    "url", ["https://a.example/feed", "http://8.8.8.8/feed", "http://[2606:4700::1111]/feed", "http://localhost/feed"]
)
def test_address_that_only_the_socket_can_judge(url: str) -> None:
    assert url_refusal(url) is None


def test_allowed_networks_are_exceptions() -> None:
    allowed = parse_networks("127.0.0.0/8, ::1/128,10.2.0.0/16")
    assert refusal("127.0.0.1", allowed) is None
    assert refusal("::ffff:127.0.0.1", allowed) is None
    assert refusal("10.2.3.4", allowed) is None
    assert refusal("10.3.3.4", allowed)
    assert url_refusal("http://127.0.0.1/", allowed) is None


def test_a_wrong_network_is_named() -> None:
    with pytest.raises(UserError, match=r"10\.0\.0\.0/99"):
        parse_networks("10.0.0.0/99")


def test_the_socket_itself_is_refused() -> None:
    make = guarded_socket(())
    with pytest.raises(RefusedAddress, match="loopback"):
        make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
    made = guarded_socket(parse_networks("127.0.0.0/8"))((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
    made.close()


@given(st.ip_addresses())
def test_nothing_but_global_addresses_gets_through(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if refusal(str(address)) is None:
        carriers = ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
        carries = address.version == 6 and any(address in ipaddress.ip_network(text) for text in carriers)
        assert address.is_global or carries
        assert not address.is_multicast
