"""Quantities with unit and qualifier, in three languages."""

from pathlib import Path

import pytest

import newswatch
from processors.events.quantities import find_numbers, holds_numbers
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
        pytest.param("en", "three hundred million dollars", 3e8, "USD", None, id="number words and scales"),
        pytest.param("en", "two hundred and fifty thousand barrels a day", 2.5e5, "barrels/day", None, id="and within"),
        pytest.param("en", "a dozen soldiers", 12, None, None, id="a dozen"),
        pytest.param("en", "three dozen migrants", 36, None, None, id="dozens counted"),
        pytest.param("en", "a six-month licence", 6, "months", None, id="a hyphen before the unit"),
        pytest.param("en", "one man was shot", 1, None, None, id="one person"),
        pytest.param("en", "more than 400 were freed", 400, None, "over", id="people named before"),
        pytest.param("es", "dos mil millones de euros", 2e9, "EUR", None, id="dos mil millones"),
        pytest.param("es", "treinta y cinco detenidos", 35, None, None, id="treinta y cinco"),
        pytest.param("es", "un centenar de presos", 100, None, None, id="un centenar"),
        pytest.param("es", "al menos un muerto", 1, None, "at least", id="al menos un"),
        pytest.param("pt", "mais de mil presos", 1000, None, "over", id="mil"),
        pytest.param("pt", "R$ 5,5 bi", 5.5e9, "BRL", None, id="bi"),
        pytest.param("pt", "vinte e cinco militares", 25, None, None, id="vinte e cinco"),
        pytest.param("en", "8.2 million volunteers", 8.2e6, None, None, id="a decimal of millions is a whole number"),
        pytest.param("en", "half a million tonnes", 5e5, "tonnes", None, id="half a million"),
        pytest.param("en", "three and a half years", 3.5, "years", None, id="and a half"),
        pytest.param("es", "cuatro millones y medio de voluntarios", 4.5e6, None, None, id="y medio, of millions"),
        pytest.param("pt", "três anos e meio de prisão", 3.5, "years", None, id="e meio, behind the unit"),
    ],
)
def test_value_unit_and_qualifier(lang: str, text: str, value: float, unit: str | None, qualifier: str | None) -> None:
    lexicon = load_watch(WATCH).lexicons[lang]
    found = find_numbers(lowered(text), text, (0, len(text)), lexicon, [], "text", 0)
    assert [(n.quantity.value, n.quantity.unit, n.quantity.qualifier) for n in found] == [(value, unit, qualifier)]


@pytest.mark.parametrize(
    ("lang", "text", "values"),
    [
        pytest.param("es", "entre 30 y 50 millones de barriles", [3e7, 5e7], id="the scale is the range's"),
        pytest.param("pt", "de 30 milhões a 50 milhões de barris", [3e7, 5e7], id="both ends scaled"),
        pytest.param("en", "terms of eight to thirteen years", [8, 13], id="years of prison"),
        pytest.param("en", "voted 165 to 7 on Wednesday, with 12 abstentions", [165, 7, 12], id="votes"),
        pytest.param("es", "a 13 años y nueve meses de prisión", [13], id="months beside years are one term"),
        pytest.param("es", "catorce periodistas, trece de ellos extranjeros", [14], id="a part of those told"),
        pytest.param(
            "en", "rounded up migrants and returned 130 of them", [130], id="a part that something is done to"
        ),
        pytest.param(
            "en", "the stoppage cost PDVSA 18,000 of its 40,000 employees", [18e3, 4e4], id="so many of so many"
        ),
        pytest.param("en", "the storm killed 42, and police charged nine with looting", [42, 9], id="behind a verb"),
        pytest.param("es", "los perros mordieron a tres", [3], id="behind a verb and its a"),
        pytest.param("es", "un préstamo de 60 millones para combustible", [6e7], id="millions of an unnamed currency"),
        pytest.param("es", 'los dos "narcosobrinos" volvieron', [2], id="what is counted stands in quotes"),
        pytest.param("en", 'freed 116 "political prisoners" on Monday', [116], id="in quotes, in English"),
        pytest.param("en", "a trawler and its crew of seven", [7], id="a crew of so many"),
        pytest.param("en", "rejected by seven to two", [7, 2], id="votes that are not called so"),
        pytest.param("es", "el Senado tumbó, 51 contra 49, la resolución", [51, 49], id="so many against so many"),
        pytest.param("en", "terms of up to 28 years after one-day trials", [28], id="a term, and then when"),
    ],
)
def test_numbers_told_together(lang: str, text: str, values: list[float]) -> None:
    lexicon = load_watch(WATCH).lexicons[lang]
    found = find_numbers(lowered(text), text, (0, len(text)), lexicon, [], "text", 0)
    assert [n.quantity.value for n in found if n.quantity.what or n.quantity.unit or n.alone] == values


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "in 2019"),
        ("en", "at 10:30"),
        ("en", "at 10 p.m."),
        ("en", "an F-16"),
        ("en", "the 28th floor"),
        ("en", "a 55-year-old immigrant"),
        ("en", "three days after the vote"),
        ("en", "under Resolution 2231"),
        ("en", "one of the six executives"),
        ("es", "un joven de 22 años"),
        ("es", "falleció a los 91 años"),
        ("es", "seis días después de la detención"),
        ("pt", "dois dias depois"),
        ("pt", "um homem de 55 anos"),
        ("en", "the first in five years"),
        ("es", "por primera vez en dos décadas"),
        ("en", "spied for four decades"),
        ("pt", "dois dias de luto"),
        ("en", "two thirds of Guyana"),
        ("es", "ocho de cada diez testigos"),
        ("es", "en la Zona 7"),
        ("en", "Licence 44"),
        ("es", "la licencia general 44"),
        ("en", "three people familiar with the talks"),
        ("en", "two Pentagon officials said"),
        ("en", "according to three people"),
        ("es", "aseguran dos fuentes"),
        ("pt", "segundo dois diplomatas"),
        ("en", "the two governments"),
        ("pt", "os dois combinaram"),
    ],
)
def test_years_times_ages_and_names_count_nothing(lang: str, text: str) -> None:
    lexicon = load_watch(WATCH).lexicons[lang]
    assert find_numbers(text.lower(), text, (0, len(text)), lexicon, [], "text", 0) == []


@pytest.mark.parametrize(
    ("lang", "text", "held"),
    [
        pytest.param("en", "talks in their 5th week", True, id="a digit"),
        pytest.param("en", "fifty-two doctors left", True, id="in a hyphenated word"),
        pytest.param("en", "sold about a dozen planes", True, id="in two words"),
        pytest.param("en", "a minister left", False, id="the article of a number is none"),
        pytest.param("es", "liberó a los presos", False, id="no number"),
    ],
)
def test_a_sentence_is_searched_where_it_may_hold_a_number(lang: str, text: str, held: bool) -> None:
    assert holds_numbers(text, 0, len(text), load_watch(WATCH).lexicons[lang]) is held
