"""Finding the feeds of a site: what its page links, the usual places, and news sitemaps in robots.txt."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from protego import Protego

from ingest.answers import Fetched
from ingest.ask import Ask
from ingest.entries import FeedParse
from ingest.feed import parse
from ingest.fetch import Fetcher
from ingest.links import resolve
from ingest.pages import HEAD
from ingest.sitemap import sitemap_addresses

FEED_TYPES = frozenset(
    {
        b"application/rss+xml",
        b"application/atom+xml",
        b"application/feed+json",
        b"application/json",
        b"application/rdf+xml",
        b"application/xml",
        b"text/xml",
    }
)
USUAL = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/rss/",
    "/arc/outboundfeeds/rss/?outputType=xml",
)
"""Where publishing systems put their feeds: WordPress, Drupal, Ghost, Hugo, Jekyll, Arc."""
USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/news_sitemap.xml")
NEWS_WORD = re.compile(r"news|noticia|google", re.I)
MOST_SITEMAPS = 12
AT_ONCE = 4
_LINK = re.compile(rb"<(?:link|a)\b[^>]{1,2000}>", re.I)
_REL = re.compile(rb"""\brel\s*=\s*["']?([^"'>]{1,80})""", re.I)
_TYPE = re.compile(rb"""\btype\s*=\s*["']?\s*([a-z/+]{3,40})""", re.I)
_HREF = re.compile(rb"""\bhref\s*=\s*["']?([^"'\s>]{1,2000})""", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed that was found and read: where, how, and what is in it."""

    url: str
    how: str
    parsed: FeedParse


def linked_feeds(page: bytes, url: str) -> tuple[str, ...]:
    """Addresses the page offers as feeds, the declared ones first, then links that look like one."""
    declared, looking = [], []
    for link in _LINK.finditer(page[:HEAD]):
        href, rel, kind = _HREF.search(link[0]), _REL.search(link[0]), _TYPE.search(link[0])
        if not href:
            continue
        address = resolve(href[1].decode("utf-8", "replace").replace("&amp;", "&"), url)
        if address is None:
            continue
        if rel and b"alternate" in rel[1].lower() and kind and kind[1].lower() in FEED_TYPES:
            declared.append(address)
        elif re.search(r"(^|[/.])(rss|feed|atom)([./]|$|xml)", urlsplit(address).path, re.I):
            looking.append(address)
    return tuple(dict.fromkeys([*declared, *looking]))


def usual_places(url: str) -> tuple[str, ...]:
    """Addresses worth trying at the site of `url`, below its path first."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    below = [] if parts.path in ("", "/") else [urljoin(url.rstrip("/") + "/", "feed/")]
    return tuple(dict.fromkeys([*below, *(root + place for place in USUAL)]))


def sitemap_places(url: str, robots: str) -> tuple[str, ...]:
    """Sitemaps that may hold news: those robots.txt names, news ones first, and the usual places."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    named = [address for address in (resolve(line, root) for line in Protego.parse(robots).sitemaps) if address]
    named.sort(key=lambda address: not NEWS_WORD.search(address))
    return tuple(dict.fromkeys([*named, *(root + place for place in USUAL_SITEMAPS)]))[:MOST_SITEMAPS]


class Discovery:
    """Looks for feeds with a given client."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._places = asyncio.Semaphore(AT_ONCE)

    async def of(self, url: str) -> tuple[list[Found], str | None]:
        """The feeds of the site at `url`, best first, and a sentence when there is none."""
        answer = await self._fetcher.fetch(Ask(url=url))
        if not isinstance(answer, Fetched):
            return [], f"{url} cannot be had: {answer.detail}"
        itself = parse(answer.body, answer.url, answer.header("Content-Type"))
        if isinstance(itself, FeedParse):
            return [Found(url=answer.url, how="it is a feed itself", parsed=itself)], None
        found = await self._try(linked_feeds(answer.body, answer.url)[:20], "linked by the page")
        if not found:
            found = await self._try(usual_places(answer.url), "in a usual place")
        found += await self._news_sitemaps(answer.url)
        unique: dict[object, Found] = {}
        for one in found:
            first = one.parsed.entries[0]
            unique.setdefault((one.parsed.title, one.parsed.format, first.guid, first.url), one)
        return list(unique.values()), None if unique else "no feed linked, none in the usual places, no news sitemap"

    async def _news_sitemaps(self, url: str) -> list[Found]:
        robots = await self._fetcher.fetch(Ask(url=urljoin(url, "/robots.txt"), accept="text/plain"))
        text = robots.body.decode("utf-8", "replace") if isinstance(robots, Fetched) else ""
        places = sitemap_places(url, text)
        deeper: list[str] = []
        for address in places:
            answer = await self._fetcher.fetch(Ask(url=address))
            if isinstance(answer, Fetched):
                inner = sitemap_addresses(answer.body.decode("utf-8", "replace"))
                deeper += [place for place in inner if NEWS_WORD.search(place)]
        return await self._try([*places, *dict.fromkeys(deeper)][: 2 * MOST_SITEMAPS], "a news sitemap")

    async def _try(self, addresses: Iterable[str], how: str) -> list[Found]:
        tried = await asyncio.gather(*(self._one(address, how) for address in addresses))
        return [one for one in tried if one is not None]

    async def _one(self, address: str, how: str) -> Found | None:
        async with self._places:
            answer = await self._fetcher.fetch(Ask(url=address))
        if not isinstance(answer, Fetched):
            return None
        parsed = parse(answer.body, answer.url, answer.header("Content-Type"))
        if not isinstance(parsed, FeedParse) or not parsed.entries:
            return None
        return Found(url=answer.permanent or address, how=how, parsed=parsed)
