"""What every kind works with: the article as a rule sees it, what is remembered, and the answer with its reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from newswatch.identity import digest
from newswatch.records.alert import Severity
from newswatch.records.tracked import TrackedArticle
from processors.alerts.rule_model import RuleSpec

Memory = dict[str, Any]
"""What a rule remembers of one key, as JSON values; times are milliseconds since 1970 (first_seen, never now)."""


class Verdict(StrEnum):
    """Why a match is an alert, or why it is not."""

    NEW = "new"
    REPEAT_DUE = "realert-due"
    MORE_SOURCES = "more-sources"
    NUMBER_CHANGED = "number-changed"
    STATUS_CHANGED = "status-changed"
    THRESHOLD = "threshold-reached"
    NEW_TERM = "new-term"
    CHANGED = "changed"
    CORROBORATED = "corroborated"
    TIER_ROSE = "tier-rose"
    SAME_ARTICLE = "same-article"
    ALREADY_FIRED = "already-fired"
    INSIDE_COOLDOWN = "inside-cooldown"
    BELOW_THRESHOLD = "below-threshold"
    OLDER_THAN_WINDOW = "older-than-window"
    OLDER_THAN_MEMORY = "older-than-memory"
    LEARNING = "learning"
    KNOWN_TERM = "known-term"
    FIRST_VALUE = "first-value"
    UNCHANGED = "unchanged"
    NO_VALUE = "no-value"
    COPY = "copy"
    NOT_HIGHER = "tier-not-higher"


SILENT = frozenset({Verdict.SAME_ARTICLE})
"""Verdicts that are no match held back: the article was counted before."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer for one key. `memory` None: nothing to remember. `fires`: whether it is an alert; `why` in words."""

    verdict: Verdict
    fires: bool = False
    memory: Memory | None = None
    why: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A matching article for one key of a rule; `value` is the query_key's value ("" without one).

    `at` is first_seen in milliseconds since 1970, `article` a short mark of the article's id.
    """

    spec: RuleSpec
    tracked: TrackedArticle
    at: int
    article: str
    value: str = ""
    tier: int = -1


Judge = Callable[[Sighting, Memory], Judgement]


def millis(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def length(duration: timedelta | None) -> int:
    """Milliseconds; 0 for None."""
    return round(duration.total_seconds() * 1000) if duration else 0


@lru_cache(maxsize=8192)
def mark(text: str) -> str:
    """12 hex digits that stand for a longer text in memory."""
    return digest(text)[:12]
