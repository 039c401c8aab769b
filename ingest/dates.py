"""Dates as feeds write them: one function, many forms; what cannot be a date of a news item is no date."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web there was no article: older dates are a publishing system's zero."""
FUTURE_TOLERANCE = timedelta(hours=1)
"""Clocks differ; beyond this a date in the future is no date."""

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero janeiro janv janvier",
            "feb february febrero fev fevereiro février fevrier févr",
            "mar march marzo março marco mars",
            "apr april abr abril avr avril",
            "may mayo mai maio",
            "jun june junio junho juin",
            "jul july julio julho juil juillet",
            "aug august ago agosto août aout",
            "sep sept september septiembre setiembre set setembro septembre",
            "oct october octubre out outubro octobre",
            "nov november noviembre novembro novembre",
            "dec december dic diciembre dez dezembro déc décembre decembre",
        ),
        start=1,
    )
    for name in names.split()
}  # English, Spanish, Portuguese and French month names with their usual short forms
ZONES: dict[str, float] = {
    "utc": 0, "gmt": 0, "z": 0, "ut": 0, "wet": 0, "bst": 1, "cet": 1, "west": 1, "cest": 2, "eet": 2, "eest": 3,
    "msk": 3, "ist": 5.5, "jst": 9, "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7,
    "mdt": -6, "pst": -8, "pdt": -7, "vet": -4, "hlv": -4, "cot": -5, "pet": -5, "ect": -5, "bot": -4, "clt": -4,
    "clst": -3, "art": -3, "brt": -3, "brst": -2, "uyt": -3, "pyt": -4, "gyt": -4,
}  # hours from UTC; CST and BST in their American and British meanings  # fmt: skip

_ISO = re.compile(
    r"^(?P<y>\d{4})-?(?P<m>\d{2})-?(?P<d>\d{2})"
    r"(?:[T ,]+(?P<H>\d{1,2}):?(?P<M>\d{2})(?::?(?P<S>\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?P<z>[A-Za-z]{1,5}|[+-]\d{1,2}:?\d{0,2}|[+-]\d{2}:\d{2}:\d{2})?\s*(?:\([A-Za-z ]+\))?$"
)
_WORDS = re.compile(
    r"(?P<d>\d{1,2})(?:st|nd|rd|th|º)?\.?[\s\-/,]+(?:de\s+|of\s+)?(?P<m>[^\W\d_]{3,10})\.?[\s\-/,]+(?:de[l]?\s+)?(?P<y>\d{4}|\d{2})\b"
)
_WORDS_US = re.compile(r"(?P<m>[^\W\d_]{3,10})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})\b")
_NUMBERS = re.compile(r"^(?P<a>\d{1,2})[/.\-](?P<b>\d{1,2})[/.\-](?P<y>\d{4})\b")
_YEAR_FIRST = re.compile(r"^(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})\b")
_CLOCK = re.compile(r"\b(?P<H>\d{1,2})[:h](?P<M>\d{2})(?::(?P<S>\d{2}))?\s*(?P<half>[ap]\.?\s?m\.?)?", re.I)
_HALF_DAY = re.compile(r"\d\s*[ap]\.?\s?m\b", re.I)
_ZONE = re.compile(r"(?P<z>[+-]\d{2}:?\d{2}|\b[A-Z]{2,4})\s*(?:\([^)]*\))?\s*$")
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")


def parse_date(text: str | None, *, day_first: bool = True) -> datetime | None:
    """The moment `text` names, in UTC; None when it names none. A date without a zone is taken as UTC.

    RFC 822 and 3339, ISO 8601 in short and long forms, seconds or milliseconds since 1970, names of months in four
    languages, and numbers alone, read day first unless told otherwise or impossible. Never raises.
    """
    if not text:
        return None
    trimmed = " ".join(text.split())[:100]
    for reader in (_iso, _rfc822, _epoch, _words, _year_first):
        found = _safely(reader, trimmed)
        if found:
            return found
    return _safely(lambda value: _numbers(value, day_first=day_first), trimmed)


def plausible(moment: datetime | None, now: datetime) -> datetime | None:
    """`moment` unless it cannot be when an article was published: before the web, or more than an hour ahead."""
    if moment is None or not EARLIEST <= moment <= now + FUTURE_TOLERANCE:
        return None
    return moment


def _safely(reader: Callable[[str], datetime | None], text: str) -> datetime | None:
    try:
        found = reader(text)
        return found.astimezone(UTC) if found else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if not match:
        return None
    part = match.groupdict()
    zone = _zone(part["z"])
    return datetime(
        int(part["y"]), int(part["m"]), int(part["d"]), int(part["H"] or 0) % 24, int(part["M"] or 0),
        min(int(part["S"] or 0), 59), tzinfo=zone,
    )  # fmt: skip


def _rfc822(text: str) -> datetime | None:
    parsed = parsedate_tz(text)
    if not parsed or _HALF_DAY.search(text):
        return None
    year, month, day, hour, minute, second = parsed[:6]
    zone_name = text.rsplit(" ", 1)[-1].strip("()")
    named = zone_name.lower() in ZONES or re.fullmatch(r"[+-]\d{1,2}:?\d{0,2}", zone_name)
    zone = _zone(zone_name) if named else timezone(timedelta(seconds=parsed[9] or 0))
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.match(text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _words(text: str) -> datetime | None:
    for pattern in (_WORDS, _WORDS_US):
        for match in pattern.finditer(text.lower()):
            month = MONTHS.get(match["m"])
            if month:
                year = int(match["y"])
                return _with_clock(text, year + 2000 if year < 100 else year, month, int(match["d"]))
    return None


def _year_first(text: str) -> datetime | None:
    match = _YEAR_FIRST.match(text)
    return _with_clock(text, int(match["y"]), int(match["m"]), int(match["d"])) if match else None


def _numbers(text: str, *, day_first: bool) -> datetime | None:
    match = _NUMBERS.match(text)
    if not match:
        return None
    first, second = int(match["a"]), int(match["b"])
    day, month = (first, second) if (day_first and second <= 12) or first > 12 else (second, first)
    return _with_clock(text, int(match["y"]), month, day)


def _with_clock(text: str, year: int, month: int, day: int) -> datetime:
    clock = _CLOCK.search(text)
    hour, minute, second = 0, 0, 0
    if clock:
        hour, minute, second = int(clock["H"]), int(clock["M"]), int(clock["S"] or 0)
        half = (clock["half"] or "").lower()[:1]
        hour = hour % 12 + 12 if half == "p" else hour % 12 if half == "a" else hour
    zone = _ZONE.search(text) if clock else None
    return datetime(year, month, day, hour % 24, minute, min(second, 59), tzinfo=_zone(zone["z"] if zone else None))


def _zone(name: str | None) -> timezone:
    if not name:
        return UTC
    if name[0] in "+-":
        digits = name[1:].replace(":", "").ljust(4, "0") if len(name) > 3 else name[1:].rjust(2, "0") + "00"
        minutes = int(digits[:2]) * 60 + int(digits[2:4])
        return timezone(timedelta(minutes=-minutes if name[0] == "-" else minutes))
    return timezone(timedelta(hours=ZONES.get(name.lower(), 0)))
