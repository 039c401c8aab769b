"""The table `feeds list` prints. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from newswatch.records.feed import FeedRecord

COLUMNS = ("health", "outlet", "last entry", "next poll", "reason", "feed")
WIDTHS = (24, 26, 10, 9, 60)


def table(records: Sequence[FeedRecord], now: datetime) -> list[str]:
    """One line a feed, in the given order, and a summary line."""
    lines = [_row(COLUMNS)]
    for record in records:
        state, settings = record.state, record.settings
        lines.append(
            _row(
                (
                    state.health if settings.enabled else "off",
                    settings.outlet or settings.title or "",
                    _ago(state.last_entry, now),
                    _ahead(state.next_poll, now) if settings.enabled else "",
                    state.health_reason or state.last_error or "",
                    settings.url,
                )
            )
        )
    counts = Counter(record.state.health if record.settings.enabled else "off" for record in records)
    summary = ", ".join(f"{count} {health}" for health, count in counts.most_common())
    return [*lines, f"{len(records)} feeds" + (f": {summary}" if summary else "")]


def _row(cells: Sequence[str]) -> str:
    cut = [
        (cell if len(cell) <= width else cell[: width - 1] + "…").ljust(width)
        for cell, width in zip(cells, WIDTHS, strict=False)
    ]
    return " ".join([*cut, cells[-1]])


def _ago(moment: datetime | None, now: datetime) -> str:
    return f"{_short(now - moment)} ago" if moment else "never"


def _ahead(moment: datetime | None, now: datetime) -> str:
    if moment is None or moment <= now:
        return "now"
    return f"in {_short(moment - now)}"


def _short(span: timedelta) -> str:
    seconds = max(span.total_seconds(), 0)
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:.0f}s"
