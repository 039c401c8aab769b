"""What servers say about time: Retry-After, Cache-Control and Expires. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from ingest.dates import parse_date

MAX_RETRY_AFTER = timedelta(hours=24)
FIRST_PAUSE = timedelta(seconds=60)
"""Pause of a host that answers 429 or 503 without saying for how long; doubled each time."""
FORGET_AFTER = timedelta(minutes=30)
"""A host that has been quiet this long starts with the first pause again."""
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.I)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The wait a Retry-After header asks for, seconds or a date, between zero and a day; None when it says nothing."""
    if not value:
        return None
    text = value.strip()
    if re.fullmatch(r"\d{1,12}(\.\d+)?", text):
        return min(timedelta(seconds=min(float(text), 1e9)), MAX_RETRY_AFTER)
    moment = parse_date(text)
    if moment is None:
        return None
    return min(max(moment - now, timedelta(0)), MAX_RETRY_AFTER)


def pause(asked: timedelta | None, before: timedelta | None, since: timedelta | None, jitter: float) -> timedelta:
    """How long to leave a host alone after a 429 or 503.

    `asked` is its own Retry-After; else the pause doubles from `before`, until `since`, the quiet time, is long.
    `jitter` in [0, 1) lengthens it by up to a tenth, so that not all its feeds come back at once. At most a day.
    """
    if asked is not None:
        base = max(asked, timedelta(seconds=1))
    elif before is None or (since is not None and since > FORGET_AFTER):
        base = FIRST_PAUSE
    else:
        base = max(before * 2, FIRST_PAUSE)
    return min(base * (1 + jitter / 10), MAX_RETRY_AFTER)


def fresh_for(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the answer stays fresh by Cache-Control or Expires; None when it does not say or must not be kept."""
    control = headers.get("Cache-Control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return None
    match = _MAX_AGE.search(control)
    if match:
        return float(match[1]) or None
    expires = parse_date(headers.get("Expires"))
    if expires is None:
        return None
    start = parse_date(headers.get("Date")) or now
    return max((expires - start).total_seconds(), 0.0) or None


def validators_lie(headers: Mapping[str, str]) -> bool:
    """Whether the server says that its answer is out of date at once: its validators are then not sent back."""
    return headers.get("Expires", "").strip() in ("0", "-1") or "no-store" in headers.get("Cache-Control", "").lower()
