"""A search's words become an Elasticsearch query with the meaning the same words have in an alert rule."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.errors import UserError
from sinks.board.query_language import fold, read_query


def leaves(query: dict[str, Any]) -> str:
    return json.dumps(query, ensure_ascii=False)


def test_no_words_mean_every_document() -> None:
    assert read_query("  ") == {"match_all": {}}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("embargo AND sanctions", "must", id="AND asks for both"),
        pytest.param("embargo sanctions", "must", id="two bare words ask for both"),
        pytest.param("embargo OR sanctions", "should", id="OR asks for one"),
    ],
)
def test_words_are_joined(words: str, expected: str) -> None:
    assert expected in read_query(words)["bool"]
    assert len(read_query(words)["bool"][expected]) == 2


def test_not_leaves_out() -> None:
    found = read_query("embargo AND NOT sandwich")["bool"]
    assert len(found["must"]) == 1
    assert found["must_not"][0]["multi_match"]["query"] == "sandwich"


def test_a_phrase_keeps_its_order_and_a_near_one_its_slop() -> None:
    assert read_query('"oil licence"')["multi_match"]["type"] == "phrase"
    assert read_query('"oil licence"~4')["multi_match"]["slop"] == 4


def test_a_prefix_is_folded_as_the_index_folds_its_terms() -> None:
    assert '"presion"' in leaves(read_query("Presión*"))
    assert fold("DÍAZ-CANEL") == "diaz-canel"


def test_a_field_looks_into_itself_alone() -> None:
    fields = read_query("title:embargo")["multi_match"]["fields"]
    assert all(field.startswith("title") for field in fields)


def test_countries_are_written_in_capitals() -> None:
    assert read_query("country:ven") == {"match": {"countries": {"query": "VEN", "operator": "and"}}}


def test_event_fields_are_asked_of_one_event() -> None:
    assert read_query("type:protest")["nested"]["path"] == "events"


def test_numbers_are_compared() -> None:
    assert read_query("independent_sources:>=5") == {"range": {"story.independent_sources": {"gte": 5.0}}}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param("colour:red", "`colour:` is not a field", id="an unknown field"),
        pytest.param("(embargo", "cannot be read", id="an open bracket"),
        pytest.param("embargo~2", "has no meaning here", id="a fuzzy word"),
        pytest.param("/em.*/", "has no meaning here", id="a regular expression"),
        pytest.param("em?argo", "a prefix that ends in", id="a single-letter wildcard"),
        pytest.param("*argo", "a prefix that ends in", id="a leading wildcard"),
        pytest.param("independent_sources:many", "write a comparison", id="a word for a number"),
        pytest.param(" OR ".join(f"w{n}" for n in range(80)), "more than 64 parts", id="too many parts"),
        pytest.param("a" * 1001, "1000 are allowed", id="too long"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(words: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        read_query(words)


@given(st.text(max_size=60))
def test_any_words_give_a_query_or_a_sentence(words: str) -> None:
    with contextlib.suppress(UserError):
        assert len(read_query(words)) == 1
