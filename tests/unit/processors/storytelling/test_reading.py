"""Texts of three languages give the same days, numbers, concepts and names; credits and kinds of article are seen."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.records.article import EventActor
from processors.folding import folded
from processors.storytelling.credits import credited
from processors.storytelling.days import find_days
from processors.storytelling.features import features
from processors.storytelling.glossary import glossary
from processors.storytelling.kinds import Kind, kind_of
from processors.storytelling.numerals import find_numbers
from processors.storytelling.sketch import containment, from_text, plain_words, sketch, to_text
from processors.storytelling.views import pack, unpack
from processors.storytelling.words import TOKEN, WORDS

from .samples import FERRY, FERRY_ES, MINE, article, event

WEDNESDAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on Tuesday", "2026-03-03"),
        ("el martes", "2026-03-03"),
        ("na terça-feira (3)", "2026-03-03"),
        ("este miércoles", "2026-03-04"),
        ("January 3", "2026-01-03"),
        ("3 de enero de 2025", "2025-01-03"),
        ("em 28 de dezembro", "2025-12-28"),
        ("ayer", "2026-03-03"),
    ],
)
def test_days_are_read_against_the_day_of_publication(text: str, day: str) -> None:
    assert [str(found) for _, _, found in find_days(folded(text), WEDNESDAY)] == [day]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3,000 people", 3000),
        ("3.000 personas", 3000),
        ("tres mil personas", 3000),
        ("cerca de três mil", 3000),
        ("$100 billion", 1e11),
        ("100.000 millones", 1e11),
        ("100 mil millones", 1e11),
        ("treinta y dos cubanos", 32),
        ("thirty-two officers", 32),
        ("4.5 per cent", 4.5),
    ],
)
def test_numbers_are_one_value_in_every_spelling(text: str, value: float) -> None:
    assert [found for _, _, found, _ in find_numbers(folded(text))] == [value]


def test_a_bare_year_is_no_number() -> None:
    assert find_numbers("closed since 2019 in caracas") == ()


def test_two_languages_share_names_numbers_days_and_concepts() -> None:
    one, other = features(article(0, FERRY)), features(article(1, FERRY_ES, language="es"))
    shared = {*one.lead, *one.body} & {*other.lead, *other.body}
    assert {"n:esperanza", "n:olga_peralta", "#:240", "#:19", "d:2026-03-03", "c:passenger", "c:hospital"} <= shared


def test_a_word_that_begins_a_sentence_is_a_name_only_where_the_text_has_it_as_one() -> None:
    found = features(article(0, "Officials of Minerven spoke. Minerven denied it. Denials followed.", title="x"))
    terms = {*found.lead, *found.body}
    assert "n:minerven" in terms
    assert not {"n:officials", "n:denials"} & terms


@pytest.mark.parametrize("name", ["captured", "capturó", "secuestrado", "kidnapped", "sequestrado"])
def test_rival_words_for_one_act_are_one_concept(name: str) -> None:
    assert glossary().concept(folded(name)) == "capture"


def test_every_line_of_the_glossary_is_folded_and_every_concept_reachable() -> None:
    book = glossary()
    names = [*book.words, *book.prefixes, *book.phrases]
    assert [name for name in names if name != folded(name)] == []


@pytest.mark.parametrize(
    ("text", "outlet", "credit"),
    [
        ("CARACAS, Venezuela (AP) — Police said so.", "Gulf Ledger", "AP"),
        ("Caracas, 8 ene (EFE).- El presidente anunció.", "Gaceta", "EFE"),
        ("It happened at noon. (Con información de EFE)", "Gaceta", "EFE"),
        ("It happened. The Associated Press contributed to this report.", "Gulf Ledger", "AP"),
        ("It happened. With files from Reuters.", "Ottawa Beacon", "Reuters"),
        ("It happened at noon.\nReuters", "Ottawa Beacon", "Reuters"),
        ("It happened at noon.\nTomado de Voz del Ávila, Caracas.", "El Faro", "voz del avila"),
        ("CARACAS, Venezuela (AP) — Police said so.", "AP", None),
        ("It happened at noon, Reuters said at first, then denied it to us.", "Gulf Ledger", None),
    ],
)
def test_whom_an_article_credits(text: str, outlet: str, credit: str | None) -> None:
    assert credited(text, outlet) == credit


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("The week in brief: three ships and a storm", Kind.ROUNDUP),
        ("Claves de la semana en el Caribe", Kind.ROUNDUP),
        ("Resumo da semana: o que houve", Kind.ROUNDUP),
        ("Perfil: la abogada que llegó a ministra", Kind.BACKGROUND),
        ("Seven years on, an oath nobody remembers", Kind.BACKGROUND),
        ("Ferry aground off Cienfuegos", Kind.NEWS),
        ("Petrolero encalla frente a Cienfuegos", Kind.NEWS),
    ],
)
def test_kinds_of_article(title: str, kind: Kind) -> None:
    assert kind_of(title, "It happened at noon.") is kind


def test_a_cut_copy_holds_its_original_and_another_report_does_not() -> None:
    whole = sketch(f"{FERRY} {MINE}")
    assert containment(whole, sketch(MINE)) == 1.0
    assert containment(sketch(FERRY), sketch(MINE)) == 0.0


@given(text=st.text(max_size=3000))
def test_any_text_can_be_read_and_its_sketch_survives_the_record(text: str) -> None:
    found = features(article(0, text, title=text[:60]))
    assert all(" " not in term and "|" not in term for term in (*found.lead, *found.body))
    marks = sketch(text)
    assert from_text(to_text(marks) or "") == marks
    assert kind_of(text[:60], text) in Kind
    credited(text, None)


def test_terms_are_read_back_from_a_record_as_they_went_in() -> None:
    target = EventActor(name="Olga Peralta", id="olga | peralta")
    found = features(article(0, FERRY, events=(event("e", target=target),)))
    assert "e:COERCE:olga_peralta" in found.lead
    assert unpack(pack(found)) == found


PIECES = (
    *("3", "12", "1,000", "100", "mil", "million", "mayo", "de", "enero", "May", "5th", "of", "March", "segunda-feira"),
    *("(3)", "d'un", "twenty", "veinte", "dos", "_7", " ", "-", "'", "’", ".", ",", "%", " por ciento", "tenpercent"),
)


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=40), gap=st.sampled_from(["", " "]))
def test_days_and_numbers_begin_nowhere_but_where_words_say_they_may(pieces: list[str], gap: str) -> None:
    fold = folded(gap.join(pieces))
    words = [(found.start(), WORDS[found[0]]) for found in TOKEN.finditer(fold)]
    days = [place + at for place, word in words for at in word.days]
    numbers = [place + at for place, word in words for at in word.numbers]
    assert find_days(fold, WEDNESDAY, days) == find_days(fold, WEDNESDAY)
    assert find_numbers(fold, numbers) == find_numbers(fold)


@given(text=st.text(alphabet="aáñÑ9_ .,'-–…¿º½ \n", max_size=300))
def test_words_are_cut_alike_with_and_without_a_regex(text: str) -> None:
    assert plain_words(folded(text)) == [word.encode() for word in re.findall(r"[^\W_]+", folded(text))]
