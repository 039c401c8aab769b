"""Fetching an entry's page: robots, politeness, canonical address; without it the entry's own text stands."""

import asyncio
from dataclasses import dataclass

import msgspec

from ingest.answers import Failed, Fetched
from ingest.articles import PageOutcome
from ingest.ask import Ask, page_ask
from ingest.charset import decode
from ingest.entries import Entry, kind_by_ending, plain
from ingest.failures import Failure
from ingest.fetch import Fetcher
from ingest.hosts import Hosts
from ingest.links import host_of, is_shortened
from ingest.pages import better_address, kind_of
from ingest.robots import Robots
from newswatch.records.raw import HttpFacts

LONG_ENOUGH = 1_500
"""Characters of an entry's own text from which a page that failed for the moment is not asked for again at once."""
RETRY_AFTER = 2.0
"""Seconds before the one further try."""
MOMENTARY = frozenset(
    {Failure.TIMEOUT, Failure.BROKEN, Failure.SERVER_ERROR, Failure.UNREACHABLE, Failure.DNS_TEMPORARY}
)
MAX_HTML = 5 * 1024 * 1024
"""Characters of a page, as news.raw allows."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's outcome, and whether its address is another article's name than the entry's."""

    outcome: PageOutcome
    moved: bool = False


class PageFetcher:
    """Fetches article pages with the one client of the process."""

    def __init__(self, fetcher: Fetcher, hosts: Hosts) -> None:
        self._fetcher = fetcher
        self._hosts = hosts
        self._robots = Robots(fetcher.fetch)

    async def get(self, entry: Entry) -> Page:
        """The page of `entry`. Never raises for what servers do; the reason for no page is in `http.error`."""
        if entry.url is None:
            return Page(PageOutcome(url=None, http=HttpFacts(error="no-address")))
        kind = kind_by_ending(entry.url)
        if kind is not None:
            return Page(PageOutcome(url=entry.url, kind=kind, http=HttpFacts(error=f"not-text: {kind}")))
        answer = await self._fetch(entry.url)
        if _try_again(answer) and len(plain(entry.body)) < LONG_ENOUGH:
            await asyncio.sleep(RETRY_AFTER)
            answer = await self._fetch(entry.url)
        if isinstance(answer, Failed):
            return Page(_without(entry.url, answer))
        better = better_address(answer.url, answer.body) if kind_of(answer.url, None) == "page" else None
        if better:
            proper = await self._fetch(better)
            if isinstance(proper, Fetched):
                return Page(_outcome(better, proper), moved=True)
        moved = is_shortened(entry.url) and host_of(answer.url) != host_of(entry.url)
        return Page(_outcome(answer.url if moved else entry.url, answer), moved=moved)

    async def _fetch(self, url: str) -> Fetched | Failed:
        host = host_of(url)
        if self._hosts.paused_for(host):
            return Failed(failure=Failure.HOST_PAUSED, detail="the host asked for a pause", url=url)
        rules = await self._robots.rules(url)
        if not rules.allows(url):
            return Failed(failure=Failure.ROBOTS, detail="robots.txt asks not to", url=url)
        gap = rules.gap()
        if gap:
            self._hosts.set_gap(host, gap)
        return await self._polite(page_ask(url), host)

    async def _polite(self, ask: Ask, host: str) -> Fetched | Failed:
        async with self._hosts.turn(host):
            answer = await self._fetcher.fetch(ask)
        if isinstance(answer, Failed):
            self._hosts.note(host, answer.failure, answer.retry_after)
        return answer


def _try_again(answer: Fetched | Failed) -> bool:
    return isinstance(answer, Failed) and answer.failure in MOMENTARY


def _without(url: str, failure: Failed) -> PageOutcome:
    facts = HttpFacts(
        status=failure.status,
        final_url=failure.url if failure.url != url else None,
        content_type=failure.content_type,
        seconds=failure.seconds,
        error=f"{failure.failure.value}: {failure.detail}"[:300],
    )
    return PageOutcome(url=url, http=facts)


def _outcome(url: str, answer: Fetched) -> PageOutcome:
    content_type = answer.header("Content-Type")
    kind = kind_of(answer.url, content_type, answer.body)
    facts = HttpFacts(
        status=answer.status,
        final_url=answer.url if answer.url != url else None,
        content_type=content_type,
        etag=answer.header("Etag"),
        last_modified=answer.header("Last-Modified"),
        seconds=answer.seconds,
    )
    if kind not in ("page", "text") or not answer.body.strip():
        error = "empty" if kind == "page" else f"not-text: {kind}"
        return PageOutcome(url=url, kind=kind, http=msgspec.structs.replace(facts, error=error))
    decoded = decode(answer.body, content_type)
    facts = msgspec.structs.replace(facts, charset=decoded.charset, charset_source=decoded.source.value)
    if len(decoded.text) > MAX_HTML:
        return PageOutcome(
            url=url, http=msgspec.structs.replace(facts, error=f"too-large: {len(decoded.text)} characters")
        )
    return PageOutcome(url=url, html=decoded.text, http=facts)


def without_page(entry: Entry, reason: str) -> Page:
    """The outcome for a feed whose pages are not fetched."""
    return Page(PageOutcome(url=entry.url, http=HttpFacts(error=reason)))
