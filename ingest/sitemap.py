"""News sitemaps (Google News form) to entries. Pure; no entity is expanded and nothing is fetched."""

import re
from urllib.parse import urlsplit

import lxml.etree as etree

from ingest.dates import parse_date
from ingest.entries import MAX_TITLE, Entry, FeedParse, Media, NotAFeed, language_code, plain, unique
from ingest.links import resolve


def parse_sitemap(text: str, url: str, limit: int) -> FeedParse | NotAFeed:
    """The news sitemap in `text`; a sitemap without news and an index of sitemaps are no feeds."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return NotAFeed(reason=f"a sitemap that cannot be read: {str(error)[:200]}")
    if tree is None:
        return NotAFeed(reason="a sitemap that cannot be read")
    if local_name(tree) == "sitemapindex":
        return NotAFeed(reason="an index of sitemaps: `newswatch feeds discover` looks into it")
    pages = [child for child in tree.iter() if local_name(child) == "url"][: limit + 1]
    entries = tuple(entry for page in pages[:limit] if (entry := _entry(page, url)))
    if pages and not entries:
        return NotAFeed(reason="a sitemap without news entries")
    return FeedParse(
        format="news-sitemap",
        entries=entries,
        site=_site(entries),
        language=entries[0].language if entries else None,
        notes=("too-many-entries",) if len(pages) > limit else (),
    )


def sitemap_addresses(text: str) -> tuple[str, ...]:
    """The addresses an index of sitemaps names; none for anything else."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return ()
    if tree is None or local_name(tree) != "sitemapindex":
        return ()
    return tuple(_value(node) for node in tree.iter() if local_name(node) == "loc" and _value(node))


def local_name(node: etree._Element) -> str:
    """The element's name without namespace and prefix, in lower case; empty for comments and the like. Never raises."""
    return re.split(r"[}:]", _tag(node))[-1].lower()


def _entry(page: etree._Element, base: str) -> Entry | None:
    fields: dict[str, str] = {}
    images: list[str] = []
    inside_news = False
    for node in page.iter():
        name, space = local_name(node), _space(node)
        if name == "news" and "news" in space:
            inside_news = True
        elif name == "loc" and "image" in space:
            images.append(_value(node))
        elif name in ("loc", "lastmod") or "news" in space:
            fields.setdefault(name, _value(node))
    url = resolve(fields.get("loc"), base or None)
    if not inside_news or not url:
        return None
    raw = fields.get("publication_date") or fields.get("lastmod")
    published = parse_date(raw)
    return Entry(
        url=url,
        link=fields.get("loc"),
        title=plain(fields.get("title"))[:MAX_TITLE] or None,
        published=published,
        published_source=("news:publication_date" if fields.get("publication_date") else "lastmod")
        if published
        else None,
        published_raw=raw,
        language=language_code(fields.get("language")),
        tags=unique([tag.strip() for tag in fields.get("keywords", "").split(",")]),
        media=tuple(Media(url=image, kind="image") for link in images[:50] if (image := resolve(link, base or None))),
    )


def _site(entries: tuple[Entry, ...]) -> str | None:
    if not entries or not entries[0].url:
        return None
    parts = urlsplit(entries[0].url)
    return f"{parts.scheme}://{parts.netloc}/"


def _space(node: etree._Element) -> str:
    tag = _tag(node)
    return (tag[1:].partition("}")[0] if tag[:1] == "{" else tag.rpartition(":")[0]).lower()


def _tag(node: etree._Element) -> str:
    try:
        return node.tag if isinstance(node.tag, str) else ""
    except UnicodeDecodeError:  # lxml lets half of a surrogate pair through and cannot read it back
        return ""


def _value(node: etree._Element) -> str:
    try:
        return (node.text or "").strip()
    except UnicodeDecodeError:
        return ""
