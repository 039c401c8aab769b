"""Values as Elasticsearch takes them: what would fail a mapping is mended or left out before it is sent."""

import math
import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from newswatch.identity import digest

LABEL_LENGTH = 256
"""Characters kept of a free label's name and value."""

MAX_ID = 512
"""Bytes of a document id that Elasticsearch takes."""

UNSENDABLE = re.compile(r"[\x00\ud800-\udfff]")
"""NUL, which ends strings in some consumers of the index, and lone surrogates, which have no UTF-8 form."""


def clean_text(text: str) -> str:
    """`text` with NUL and lone surrogates replaced by U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    return UNSENDABLE.sub("\ufffd", text) if UNSENDABLE.search(text) else text


_clean_name = lru_cache(maxsize=4096)(clean_text)


def clean(value: Any) -> Any:
    """`value` with every string in it cleaned, numbers that JSON lacks (NaN, infinity) and empty values left out.

    Empty means None, "" and empty lists and objects; False and 0 stay.
    """
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        kept = {}
        for name, part in value.items():
            if part is None:
                continue
            cleaned = clean_text(part) if type(part) is str else clean(part)
            if cleaned or cleaned == 0:  # every value in question but the empty ones
                kept[_clean_name(name)] = cleaned
        return kept
    if isinstance(value, list | tuple):
        return [cleaned for part in value if (cleaned := clean(part)) or cleaned == 0]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def safe_id(ident: str) -> str:
    """`ident` as a document id: itself when it is 1 to MAX_ID bytes long and sendable, otherwise a digest of it."""
    cleaned = clean_text(ident)
    size = len(cleaned) if cleaned.isascii() else len(cleaned.encode())
    return cleaned if 0 < size <= MAX_ID else digest("document", cleaned)


def is_empty(value: Any) -> bool:
    """True for None, "", [] and {}."""
    return value is None or (isinstance(value, str | list | dict | tuple) and not value)


def millis(moment: datetime) -> int:
    """Milliseconds since 1970, never below 0: the external version of a document."""
    return max(0, int(moment.timestamp() * 1000))


def day(text: str | None) -> str | None:
    """`text` when it is an ISO day of a year that a date field takes, otherwise None."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


def location(lat: float | None, lon: float | None) -> dict[str, float] | None:
    """A geo_point, or None when a coordinate is missing, not a number, or off the globe."""
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return {"lat": lat, "lon": lon}


def domain(url: str | None) -> str | None:
    """The host of `url` without "www.", or None."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def labels(values: dict[str, str]) -> dict[str, str]:
    """Free labels short enough for one flattened field."""
    return {key[:LABEL_LENGTH]: str(value)[:LABEL_LENGTH] for key, value in values.items() if key}
