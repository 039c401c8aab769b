"""An entry and what became of its page make a raw article. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from ingest.entries import plain, prose
from ingest.identity import Judged
from newswatch.identity import article_id
from newswatch.records.feed import FeedSettings
from newswatch.records.raw import BodySource, HttpFacts, Origin, RawArticle

MAX_SUMMARY = 20_000
"""Characters of the entry's own text that go with a page, for when nothing is found in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOutcome:
    """What fetching an entry's page came to: `html` or nothing, `url` where it was found, `kind` what was there."""

    url: str | None
    html: str | None = None
    kind: str = "page"
    http: HttpFacts = field(default_factory=HttpFacts)


def raw_article(
    settings: FeedSettings, title: str | None, judged: Judged, page: PageOutcome, first: str, now: datetime
) -> RawArticle:
    """The article as it goes to news.raw; `first` is its id, `title` the feed's own.

    Without a page the entry's text is the body, marked so; an entry without an address gets one of its own making.
    """
    entry = judged.entry
    own = prose(entry.body)
    has_page = page.html is not None
    return RawArticle(
        article_id=first,
        url=page.url or entry.url or f"urn:newswatch:{first}",
        first_seen=datetime.fromtimestamp(judged.seen.first_seen, UTC),
        fetched_at=now,
        origin=Origin.FEED,
        feed=settings.url,
        source=settings.outlet or settings.title or title,
        source_country=settings.country,
        source_owner=settings.owner,
        leaning=settings.leaning,
        entry_id=entry.guid,
        title=entry.title,
        authors=entry.authors,
        summary=(own if has_page else plain(entry.summary))[:MAX_SUMMARY] or None,
        published=entry.published.isoformat() if entry.published else None,
        published_source=entry.published_source,
        language=entry.language or settings.language,
        html=page.html,
        text=None if has_page else (own or plain(entry.title) or None),
        body_source=BodySource.PAGE if has_page else BodySource.ENTRY,
        tags=entry.tags,
        media=tuple(media.url for media in entry.media),
        http=page.http,
    )


def id_of(judged: Judged, page_url: str | None, *, moved: bool) -> str:
    """The article's id: what it was first published under, or that of the page a variant or short address leads to."""
    if moved and page_url and judged.matched_by == "":
        return article_id(page_url)
    return judged.article_id
