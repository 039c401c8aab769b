"""When a stage must stop: so many of its inputs fail in a way that points at the stage, not at the input."""

from collections import deque
from enum import StrEnum

from newswatch.reject_reasons import Reason

SYSTEMIC = frozenset({Reason.BUG, Reason.INVALID_RECORD, Reason.UNKNOWN_SCHEMA, Reason.WORKER_DIED})
"""Reasons that, when frequent, mean the program or its peer is wrong rather than the page."""

WINDOW = 400
AT_LEAST = 100
RATIO = 0.5

UNLIMITED = 1.0
"""A ratio that is never exceeded."""


class Spending(StrEnum):
    """Whether the stage may go on."""

    WITHIN = "within-budget"
    EXCEEDED = "exceeded"


class RejectBudget:
    """Over the last WINDOW outcomes: exceeded when at least AT_LEAST were seen and over RATIO of them are systemic."""

    def __init__(self, window: int = WINDOW, at_least: int = AT_LEAST, ratio: float = RATIO) -> None:
        self._recent: deque[bool] = deque(maxlen=window)
        self._at_least, self._ratio = at_least, ratio

    def note(self, reason: str | None) -> Spending:
        """Counts one outcome; `reason` is None for an output."""
        self._recent.append(reason in SYSTEMIC)
        seen = len(self._recent)
        over = seen >= self._at_least and sum(self._recent) > self._ratio * seen
        return Spending.EXCEEDED if over else Spending.WITHIN
