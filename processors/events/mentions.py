"""Mentions: where a text names the watch's countries, places and actors, each in the reading that fits there.

A surface form counts at word boundaries only, in the case and with the accents it may have, and an ambiguous one only
in company: after the full name, or near a context word.
"""

import re
from collections.abc import Iterable

import msgspec

from processors.events.watchdata import ACRONYM, Name, Watch
from processors.events.watchfiles import Actor, Country, Place

POSTED = re.compile(r" (?=(?:in|en|em) [^\W\d_])")  # "the US embassy | in Caracas": the place is a mention of its own
NEAR = 60  # characters each side in which a context word counts
CAPITALISED_DEMONYMS = frozenset({"en"})  # languages that write demonyms with a capital


class Mention(msgspec.Struct, eq=False, gc=False):
    """One mention: span in the text, what it names and the state that stands for ("" for none)."""

    start: int
    end: int
    kind: str
    name: str
    country: str
    actor: Actor | None = None
    place: Place | None = None
    sectors: tuple[str, ...] = ()
    poss: bool = False

    @property
    def person(self) -> bool:
        """Whether a person is named."""
        return self.actor is not None and self.actor.kind == "person"

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {self.country} {self.start}-{self.end}>"


def find_mentions(text: str, words: str, lang: str, watch: Watch) -> list[Mention]:
    """Mentions in order, not overlapping. `words` is the folded text with nothing but words, same length."""
    plain = " " + words
    found: list[Mention] = []
    seen: set[str] = set()
    waiting: list[tuple[int, int, Name]] = []
    size = len(plain)
    hits = [*watch.automaton.find_matches_as_indexes(plain)]
    for index, start, end in hits:
        if (end < size and plain[end] != " ") or text[end - 1 : end] == "$":
            continue  # inside a word, or the US of "US$"
        mention = _read(text, plain, watch.names[index], start, end - 1, lang, seen, waiting)
        if mention is not None:
            found.append(mention)
            hits.extend(_posted(text, plain, mention, watch))
    found.extend(_late(waiting, seen))
    found.sort(key=lambda mention: mention.start)
    return _resolve_descriptions(found, watch)


def _posted(text: str, plain: str, mention: Mention, watch: Watch) -> Iterable[tuple[int, int, int]]:
    """Hits in the place an embassy's name ends with; the mention then stops before it."""
    if mention.actor is None or mention.actor.kind != "agency":
        return ()
    cut = POSTED.search(text, mention.start, mention.end)
    if cut is None:
        return ()
    tail = plain[cut.start() + 1 : mention.end + 1]
    mention.end = cut.start()
    return ((index, at + cut.start() + 1, to + cut.start() + 1) for index, at, to in
            watch.automaton.find_matches_as_indexes(tail))  # fmt: skip


def _read(
    text: str, plain: str, names: Iterable[Name], start: int, end: int, lang: str, seen: set[str],
    waiting: list[tuple[int, int, Name]],
) -> Mention | None:  # fmt: skip
    surface = text[start:end]
    late: Name | None = None
    best: Mention | None = None
    for name in names:
        if not _spelled(surface, name, lang):
            continue
        fits = _fits(plain, name, start, end, seen)
        if fits and (best is None or best.kind == "description" or (_named(name, seen) and best.name not in seen)):
            best = _mention(name, start, end)
        elif fits is None:
            late = late or name
    if best is not None:
        seen.add(best.name)
        return best
    if late is not None:
        waiting.append((start, end, late))
    return None


def _named(name: Name, seen: set[str]) -> bool:
    """Whether the text has named the holder in full before: a surname then means that one."""
    return name.ambiguous and name.actor is not None and name.actor.name in seen


def _spelled(surface: str, name: Name, lang: str) -> bool:
    """Whether the language, capitals and accents of the text allow this name."""
    if name.kind == "nothing" or (name.lang not in {None, lang} and name.kind not in {"country", "place"}):
        return False
    if name.kind == "demonym":
        return surface[0].isupper() or lang not in CAPITALISED_DEMONYMS
    written = name.surface
    if len(written) <= ACRONYM and written.isupper():
        return surface.isupper()
    if written[0].isupper() and surface[0].islower():
        return " " in surface and not surface.islower()
    if " " not in written and surface.isupper() and len(surface) <= ACRONYM and not written.isupper():
        return False
    return surface.isascii() or not written.isascii() or " " in written or surface[1:].isascii()


def _fits(plain: str, name: Name, start: int, end: int, seen: set[str]) -> bool | None:
    """True: this reading holds here. False: a context word forbids it. None: it waits for the full name."""
    holder: Actor | Place | None = name.actor or name.place
    if holder is None:
        return True
    context = holder.context
    if context.wanted or context.unwanted:
        near = _near(plain, start, end)
        if _any(near, context.unwanted):
            return False
        if name.ambiguous or isinstance(holder, Place):
            wanted = _any(near, context.wanted)
            if wanted:
                return True
            if context.wanted and not name.ambiguous and holder.name not in seen:
                return None
    return True if not name.ambiguous or holder.name in seen else None


def _near(plain: str, start: int, end: int) -> str:
    return f" {plain[max(0, start + 1 - NEAR) : start + 1]} {plain[end + 1 : end + 1 + NEAR]} "


def _any(near: str, words: frozenset[str]) -> bool:
    return any(f" {word} " in near for word in words)


def _mention(name: Name, start: int, end: int) -> Mention:
    if name.actor is not None:
        mention = Mention(start, end, "actor", name.actor.name, name.actor.country)
        mention.actor, mention.sectors = name.actor, name.actor.sectors
        return mention
    if name.place is not None:
        mention = Mention(start, end, "place", name.place.name, name.place.country)
        mention.place = name.place
        return mention
    if name.country is not None:
        return Mention(start, end, name.kind, name.country.name, name.country.code)
    return Mention(start, end, "description", name.surface, "")


def _late(waiting: list[tuple[int, int, Name]], seen: set[str]) -> Iterable[Mention]:
    """Ambiguous names whose full name came later in the text (a headline's surname)."""
    for start, end, name in waiting:
        holder = name.actor or name.place
        if holder is not None and holder.name in seen:
            yield _mention(name, start, end)


def _resolve_descriptions(found: list[Mention], watch: Watch) -> list[Mention]:
    """Gives "the island" the country it stands for: the last one named before it, or the first one after."""
    if not any(mention.kind == "description" for mention in found):
        return found
    kept: list[Mention] = []
    named = [mention.country for mention in found]
    for index, mention in enumerate(found):
        if mention.kind != "description":
            kept.append(mention)
            continue
        codes = watch.focus.descriptions[mention.name]
        before = next((code for code in reversed(named[:index]) if code in codes), None)
        code = before or next((code for code in named[index:] if code in codes), None)
        if code is None and len(codes) == 1 and not mention.name.startswith(("the ", "la ", "el ", "a ", "o ")):
            code = codes[0]
        if code is not None:
            mention.country, mention.kind, named[index] = code, "description", code
            mention.name = watch.countries[code].name
            kept.append(mention)
    return kept


def country_of(country: Country) -> Mention:
    """A mention of a country that stands nowhere in the text (inferred)."""
    return Mention(0, 0, "country", country.name, country.code)
