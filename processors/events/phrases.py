"""Noun phrases of a stretch of items: the preposition before each, and the parties named in it."""

import msgspec

from processors.events.chunks import Item
from processors.events.grammar import (
    COMPL,
    COORD,
    DET,
    FIRST,
    NOUN,
    NUMBER,
    POSS,
    PREP,
    PRON,
    REL,
    ROLE,
    SUB,
    TIME,
    VERB,
)
from processors.events.mentions import Mention

FUSED = {
    "de": "del do da dos das dum duma deste desta destes destas desse dessa desses dessas daquele daquela daqueles",
    "a": "al ao à aos às àquele àquela àqueles àquelas",
    "em": "no na nos nas num numa neste nesta nestes nestas nesse nessa nesses nessas naquele naquela naqueles",
    "por": "pelo pela pelos pelas por_parte_de por_parte_del por_parte_do por_parte_da a_manos_de a_manos_del",
}  # prepositions fused with an article, and phrases that mean "by"
CONTRACTED = {form.replace("_", " "): plain for plain, forms in FUSED.items() for form in forms.split()}

PUNCTUATION = frozenset(",;:()")
ABOUT = frozenset({"around", "over", "about", "under", "cerca de", "hasta", "até", "sobre", "entre"})  # before a number


class Chunk(msgspec.Struct, eq=False):
    """A noun phrase items[start:end] after preposition `prep` ("" for none)."""

    start: int
    end: int
    prep: str = ""
    after_comma: bool = False
    inherited: bool = False
    empty: bool = True
    mentions: list[Mention] = []
    role: Item | None = None
    pron: Item | None = None
    noun: Item | None = None
    classes: set[str] = set()

    def free(self) -> "Chunk":
        """The same phrase without its preposition."""
        return msgspec.structs.replace(self, prep="", inherited=False)

    def __repr__(self) -> str:
        return f"<{self.prep}:{self.mentions or self.role or self.pron or self.noun}>"


NAMING = PRON | FIRST | ROLE | NOUN | POSS
OPENS = PREP | SUB | REL | COMPL | COORD  # words that end a noun phrase and may begin the next


def noun_phrases(
    items: list[Item], start: int, end: int, verbs: frozenset[int] = frozenset(), *, deverbal: bool = False
) -> list[Chunk]:
    """The noun phrases of items[start:end], left to right; none reaches over an index of `verbs`.

    `deverbal`: a verb form that is none of `verbs` is a noun there ("la reventa").
    """
    chunks: list[Chunk] = []
    current, timed = Chunk(start, start), False
    for index, item in enumerate(items[start:end], start):
        flags = item.flags  # none of a name
        if index in verbs:
            current = _close(chunks, current, index)
            continue
        if flags & OPENS or (not flags and item.text in PUNCTUATION):
            if item.text in ABOUT and index + 1 < end and _number(items[index + 1]):
                continue
            current, timed = _close(chunks, current, index), False
            _open(current, item, flags, chunks, index)
        elif (flags & DET or current.mentions) and (timed or not current.empty) and _begins(current, item, flags):
            current, timed = _close(chunks, current, index), False
        if flags & TIME and current.empty:
            timed = True  # "na sexta o Nobel": a new phrase opens behind the day
            continue
        if not flags or flags & NAMING or item.word.classes or (deverbal and flags & VERB):
            _take(current, item, index)
    _close(chunks, current, end)
    return chunks


def _begins(current: Chunk, item: Item, flags: int) -> bool:
    """Whether a word begins a phrase without a mark: an article, or a number after a name ("a Cuba 104 cubanos")."""
    return bool(flags & DET and not flags & PRON) or bool(current.mentions and item.text[0].isdigit())


def _open(current: Chunk, item: Item, flags: int, chunks: list[Chunk], index: int) -> None:
    """Sets what a new phrase opens with: its own preposition, or through "and" or a comma that of the one before."""
    if flags & PREP:
        current.prep = CONTRACTED.get(item.text, item.text)
    elif (flags & COORD or item.text == ",") and chunks and chunks[-1].end == index:
        current.prep = chunks[-1].prep
        current.inherited = True
    current.after_comma = item.text == ","


def _number(item: Item) -> bool:
    return item.text[0].isdigit() or bool(item.flags & NUMBER)


def _close(chunks: list[Chunk], current: Chunk, index: int) -> Chunk:
    if not current.empty:
        current.end = index
        chunks.append(current)
        return Chunk(index + 1, index + 1)
    if current.prep or current.after_comma or current.classes:
        return Chunk(index + 1, index + 1)
    current.start = current.end = index + 1
    current.inherited = False
    return current


def _take(chunk: Chunk, item: Item, index: int) -> None:
    if chunk.empty:
        chunk.start = index
    if item.word.classes:
        chunk.classes.update(item.word.classes)
    if item.mention is not None:
        chunk.mentions.append(item.mention)
        chunk.classes.update(_classes(item.mention, item))
        chunk.empty = False
        return
    flags = item.flags
    if flags & NAMING:
        _name(chunk, item, flags)
    if flags & (NOUN | VERB) or (not flags and item.text[0].isalpha()):
        chunk.noun, chunk.empty = item, False


def _name(chunk: Chunk, item: Item, flags: int) -> None:
    """Takes in a pronoun, a possessive or a role noun."""
    if flags & POSS or (flags & (PRON | FIRST) and not flags & (PREP | VERB)):
        chunk.pron, chunk.empty = chunk.pron or item, False
        if flags & PRON and not flags & POSS:
            chunk.classes.add("pronoun")
    if flags & ROLE:
        chunk.role, chunk.empty = chunk.role or item, False
        if item.word.role is not None and not item.word.role.group:
            chunk.classes.update(("leader_mention", "person"))


def _classes(mention: Mention, item: Item) -> tuple[str, ...]:
    """The noun classes a named actor or place counts as."""
    if mention.person:
        return ("person", "leader_mention")
    kind = mention.actor.kind if mention.actor is not None else mention.kind
    if kind == "demonym" and item.text.endswith("ans"):  # "252 Venezuelans"
        return ("country", "person")
    if kind in {"country", "place", "demonym", "description", "government", "agency"}:
        return ("country",)
    if kind == "prison":
        return ("prison_word",)
    return (kind,) if kind in {"company", "media"} else ()
