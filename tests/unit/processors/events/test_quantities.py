"""Quantities with unit and qualifier, in three languages."""

from pathlib import Path

import pytest

import newswatch
from processors.events.quantities import find_numbers
from processors.events.watchdata import load_watch
from processors.folding import lowered

WATCH = Path(newswatch.__file__).parent / "watches" / "venezuela-cuba-us"


@pytest.mark.parametrize(
    ("lang", "text", "value", "unit", "qualifier"),
    [
        pytest.param("en", "at least $100 billion", 1e11, "USD", "at least", id="money with scale and qualifier"),
        pytest.param("en", "863 people", 863, None, None, id="people"),
        pytest.param("en", "over 100 people", 100, None, "over", id="over"),
        pytest.param("en", "fourteen global companies", 14, None, None, id="in words"),
        pytest.param("en", "1,200 soldiers", 1200, None, None, id="grouped by commas"),
        pytest.param("en", "50 million barrels of oil", 5e7, "barrels", None, id="barrels"),
        pytest.param("es", "al menos cinco españoles", 5, None, "at least", id="al menos cinco"),
        pytest.param("es", "más de 2.000 personas", 2000, None, "over", id="grouped by points"),
        pytest.param("es", "3.000 millones de dólares", 3e9, "USD", None, id="miles de millones"),
        pytest.param("pt", "cerca de 1,5 milhão de barris", 1.5e6, "barrels", "about", id="decimal comma"),
        pytest.param("pt", "US$ 7 bilhões", 7e9, "USD", None, id="US$ bilhões"),
    ],
)
def test_value_unit_and_qualifier(lang: str, text: str, value: float, unit: str | None, qualifier: str | None) -> None:
    lexicon = load_watch(WATCH).lexicons[lang]
    found = find_numbers(lowered(text), text, (0, len(text)), lexicon, [], "text", 0)
    assert [(n.quantity.value, n.quantity.unit, n.quantity.qualifier) for n in found] == [(value, unit, qualifier)]


@pytest.mark.parametrize("text", ["in 2019", "at 10:30", "an F-16", "the 28th floor"])
def test_years_times_and_names_count_nothing(text: str) -> None:
    lexicon = load_watch(WATCH).lexicons["en"]
    assert find_numbers(text.lower(), text, (0, len(text)), lexicon, [], "text", 0) == []
