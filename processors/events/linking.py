"""Linking: the boundaries of clauses, and how each hangs on the one before it."""

from processors.events.chunks import BREAKS, Item
from processors.events.grammar import (
    ADVERB,
    BE,
    COMPL,
    CONDITION,
    COORD,
    DET,
    DO,
    FINITE,
    FUTURE,
    GER,
    INF,
    MODAL,
    NEG,
    NOUN,
    PAST,
    PREP,
    PRES,
    PRON,
    REFLEXIVE,
    REL,
    SUB,
    SUBJ,
    TO,
)
from processors.events.predicates import (
    COMPLEMENT,
    COORDINATE,
    GERUND,
    INFINITIVE,
    MAIN,
    PARTICIPLE,
    RELATIVE,
    SUBORDINATE,
    Predicate,
)
from processors.events.verbhood import AUXILIARY

BIDDING = frozenset({"let", "make", "help", "see"})  # English verbs whose object does a bare infinitive
CLAUSE = SUB | REL | COMPL | CONDITION  # what opens a clause
INSIDE = AUXILIARY | ADVERB | NEG | REFLEXIVE  # what a verb group may hold beside its verbs
BETWEEN = INSIDE | TO
AWAY = SUB | REL  # what opens a clause of its own behind a verb


def link_clauses(items: list[Item], found: list[Predicate]) -> None:
    """Sets how each predicate's clause hangs on the one before, and where its subject stands."""
    previous: Predicate | None = None
    for predicate in found:
        left = previous.end + 1 if previous is not None else 0
        _find_boundary(items, predicate, left, previous)
        _set_link(items, predicate, previous)
        previous = predicate


def _find_boundary(items: list[Item], predicate: Predicate, left: int, previous: Predicate | None) -> None:
    """The last clause boundary between the previous predicate and this one; the subject stands after it."""
    predicate.subject_start, predicate.subject_end = left, predicate.start
    for index in range(predicate.start - 1, left - 1, -1):
        item = items[index]
        if item.mention is not None:
            continue
        flags = item.flags
        opens = flags & CLAUSE and not (flags & DET and index + 1 < predicate.start and items[index + 1].flags & NOUN)
        if opens or item.text in BREAKS or item.text == '"':
            predicate.boundary, predicate.boundary_flags = index, flags | (COMPL if item.text == '"' else 0)
            predicate.subject_start = index + 1
            return
        if flags & COORD and _coordinates(items, index, predicate, previous):
            predicate.boundary, predicate.boundary_flags = index, COORD
            predicate.subject_start = index + 1
            return
    if previous is not None:
        predicate.subject_start = _after_comma(items, left, predicate.start)


def _after_comma(items: list[Item], left: int, end: int) -> int:
    """Where the subject starts that stands between a comma and its verb (", the minister said"); else `left`."""
    for index in range(end - 1, left - 1, -1):
        item = items[index]
        if item.text == ",":
            opens = items[index + 1].flags if index + 1 < end else PREP
            return left if opens & (PREP | COORD) and items[index + 1].mention is None else index + 1
        if item.mention is None and item.flags & COORD:
            return left
    return left


def _coordinates(items: list[Item], index: int, predicate: Predicate, previous: Predicate | None) -> bool:
    if previous is None:
        return False
    between = items[index + 1 : predicate.start]
    if all(item.flags & BETWEEN for item in between):
        return True
    if between and between[-1].text == ",":
        return False
    return not previous.word.speech and index > previous.end + 1 and previous.link not in {PARTICIPLE}


def _set_link(items: list[Item], predicate: Predicate, previous: Predicate | None) -> None:
    forms, aux = predicate.word.forms, predicate.aux
    flags = predicate.boundary_flags
    if flags & COORD and previous is not None and _bare(items, predicate):
        base = not aux and forms & INF and not forms & PAST
        if base and previous.link in {INFINITIVE, COORDINATE} and previous.governor is not None:
            predicate.link, predicate.governor = previous.link, previous.governor
        else:
            predicate.link, predicate.governor = COORDINATE, _beside(predicate, previous)
        return
    bidden = previous is not None and previous.word.lemma in BIDDING and not aux and bool(forms & INF)
    between = predicate.subject_start < predicate.start and not flags
    if (
        aux & TO
        or (forms & INF and not aux & (FUTURE | MODAL | DO) and not forms & (PRES | PAST))
        or (bidden and between)
    ):
        predicate.link = INFINITIVE
    elif forms & GER and not aux & BE:
        predicate.link = GERUND
    elif predicate.link != PARTICIPLE:
        predicate.link = _clause_link(items, predicate, previous)
    predicate.governor = previous if predicate.link != MAIN else None


def _bare(items: list[Item], predicate: Predicate) -> bool:
    """Whether no word that may be a subject stands before a verb in its clause."""
    before = items[predicate.subject_start : predicate.start]
    return not any(item.mention is not None or item.flags & (NOUN | PRON) or item.text.isalpha() for item in before)


def _beside(predicate: Predicate, previous: Predicate) -> Predicate:
    """The verb a coordinated one stands beside: for a finite verb no participle in between ("the cut X ordered")."""
    beside = previous
    finite = bool(predicate.word.forms & FINITE) and not predicate.passive
    while finite and beside.link == PARTICIPLE and beside.governor is not None:
        beside = beside.governor
    return beside


def _clause_link(items: list[Item], predicate: Predicate, previous: Predicate | None) -> int:
    """How a finite clause hangs on the one before it, by the word it opens with."""
    flags = predicate.boundary_flags
    if flags & (SUB | CONDITION):
        return SUBORDINATE
    if previous is None:
        return RELATIVE if flags & REL else MAIN
    if flags & REL and _describes(items, predicate, previous):
        return RELATIVE
    follows = predicate.boundary == previous.end + 1
    if flags & COMPL and (follows or not flags & REL or previous.word.speech or _asked(predicate, previous)):
        return COMPLEMENT
    if flags & REL:
        return RELATIVE
    return COMPLEMENT if previous.word.speech and not flags and predicate.subject_start == previous.end + 1 else MAIN


def _describes(items: list[Item], predicate: Predicate, previous: Predicate) -> bool:
    """Whether ", que" follows a name behind which no other comma stands: "al bloqueo de EE.UU., que amenazó"."""
    between = items[previous.end + 1 : predicate.boundary]
    commas = [at for at, item in enumerate(between) if item.text == ","]
    return len(between) > 1 and commas == [len(between) - 1] and between[-2].mention is not None


def _asked(predicate: Predicate, previous: Predicate) -> bool:
    """Whether a subjunctive is what the verb before asks of its object: "pidió a Maduro que libere …"."""
    wished = predicate.word.forms & SUBJ and not predicate.word.forms & (PRES | PAST)
    return bool(wished) and any(rule.type == "REQUEST" for rule in previous.word.verb_rules)


def set_objects(items: list[Item], found: list[Predicate]) -> None:
    """How far each predicate's objects reach: to the next clause's boundary, at most to the sentence's end."""
    for index, predicate in enumerate(found):
        end = len(items)
        if index + 1 < len(found):
            following = found[index + 1]
            end = following.boundary if following.boundary > predicate.end else following.start
            if not index and predicate.leads and following.subject_start > predicate.end + 1:
                end = min(end, following.subject_start)
        for at in range(predicate.end + 1, end):
            item = items[at]
            if item.mention is None and (item.text in BREAKS or (item.flags & AWAY and not item.flags & PREP)):
                end = at
                break
        predicate.object_end = end
