"""Ways of reading a raw article: its page, its plain text, or the feed entry's own words in their place."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from typing import Any

import trafilatura
from trafilatura.settings import Extractor

from newswatch.records.raw import BodySource, RawArticle
from newswatch.reject_reasons import Reason
from newswatch.settings import ExtractSettings
from processors.extraction import pagedump
from processors.extraction.claimed_dates import DateSource, url_date
from processors.extraction.page_metadata import PageFacts, printed_dates, read_page

SHORT = 250
"""A page's text below this, in characters, is looked for again with the slower, more thorough extractors."""

NOT_TEXT = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/octet-stream")
"""Content types no article is read from."""

BINARY_OPENINGS = ("%PDF-", "\x89PNG", "PK\x03\x04", "GIF8", "\x7fELF", "RIFF", "ÿØÿ")

LOOSE_PARAGRAPH = 5_000
"""Characters taken of a paragraph that does not end."""

_P_OPENS = re.compile(r"<p(?:\s[^>]{0,500})?>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!][^>]{0,2000}>")

for noisy in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(noisy).setLevel(logging.CRITICAL)  # they report each page they dislike; our Rejected does that


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one way of reading a raw article gave: its lines and the facts beside them."""

    lines: Sequence[str]
    facts: PageFacts
    source: BodySource
    extractor: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why a way of reading gave no article."""

    reason: Reason
    detail: str


def read(raw: RawArticle, limits: ExtractSettings) -> Reading | Nothing:
    """The page, else the plain text, else the feed entry's own words."""
    found = _from_page(raw, limits) if raw.html is not None else _from_text(raw)
    if isinstance(found, Reading) or not (raw.summary and raw.summary.strip()):
        return found
    words = plain(raw.summary)
    if not any(char.isalpha() for char in words):
        return found
    return Reading(lines=words.split("\n"), facts=PageFacts(), source=BodySource.ENTRY, extractor="entry")


def _from_page(raw: RawArticle, limits: ExtractSettings) -> Reading | Nothing:
    html = raw.html or ""
    if not html.strip():
        return Nothing(Reason.EMPTY, "the page is empty")
    kind = (raw.http.content_type or "").lower()
    if kind.startswith(NOT_TEXT) or html.startswith(BINARY_OPENINGS):
        return Nothing(Reason.UNSUPPORTED_TYPE, f"not a page but {kind or 'binary data'}")
    if raw.body_source is BodySource.ENTRY:
        html = f"<html><body><article>{html}</article></body></html>"
    tree = _parsed(html)
    if tree is None:
        return Nothing(Reason.NO_TEXT, "no html was found in it")
    text, way = _page_text(tree, limits)
    if len(text) < limits.min_text and _is_cut_short(tree, html):
        text, way = loose_paragraphs(html), "paragraphs"
    needed = 1 if raw.body_source is BodySource.ENTRY else limits.min_text
    if len(text) < needed:
        return Nothing(Reason.NO_TEXT, f"{len(text)} characters of text found; {needed} are needed (extract.min_text)")
    return Reading(lines=text.split("\n"), facts=_facts(tree, raw), source=raw.body_source, extractor=way)


def _facts(tree: Any, raw: RawArticle) -> PageFacts:
    """What the page says of itself; its printed dates are read where nothing else names one."""
    facts = read_page(tree, raw.http.final_url or raw.url)
    if facts.dates or raw.published or url_date(facts.canonical_url or raw.url):
        return facts
    return replace(facts, dates=tuple((DateSource.PAGE_TEXT, words) for words in printed_dates(tree)))


def _parsed(html: str) -> Any:
    try:
        return trafilatura.load_html(html)
    except (ValueError, AssertionError, RecursionError):
        return None


def _page_text(tree: Any, limits: ExtractSettings) -> tuple[str, str]:
    """The longer of what the fast way found and, where that is short, the thorough one; and the way's name."""
    text = _text(tree, fast=True)
    if len(text) >= max(SHORT, limits.min_text):
        return text, f"trafilatura-{trafilatura.__version__}/fast"
    thorough = _text(tree, fast=False)
    if len(thorough) > len(text):
        return thorough, f"trafilatura-{trafilatura.__version__}/full"
    return text, f"trafilatura-{trafilatura.__version__}/fast"


def _is_cut_short(tree: Any, html: str) -> bool:
    """Whether the parser gave up on the page: it keeps nothing below its depth limit (libxml2: 256 elements)."""
    return html.count("<p") > 2 * sum(1 for _ in tree.iter("p"))


def loose_paragraphs(html: str) -> str:
    """The words of the paragraphs in a page no parser reads, one a line, whatever they are nested in."""
    found = []
    for part in _P_OPENS.split(html)[1:]:
        words = unescape(_TAG.sub(" ", part[: part.find("</p")] if "</p" in part else part[:LOOSE_PARAGRAPH]))
        if words.strip():
            found.append(" ".join(words.split()))
    return "\n".join(found)


@cache
def _options(fast: bool) -> Extractor:
    return Extractor(
        output_format="python", fast=fast, comments=False, tables=False, formatting=False, with_metadata=False
    )


def _text(tree: Any, *, fast: bool) -> str:
    """The article text of a parsed page, one paragraph a line; empty when none is found. `tree` is left unchanged."""
    try:
        document = trafilatura.bare_extraction(tree, options=_options(fast))
    except RecursionError:
        return ""
    return (getattr(document, "text", None) or "") if document is not None else ""


def _from_text(raw: RawArticle) -> Reading | Nothing:
    words = raw.text or ""
    if not words.strip():
        return Nothing(Reason.EMPTY, "neither page nor text")
    if not any(char.isalpha() for char in words[:20_000]):
        return Nothing(Reason.NO_TEXT, "no letters in it")
    if words.startswith(BINARY_OPENINGS):
        return Nothing(Reason.UNSUPPORTED_TYPE, "binary data")
    if raw.title and raw.body_source is not BodySource.FILE:
        return Reading(lines=words.splitlines(), facts=PageFacts(), source=raw.body_source, extractor="text")
    dump = pagedump.read_dump(words, raw.title)
    facts = PageFacts(
        title=dump.title,
        authors=dump.authors,
        dates=tuple((DateSource.PAGE_LINE, line) for line in dump.dates),
        outlet=dump.outlet,
    )
    return Reading(lines=dump.body, facts=facts, source=raw.body_source, extractor="page-dump")


def plain(snippet: str) -> str:
    """The words of a feed summary: text, or html with its tags taken out."""
    if not _TAG.search(snippet):
        return snippet
    tree = _parsed(f"<html><body><div>{snippet}</div></body></html>")
    if tree is None:
        return _TAG.sub(" ", snippet)
    for block in tree.iter("p", "br", "div", "li"):
        block.tail = "\n" + (block.tail or "")
    return "".join(tree.itertext())
