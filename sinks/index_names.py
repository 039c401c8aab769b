"""Which index a document belongs to: `prefix-family-YYYY.MM` for what grows with time, `prefix-family` for the rest."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

MONTH = re.compile(r"^(\d{4})\.(0[1-9]|1[0-2])$")

REBUILT = "rebuilt-"
"""First part of the name of an index written anew beside the one in use: no search pattern matches it."""


class Family(StrEnum):
    """The kinds of documents, each with its own mapping."""

    ARTICLES = "articles"
    EVENTS = "events"
    STORIES = "stories"
    ALERTS = "alerts"
    DELIVERIES = "deliveries"
    REJECTED = "rejected"
    FEEDS = "feeds"


MONTHLY = frozenset({Family.ARTICLES, Family.EVENTS, Family.ALERTS, Family.REJECTED})
"""Families with one index a month of `first_seen`; the others are one index each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexName:
    """A name taken apart; `month` is "2026.01" or None for a family with one index."""

    prefix: str
    family: Family
    month: str | None = None

    def __str__(self) -> str:
        base = f"{self.prefix}-{self.family}"
        return base if self.month is None else f"{base}-{self.month}"


def month_of(moment: datetime) -> str:
    """The month of `moment` in UTC, as "2026.01"."""
    moment = moment.astimezone(UTC)
    return f"{moment.year:04d}.{moment.month:02d}"


def neighbour(month: str, step: int) -> str:
    """The month `step` months after `month` (before, when negative)."""
    year, number = (int(part) for part in month.split("."))
    total = year * 12 + number - 1 + step
    return f"{total // 12:04d}.{total % 12 + 1:02d}"


def index_name(prefix: str, family: Family, moment: datetime) -> str:
    """The index of a document of `family` whose time (first_seen) is `moment`."""
    month = month_of(moment) if family in MONTHLY else None
    return str(IndexName(prefix=prefix, family=family, month=month))


def pattern(prefix: str, family: Family) -> str:
    """What matches every index of `family` in a search."""
    return f"{prefix}-{family}-*" if family in MONTHLY else f"{prefix}-{family}"


def parse(name: str, prefix: str) -> IndexName | None:
    """`name` taken apart; None for one that is not ours."""
    if not name.startswith(prefix + "-"):
        return None
    family, _, month = name.removeprefix(prefix + "-").partition("-")
    if family not in Family._value2member_map_:
        return None
    if (Family(family) in MONTHLY) != bool(MONTH.match(month)):
        return None
    return IndexName(prefix=prefix, family=Family(family), month=month or None)
