"""Verb or not: whether a word that may be a verb is one where it stands, else a noun or adjective."""

from processors.events.chunks import Item
from processors.events.grammar import (
    BE,
    COMPL,
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
    NOUN,
    NUMBER,
    PART,
    PAST,
    POSS,
    PREP,
    PRES,
    PRON,
    REL,
    SUB,
    VERB,
)

AUXILIARY = BE | GET | HAVE | DO | FUTURE | MODAL
LED = frozenset({"a", "al", "con", "contra", "ao", "à", "com"})  # what a Romance verb may go on with, and a noun less
BEGINS = DET | POSS | NUMBER  # what a noun phrase begins with
NO_NOUN = PREP | COORD | SUB | REL | BE | HAVE | MODAL | FUTURE
MONEY = frozenset("$€£")
CLITICS = frozenset({"lo", "la", "los", "las", "o", "a", "os", "as", "nos"})  # articles that are pronouns before a verb
DEMONSTRATIVES = frozenset({"este", "esta", "estos", "estas", "ese", "esa", "esos", "esas", "aquel", "aquella"})


def is_verb(items: list[Item], index: int, lang: str) -> bool:
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
            item.flags & NOUN and lang == "en" and not opens(items, index + 1)
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


def opens(items: list[Item], index: int) -> bool:
    """Whether a noun phrase opens at `index` (what follows a transitive verb)."""
    if index >= len(items):
        return False
    item = items[index]
    if item.mention is not None or item.flags & BEGINS or item.text[0].isdigit() or item.text in MONEY:
        return True
    if item.flags & VERB and not item.flags & NOUN:
        return False
    return not item.flags & NO_NOUN and item.text[0].isalpha()


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
        and (opens(items, index + 1) or (follows and lang != "en"))
    )
