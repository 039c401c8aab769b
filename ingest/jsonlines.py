"""One line of a JSON-lines file → RawArticle. Pure."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from newswatch.errors import Unprocessable
from newswatch.identity import article_id, content_urn
from newswatch.records.raw import BodySource, HttpFacts, Origin, RawArticle
from newswatch.reject_reasons import Reason

Name = Annotated[str, msgspec.Meta(max_length=2000)]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The fields read of a line; others are ignored. A line needs html, text or summary."""

    id: str | int | None = None
    url: str | None = None
    title: Name | None = None
    html: str | None = None
    text: str | None = None
    summary: str | None = None
    source: Name | None = None
    source_country: Name | None = None
    source_owner: Name | None = None
    leaning: Name | None = None
    lang: Name | None = None
    published: Name | None = None
    first_seen: datetime | None = None
    fetched_at: datetime | None = None
    feed: str | None = None
    tags: tuple[str, ...] | None = None
    authors: tuple[str, ...] | str | None = None
    content_type: str | None = None


_DECODER = msgspec.json.Decoder(Line)


def read_line(data: bytes, now: datetime) -> RawArticle:
    """The raw article of one JSON object.

    `first_seen` is the line's own, else `now`; a line without url gets an address made of its id, else of its bytes.
    Raises Unprocessable: INVALID_RECORD, INVALID_URL, EMPTY.
    """
    try:
        line = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unprocessable(f"not an article in JSON: {error}") from error
    if line.html is None and line.text is None and line.summary is None:
        raise Unprocessable("an article needs one of the fields html, text and summary")
    if not any(part and part.strip() for part in (line.html, line.text, line.summary)):
        raise Unprocessable("html, text and summary are empty", Reason.EMPTY)
    url = line.url or content_urn(data if line.id is None else f"id:{line.id}".encode())
    first_seen = utc(line.first_seen) if line.first_seen else now
    return RawArticle(
        article_id=article_id(url),
        url=url,
        first_seen=first_seen,
        fetched_at=utc(line.fetched_at) if line.fetched_at else first_seen,
        origin=Origin.REPLAY,
        feed=line.feed,
        source=line.source,
        source_country=line.source_country,
        source_owner=line.source_owner,
        leaning=line.leaning,
        entry_id=None if line.id is None else str(line.id),
        title=line.title,
        authors=(line.authors,) if isinstance(line.authors, str) else line.authors or (),
        summary=line.summary,
        published=line.published,
        language=line.lang,
        html=line.html,
        text=None if line.html else line.text,
        body_source=BodySource.PAGE if line.html or line.title else BodySource.FILE,
        tags=line.tags or (),
        http=HttpFacts(content_type=line.content_type),
    )


def utc(moment: datetime) -> datetime:
    """`moment` in UTC; without a zone, UTC is meant."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
