"""Article pages: what a page says it is (canonical address, AMP), and what is no text at all. Pure."""

import re
from urllib.parse import urlsplit

from ingest.entries import kind_by_ending
from ingest.links import AMP_HOST, host_of, resolve, variant

HEAD = 256 * 1024
"""Bytes of a page in which its head is looked for."""
HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "")
PLAIN_TYPES = ("text/plain",)
KINDS = {"image": "image", "audio": "audio", "video": "video", "application/pdf": "document"}
SIGNATURES = (
    (b"%PDF", "document"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"PK", "document"),
)
_LINK = re.compile(rb"<link\b[^>]{1,2000}>", re.I)
_REL = re.compile(rb"""\brel\s*=\s*["']?\s*([^"'>]{1,80})""", re.I)
_HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]{1,2048})"|'([^']{1,2048})'|([^\s>]{1,2048}))""", re.I)
_AMP = re.compile(rb"<html\b[^>]{0,400}?\s(?:amp|\xe2\x9a\xa1)(?=[\s=>])", re.I)


def kind_of(url: str, content_type: str | None, body: bytes = b"") -> str:
    """page, text, image, audio, video, document or other, by the server's word, the first bytes and the address."""
    mime = (content_type or "").partition(";")[0].strip().lower()
    for signature, kind in SIGNATURES:
        if body.startswith(signature):
            return kind
    if mime in HTML_TYPES:
        return "page" if mime or not kind_by_ending(url) else str(kind_by_ending(url))
    if mime in PLAIN_TYPES:
        return "page" if body.lstrip()[:1] == b"<" else "text"
    return KINDS.get(mime) or KINDS.get(mime.partition("/")[0]) or "other"


def better_address(url: str, body: bytes) -> str | None:
    """The page's own canonical address, when `url` is an AMP or print variant of it; None when there is none better.

    A canonical address counts only on the same site (an AMP cache speaks for another) and never when it is a front
    page: broken templates send every article there.
    """
    if variant(url) is None and not _AMP.search(body[:2000]):
        return None
    canonical = canonical_of(url, body)
    if canonical is None or canonical == url or variant(canonical) is not None:
        return None
    return canonical


def canonical_of(url: str, body: bytes) -> str | None:
    """The address the page's head calls canonical, if it can be one of this page."""
    for link in _LINK.finditer(body[:HEAD]):
        rel, href = _REL.search(link[0]), _HREF.search(link[0])
        if rel and href and b"canonical" in rel[1].lower().split():
            text = next(part for part in href.groups() if part).decode("utf-8", "replace").replace("&amp;", "&")
            found = resolve(text, url)
            if found and urlsplit(found).path.strip("/") and _same_site(found, url):
                return found
    return None


def _same_site(one: str, other: str) -> bool:
    left, right = _site(host_of(one)), _site(host_of(other))
    return (
        left == right
        or left.endswith("." + right)
        or right.endswith("." + left)
        or bool(AMP_HOST.search(host_of(other)))
    )


def _site(host: str) -> str:
    for prefix in ("www.", "amp.", "m.", "mobile."):
        host = host.removeprefix(prefix)
    return host
