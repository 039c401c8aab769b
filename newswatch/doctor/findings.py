"""What a check ends in."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Level(StrEnum):
    """How a check went. A PROBLEM loses data, stops a role or blinds it; a WARNING may one day."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One check's end: what was found, and what to do about it (empty when well)."""

    check: str
    level: Level
    found: str
    advice: str = ""


def well(check: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(check=check, level=Level.OK, found=found)


def warning(check: str, found: str, advice: str) -> Finding:
    """May hurt one day."""
    return Finding(check=check, level=Level.WARNING, found=found, advice=advice)


def problem(check: str, found: str, advice: str) -> Finding:
    """Hurts now."""
    return Finding(check=check, level=Level.PROBLEM, found=found, advice=advice)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level among them; OK for none."""
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.OK)
