"""Verb groups: the predicates of a sentence, found word by word, active or passive."""

from processors.events.chunks import Item
from processors.events.grammar import (
    ADVERB,
    BE,
    BY,
    COMPL,
    CONDITION,
    DET,
    DO,
    FINITE,
    FUTURE,
    GER,
    GET,
    HAVE,
    INF,
    MODAL,
    PART,
    PAST,
    PREP,
    PRON,
    REFLEXIVE,
    TO,
    VERB,
)
from processors.events.linking import BETWEEN, link_clauses, set_objects
from processors.events.predicates import MAIN, PARTICIPLE, Predicate
from processors.events.verbhood import AUXILIARY, is_verb, opens

CARRYING = AUXILIARY | REFLEXIVE
FULL = BE | HAVE | DO  # auxiliaries that are verbs of their own too
OPENING = BETWEEN | VERB  # what a verb group may open with
KEPT = BETWEEN | CONDITION  # what is remembered of the words of a group
NEAR = 4  # words before a participle that may name what it describes
NAMES = frozenset({"person", "leader_mention", "country", "company", "media"})
TRANSITIVE_TYPES = frozenset({"COERCE", "ASSAULT", "SANCTION", "RETREAT", "CONCEDE"})


def find_predicates(items: list[Item], lang: str, *, headline: bool) -> list[Predicate]:
    """The predicates of a sentence, left to right, with links, subjects' and objects' extents set."""
    found: list[Predicate] = []
    index = 0
    for at in [at for at, item in enumerate(items) if item.flags & OPENING]:  # a name has no flags
        if at < index:
            continue
        predicate = None
        if items[at].flags & BETWEEN:
            predicate, index = _group(items, at, lang)
        elif is_verb(items, at, lang):
            predicate = Predicate(at, at, items[at].word, 0)
        if predicate is not None:
            _voice(items, predicate, lang, headline=headline)
            found.append(predicate)
    link_clauses(items, found)
    set_objects(items, found)
    return found


def _group(items: list[Item], index: int, lang: str) -> tuple[Predicate | None, int]:
    """A group that starts with an auxiliary, adverb, negation or infinitive mark; or none, and where to go on."""
    start, aux, last_be = index, 0, -1
    while index < len(items) and (flags := items[index].flags) & BETWEEN:
        if flags & DET and not flags & CARRYING:
            break
        if flags & PREP and not flags & TO:
            break
        aux |= flags & KEPT
        if flags & VERB and flags & FULL:
            last_be = index
        index += 1
    if index == start:
        return None, index + 1
    if index < len(items) and items[index].mention is None and _fits_after(items, index, aux, lang):
        return Predicate(start, index, items[index].word, aux), index + 1
    if last_be >= 0 or aux & BE:
        at = last_be if last_be >= 0 else index - 1
        return Predicate(start, at, items[at].word, aux & ~(BE if at == index - 1 else 0)), index
    return None, index


def _fits_after(items: list[Item], index: int, aux: int, lang: str) -> bool:
    forms = items[index].word.forms
    if not items[index].flags & VERB:
        return False
    if aux & TO:
        return bool(forms & INF)
    if aux & (FUTURE | MODAL | DO):
        return bool(forms & INF) or (bool(aux & (BE | HAVE | GET)) and bool(forms & (PART | GER)))
    if aux & (BE | HAVE | GET):
        return bool(forms & (PART | GER))
    return is_verb(items, index, lang)


def _voice(items: list[Item], predicate: Predicate, lang: str, *, headline: bool) -> None:
    forms = predicate.word.forms
    if not forms & PART:
        predicate.passive = predicate.has(REFLEXIVE) and lang != "en" and opens(items, predicate.end + 1)
        return
    if predicate.has(BE | GET) and not (forms & GER):
        predicate.passive = True
    elif predicate.has(HAVE):
        return
    elif lang != "en":
        predicate.passive = not forms & FINITE or bool(predicate.aux & BE)
        predicate.link = PARTICIPLE if predicate.passive else MAIN
    elif not forms & PAST or _reduced(items, predicate):
        predicate.passive = True
        predicate.link = PARTICIPLE


def _reduced(items: list[Item], predicate: Predicate) -> bool:
    """Whether an English -ed form without auxiliary is a participle: followed by "by", or by no object at all."""
    after = predicate.end + 1
    while after < len(items) and items[after].flags & ADVERB and items[after].mention is None:
        after += 1
    if after < len(items) and items[after].flags & BY:
        return True
    if after < len(items) and (
        opens(items, after)
        or items[after].text == '"'
        or items[after].flags & (COMPL | PRON)
        or items[after].word.forms & GER
    ):
        return False
    classes = _named_before(items, predicate.start)
    return any(
        rule.type in TRANSITIVE_TYPES and (not rule.objects or rule.objects & classes)
        for rule in predicate.word.verb_rules
    )


def _named_before(items: list[Item], index: int) -> set[str]:
    """Noun classes of the words right before a participle; a name may be of any that names have."""
    classes: set[str] = set()
    for item in items[max(0, index - NEAR) : index]:
        classes |= item.word.classes
        if item.mention is not None:
            classes |= NAMES
    return classes
