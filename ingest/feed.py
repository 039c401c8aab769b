"""Feeds: bytes and what the server said of them become entries, or a reason why they are no feed. Pure."""

import io
import re
from typing import Any
from urllib.parse import urljoin

import feedparser

from ingest.dates import parse_date
from ingest.entries import (
    MAX_TEXT,
    MAX_TITLE,
    Entry,
    FeedParse,
    Hints,
    Media,
    NotAFeed,
    language_code,
    media_kind,
    plain,
    unique,
)
from ingest.feedtext import decode_feed
from ingest.jsonfeed import parse_json_feed
from ingest.links import resolve
from ingest.sitemap import parse_sitemap

MAX_ENTRIES = 2_000
"""Entries read of one document (Media Cloud's limit)."""
SNIFF = 64 * 1024
"""Characters within which the root element must begin."""
ROOT = re.compile(
    r"<(?:[A-Za-z][\w.-]{0,30}:)?(rss|rdf|feed|urlset|sitemapindex|html|head|body|opml|channel)(?=[\s/>])", re.I
)
PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.S | re.I)
DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.S | re.I)
FEED_ROOTS = ("rss", "rdf", "feed", "channel")
CLOSINGS = {"rss": "</item>", "channel": "</item>", "rdf": "</item>", "feed": "</entry>"}
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF file"),
    (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"PK\x03\x04", "an archive"),
    (b"\x1f\x8b", "compressed data"),
    (b"\x7fELF", "a program"),
    (b"RIFF", "a sound or image file"),
)
SECONDS = {"hourly": 3_600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
"""sy:updatePeriod in seconds (RSS 1.0 syndication module)."""


def parse(body: bytes, url: str = "", content_type: str | None = None) -> FeedParse | NotAFeed:
    """The feed in `body`, which came from `url` (relative links resolve against it) with that Content-Type.

    Never raises. An empty list of entries is a feed like any other; what is no feed comes back with a reason.
    """
    unreadable = _not_text(body)
    if unreadable:
        return NotAFeed(reason=unreadable)
    text, charset, source = decode_feed(body, content_type)
    if text.lstrip()[:1] in ("{", "["):
        return parse_json_feed(text, url)
    text, start = _without_doctype(text)
    root = ROOT.search(text, start, start + SNIFF)
    if root is None:
        return NotAFeed(reason=f"no feed element in it; it begins with {text.strip()[:40]!r}")
    name = root[1].lower()
    if name in ("urlset", "sitemapindex"):
        return parse_sitemap(text, url, MAX_ENTRIES)
    if name == "opml":
        return NotAFeed(reason="a list of feeds (OPML): use `newswatch feeds import`")
    if name not in FEED_ROOTS:
        return NotAFeed(reason="a web page (HTML), not a feed: `newswatch feeds discover` looks for its feeds")
    return _parse_xml(text, name, root.start(), url, charset, source)


def _not_text(body: bytes) -> str | None:
    if not body.strip():
        return "the answer is empty"
    return next((f"the answer is {what}" for signature, what in SIGNATURES if body.startswith(signature)), None)


def _without_doctype(text: str) -> tuple[str, int]:
    """`text` without its document type, whose entities nobody needs, and where its prolog ends."""
    prolog = PROLOG.match(text)
    end = prolog.end() if prolog else 0
    kept = DOCTYPE.sub("", text[:end])
    return kept + text[end:], len(kept)


def _parse_xml(text: str, root: str, start: int, url: str, charset: str, source: str) -> FeedParse | NotAFeed:
    notes = ["wrong-charset"] if source == "guess" else []
    prolog = PROLOG.match(text)
    if (prolog.end() if prolog else 0) < start or (text[:1].isspace() and "<?xml" in text[:start]):
        text, notes = text[start:], [*notes, "junk-before"]
    whole = _whole(text, root)
    if whole is not text:
        notes.append("truncated")
    try:
        read = feedparser.parse(
            io.BytesIO(whole.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # feedparser raises whatever its inner parsers raise; for us it is one answer
        return NotAFeed(reason=f"unreadable: {type(error).__name__} {str(error)[:200]}")
    if not read.get("version") and not read.get("entries"):
        return NotAFeed(reason=f"a <{root}> element without the shape of a feed")
    if read.get("bozo") and "truncated" not in notes:
        notes.append("not-well-formed")
    if len(read.entries) > MAX_ENTRIES:
        notes.append("too-many-entries")
    return _feed(read, url, charset, tuple(notes))


def _whole(text: str, root: str) -> str:
    """`text`, or without its last, cut entry when the document ends before its root element does."""
    tail = text[-2048:].lower()
    if re.search(rf"</(?:[\w.-]+:)?{root}\s*>", tail):
        return text
    closing = CLOSINGS[root]
    last = text.lower().rfind(closing)
    return text if last < 0 else text[: last + len(closing)]


def _feed(read: Any, url: str, charset: str, notes: tuple[str, ...]) -> FeedParse:
    about = read.feed
    links = {link.get("rel", ""): link.get("href") for link in about.get("links", []) if isinstance(link, dict)}
    language = language_code(_text(about.get("language")))
    version = read.get("version") or "unknown"
    entries = (_entry(item, url, version, language) for item in read.entries[:MAX_ENTRIES])
    return FeedParse(
        format=version,
        entries=tuple(entry for entry in entries if entry.url or entry.guid or entry.title or entry.body),
        title=plain(_text(about.get("title")))[:MAX_TITLE] or None,
        site=resolve(_text(about.get("link")), url or None),
        language=language,
        hub=resolve(_text(links.get("hub")), url or None),
        hub_topic=resolve(_text(links.get("self")), url or None) if links.get("hub") else None,
        hints=_hints(about),
        charset=charset,
        notes=notes,
    )


def _hints(about: Any) -> Hints:
    minutes = _number(about.get("ttl"))
    period = SECONDS.get(str(about.get("sy_updateperiod", "")).strip().lower())
    frequency = _number(about.get("sy_updatefrequency")) or 1.0
    return Hints(
        ttl=minutes * 60 if minutes and minutes < 527_040 else None,
        update_every=period / frequency if period and frequency > 0 else None,
    )


def _number(text: object) -> float | None:
    try:
        value = float(str(text).strip())
    except ValueError:
        return None
    return value if 0 < value < 1e9 else None


def _entry(item: Any, url: str, version: str, language: str | None) -> Entry:
    base = _base(item, url)
    link = _text(item.get("feedburner_origlink")) or _link(item)
    guid = _text(item.get("id"))
    published, source, raw = _date(item, version, language)
    contents = [_text(part.get("value")) or "" for part in item.get("content", []) if isinstance(part, dict)]
    summary = _text(item.get("summary"))
    detail = item.get("title_detail") or {}
    return Entry(
        guid=guid,
        url=resolve(link, base) or (resolve(guid, base) if guid and "://" in guid else None),
        link=link,
        title=plain(_text(item.get("title")))[:MAX_TITLE] or None,
        authors=unique(
            [plain(_text(author.get("name"))) for author in item.get("authors", []) if isinstance(author, dict)]
        ),
        summary=summary[:MAX_TEXT] if summary else None,
        content=max(contents, key=len, default="")[:MAX_TEXT] or None,
        published=published,
        published_source=source,
        published_raw=raw,
        updated=parse_date(_text(dict.get(item, "updated"))),
        language=language_code(_text(detail.get("language"))) or language,
        tags=unique([plain(_text(tag.get("term")))[:200] for tag in item.get("tags", []) if isinstance(tag, dict)]),
        media=_media(item, base),
    )


def _base(item: Any, url: str) -> str | None:
    for name in ("title_detail", "summary_detail"):
        detail = item.get(name)
        inner = _text(detail.get("base")) if isinstance(detail, dict) else None
        if inner:
            try:
                return urljoin(url, inner)
            except ValueError:
                break
    return url or None


def _link(item: Any) -> str | None:
    alternates = [
        href
        for link in item.get("links", [])
        if isinstance(link, dict) and link.get("rel", "alternate") == "alternate" and (href := _text(link.get("href")))
    ]
    return alternates[0] if alternates else _text(item.get("link"))


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _date(item: Any, version: str, language: str | None) -> tuple[Any, str | None, str | None]:
    atom = version.startswith("atom")
    names = (
        ("published", "atom:published" if atom else "rss:pubDate"),
        ("created", "dcterms:created"),
        ("updated", "atom:updated" if atom else "dc:date"),
    )
    raw = None
    for key, name in names:
        raw = _text(dict.get(item, key)) or raw
        moment = parse_date(_text(dict.get(item, key)), day_first=language != "en") or _feedparser_date(item, key)
        if moment:
            return moment, name, raw
    return None, None, raw


def _feedparser_date(item: Any, key: str) -> Any:
    parsed = dict.get(item, f"{key}_parsed")
    return parse_date("{}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*parsed[:6])) if parsed else None


def _media(item: Any, base: str | None) -> tuple[Media, ...]:
    found: dict[str, Media] = {}
    candidates = [
        *((link.get("href"), link, None) for link in item.get("links", []) if link.get("rel") == "enclosure"),
        *((media.get("url"), media, None) for media in item.get("media_content", [])),
        *((media.get("url"), media, "image") for media in item.get("media_thumbnail", [])),
    ]
    for link, facts, medium in candidates[:50]:
        url = resolve(_text(link), base)
        if url and url not in found:
            size = _number(facts.get("length") or facts.get("filesize") or "")
            kind = media_kind(url, _text(facts.get("type")), medium or _text(facts.get("medium")))
            found[url] = Media(url=url, kind=kind, type=_text(facts.get("type")), size=int(size) if size else None)
    return tuple(found.values())
