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
        pytest.param(
            f"{ATTACK} Seven soldiers fell. The seven were brothers.", [7], id="what is known is not told twice"
        ),
        pytest.param(f"{ATTACK} The river is 200 miles long.", [], id="a distance counts nobody"),
        pytest.param(f"{ATTACK} {FURTHER} Nine houses stood empty.", [], id="below the lead nothing is shared"),
    ],
)
def test_what_is_counted_beside_an_event_is_its_quantity(text: str, values: list[float]) -> None:
    events = tag("", text, published=date(2026, 1, 3), lang="en", watch=RULES).events
    assert [quantity.value for event in events for quantity in event.quantities] == values


@pytest.mark.parametrize(
    ("lang", "text", "values"),
    [
        pytest.param("en", "Before the US raid on Caracas, about 300 people crossed daily.", [], id="before the raid"),
        pytest.param("pt", "Antes do ataque a Caracas, cerca de 300 pessoas cruzavam.", [], id="antes do ataque"),
        pytest.param("es", "Desde el ataque a Caracas, unas 500 personas cruzaron.", [], id="desde el ataque"),
        pytest.param("en", "At least 75 people died in the US attack on Caracas.", [75], id="the deed itself"),
    ],
)
def test_a_deed_that_only_says_when_counts_nobody(lang: str, text: str, values: list[float]) -> None:
    events = tag("", text, published=date(2026, 1, 20), lang=lang, watch=RULES).events
    assert [q.value for event in events if event.type == "ASSAULT" for q in event.quantities] == values
