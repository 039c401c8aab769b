"""OPML in and out: folders are tags, our own facts are attributes other programs ignore."""

from collections.abc import Iterable
from typing import Any

import lxml.etree as etree
import msgspec

from ingest.links import resolve
from ingest.sitemap import local_name
from newswatch.errors import UserError
from newswatch.records.feed import FeedSettings

ATTRIBUTES = {
    "outlet": "outlet",
    "owner": "owner",
    "country": "country",
    "language": "language",
    "leaning": "leaning",
    "seenAt": "seen_at",
}
"""Attribute names beside the standard ones (text, type, xmlUrl, htmlUrl, category) and the setting each fills."""
NUMBERS = {"minInterval": "min_interval", "maxInterval": "max_interval"}
LARGEST = 20 * 1024 * 1024


def read_opml(data: bytes, name: str = "the file") -> tuple[list[FeedSettings], list[str]]:
    """Feeds of an OPML document and a sentence for each outline that could not be one.

    Every folder a feed is in becomes a tag; a feed listed twice keeps the tags of both. Raises UserError for what is no
    OPML.
    """
    if len(data) > LARGEST:
        raise UserError(f"{name} is larger than {LARGEST // 1024 // 1024} MiB; split it")
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UserError(f"{name} is not OPML: {error}") from error
    if tree is None or local_name(tree) != "opml":
        raise UserError(f"{name} is not OPML: its first element is not <opml>")
    found: dict[str, FeedSettings] = {}
    problems: list[str] = []
    for outline in tree.iter():
        if local_name(outline) == "outline":
            _add(found, problems, outline)
    return list(found.values()), problems


def write_opml(feeds: Iterable[FeedSettings], title: str = "newswatch feeds") -> bytes:
    """An OPML 2.0 document; a feed stands in the folder of its first tag, its other tags in `category`."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for feed in sorted(feeds, key=lambda feed: (feed.tags[:1], (feed.outlet or feed.title or feed.url).casefold())):
        parent = body
        if feed.tags:
            folder = feed.tags[0]
            if folder not in folders:
                folders[folder] = etree.SubElement(body, "outline", text=folder)
            parent = folders[folder]
        etree.SubElement(parent, "outline", _attributes(feed))
    return bytes(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8"))


def _add(found: dict[str, FeedSettings], problems: list[str], outline: "etree._Element") -> None:
    given = {name.lower(): value.strip() for name, value in outline.attrib.items() if value.strip()}
    link = given.get("xmlurl") or (
        given.get("url") if given.get("type", "").lower() in ("rss", "atom", "json") else None
    )
    if not link:
        return
    url = resolve(link, None)
    if url is None:
        problems.append(f"{link[:120]!r} is not a web address")
        return
    settings = _settings(url, given, _tags(outline, given))
    known = found.get(url)
    if known is not None:
        merged = (*known.tags, *(tag for tag in settings.tags if tag not in known.tags))
        settings = msgspec.structs.replace(known, tags=merged)
    found[url] = settings


def _settings(url: str, given: dict[str, str], tags: tuple[str, ...]) -> FeedSettings:
    facts: dict[str, Any] = {
        setting: given[name.lower()] for name, setting in ATTRIBUTES.items() if name.lower() in given
    }
    for name, setting in NUMBERS.items():
        if given.get(name.lower(), "").isdigit():
            facts[setting] = int(given[name.lower()])
    title = given.get("title") or given.get("text")
    made = FeedSettings(
        url=url,
        title=title,
        site=resolve(given.get("htmlurl"), None),
        tags=tags,
        fetch_pages=given.get("fetchpages", "true").lower() != "false",
        enabled=given.get("enabled", "true").lower() != "false",
    )
    return msgspec.structs.replace(made, **facts)


def _tags(outline: "etree._Element", given: dict[str, str]) -> tuple[str, ...]:
    folders = []
    parent = outline.getparent()
    while parent is not None and local_name(parent) == "outline":
        name = (parent.get("text") or parent.get("title") or "").strip()
        if name:
            folders.append(name)
        parent = parent.getparent()
    categories = [part.strip().strip("/") for part in given.get("category", "").split(",")]
    return tuple(dict.fromkeys(tag for tag in [*reversed(folders), *categories] if tag))


def _attributes(feed: FeedSettings) -> dict[str, str]:
    name = feed.title or feed.outlet or feed.url
    written: dict[str, str | None] = {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": feed.url,
        "htmlUrl": feed.site,
        "category": ",".join(feed.tags[1:]) or None,
        "fetchPages": None if feed.fetch_pages else "false",
        "enabled": None if feed.enabled else "false",
    }
    written |= {name: getattr(feed, setting) for name, setting in ATTRIBUTES.items()}
    written |= {name: _number(getattr(feed, setting)) for name, setting in NUMBERS.items()}
    return {name: value for name, value in written.items() if value}


def _number(value: int | None) -> str | None:
    return str(value) if value else None
