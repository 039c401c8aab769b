"""Numbers of sentences that tell no event of their own go to the event told beside them."""

from datetime import date

import msgspec
import pytest

from processors.events.tagging import tag
from processors.events.watchdata import load_watch
from tests.eval.events import WATCH

RULES = msgspec.structs.replace(load_watch(WATCH), model=None)
ATTACK = "US forces bombed Caracas on Saturday."
FURTHER = "The sky was clear over the city. Nobody knew why."


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param(f"{ATTACK} Seven soldiers fell in the first hour.", [7], id="behind the event"),
        pytest.param(f"Forty-eight planes filled the sky. {ATTACK}", [48], id="ahead of the only event"),
        pytest.param(f"{ATTACK} The river is 200 miles long.", [], id="a distance counts nobody"),
        pytest.param(f"{ATTACK} {FURTHER} Nine houses stood empty.", [], id="below the lead nothing is shared"),
    ],
)
def test_what_is_counted_beside_an_event_is_its_quantity(text: str, values: list[float]) -> None:
    events = tag("", text, published=date(2026, 1, 3), lang="en", watch=RULES).events
    assert [quantity.value for event in events for quantity in event.quantities] == values
