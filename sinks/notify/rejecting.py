"""A message of news.alerts that is not an alert, as a Rejected."""

from datetime import datetime
from typing import Any

from newswatch.errors import Unprocessable
from newswatch.identity import digest
from newswatch.records.rejected import Rejected

LONGEST_DETAIL = 2000
LARGEST_ORIGINAL = 1024 * 1024


def rejected(record: Any, error: Unprocessable, now: datetime) -> Rejected:
    """The Rejected of a consumer record; its id derives from the record's place, so a repeat overwrites it."""
    original = record.value or b""
    return Rejected(
        rejected_id=digest("rejected", "notify", record.topic, str(record.partition), str(record.offset)),
        stage="notify",
        reason=error.reason.value,
        detail=str(error)[:LONGEST_DETAIL],
        at=now,
        key=(record.key or b"").decode("utf-8", "replace") or None,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        original=original[:LARGEST_ORIGINAL],
        original_truncated=len(original) > LARGEST_ORIGINAL,
        first_seen=now,
    )
