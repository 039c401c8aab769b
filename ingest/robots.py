"""robots.txt of article sites, read with Protego and kept for a day (RFC 9309)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from ingest.answers import Failed, Fetched
from ingest.ask import Ask
from ingest.failures import Failure

PRODUCT = "newswatch"
"""The token sites address us by."""
MAX_BYTES = 512 * 1024
"""RFC 9309 asks for at least 500 KiB."""
KEPT = timedelta(hours=24)
MAX_SITES = 5_000
"""Sites from which those whose rules are out of date are forgotten."""
RETRIED = timedelta(minutes=10)
"""How soon a robots.txt that could not be had is asked for again."""
ABSENT = frozenset(
    {Failure.NOT_FOUND, Failure.GONE, Failure.FORBIDDEN, Failure.CLIENT_ERROR, Failure.CHALLENGE, Failure.REDIRECTS}
)
"""No rules at all: section 2.3.1.3 of RFC 9309 for 4xx, 2.3.1.2 for endless redirects."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one site until `until`; None stands for a site that may not be visited for now."""

    parsed: Protego | None
    until: datetime

    def allows(self, url: str) -> bool:
        """Whether the page may be fetched."""
        return self.parsed is not None and bool(self.parsed.can_fetch(url, PRODUCT))

    def gap(self) -> float | None:
        """The Crawl-delay in seconds."""
        delay = self.parsed.crawl_delay(PRODUCT) if self.parsed is not None else None
        return float(delay) if delay else None


def read_rules(answer: Fetched | Failed, now: datetime) -> Rules:
    """The rules an answer for /robots.txt means."""
    if isinstance(answer, Failed):
        return Rules(Protego.parse(""), now + KEPT) if answer.failure in ABSENT else Rules(None, now + RETRIED)
    text = answer.body.decode("utf-8", "replace")
    # a web page in its place holds no rules
    return Rules(Protego.parse("" if text.lstrip()[:1] == "<" else text), now + KEPT)


class Robots:
    """Rules of every site asked about, fetched through `fetch`."""

    def __init__(
        self,
        fetch: Callable[[Ask], Awaitable[Fetched | Failed]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._rules: dict[str, Rules] = {}
        self._asking: dict[str, asyncio.Task[Rules]] = {}

    async def rules(self, url: str) -> Rules:
        """The rules of the site `url` belongs to."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._rules.get(origin)
        if known is not None and known.until > self._clock():
            return known
        asking = self._asking.get(origin)
        if asking is None:
            asking = self._asking[origin] = asyncio.create_task(self._ask(origin))
            asking.add_done_callback(lambda _: self._asking.pop(origin, None))
        return await asyncio.shield(asking)

    async def _ask(self, origin: str) -> Rules:
        ask = Ask(url=origin + "/robots.txt", accept="text/plain, */*;q=0.5", limit=MAX_BYTES)
        rules = read_rules(await self._fetch(ask), self._clock())
        if len(self._rules) >= MAX_SITES:
            now = self._clock()
            self._rules = {site: kept for site, kept in self._rules.items() if kept.until > now}
        self._rules[origin] = rules
        return rules
