"""The trained model of types: what it adds, what it drops, where it stays silent, and how it is told from the rules."""

from datetime import date
from math import log

import msgspec
import pytest

from newswatch.records.article import Event
from processors.events.model.clues import of_words, spots_of
from processors.events.model.types import LIKELY, LIKELY_LATER, TypeModel
from processors.events.model.weights import Model
from processors.events.tagging import tag
from processors.events.watchdata import load_watch
from tests.eval.events import WATCH

TEXT = "Cuba blorped the United States on Monday."


def events(text: str, types: dict[str, dict[str, float]], lead: str = "") -> tuple[Event, ...]:
    """What is found in a text with these weights of types."""
    watch = msgspec.structs.replace(load_watch(WATCH), model=Model("by hand", {}, types))
    return tag("", lead + text, published=date(2026, 2, 3), lang="en", watch=watch).events


def kinds(found: tuple[Event, ...]) -> list[tuple[str, str]]:
    """Type and rule of each event."""
    return [(event.type, event.rule) for event in found]


def test_a_likely_type_no_rule_found_is_added_with_the_word_that_says_it() -> None:
    (event,) = events(TEXT, {"ACCUSE": {"": -2.0, "blorped": 3.0}})
    assert (event.type, event.rule, event.evidence.text) == ("ACCUSE", "model.accuse", "blorped")


def test_the_subject_is_its_source_before_parties_are_weighed() -> None:
    (event,) = events(TEXT, {"ACCUSE": {"": -2.0, "blorped": 3.0}})
    assert event.source is not None
    assert event.source.country == "CUB"


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        pytest.param(TEXT, {"": -4.0, "blorped": 1.0}, id="a type that is not likely enough"),
        pytest.param("The committee blorped on Monday.", {"": -2.0, "blorped": 9.0}, id="a sentence that names nobody"),
    ],
)
def test_nothing_is_added_to(text: str, weights: dict[str, float]) -> None:
    assert "model.accuse" not in {event.rule for event in events(text, {"ACCUSE": weights})}


def test_a_type_the_rules_found_is_not_told_twice() -> None:
    found = events("Cuba condemned the United States on Monday.", {"ACCUSE": {"": 9.0}})
    assert [kind for kind, _ in kinds(found)] == ["ACCUSE"]
    assert not found[0].rule.startswith("model.")


def test_further_down_a_type_must_be_likelier_than_in_the_lead() -> None:
    between = (LIKELY + LIKELY_LATER) / 2
    weights = {"ACCUSE": {"": -2.0, "blorped": 2.0 + log(between / (1 - between))}}
    lead = "Cuba has beaches. The sea is blue. The sand is white. The sun is warm. "
    assert ("ACCUSE", "model.accuse") in kinds(events(TEXT, weights))
    assert ("ACCUSE", "model.accuse") not in kinds(events(TEXT, weights, lead))


def test_a_find_that_is_not_sure_enough_only_adds_its_numbers() -> None:
    """They go to an event of its type told elsewhere."""
    first = "Cuba condemned the United States on Monday. The sea is blue. The sand is white. The sun is warm. "
    weights = {"ACCUSE": {"": 0.0, "blorped": log(LIKELY_LATER / (1 - LIKELY_LATER)) - 0.5}}
    (event,) = events("Cuba blorped 40 people of the United States, it said.", weights, first)
    assert not event.rule.startswith("model.")
    assert [one.value for one in event.quantities] == [40]


CONDEMNED = "Cuba condemned the United States on Monday."


def test_an_unlikely_find_of_the_rules_is_dropped() -> None:
    assert kinds(events(CONDEMNED, {"ACCUSE": {"": -9.0}})) == []


def test_a_find_of_the_rules_speaks_for_itself() -> None:
    """That a rule found it, as what and by which rule and word, are clues too."""
    (found,) = events(CONDEMNED, {"ACCUSE": {"": -9.0, "ACCUSE:active": 9.0}})
    assert found.type == "ACCUSE"


def test_a_type_the_model_knows_nothing_of_is_left_to_the_rules() -> None:
    assert [kind for kind, _ in kinds(events(CONDEMNED, {"AID": {"": -9.0}}))] == ["ACCUSE"]


def test_what_a_lexicon_says_of_a_word_counts_in_every_language() -> None:
    weights = {"AID": {"": -9.0, "verb:ACCUSE": 20.0}}
    assert ("AID", "model.aid") in kinds(events(CONDEMNED, weights))


def test_pairs_of_words_count_beside_words_and_each_clue_once() -> None:
    assert list(of_words(spots_of("no more oil no more"))) == ["", "no", "more", "oil", "no more", "more oil", "oil no"]


def test_the_word_that_weighs_most_is_named_with_its_place() -> None:
    model = TypeModel(Model("by hand", {}, {"AID": {"": 1.0, "rice": 0.5, "sent rice": 1.0}}))
    assert model.word(spots_of("mexico sent rice"), 0) == (12, 16)
