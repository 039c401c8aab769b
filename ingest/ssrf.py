"""Which addresses may be connected to. Checked on the address of the socket itself, on every hop, not on the name."""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from newswatch.errors import UserError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
)  # AWS and most others, AWS ECS, Alibaba, Azure, Oracle, AWS over IPv6
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""Prefixes whose last 32 bits are an IPv4 address (RFC 6052, RFC 8215)."""
COMPATIBLE = ipaddress.ip_network("::/96")
SHARED = ipaddress.ip_network("100.64.0.0/10")
LEGACY_IPV4 = re.compile(r"^(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+)){0,3}\.?$", re.I)
"""Every way inet_aton reads an IPv4 address: decimal, octal, hexadecimal, with one to four parts."""


class RefusedAddress(OSError):
    """The socket would have gone to an address that is not for feeds."""


def parse_networks(text: str) -> tuple[Network, ...]:
    """Networks of a comma-separated list in CIDR form. Raises UserError naming the one that is wrong."""
    networks = []
    for part in (piece.strip() for piece in text.split(",")):
        if not part:
            continue
        try:
            networks.append(ipaddress.ip_network(part, strict=False))
        except ValueError as error:
            raise UserError(f"ingest.allow_private: {part!r} is not a network such as 10.0.0.0/8 ({error})") from error
    return tuple(networks)


def refusal(address: str, allowed: Iterable[Network] = ()) -> str | None:
    """Why `address` (text of an IP address) may not be connected to, None when it may.

    Addresses that carry an IPv4 address inside (mapped, compatible, 6to4, Teredo, NAT64) are judged by that one too.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"{address!r} is not an IP address"
    every = _inside(parsed) or (parsed,)
    if any(one in network for one in (parsed, *every) for network in allowed if one.version == network.version):
        return None
    if parsed in METADATA:
        every = (parsed,)
    for one in every:
        kind = _kind(one)
        if kind:
            carried = "" if one is parsed else f", which carries {one}"
            return f"{address}{carried} is {kind}: refused (ingest.allow_private lists exceptions)"
    return None


def _inside(address: Address) -> tuple[Address, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    carried: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    if address.teredo:
        carried.extend(address.teredo)
    if any(address in network for network in NAT64) or (address in COMPATIBLE and int(address) > 0xFFFF):
        carried.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(one for one in carried if one is not None)


def _kind(address: Address) -> str | None:
    if address in METADATA:
        return "a cloud metadata service"
    flags = (
        (address.is_unspecified, "the unspecified address"),
        (address.is_loopback, "a loopback address"),
        (address.is_link_local, "a link-local address"),
        (address.is_multicast, "a multicast address"),
        (isinstance(address, ipaddress.IPv6Address) and address.is_site_local, "a site-local address"),
        (address.version == 4 and address in SHARED, "a shared carrier address"),
        (address.is_private, "a private address"),
        (address.is_reserved, "a reserved address"),
    )
    for holds, name in flags:
        if holds:
            return name
    return None if address.is_global else "not a public address"


def url_refusal(url: str, allowed: Iterable[Network] = ()) -> str | None:
    """Why `url` may not be asked for, judged before any name is looked up; None when only its sockets can tell."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").strip()
        _ = parts.port
    except ValueError as error:
        return f"not a web address: {error}"
    if parts.scheme.lower() not in ("http", "https"):
        return f"scheme {parts.scheme or 'missing'!r} is not http or https"
    if not host:
        return "the address names no host"
    if ":" in host:
        return refusal(host, allowed)
    if LEGACY_IPV4.match(host):
        return _numeric_refusal(host, allowed)
    return None


def _numeric_refusal(host: str, allowed: Iterable[Network]) -> str | None:
    try:
        address = socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return f"{host!r} is not an IP address"
    reason = refusal(address, allowed)
    if reason:
        return reason if address == host else f"{host} means {reason}"
    return None if address == host else f"{host} is {address} in an unusual form: refused"


def guarded_socket(allowed: Iterable[Network]) -> Callable[[Any], socket.socket]:
    """A socket factory that refuses by the address it is about to connect to. Raises RefusedAddress."""
    networks = tuple(allowed)

    def make(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        reason = refusal(str(address[0]), networks)
        if reason:
            raise RefusedAddress(reason)
        made = socket.socket(family=family, type=kind, proto=protocol)
        made.setblocking(False)
        return made

    return make
