"""When a page says it was published: reading date words in English, Spanish and Portuguese, choosing among claims."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from enum import StrEnum

from processors.folding import folded

FUTURE = timedelta(hours=1)
"""How far after now a claimed date may lie; clocks differ, but a later one is an error and is dropped."""

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Dates before the first news sites are template leftovers (1970-01-01, 0001-01-01)."""


class DateSource(StrEnum):
    """Where a claimed date was read."""

    JSON_LD = "json-ld"
    META = "meta"
    TIME_ELEMENT = "time-element"
    RECORD = "record"
    FEED = "feed"
    URL = "url"
    PAGE_TEXT = "page-text"
    PAGE_LINE = "page-line"


class Granularity(StrEnum):
    """How fine a claimed date is."""

    SECOND = "second"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date as written: `at` in UTC; `zoned` tells whether the words named a time zone."""

    at: datetime
    granularity: Granularity
    zoned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDate:
    """The date an article claims, and where the claim was read."""

    at: datetime
    granularity: Granularity
    source: str


_NAMES = {
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
}
_SHORT = {"sept": 9, "set": 9, "setiembre": 9, "ene": 1, "dic": 12, "dez": 12, "ago": 8, "abr": 4, "fev": 2, "out": 10}
MONTHS: dict[str, int] = (
    {name[:3]: number for names in _NAMES.values() for number, name in enumerate(names.split(), 1)}
    | {name: number for names in _NAMES.values() for number, name in enumerate(names.split(), 1)}
    | _SHORT
)
ZONES = {"utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "pst": -8, "pdt": -7}
ZONES |= {"vet": -4, "brt": -3, "art": -3, "cot": -5, "cet": 1, "cest": 2}  # Caracas, Brasília, Buenos Aires, Bogotá

_MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY_MONTH = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|º|°|o)?[\s\-/]+(?:de\s+|of\s+)?{_MONTH},?[\s\-/]+(?:de\s+|del\s+)?(?P<year>\d{{4}})\b"
)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th|º)?,?\s+(?:de\s+|del\s+)?(?P<year>\d{{4}})\b")
_YMD = re.compile(r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"\b(?P<first>\d{1,2})[/.\-](?P<second>\d{1,2})[/.\-](?P<year>(?:19|20)\d\d)\b")
_CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])\s?[:h]\s?(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?"
    r"(?:\s?\(?(?P<zone>utc|gmt|z|est|edt|et|cst|cdt|pst|pdt|vet|brt|art|cot|cet|cest)?"
    r"(?P<offset>[+\-−]\d{1,2}(?::?\d{2})?)?)?"
)
_URL_DATE = re.compile(
    r"[/_\-](?P<year>20\d\d)[/_\-]?(?P<month>0[1-9]|1[0-2])[/_\-]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)


def read_date(words: str, *, month_first: bool = False) -> Moment | None:
    """The first date in `words`: ISO 8601, RFC 5322, or as newspapers write it in en, es and pt; None without one.

    `month_first` reads 01/09/2026 as 9 January where both readings are possible. Without a zone, UTC is meant.
    """
    plain = words.strip()[:400]
    exact = _iso(plain) or _mail(plain)
    if exact:
        return exact
    low = folded(plain)
    found = _DAY_MONTH.search(low) or _MONTH_DAY.search(low) or _YMD.search(low)
    day = _named_day(found) if found else None
    if day is None:
        found = _NUMERIC.search(low)
        day = _numeric_day(found, month_first) if found else None
    if day is None or found is None:
        return None
    return _with_clock(day, low[: found.start()], low[found.end() :])


def url_date(url: str) -> str | None:
    """The day in an address (/2026/01/09/, -20260109) as an ISO date."""
    found = _URL_DATE.search(url)
    return f"{found['year']}-{found['month']}-{found['day']}" if found else None


def choose(claims: Iterable[tuple[str, str]], now: datetime, *, month_first: bool = False) -> ClaimedDate | None:
    """The first of `claims` (source, words; most trusted first) that can be read and is neither future nor absurd."""
    for source, words in claims:
        moment = read_date(words, month_first=month_first)
        kept = settle(moment, now) if moment else None
        if kept:
            return ClaimedDate(at=kept.at, granularity=kept.granularity, source=source)
    return None


def settle(moment: Moment, now: datetime) -> Moment | None:
    """`moment`, if it is possible at `now`; None for one later than FUTURE or before EARLIEST.

    A clock time without a zone that lies ahead may be a local time east of us: its day is kept, the hour is not.
    """
    if moment.at < EARLIEST:
        return None
    if moment.at <= now + FUTURE:
        return moment
    day = moment.at.replace(hour=0, minute=0, second=0, microsecond=0)
    if moment.granularity is Granularity.SECOND and not moment.zoned and day <= now:
        return Moment(at=day, granularity=Granularity.DAY)
    return None


def _iso(words: str) -> Moment | None:
    if not words[:4].isdigit() or len(words) < 8:
        return None
    try:
        read = datetime.fromisoformat(words)
    except ValueError:
        return None
    if len(words) <= 10:
        return Moment(at=read.replace(tzinfo=UTC), granularity=Granularity.DAY)
    return _moment(read)


def _mail(words: str) -> Moment | None:
    if not re.match(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d", words):
        return None
    try:
        return _moment(parsedate_to_datetime(words))
    except (ValueError, TypeError):
        return None


def _moment(read: datetime) -> Moment | None:
    zoned = read.tzinfo is not None
    try:
        at = read.astimezone(UTC) if zoned else read.replace(tzinfo=UTC)
    except OverflowError:
        return None
    return Moment(at=at, granularity=Granularity.SECOND, zoned=zoned)


def _named_day(found: re.Match[str]) -> date | None:
    month = found["month"]
    return _date(int(found["year"]), MONTHS[month] if month in MONTHS else int(month), int(found["day"]))


def _numeric_day(found: re.Match[str], month_first: bool) -> date | None:
    first, second, year = int(found["first"]), int(found["second"]), int(found["year"])
    if first > 12 or second > 12:
        month_first = second > 12
    return _date(year, first, second) if month_first else _date(year, second, first)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_clock(day: date, before: str, after: str) -> Moment:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    clock = _CLOCK.search(after[:60]) or _CLOCK.search(before[-40:])
    if clock is None:
        return Moment(at=start, granularity=Granularity.DAY)
    hour = int(clock["hour"])
    if clock["half"] and hour <= 12:
        hour = hour % 12 + (12 if clock["half"] == "p" else 0)
    at = start.replace(hour=hour, minute=int(clock["minute"]), second=int(clock["second"] or 0))
    zoned = bool(clock["zone"] or clock["offset"])
    zone = timezone(_offset(clock["offset"]) + timedelta(hours=ZONES.get(clock["zone"] or "utc", 0)))
    return Moment(at=at.replace(tzinfo=zone).astimezone(UTC), granularity=Granularity.SECOND, zoned=zoned)


def _offset(words: str | None) -> timedelta:
    """The offset in "+02:00", "-4"; nothing for one no zone has."""
    if not words:
        return timedelta()
    digits = words[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    amount = timedelta(hours=hours, minutes=minutes)
    if amount > timedelta(hours=14):
        return timedelta()
    return amount if words[0] == "+" else -amount
