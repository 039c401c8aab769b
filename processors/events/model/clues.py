"""Clues: what the type model looks at in a sentence. Its words, what the lexicon says of them, and what the rules made
of it: a rule's find is a strong clue, some rules' finds more than others'.

A clue is a short string, counted once a sentence. Words hold no colon, all other clues do.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from processors.events.drafts import Draft
from processors.events.grammar import Word
from processors.events.model.candidates import kind, voice

STEM = 7
"""Letters of a word that count: endings differ, beginnings tell."""
BIAS = ""
MANY = 4  # types in a sentence from which on their number no longer matters
WORD = re.compile(r"[^\W\d_]+")

Spot = tuple[int, int, str]  # start and end in the sentence, stem


def spots_of(fold: str) -> list[Spot]:
    """The words of a folded sentence."""
    return [(*found.span(), found[0][:STEM]) for found in WORD.finditer(fold)]


def of_words(spots: Sequence[Spot]) -> Iterator[str]:
    """Stems and pairs of stems."""
    stems = [stem for _, _, stem in spots]
    yield from dict.fromkeys(chain((BIAS,), stems, (f"{one} {other}" for one, other in pairwise(stems))))


def of_entry(word: Word) -> list[str]:
    """What a lexicon says of a word, in whichever language: types it may trigger, its classes and effects."""
    found = [f"lemma:{word.lemma}"] if word.lemma else []
    for name, rules in (("verb", word.verb_rules), ("noun", word.noun_rules)):
        for rule in rules:
            found += (f"{name}:{rule.type}", f"{name}:{rule.type}/{rule.mode or ''}")
    found += [f"class:{one}" for one in sorted(word.classes)]
    found += [f"effect:{one}" for one in sorted(word.effects | word.noun_effects)]
    if word.speech:
        found.append(f"speech:{word.speech}")
    return list(dict.fromkeys(found))


def of_drafts(drafts: Sequence[Draft]) -> list[str]:
    """What the rules found: each draft's type with how it is told, who are its parties, which rule and word it has."""
    told = [draft for draft in drafts if not draft.bare]
    types = [draft.rule.type for draft in told]
    found = [f"rules:{min(MANY, len(set(types)))}", *[f"bare:{draft.rule.type}" for draft in drafts if draft.bare]]
    for draft in told:
        rule = draft.rule
        link = draft.predicate.link if draft.predicate is not None else ""
        ways = [
            "", voice(draft), draft.status, f"{kind(draft.source)}>{kind(draft.target)}", f"link {link}",
            f"word {draft.trigger.lower()[:STEM]}", f"/{rule.mode or ''}",
        ]  # fmt: skip
        ways += [
            name
            for name, holds in (("weak", rule.weak), ("behind", draft.background), ("many", types.count(rule.type) > 1))
            if holds
        ]
        found += [f"{rule.type}:{way}" for way in ways]
        found.append(f"rule:{rule.id}")
    return list(dict.fromkeys(found))
