"""A stage stops when most of its inputs fail in a way that points at the stage."""

from newswatch.reject_reasons import Reason
from processors.streaming.reject_budget import RejectBudget, Spending


def spend(budget: RejectBudget, *reasons: str | None) -> Spending:
    return [budget.note(reason) for reason in reasons][-1]


def test_a_few_bugs_are_within_budget() -> None:
    assert spend(RejectBudget(), *([None] * 90 + [Reason.BUG] * 40)) is Spending.WITHIN


def test_mostly_bugs_exceed_it() -> None:
    assert spend(RejectBudget(), *[Reason.BUG] * 100) is Spending.EXCEEDED


def test_too_few_to_judge() -> None:
    assert spend(RejectBudget(), *[Reason.BUG] * 99) is Spending.WITHIN


def test_bad_pages_never_stop_a_stage() -> None:
    assert spend(RejectBudget(), *[Reason.NO_TEXT, Reason.TOO_LARGE] * 500) is Spending.WITHIN


def test_old_failures_are_forgotten() -> None:
    budget = RejectBudget(window=100, at_least=10)
    assert spend(budget, *[None] * 100, *[Reason.BUG] * 40) is Spending.WITHIN
    assert spend(budget, *[None] * 100) is Spending.WITHIN
