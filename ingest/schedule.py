"""When to poll a feed next: its own rhythm between bounds, what it asks for, and its failures. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

POLLS_PER_ENTRY = 2.0
"""Polls between two entries of a feed that keeps its rhythm."""
FIRST_INTERVAL = 1_800.0
"""Seconds between polls while a feed's rhythm is unknown."""
KNOWN_FROM = 3
"""Arrivals from which there is a rhythm."""
HISTORY = 40
"""Arrivals remembered."""
ASKED_FACTOR = 4.0
"""How many times its rhythm a feed may ask for: with a ttl of a day, fifty entries a day would be lost in part."""
BOILERPLATE_UPDATE = 3_600.0
"""sy:update* as every WordPress writes it, whatever the site does: no wish of anybody's."""
SPREAD = 0.05
"""Share of an interval by which polls are moved apart."""
START_RATE = 25.0
"""Overdue feeds taken up in a second after a start."""


class Why(StrEnum):
    """What decided an interval."""

    RHYTHM = "its rhythm"
    UNKNOWN = "rhythm not known yet"
    OVERFLOW = "entries may have been missed"
    TTL = "its ttl"
    UPDATE = "its sy:update period"
    CACHE = "its cache headers"
    MINIMUM = "the least allowed"
    MAXIMUM = "the most allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Least and most seconds between two polls of one feed."""

    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Seconds a feed and its server ask for; None where they ask for nothing."""

    ttl: float | None = None
    update_every: float | None = None
    fresh_for: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Seconds to the next poll, with what decided it."""

    seconds: float
    why: Why


def interval(
    history: Sequence[datetime], now: datetime, wishes: Wishes, bounds: Bounds, *, overflowed: bool = False
) -> Interval:
    """The interval of a feed whose newest entries arrived at `history` (oldest first).

    `overflowed`: every entry of the last document was new, so older ones may have dropped out unseen; the feed is then
    polled twice as often as its rhythm asks, whatever it wishes.
    """
    gap = mean_gap(history, now)
    if gap is None:
        chosen = Interval(seconds=FIRST_INTERVAL, why=Why.UNKNOWN)
    else:
        chosen = Interval(seconds=gap / POLLS_PER_ENTRY, why=Why.RHYTHM)
    halved = Interval(seconds=chosen.seconds / 2, why=Why.OVERFLOW)
    chosen = halved if overflowed else _as_asked(chosen, wishes)
    if chosen.seconds <= bounds.least:
        return Interval(seconds=bounds.least, why=Why.MINIMUM if chosen.seconds < bounds.least else chosen.why)
    if chosen.seconds > bounds.most:
        return Interval(seconds=bounds.most, why=Why.MAXIMUM)
    return chosen


def mean_gap(history: Sequence[datetime], now: datetime) -> float | None:
    """Seconds between entries, the silence since the newest one included; None while too few are known."""
    if len(history) < KNOWN_FROM:
        return None
    span = (max(now, history[-1]) - history[0]).total_seconds()
    return max(span / len(history), 1.0)


def arrivals(history: Sequence[datetime], new: Sequence[datetime]) -> tuple[datetime, ...]:
    """The history with the arrivals of one poll added, in order, the newest HISTORY of them."""
    return tuple(sorted([*history, *new])[-HISTORY:])


def _as_asked(chosen: Interval, wishes: Wishes) -> Interval:
    ceiling = chosen.seconds * ASKED_FACTOR
    update = None if wishes.update_every == BOILERPLATE_UPDATE else wishes.update_every
    for asked, why in ((wishes.ttl, Why.TTL), (update, Why.UPDATE), (wishes.fresh_for, Why.CACHE)):
        if asked and min(asked, ceiling) > chosen.seconds:
            chosen = Interval(seconds=min(asked, ceiling), why=why)
    return chosen


def due_after(url: str, now: datetime, seconds: float) -> datetime:
    """The next poll `seconds` from now, moved by up to SPREAD of it so that feeds of one moment drift apart."""
    shift = (phase(url, now.isoformat()) * 2 - 1) * SPREAD
    return now + timedelta(seconds=seconds * (1 + shift))


def due_at_start(url: str, due: datetime | None, now: datetime, overdue: int) -> datetime:
    """When to poll a feed just taken over: when it is due, or, with `overdue` feeds waiting, START_RATE a second."""
    if due is not None and due > now:
        return due
    return now + timedelta(seconds=phase(url) * overdue / START_RATE)


def phase(*parts: str) -> float:
    """A number in [0, 1) that depends on the parts alone."""
    hashed = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(hashed, "big") / 2**64
