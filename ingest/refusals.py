"""What ingest lays aside: documents that can never become an article, with the reason and their bytes. Pure."""

from datetime import datetime

from newswatch.errors import Unprocessable
from newswatch.identity import digest
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason

STAGE = "replay"

ORIGINAL_LIMIT = 1024 * 1024
"""Bytes of a refused document that are kept."""

DETAIL_LIMIT = 2000


def refused(
    place: str, reason: Reason, detail: str, original: bytes, now: datetime, url: str | None = None
) -> Rejected:
    """The document at `place` (file, or file and line) laid aside; the same one has the same id whenever it comes."""
    content = digest("bytes", original[:ORIGINAL_LIMIT].decode("latin-1"))
    ident = digest("rejected", STAGE, place, str(reason), content)
    return Rejected(
        rejected_id=ident,
        stage=STAGE,
        reason=reason,
        detail=f"{place}: {detail}"[:DETAIL_LIMIT],
        at=now,
        key=ident,
        url=url,
        source=place,
        original=original[:ORIGINAL_LIMIT],
        original_truncated=len(original) > ORIGINAL_LIMIT,
        first_seen=now,
    )


def refused_error(place: str, error: Unprocessable, original: bytes, now: datetime) -> Rejected:
    """The same, for an Unprocessable."""
    return refused(place, error.reason, str(error), original, now)
