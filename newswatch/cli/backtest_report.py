"""A backtest for people and for programs."""

from collections.abc import Iterable
from typing import Any

import msgspec

from newswatch.records.backtest import BacktestEntry
from processors.alerts.backtesting import EXAMPLES, Day, Ledger, RuleComparison


def report(compared: list[RuleComparison], after: Ledger, source: str) -> str:
    """One block for each rule that changes or fires, and a line of totals that names the articles' `source`."""
    blocks = [_block(rule) for rule in compared]
    total = sum(rule.after for rule in compared)
    blocks.append(
        f"{after.articles} articles from {source} over {after.days():.1f} days: "
        f"{total} alerts ({total / after.days():.1f} a day), "
        f"{sum(len(rule.added) for rule in compared)} added, {sum(len(rule.lost) for rule in compared)} lost, "
        f"{sum(len(rule.moved) for rule in compared)} moved; nothing was sent"
    )
    return "\n".join(blocks)


def _block(rule: RuleComparison) -> str:
    lines = [
        f"{rule.rule_id}: {rule.before} → {rule.after} alerts ({rule.per_day:.1f} a day); "
        f"{len(rule.added)} added, {len(rule.lost)} lost, {len(rule.moved)} moved"
    ]
    lines += _examples("added", rule.added)
    lines += _examples("lost", rule.lost)
    lines += _examples("moved to", (new for _, new in rule.moved))
    if rule.held:
        lines.append("  held back: " + ", ".join(f"{count} {reason}" for reason, count in rule.held.items()))
    lines += [f"  {day}: {_told(counts)}" for day, counts in rule.days.items()]
    return "\n".join(lines)


def _told(day: Day) -> str:
    changes = [f"{count} {name}" for name, count in (("added", day.added), ("lost", day.lost), ("moved", day.moved))]
    changed = ", ".join(change for change in changes if not change.startswith("0 "))
    return f"{day.fired} alerts" + (f" ({changed})" if changed else "")


def _examples(word: str, entries: Iterable[BacktestEntry]) -> list[str]:
    return [
        f"  {word}: {entry.first_seen:%Y-%m-%d %H:%M} {entry.title} ({entry.reason})"
        for entry in list(entries)[:EXAMPLES]
    ]


def report_json(compared: list[RuleComparison], after: Ledger, source: str) -> str:
    """The same as one JSON object."""
    rows: list[dict[str, Any]] = [
        {
            "rule_id": rule.rule_id, "before": rule.before, "after": rule.after, "per_day": round(rule.per_day, 3),
            "added": rule.added, "lost": rule.lost, "moved": rule.moved, "held": rule.held,
            "days": rule.days,
        }
        for rule in compared
    ]  # fmt: skip
    whole = {"source": source, "articles": after.articles, "days": round(after.days(), 3), "rules": rows}
    return msgspec.json.encode(whole).decode()
