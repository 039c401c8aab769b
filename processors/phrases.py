"""Noun phrases of a stretch of items: the preposition before each, and the parties named in it."""

from processors.chunks import Item
from processors.grammar import COMPL, COORD, DET, FIRST, NOUN, NUMBER, POSS, PREP, PRON, REL, ROLE, SUB, TIME, VERB
from processors.mentions import Mention

CONTRACTED = {
    **dict.fromkeys(("del", "do", "da", "dos", "das"), "de"),
    **dict.fromkeys(("al", "ao", "à", "aos", "às"), "a"),
    **dict.fromkeys(("no", "na", "nos", "nas", "num", "numa"), "em"),
    **dict.fromkeys(
        ("pelo", "pela", "pelos", "pelas", "por parte de", "por parte del", "a manos de", "a manos del"), "por"
    ),
}  # prepositions fused with an article, and phrases that mean "by", to the plain preposition


ABOUT = frozenset({"around", "over", "about", "under", "cerca de", "hasta", "até", "sobre", "entre"})  # before a number


class Chunk:
    """A noun phrase items[start:end] after preposition `prep` ("" for none)."""

    __slots__ = ("after_comma", "classes", "end", "mentions", "noun", "prep", "pron", "role", "start")

    def __init__(self, start: int, prep: str, *, after_comma: bool) -> None:
        self.start = self.end = start
        self.prep = prep
        self.after_comma = after_comma
        self.mentions: list[Mention] = []
        self.role: Item | None = None
        self.pron: Item | None = None
        self.noun: Item | None = None
        self.classes: set[str] = set()

    @property
    def empty(self) -> bool:
        """Whether it names nothing."""
        return not (self.mentions or self.role or self.pron or self.noun)

    def __repr__(self) -> str:
        return f"<{self.prep}:{self.mentions or self.role or self.pron or self.noun}>"


def noun_phrases(items: list[Item], start: int, end: int) -> list[Chunk]:
    """The noun phrases of items[start:end], left to right."""
    chunks: list[Chunk] = []
    current = Chunk(start, "", after_comma=False)
    for index in range(start, end):
        item = items[index]
        flags = item.flags if item.mention is None else 0
        if item.text in ABOUT and index + 1 < end and _number(items[index + 1]):
            continue
        if flags & PREP or item.text in ",;:()" or flags & (SUB | REL | COMPL | COORD):
            current = _close(chunks, current, index)
            coordinated = flags & COORD or item.text == ","
            current.prep = (
                CONTRACTED.get(item.text, item.text)
                if flags & PREP
                else (chunks[-1].prep if coordinated and chunks else "")
            )
            current.after_comma = item.text == ","
        elif flags & DET and not current.empty and not flags & PRON:
            current = _close(chunks, current, index)
        if flags & TIME and current.empty:
            continue
        if flags & POSS:
            current.pron = current.pron or item
        _take(current, item, index)
    _close(chunks, current, end)
    return chunks


def _number(item: Item) -> bool:
    return item.text[0].isdigit() or bool(item.flags & NUMBER)


def _close(chunks: list[Chunk], current: Chunk, index: int) -> Chunk:
    if not current.empty:
        current.end = index
        chunks.append(current)
    return Chunk(index + 1, "", after_comma=False)


def _take(chunk: Chunk, item: Item, index: int) -> None:
    if chunk.empty:
        chunk.start = index
    chunk.classes.update(item.word.classes)
    if item.mention is not None:
        chunk.mentions.append(item.mention)
        chunk.classes.update(_classes(item.mention))
        return
    flags = item.flags
    if flags & (PRON | FIRST) and not flags & (PREP | VERB):
        chunk.pron = chunk.pron or item
        if flags & PRON:
            chunk.classes.add("pronoun")
    if flags & ROLE:
        chunk.role = chunk.role or item
        if item.word.role is not None and not item.word.role.group:
            chunk.classes.update(("leader_mention", "person"))
    if flags & NOUN or (not flags and item.text[0].isalpha()):
        chunk.noun = item


def _classes(mention: Mention) -> tuple[str, ...]:
    """The noun classes a named actor or place counts as."""
    if mention.person:
        return ("person", "leader_mention")
    kind = mention.actor.kind if mention.actor is not None else mention.kind
    if kind in {"country", "place", "demonym", "description", "government", "agency"}:
        return ("country",)
    return (kind,) if kind in {"company", "media"} else ()
