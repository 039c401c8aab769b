"""Web archives (WARC, ISO 28500): the pages in them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, Protocol, TypeVar

import msgspec
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from ingest.jsonlines import utc
from ingest.refusals import refused
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason

LARGEST_PAGE = 16 * 1024 * 1024
"""Bytes of one archived page."""

PAGE_TYPES = ("text/html", "application/xhtml+xml")

S = TypeVar("S")


class MakePage(Protocol):
    """Makes a raw article of a page's bytes and what is known of them."""

    def __call__(
        self,
        place: str,
        data: bytes,
        *,
        url: str | None = None,
        content_type: str | None = None,
        status: int | None = None,
    ) -> RawArticle | Rejected:
        """The article, or why there is none."""
        ...


def responses(
    name: str, stream: BinaryIO, now: datetime, make: MakePage, skip: Callable[[str], S]
) -> Iterator[RawArticle | Rejected | S]:
    """The pages answered with 200 in the archive, first seen when they were archived; the other records are skipped.

    A damaged archive ends in one Rejected after the pages before the damage.
    """
    number = 0
    try:
        for number, record in enumerate(ArchiveIterator(stream), 1):
            if record.rec_type == "response":
                yield _response(f"{name}:{number}", record, make, skip)
    except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
        detail = f"the archive cannot be read beyond record {number}: {error}"
        yield refused(name, Reason.UNREADABLE_FILE, detail, b"", now)


def _response(place: str, record: Any, make: MakePage, skip: Callable[[str], S]) -> RawArticle | Rejected | S:
    headers = record.http_headers
    status = headers.get_statuscode() if headers else ""
    kind = (headers.get_header("Content-Type") or "") if headers else ""
    if status != "200":
        return skip(f"status {status or 'unknown'}")
    if not kind.lower().startswith(PAGE_TYPES):
        return skip(f"type {kind.partition(';')[0] or 'unknown'}")
    data = record.content_stream().read(LARGEST_PAGE)
    page = make(place, data, url=record.rec_headers.get_header("WARC-Target-URI"), content_type=kind, status=200)
    archived = _date(record.rec_headers.get_header("WARC-Date"))
    if isinstance(page, Rejected) or archived is None:
        return page
    return msgspec.structs.replace(page, first_seen=archived, fetched_at=archived)


def _date(words: str | None) -> datetime | None:
    try:
        return utc(datetime.fromisoformat(words)) if words else None
    except ValueError:
        return None
