"""Predicates: the verb groups of a sentence with tense, voice, negation, and how each clause hangs on another."""

import msgspec

from processors.events.chunks import BREAKS, Item
from processors.events.grammar import (
    ADVERB,
    BE,
    BY,
    COMPL,
    CONDITION,
    COORD,
    DET,
    DO,
    FINITE,
    FUTURE,
    GER,
    GET,
    HAVE,
    INF,
    MODAL,
    NEG,
    NOUN,
    NUMBER,
    PART,
    PAST,
    POSS,
    PREP,
    PRES,
    PRON,
    REFLEXIVE,
    REL,
    SUB,
    SUBJ,
    TO,
    VERB,
    Word,
)  # fmt: skip

AUXILIARY = BE | GET | HAVE | DO | FUTURE | MODAL
INSIDE = AUXILIARY | ADVERB | NEG | REFLEXIVE
LED = frozenset(
    {"a", "al", "con", "contra", "ao", "à", "com"}
)  # what a Romance verb form may go on with, and a noun less
MONEY = frozenset("$€£")
BIDDING = frozenset({"let", "make", "help", "see"})  # English verbs whose object does a bare infinitive
CLITICS = frozenset({"lo", "la", "los", "las", "o", "a", "os", "as", "nos"})  # articles that are pronouns before a verb
DEMONSTRATIVES = frozenset({"este", "esta", "estos", "estas", "ese", "esa", "esos", "esas", "aquel", "aquella"})
MAIN, COMPLEMENT, SUBORDINATE, RELATIVE, COORDINATE, INFINITIVE, GERUND, PARTICIPLE = range(8)
NEAR = 4  # words before a participle that may name what it describes
NAMES = frozenset({"person", "leader_mention", "country", "company", "media"})
TRANSITIVE_TYPES = frozenset({"COERCE", "ASSAULT", "SANCTION", "RETREAT", "CONCEDE"})


class Predicate(msgspec.Struct, eq=False):
    """A verb group: items[start:end + 1], its main verb last. `link` says how it hangs on `governor`."""

    start: int
    end: int
    word: Word
    aux: int
    passive: bool = False
    link: int = MAIN
    governor: "Predicate | None" = None
    boundary: int = -1
    boundary_flags: int = 0
    subject_start: int = 0
    subject_end: int = 0
    object_end: int = 0

    @property
    def main(self) -> int:
        """The main verb's index."""
        return self.end

    def has(self, bits: int) -> bool:
        """Whether the group holds one of these word classes."""
        return bool(self.aux & bits)

    def __repr__(self) -> str:
        over = self.governor.word.lemma if self.governor else None
        return f"<{self.word.lemma} link={self.link} passive={self.passive} governor={over}>"


def find_predicates(items: list[Item], lang: str, *, headline: bool) -> list[Predicate]:
    """The predicates of a sentence, left to right, with links, subjects' and objects' extents set."""
    found: list[Predicate] = []
    index, size = 0, len(items)
    while index < size:
        flags = items[index].flags
        if items[index].mention is None and flags & (INSIDE | TO):
            predicate, index = _group(items, index, lang)
        elif flags & VERB and items[index].mention is None and _is_verb(items, index, lang):
            predicate, index = Predicate(index, index, items[index].word, 0), index + 1
        else:
            predicate, index = None, index + 1
        if predicate is not None:
            _voice(items, predicate, lang, headline=headline)
            found.append(predicate)
    _link(items, found)
    _objects(items, found)
    return found


def _group(items: list[Item], index: int, lang: str) -> tuple[Predicate | None, int]:
    """A group that starts with an auxiliary, adverb, negation or infinitive mark; or none, and where to go on."""
    start, aux, last_be = index, 0, -1
    while index < len(items) and items[index].mention is None and items[index].flags & (INSIDE | TO):
        flags = items[index].flags
        if flags & DET and not flags & (AUXILIARY | REFLEXIVE):
            break
        if flags & PREP and not flags & TO:
            break
        aux |= flags & (INSIDE | TO | CONDITION)
        if flags & (BE | HAVE | DO) and flags & VERB:
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
    return _is_verb(items, index, lang)


def _is_verb(items: list[Item], index: int, lang: str) -> bool:
    """Whether a word that may be a verb is one here (else noun, adjective)."""
    item = items[index]
    forms = item.word.forms
    before = items[index - 1] if index else None
    prev = before.flags if before is not None and before.mention is None else 0
    if before is not None and before.poss:
        return False
    if prev & NUMBER or (before is not None and before.text[0].isdigit()):
        return bool(forms & FINITE) and not forms & PART and not item.flags & NOUN
    if prev & (DET | POSS) and not prev & REL:
        return lang != "en" and not item.flags & NOUN and not forms & PART and _after_article(items, index)
    if prev & PREP and not prev & SUB:
        return bool(forms & (GER if lang == "en" else INF)) and not (
            item.flags & NOUN and lang == "en" and not _opens(items, index + 1)
        )
    if item.flags & NOUN:
        return _noun_or_verb(items, index, before, lang)
    return True


def _led(items: list[Item], index: int) -> bool:
    """Whether a participle that opens a headline is its verb: "Detenidos en Caracas varios periodistas"."""
    following = items[index + 1] if index + 1 < len(items) else None
    return following is not None and bool(
        following.mention is None and (following.flags & (DET | PREP | NUMBER) or following.text[0].isdigit())
    )


def _after_article(items: list[Item], index: int) -> bool:
    """Whether an unlisted noun or Romance verb after an article is the verb: "los liberó", "este llamara"."""
    article, forms = items[index - 1].text, items[index].word.forms
    if article in DEMONSTRATIVES:
        return bool(forms & FINITE) and not forms & PRES
    follows = items[index + 1].text if index + 1 < len(items) else ""
    if forms & PRES and article in {"la", "a"} and follows in {"de", "del", "da", "do"}:
        return any(rule.type == "ACCUSE" for rule in items[index].word.verb_rules)  # "la acusa de", but "la reventa de"
    return article in CLITICS and bool(forms & FINITE)


def _opens(items: list[Item], index: int) -> bool:
    """Whether a noun phrase opens at `index` (what follows a transitive verb)."""
    if index >= len(items):
        return False
    item = items[index]
    if item.mention is not None or item.flags & (DET | POSS | NUMBER) or item.text[0].isdigit() or item.text in MONEY:
        return True
    if item.flags & VERB and not item.flags & NOUN:
        return False
    return not item.flags & (PREP | COORD | SUB | REL | BE | HAVE | MODAL | FUTURE) and item.text[0].isalpha()


def _noun_or_verb(items: list[Item], index: int, before: Item | None, lang: str) -> bool:
    item = items[index]
    forms = item.word.forms
    if forms & PAST and not forms & PRES and (lang == "en" or not forms & PART):
        return True
    subject = before is None or before.mention is not None or bool(before.flags & (PRON | REL | COMPL | NOUN | COORD))
    follows = index + 1 < len(items) and bool(items[index + 1].flags & (COMPL | REL) or items[index + 1].text in LED)
    if lang != "en" and forms & PRES and before is not None and before.mention is not None:
        return index + 1 < len(items) and items[index + 1].text[0].isalnum()
    if forms & PART and lang != "en":
        if before is None:
            return _led(items, index)
        acts = before.flags & VERB and not before.flags & AUXILIARY  # "nega visto", not "foi visto"
        return not (before.flags & PREP or acts)
    return (
        subject
        and before is not None
        and bool(forms & (FINITE | GER))
        and (_opens(items, index + 1) or (follows and lang != "en"))
    )


def _voice(items: list[Item], predicate: Predicate, lang: str, *, headline: bool) -> None:
    forms = predicate.word.forms
    if not forms & PART:
        predicate.passive = predicate.has(REFLEXIVE) and lang != "en" and _opens(items, predicate.end + 1)
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
        _opens(items, after)
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


def _link(items: list[Item], found: list[Predicate]) -> None:
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
        opens = flags & (SUB | REL | COMPL | CONDITION) and not (
            flags & DET and index + 1 < predicate.start and items[index + 1].flags & NOUN
        )
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
    if all(item.flags & (ADVERB | INSIDE | TO) and item.mention is None for item in between):
        return True
    if between and between[-1].text == ",":
        return False
    return not previous.word.speech and index > previous.end + 1 and previous.link not in {PARTICIPLE}


def _set_link(items: list[Item], predicate: Predicate, previous: Predicate | None) -> None:
    forms, aux = predicate.word.forms, predicate.aux
    flags = predicate.boundary_flags
    bare = predicate.subject_start >= predicate.start or not any(
        items[i].mention is not None or items[i].flags & (NOUN | PRON) or items[i].text.isalpha()
        for i in range(predicate.subject_start, predicate.start)
    )
    if flags & COORD and bare and previous is not None:
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
        predicate.link = _clause_link(predicate, previous)
    predicate.governor = previous if predicate.link != MAIN else None


def _beside(predicate: Predicate, previous: Predicate) -> Predicate:
    """The verb a coordinated one stands beside: for a finite verb no participle in between ("the cut X ordered")."""
    beside = previous
    finite = bool(predicate.word.forms & FINITE) and not predicate.passive
    while finite and beside.link == PARTICIPLE and beside.governor is not None:
        beside = beside.governor
    return beside


def _clause_link(predicate: Predicate, previous: Predicate | None) -> int:
    """How a finite clause hangs on the one before it, by the word it opens with."""
    flags = predicate.boundary_flags
    if flags & (SUB | CONDITION):
        return SUBORDINATE
    if previous is None:
        return RELATIVE if flags & REL else MAIN
    follows = predicate.boundary == previous.end + 1
    if flags & COMPL and (follows or not flags & REL or previous.word.speech or _asked(predicate, previous)):
        return COMPLEMENT
    if flags & REL:
        return RELATIVE
    return COMPLEMENT if previous.word.speech and not flags and predicate.subject_start == previous.end + 1 else MAIN


def _asked(predicate: Predicate, previous: Predicate) -> bool:
    """Whether a subjunctive is what the verb before asks of its object: "pidió a Maduro que libere …"."""
    wished = predicate.word.forms & SUBJ and not predicate.word.forms & (PRES | PAST)
    return bool(wished) and any(rule.type == "REQUEST" for rule in previous.word.verb_rules)


def _objects(items: list[Item], found: list[Predicate]) -> None:
    """How far each predicate's objects reach: to the next clause's boundary, at most to the sentence's end."""
    for index, predicate in enumerate(found):
        end = len(items)
        if index + 1 < len(found):
            following = found[index + 1]
            end = following.boundary if following.boundary > predicate.end else following.start
        for at in range(predicate.end + 1, end):
            item = items[at]
            if item.mention is None and (item.text in BREAKS or (item.flags & (SUB | REL) and not item.flags & PREP)):
                end = at
                break
        predicate.object_end = end
