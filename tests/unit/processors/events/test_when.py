"""When a sentence's event happens, among the dates it names."""

from datetime import date
from pathlib import Path

import pytest

import newswatch
from processors.events.tagging import tag
from processors.events.watchdata import load_watch

WATCH = Path(newswatch.__file__).parent / "watches" / "venezuela-cuba-us"


@pytest.mark.parametrize(
    ("text", "published", "kind", "wanted"),
    [
        pytest.param(
            "Thousands of Venezuelans marched in Caracas on Thursday, the largest rallies since January.",
            date(2026, 2, 12),
            "PROTEST",
            "2026-02-12",
            id="since January says how long, not when",
        ),
        pytest.param(
            "American Airlines retomará en abril los vuelos a Venezuela, suspendidos desde 2019.",
            date(2026, 3, 3),
            "COOPERATE",
            "2026-04-01",
            id="nor does desde 2019",
        ),
        pytest.param(
            "Cuba will be hit with new US sanctions starting April 2, Trump announced on Monday.",
            date(2026, 3, 24),
            "SANCTION",
            "2026-04-02",
            id="what is announced happens when it starts",
        ),
        pytest.param(
            "A oposição convocou protestos em Caracas para sábado contra Maduro.",
            date(2026, 1, 7),
            "PROTEST",
            "2026-01-10",
            id="para sábado is the next one",
        ),
    ],
)
def test_the_date_of_an_event(text: str, published: date, kind: str, wanted: str) -> None:
    events = tag("", text, published=published, lang=None, watch=load_watch(WATCH)).events
    assert wanted in [event.date.start for event in events if event.type == kind and event.date is not None]
