"""Spans of time: whether one measures an event ("held for ten days") or only says when or how long since."""

import re

from processors.events.lexicon import Lexicon

TIMES = frozenset({"years", "months", "weeks", "days", "hours", "decades"})
LEAD = 24  # characters before a span that are looked at
WITHIN = 30
AFTER = re.compile(
    r" (?:ago|earlier|later|before|after|prior|away|old|después|antes|atrás|más tarde|de edad|depois|mais tarde"
    r"|de idade|previously|previos|apart|(?:of|de) (?:mourning|duelo|luto))\b"
)  # a distance in time, an age, a mourning
SINCE = re.compile(
    r"\b(?:in|en|em|every|cada) (?:the (?:last|past) |los últimos |las últimas |os últimos |as últimas )?$"
)
"""Before a span in which something happened or is to happen: "the first in five years", "elections in eight days"."""
UP_TO = re.compile(r"(?:up to|hasta|até) $")  # "terms of up to 28 years after one-day trials"
YEARS_AND = re.compile(r"(?:years?|años?|anos?|months?|meses)(?: and| y| e|,) $")  # "13 años y nueve meses"


def continues(lowered: str, at: int) -> bool:
    """Whether a span only ends a longer one that began before it."""
    return YEARS_AND.search(lowered[max(0, at - 12) : at]) is not None


def only_dates(lowered: str, first: int, last: int, unit: str, lexicon: Lexicon, *, qualified: bool) -> bool:
    """Whether the span of time in lowered[first:last] is no quantity ("three days after", "un joven de 22 años")."""
    lead = lowered[max(0, first - WITHIN) : first]
    if unit == "decades" or (AFTER.match(lowered, last) and not UP_TO.search(lead)):
        return True
    if unit != "hours" and SINCE.search(lead):
        return True
    before = lead[-LEAD:].split()
    if before[-2:] == ["a", "los"] or before[-1:] == ["aos"]:
        return unit == "years"
    if not before or before[-1] != "de" or len(before) < 2 or qualified:
        return False
    noun = lexicon.words.get(before[-2].strip(","))
    return before[-2].endswith(",") or (noun is not None and "person" in noun.classes)
