"""The closed word classes as bits, the words of a lexicon and the rules they trigger."""

from dataclasses import dataclass

import msgspec

DET, POSS, PREP, LOC, BY, OF, TO, COORD = (1 << n for n in range(8))
SUB, PAST_SUB, CONDITION, REL, COMPL, BE, HAVE, DO = (1 << n for n in range(8, 16))
FUTURE, MODAL, NEG, PRON, FIRST, ADVERB, GET, VERB = (1 << n for n in range(16, 24))
NOUN, ROLE, REFLEXIVE, NUMBER, TIME, DAY = (1 << n for n in range(24, 30))
ACCORDING, PERSONAL_A, NEG_FUTURE, PRON_SG = (1 << n for n in range(30, 34))  # rare: Python is quicker below 30 bits

WORD_FLAGS = {
    "det": DET, "poss": POSS | DET, "prep": PREP, "loc": PREP | LOC, "by": PREP | BY, "of": PREP | OF, "to": PREP | TO,
    "coord": COORD, "sub": SUB, "past_sub": SUB | PAST_SUB, "condition": SUB | CONDITION, "rel": REL, "compl": COMPL,
    "be": BE, "get": GET, "have": HAVE, "do": DO, "future": FUTURE, "modal": MODAL, "neg": NEG, "pron": PRON,
    "pron_sg": PRON | PRON_SG, "first": FIRST, "adverb": ADVERB, "according": ACCORDING, "reflexive": REFLEXIVE,
    "personal_a": PERSONAL_A, "negative_future": NEG_FUTURE, "time": TIME, "day_word": DAY, "number": NUMBER,
}  # fmt: skip

INF, PRES, PAST, PART, GER, FUT, COND, SUBJ, FIRST_P = (1 << n for n in range(9))
FINITE = PRES | PAST | FUT | COND | SUBJ


class Rule(msgspec.Struct, frozen=True):
    """One trigger line of a lexicon: what a word means when its object and arguments fit.

    `objects`/`subjects`/`excluded` are noun classes; `preps` introduce the target, best first; `pattern` is how
    arguments map (self: the source's own country by default, swap: subject is the target, both: reciprocal,
    state: COERCE only when a state acts); `need` names the argument without which the rule stays silent.
    """

    id: str
    type: str
    mode: str | None
    frame: str | None
    noun: bool
    objects: frozenset[str]
    subjects: frozenset[str]
    excluded: frozenset[str]
    preps: tuple[str, ...]
    contexts: tuple[str, ...]
    pattern: str
    need: str
    status: str | None
    also: str | None
    weak: bool


@dataclass(slots=True)
class Role:
    """A role noun of a lexicon ("president", "troops"): English title, PLOVER sector, person or group.

    `country` is the state it means where none is named ("the Treasury"), "" for that of the context.
    """

    title: str
    sector: str
    group: bool
    country: str = ""


class Word(msgspec.Struct, frozen=True, gc=False):
    """What one surface form may be."""

    flags: int = 0
    forms: int = 0
    lemma: str = ""
    verb_rules: tuple[Rule, ...] = ()
    noun_rules: tuple[Rule, ...] = ()
    classes: frozenset[str] = frozenset()
    effects: frozenset[str] = frozenset()
    noun_effects: frozenset[str] = frozenset()
    speech: str | None = None
    role: Role | None = None


NOTHING = Word()


def merged(old: Word, new: Word) -> Word:
    """One word that may be either of the two."""
    return Word(
        flags=old.flags | new.flags,
        forms=old.forms | new.forms,
        lemma=old.lemma if old.verb_rules or not new.lemma else new.lemma,
        verb_rules=old.verb_rules + tuple(rule for rule in new.verb_rules if rule not in old.verb_rules),
        noun_rules=old.noun_rules + tuple(rule for rule in new.noun_rules if rule not in old.noun_rules),
        classes=old.classes | new.classes,
        effects=old.effects | new.effects,
        noun_effects=old.noun_effects | new.noun_effects,
        speech=old.speech or new.speech,
        role=old.role or new.role,
    )
