"""Deterministic ids: the same article, event, story or alert has the same id however often it comes by."""

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from newswatch.errors import Unprocessable
from newswatch.reject_reasons import Reason

TRACKING = frozenset(
    {"gclid", "fbclid", "dclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "ref_src", "cmpid", "ito", "spm"}
)  # click and campaign ids appended by ad networks, mailers and share buttons
TRACKING_PREFIXES = ("utm_", "ga_", "at_", "pk_", "_")  # campaign families; a leading underscore is a session mark
DEFAULT_PORTS = {"http": 80, "https": 443}
TRAILING = re.compile(r"[/\s]+$")


def digest(*parts: str) -> str:
    """32 hex digits (128 bits of BLAKE2b) of the parts, each kept apart from the next."""
    hasher = hashlib.blake2b(digest_size=16)
    for part in parts:
        hasher.update(part.encode("utf-8", "surrogatepass"))
        hasher.update(b"\x1f")
    return hasher.hexdigest()


def identity_url(url: str) -> str:
    """The lossy form of `url` that two addresses of one article share; not for fetching.

    Scheme dropped to http, host lower-cased without "www." and default port, fragment and tracking parameters gone, the
    rest of the query sorted, slashes and white space at the end of the path removed. Idempotent. `urn:` addresses of
    replayed files come back as they are. Raises Unprocessable (INVALID_URL) for what is no http(s) address with a host.
    """
    if url.startswith("urn:"):
        return url
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise Unprocessable(f"not a web address: {url[:200]!r} ({error})", Reason.INVALID_URL) from error
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not host:
        raise Unprocessable(f"not an http or https address: {url[:200]!r}", Reason.INVALID_URL)
    while host.startswith("www."):
        host = host.removeprefix("www.")
    netloc = host if port in (None, *DEFAULT_PORTS.values()) else f"{host}:{port}"
    kept = sorted(
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        if key.lower() not in TRACKING and not key.lower().startswith(TRACKING_PREFIXES)
    )
    query = urlencode(kept, errors="surrogateescape")
    path = TRAILING.sub("", parts.path) or "/"
    return f"http://{netloc}{path}" + (f"?{query}" if query else "")


def article_id(url: str) -> str:
    """The id of the article at `url`. Raises Unprocessable (INVALID_URL)."""
    return digest("article", identity_url(url))


def content_urn(data: bytes) -> str:
    """The address of a replayed file that names none of its own: derived from its bytes, so a replay meets itself."""
    return "urn:newswatch:" + hashlib.blake2b(data, digest_size=16).hexdigest()
