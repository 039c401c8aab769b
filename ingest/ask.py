"""What is asked of a server: address, validators, limits. Pure."""

from dataclasses import dataclass

from ingest.unpack import ACCEPT_ENCODING

FEED_SECONDS = 20.0
PAGE_SECONDS = 30.0
"""Seconds a whole answer may take, redirects and all."""
FEED_BYTES = 5 * 1024 * 1024
PAGE_BYTES = 5 * 1024 * 1024
"""Bytes of a body, after unpacking."""
FEED_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
PAGE_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing to fetch: `limit` bytes after unpacking, `seconds` in all, validators of the copy already held."""

    url: str
    accept: str = FEED_ACCEPT
    etag: str | None = None
    last_modified: str | None = None
    limit: int = FEED_BYTES
    seconds: float = FEED_SECONDS

    def headers(self) -> dict[str, str]:
        """The request headers."""
        sent = {"Accept": self.accept, "Accept-Encoding": ACCEPT_ENCODING}
        if self.etag:
            sent["If-None-Match"] = self.etag
        if self.last_modified:
            sent["If-Modified-Since"] = self.last_modified
        return sent


def page_ask(url: str) -> Ask:
    """What is asked for an article's page."""
    return Ask(url=url, accept=PAGE_ACCEPT, limit=PAGE_BYTES, seconds=PAGE_SECONDS)
