"""Learning of the watch's model: the fit is right and always the same, and the shipped watch has one."""

import pytest

from processors.events.watchdata import load_watch
from tests.eval.events import WATCH
from tests.learning.logistic import fit_all
from tests.learning.softmax import Choice, fit


def test_weights_prefer_the_options_that_were_right() -> None:
    """Two features that tell right from wrong, and one that tells nothing."""
    choices = [Choice([("good", "both"), ("bad", "both")], 0), Choice([("bad", "both"), ("good", "both")], 1)]
    weights = fit(choices, ridge=0.1)
    assert weights["good"] > 1
    assert weights["bad"] == pytest.approx(-weights["good"], abs=1e-3)
    assert weights["both"] == pytest.approx(0.0, abs=1e-3)


def test_what_is_always_right_is_bounded_by_the_ridge() -> None:
    """The penalty keeps weights finite where the examples leave no doubt."""
    choices = [Choice([("right",), ("wrong",)], 0)] * 50
    assert fit(choices, ridge=10.0)["right"] < fit(choices, ridge=1.0)["right"] < 10


def test_the_same_examples_give_the_same_weights() -> None:
    """Nothing is random."""
    choices = [Choice([("a", "b"), ("b", "c"), ("c",)], number % 3) for number in range(9)]
    assert fit(choices, ridge=1.0) == fit(choices, ridge=1.0)


def test_each_answer_has_weights_of_its_own() -> None:
    """Clues that go with one answer and not with the other; a rare one is left out."""
    seen = [["", "oil"], ["", "oil", "once"], ["", "vote"], ["", "vote"], [""]]
    weights = fit_all(seen, [["AID"], ["AID"], ["SUPPORT"], ["SUPPORT"], []], ridge=0.1, least=2)
    assert weights["AID"]["oil"] > 1 > -1 > weights["AID"]["vote"]
    assert weights["SUPPORT"]["vote"] > 1
    assert "once" not in weights["AID"]


def test_the_shipped_watch_has_a_model() -> None:
    """`make train` writes it into the watch folder, and the watch reads it at start."""
    model = load_watch(WATCH).model
    assert model is not None
    assert set(model.parties) == {"source", "target", "pair"}
