"""A second watch is a folder of data and no code."""

from datetime import date
from pathlib import Path

import pytest

from processors.events.tagging import tag
from processors.events.watchdata import load_watch

HAITI = Path(__file__).resolve().parents[3] / "cases" / "watches" / "haiti"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            "Kenyan police killed three gunmen in Port-au-Prince on Monday.", ("KEN", "ASSAULT", "HTI"), id="en"
        ),
        pytest.param("El gobierno dominicano deportó a 300 haitianos el martes.", ("DOM", "COERCE", "HTI"), id="es"),
    ],
)
def test_events_of_another_watch(text: str, wanted: tuple[str, str, str]) -> None:
    result = tag("", text, published=date(2025, 11, 5), lang=None, watch=load_watch(HAITI))
    told = [
        (event.source.country if event.source else None, event.type, event.target.country if event.target else None)
        for event in result.events
    ]
    assert result.relevant
    assert wanted in told


def test_news_of_the_first_watch_is_off_the_second() -> None:
    text = "US forces attacked Caracas and captured the Venezuelan president."
    assert not tag("", text, published=date(2026, 1, 3), lang="en", watch=load_watch(HAITI)).relevant
