"""Files → raw articles: JSON lines, pages, page dumps, feeds, web archives. Pure, but for reading the stream given."""

import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import msgspec

from ingest import charset, feed, kinds, warcs
from ingest.entries import Entry, NotAFeed
from ingest.jsonlines import read_line
from ingest.kinds import Kind
from ingest.refusals import refused, refused_error
from newswatch.errors import Unprocessable
from newswatch.identity import article_id, content_urn
from newswatch.records.raw import BodySource, HttpFacts, Origin, RawArticle
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes of one page, dump or feed; more is too large to be one."""

LARGEST_LINE = 16 * 1024 * 1024
"""Bytes of one JSON line; a longer one is refused and the next line goes on."""

GZIP = b"\x1f\x8b"

_CANONICAL = re.compile(
    r"""<link\b[^>]{0,300}?\brel\s*=\s*["']?canonical["']?[^>]{0,600}>|<meta\b[^>]{0,200}?["']og:url["'][^>]{0,600}>""",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"""\b(?:href|content)\s*=\s*["']?(https?://[^"'\s>]+)""", re.IGNORECASE)
_URL_LINE = re.compile(r"^\s*(?:url|link|source|fuente|enlace|fonte)\s*:\s*(https?://\S+)\s*$", re.IGNORECASE)

HEAD = 200_000
"""Characters of a page in which its own address is looked for."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part of a file that is rightly no article: an image in a web archive, a blank line."""

    why: str


Document = RawArticle | Rejected | Skipped


def documents(name: str, stream: io.BufferedReader, now: datetime, url: str | None = None) -> Iterator[Document]:
    """Each document of the open file `name`, in order; a bad one as a Rejected, and the rest goes on.

    `url` is the address of a file that is one page.
    Lines and archive records are read one at a time; gzip is unpacked on the way. Raises what reading the stream
    raises: OSError, EOFError, zlib.error.
    """
    opening = stream.peek(kinds.OPENING)[: kinds.OPENING]
    if opening.startswith(GZIP):
        stream = io.BufferedReader(gzip.GzipFile(fileobj=stream), kinds.OPENING)
        opening = stream.peek(kinds.OPENING)[: kinds.OPENING]
    kind = kinds.kind_of(name.removesuffix(".gz"), opening)
    if kind is Kind.JSON_LINES:
        yield from _json_lines(name, stream, now)
    elif kind is Kind.WARC:
        yield from warcs.responses(name, stream, now, partial(_page, now=now), Skipped)
    else:
        yield from _whole(name, kind, stream.read(LARGEST_FILE + 1), now, url)


def _whole(name: str, kind: Kind, data: bytes, now: datetime, url: str | None) -> Iterator[Document]:
    if kind is Kind.EMPTY:
        yield refused(name, Reason.EMPTY, "the file is empty", data, now)
    elif kind is Kind.BINARY:
        yield refused(name, Reason.UNSUPPORTED_TYPE, "not text: an image, archive, PDF or program", data, now)
    elif len(data) > LARGEST_FILE:
        detail = f"more than {LARGEST_FILE} bytes; no page or feed is that large"
        yield refused(name, Reason.TOO_LARGE, detail, data, now)
    elif kind is Kind.FEED:
        yield from _feed(name, data, now)
    elif kind is Kind.HTML:
        yield _page(name, data, now=now, url=url)
    else:
        yield _dump(name, data, now)


def _json_lines(name: str, stream: io.BufferedReader, now: datetime) -> Iterator[Document]:
    number, pending = 0, b""
    while line := pending or stream.readline(LARGEST_LINE + 1):
        pending, number = b"", number + 1
        place = f"{name}:{number}"
        if len(line) > LARGEST_LINE:
            yield refused(place, Reason.TOO_LARGE, f"a line of more than {LARGEST_LINE} bytes", line, now)
            while line and not line.endswith(b"\n"):
                line = stream.readline(LARGEST_LINE)
            continue
        if number == 1 and line.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[":
            yield from _json_array(name, line + stream.read(LARGEST_FILE), now)
            return
        if line.strip():
            yield _json_line(place, line.removeprefix(b"\xef\xbb\xbf").strip(), now)


def _json_array(name: str, data: bytes, now: datetime) -> Iterator[Document]:
    try:
        items = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield refused(name, Reason.INVALID_RECORD, f"not a list of articles in JSON: {error}", data, now)
        return
    for number, item in enumerate(items, 1):
        yield _json_line(f"{name}:{number}", bytes(item), now)


def _json_line(place: str, line: bytes, now: datetime) -> RawArticle | Rejected:
    try:
        return read_line(line, now)
    except Unprocessable as error:
        return refused_error(place, error, line, now)


def _page(
    place: str,
    data: bytes,
    *,
    now: datetime,
    url: str | None = None,
    content_type: str | None = None,
    status: int | None = None,
) -> RawArticle | Rejected:
    """A page; without `url`, its address is the canonical one it names, else one made of its bytes."""
    if not data.strip(b"\x00 \t\r\n"):
        return refused(place, Reason.EMPTY, "the page is empty", data, now, url)
    decoded = charset.decode(data, content_type)
    text = decoded.text.replace("\x00", "")
    try:
        address = url or _own_address(text) or content_urn(data)
        ident = article_id(address)
    except Unprocessable as error:
        return refused_error(place, error, data, now)
    return RawArticle(
        article_id=ident,
        url=address,
        first_seen=now,
        fetched_at=now,
        origin=Origin.REPLAY,
        html=text,
        body_source=BodySource.PAGE,
        http=HttpFacts(
            status=status, content_type=content_type, charset=decoded.charset, charset_source=decoded.source
        ),
    )


def _own_address(page: str) -> str | None:
    for element in _CANONICAL.finditer(page[:HEAD]):
        if (address := _ADDRESS.search(element[0])) and (ident := address[1].replace("&amp;", "&")):
            return ident
    return None


def _dump(place: str, data: bytes, now: datetime) -> RawArticle | Rejected:
    decoded = charset.decode(data)
    text = decoded.text.replace("\x00", "")
    lines = text.splitlines()
    named = next((found[1] for line in lines[:12] if (found := _URL_LINE.match(line))), None)
    if named:
        text = "\n".join(line for line in lines if not _URL_LINE.match(line))
    try:
        address = named or content_urn(data)
        ident = article_id(address)
    except Unprocessable as error:
        return refused_error(place, error, data, now)
    return RawArticle(
        article_id=ident,
        url=address,
        first_seen=now,
        fetched_at=now,
        origin=Origin.REPLAY,
        text=text,
        body_source=BodySource.FILE,
        http=HttpFacts(charset=decoded.charset, charset_source=decoded.source),
    )


def _feed(place: str, data: bytes, now: datetime) -> Iterator[Document]:
    parsed = feed.parse(data)
    if isinstance(parsed, NotAFeed):
        yield refused(place, Reason.INVALID_RECORD, parsed.reason, data, now)
        return
    for number, entry in enumerate(parsed.entries, 1):
        try:
            yield _entry(entry, parsed.title, now)
        except Unprocessable as error:
            yield refused_error(f"{place}:{number}", error, msgspec.json.encode(entry), now)
    if not parsed.entries:
        yield Skipped("feed without entries")


def _entry(entry: Entry, source: str | None, now: datetime) -> RawArticle:
    if not entry.url and not entry.guid:
        raise Unprocessable("an entry without address and id")
    url = entry.url or content_urn(f"guid:{entry.guid}".encode())
    return RawArticle(
        article_id=article_id(url),
        url=url,
        first_seen=now,
        fetched_at=now,
        origin=Origin.REPLAY,
        source=source,
        entry_id=entry.guid,
        title=entry.title,
        authors=entry.authors,
        summary=entry.summary or entry.content or entry.title,
        published=entry.published.isoformat() if entry.published else None,
        published_source="feed",
        language=entry.language,
        html=entry.content,
        body_source=BodySource.ENTRY,
        tags=entry.tags,
        media=tuple(medium.url for medium in entry.media),
    )
