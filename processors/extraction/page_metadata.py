"""What a page says about itself: title, authors, dates, canonical address, from JSON-LD, meta tags and its heading."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath

from processors.extraction.claimed_dates import DateSource
from processors.folding import folded

ARTICLE_TYPES = frozenset(
    {
        "NewsArticle", "Article", "ReportageNewsArticle", "BlogPosting", "AnalysisNewsArticle", "OpinionNewsArticle",
        "LiveBlogPosting", "BackgroundNewsArticle", "ReviewNewsArticle", "SocialMediaPosting", "Report", "WebPage",
    }
)  # fmt: skip
"""Types of schema.org; WebPage is what some systems put the article's facts on."""

META_TITLE = ("og:title", "twitter:title", "dc.title", "headline", "title")
META_AUTHOR = ("author", "article:author", "dc.creator", "byl", "parsely-author", "sailthru.author", "dcterms.creator")
META_DATE = (
    "article:published_time", "og:published_time", "article:published", "datepublished", "date", "dc.date",
    "dc.date.issued", "dcterms.date", "dcterms.created", "dcterms.issued", "pubdate", "publishdate", "publish-date",
    "publish_date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "citation_publication_date",
    "originalpublicationdate", "article_date_original", "fecha", "data",
)  # fmt: skip
META_SUMMARY = ("og:description", "description", "twitter:description", "dc.description")
META_OUTLET = ("og:site_name", "application-name", "publisher", "dc.publisher")

BIGGEST_JSON = 300_000
"""Characters of one JSON-LD block that are read; larger ones are whole catalogues."""

TITLE_ENDS = (" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ")
"""What stands between a headline and the site's name in <title>."""

MOST_PARTS = 4
"""Parts behind a headline in <title>: section, country, site, date."""

LONGEST_TITLE = 400

MOST_DATED = 40
_DATED = XPath(
    ".//*[@class or @id][not(self::script or self::body or self::html)]["
    + " or ".join(
        f"contains(@class, '{mark}') or contains(@id, '{mark}')"
        for mark in ("date", "Date", "fecha", "data-", "publi", "time", "byline", "meta")
    )
    + "]"
)
"""Elements whose class or id says date (fecha, data), publication or byline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """Facts a page claims; `dates` are (source, words), most trusted first. Absent ones are None or empty."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    canonical_url: str | None = None
    summary: str | None = None
    outlet: str | None = None


def read_page(tree: Any, url: str) -> PageFacts:
    """The facts in a parsed page (an lxml.html tree, left unchanged) fetched from `url`."""
    meta, linked = _meta(tree), next(_article_nodes(tree), {})
    outlet = _named(linked.get("publisher")) or _first(meta, META_OUTLET)
    return PageFacts(
        title=_title(tree, meta, linked, outlet),
        authors=_authors(tree, meta, linked),
        dates=_dates(tree, meta, linked),
        canonical_url=_canonical(tree, meta, url),
        summary=_text(linked.get("description")) or _first(meta, META_SUMMARY),
        outlet=outlet,
    )


def _meta(tree: Any) -> dict[str, str]:
    """Content of each meta tag by lower-case name, property or itemprop; the first of a name counts."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.lower(), " ".join(content.split()))
    return found


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((meta[name] for name in names if name in meta), None)


def _article_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """JSON-LD nodes that describe the article: those with a headline first."""
    nodes = [node for block in _json_blocks(tree) for node in _nodes(block, depth=4) if _is_article(node)]
    yield from sorted(nodes, key=lambda node: ("headline" not in node, "datePublished" not in node))


def _json_blocks(tree: Any) -> Iterator[Any]:
    for script in tree.iter("script"):
        words = script.text
        if (script.get("type") or "").lower() != "application/ld+json" or not words or len(words) > BIGGEST_JSON:
            continue
        try:
            yield json.loads(words.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
        except (ValueError, RecursionError):
            continue


def _nodes(block: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(block, list):
        for item in block[:200]:
            yield from _nodes(item, depth)
    elif isinstance(block, dict) and depth:
        yield block
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(block.get(name), depth - 1)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and kind in ARTICLE_TYPES for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _text(value: Any) -> str | None:
    return (" ".join(value.split()) or None) if isinstance(value, str) else None


def _named(value: Any) -> str | None:
    """The name of a JSON-LD person or organisation given as text, node or list."""
    if isinstance(value, list):
        return next((name for item in value if (name := _named(item))), None)
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _title(tree: Any, meta: dict[str, str], linked: dict[str, Any], outlet: str | None) -> str | None:
    headings = [words for heading in tree.iter("h1") if (words := _content(heading))]
    only = headings[0] if len(headings) == 1 else None
    claimed = _text(linked.get("headline")) or _first(meta, META_TITLE)
    if only and claimed and folded(claimed).startswith(folded(only)):
        return only[:LONGEST_TITLE]
    named = next((_content(element) for element in tree.iter("title")), None)
    best = claimed or only or (headings[0] if headings else None) or named
    return without_site(best, outlet)[:LONGEST_TITLE] if best else None


def without_site(title: str, outlet: str | None) -> str:
    """`title` without the site's name and date at its end; an unknown name is up to three words behind | or »."""
    for _ in range(MOST_PARTS):
        shorter = _without_last(title, outlet)
        if shorter == title:
            break
        title = shorter
    return title


def _without_last(title: str, outlet: str | None) -> str:
    for mark in TITLE_ENDS:
        head, found, tail = title.rpartition(mark)
        if not found or len(head) < len(tail):
            continue
        named = bool(outlet) and tail.casefold().strip() == (outlet or "").casefold().strip()
        short = mark.strip() in "|»" and len(tail.split()) <= 3
        if named or short:
            return head.strip()
    return title.strip()


def _content(element: Any) -> str | None:
    return " ".join("".join(element.itertext()).split()) or None


def _authors(tree: Any, meta: dict[str, str], linked: dict[str, Any]) -> tuple[str, ...]:
    given = linked.get("author") or linked.get("creator")
    people = [name for item in (given if isinstance(given, list) else [given]) if (name := _named(item))]
    if not people:
        houses = {meta[name] for name in META_OUTLET if name in meta}
        signed = (meta[name] for name in META_AUTHOR if name in meta)
        people = [name for name in signed if "://" not in name and name not in houses][:1]
    if not people:
        marked = tree.xpath('.//*[@rel="author" or @itemprop="author"]')
        people = [words for element in marked[:5] if (words := _content(element)) and len(words) <= 80]
    return tuple(dict.fromkeys(people))


def _dates(tree: Any, meta: dict[str, str], linked: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for name in ("datePublished", "dateCreated", "uploadDate"):
        if words := _text(linked.get(name)):
            found.append((DateSource.JSON_LD, words))
    found += [(DateSource.META, meta[name]) for name in META_DATE if name in meta]
    times = [element for element in tree.iter("time") if element.get("datetime")]
    times.sort(key=lambda element: not _marks_publication(element))
    found += [(DateSource.TIME_ELEMENT, element.get("datetime")) for element in times[:3]]
    return tuple(found)


def printed_dates(tree: Any) -> tuple[str, ...]:
    """Words of the page's elements that are marked as dates for the eye alone, in order, a few at most."""
    words = (_content(element) for element in _DATED(tree)[:MOST_DATED])
    return tuple(dict.fromkeys(text for text in words if text and len(text) <= 80 and any(map(str.isdigit, text))))[:5]


def _marks_publication(element: Any) -> bool:
    marks = f"{element.get('itemprop', '')} {element.get('class', '')}".lower()
    return "publi" in marks or "entry-date" in marks or element.get("pubdate") is not None


def _canonical(tree: Any, meta: dict[str, str], url: str) -> str | None:
    links = (e.get("href") for e in tree.iter("link") if "canonical" in (e.get("rel") or "").lower().split())
    for candidate in (*links, meta.get("og:url")):
        if not candidate or not candidate.strip():
            continue
        try:
            whole: str = urljoin(url, candidate.strip())
            parts = urlsplit(whole)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname and (parts.path.strip("/") or parts.query):
            return whole
    return None
