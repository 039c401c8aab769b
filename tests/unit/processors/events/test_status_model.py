"""The trained model of status: what it may change, and that a watch does without it."""

from datetime import date

import msgspec
import pytest

from processors.events.model.weights import Model
from processors.events.tagging import tag
from processors.events.watchdata import load_watch
from tests.eval.events import WATCH

TEXT = "Maduro freed 40 prisoners on Monday, officials wrote."


def statuses(**weights: dict[str, float]) -> set[tuple[str, str]]:
    """Type and status of each event of the text, with these weights of statuses."""
    model = Model("by hand", {}, {}, dict(weights))
    watch = msgspec.structs.replace(load_watch(WATCH), model=model)
    events = tag("", TEXT, published=date(2026, 2, 3), lang="en", watch=watch).events
    return {(event.type, event.status.value) for event in events}


@pytest.mark.parametrize(
    ("weights", "status"),
    [
        pytest.param({}, "happened", id="without weights the rules' status stays"),
        pytest.param({"denied": {"in wrote": 1.0}}, "denied", id="a word of the sentence"),
        pytest.param({"announced": {"at freed": 1.0}}, "announced", id="the trigger"),
        pytest.param({"announced": {"behind prison": 1.0}}, "announced", id="a word behind the trigger"),
        pytest.param({"denied": {"rules RETREAT:happened": 1.0}}, "denied", id="what the rules made of it"),
        pytest.param({"denied": {"in wrote": 0.4}}, "happened", id="too little to be surer than the rules"),
        pytest.param(
            {"denied": {"in wrote": 2.0}, "happened": {"rules ": 1.8}}, "happened", id="the lead is what counts"
        ),
    ],
)
def test_a_status_that_weighs_more_takes_the_place_of_the_rules(
    weights: dict[str, dict[str, float]], status: str
) -> None:
    assert statuses(**weights) == {("RETREAT", status)}


def test_the_shipped_model_knows_statuses() -> None:
    """`make train` learns them."""
    model = load_watch(WATCH).model
    assert model is not None
    assert {"happened", "announced", "hypothetical", "denied", "cancelled"} <= set(model.statuses)
