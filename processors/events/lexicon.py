"""A language's lexicon: lexicon.<lang>.toml made into words by surface form, with every inflection."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from processors.collector import collector_paused
from processors.events import grammar, plover
from processors.events.grammar import Role, Rule, Word
from processors.events.inflection import (
    Form,
    Forms,
    english_plural,
    english_verb,
    portuguese_verb,
    romance_plural,
    spanish_verb,
)
from processors.folding import folded

VERBS: dict[str, Callable[[str], Forms]] = {"en": english_verb, "es": spanish_verb, "pt": portuguese_verb}
PARTS = 2  # words of an English verb with its preposition ("arrive_in")
TRIGGER_KEYS = frozenset(
    {"v", "n", "o", "x", "p", "t", "f", "c", "a", "s", "need", "s_o", "also", "f_lemma", "strength"}
)
# fmt: off
NEEDS = frozenset({
    "", "source", "target", "both", "any", "never", "passive", "active", "positive", "military", "visit",
    "event", "call_for", "warn", "list", "deport", "vessel", "prison", "plane", "attack_target",
    "attack_context", "protest", "future", "negative", "near", "from", "with", "state", "court", "infinitive",
    "amnesty", "aid", "passive_with", "aimed", "threatening", "infinitive_target",
})
# fmt: on
PATTERNS = frozenset({"", "self", "swap", "both", "each", "state", "suffer"})


CLOSED = ("det", "poss", "prep", "loc", "by", "of", "coord", "condition", "rel", "compl", "first", "not_verbs")


class Lexicon(msgspec.Struct, frozen=True):
    """Words of one language: single words by form, phrases by first and second word (longest first), and time words.

    `implied` are the states that role nouns mean where none is named.
    `unlisted` remembers how forms that are not listed were read, and `names` what their words say of names; they change
    no answer.
    """

    lang: str
    words: dict[str, Word]
    phrases: dict[str, dict[str, tuple[tuple[tuple[str, ...], Word], ...]]]
    months: dict[str, int]
    weekdays: dict[str, int]
    numbers: dict[str, float]
    scales: dict[str, float]
    units: dict[str, str]
    qualifiers: dict[str, str]
    implied: frozenset[str] = frozenset()
    unlisted: dict[str, tuple[Word, str, bool]] = {}
    names: dict[str, Word] = {}


class _Builder:
    """Collects words under construction; `faults` are sentences about lines that make no sense."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.words: dict[str, Word] = {}
        self.verbs: dict[str, Word] = {}
        self.faults: list[str] = []
        self.closed: frozenset[str] = frozenset()
        self.prepositions: frozenset[str] = frozenset()

    def add(self, form: str, word: Word) -> None:
        """Adds a meaning to a surface form and, where free, to its unaccented spelling."""
        old = self.words.get(form)
        self.words[form] = grammar.merged(old, word) if old is not None else word

    def verb(self, lemma: str, **meaning: Any) -> None:
        """Adds a meaning to a verb; its forms come last, all at once."""
        word = Word(flags=grammar.VERB, lemma=lemma, **meaning)
        self.verbs[lemma] = grammar.merged(self.verbs[lemma], word) if lemma in self.verbs else word

    def conjugate(self) -> None:
        """Adds every form of every verb; forms of one mood and tense share a word."""
        conjugated: dict[str, list[tuple[str, int]]] = {}
        for lemma, meaning in self.verbs.items():
            head, _, tail = lemma.partition("_")
            if head not in conjugated:
                conjugated[head] = list(VERBS[self.lang](head))
            self._add_forms(conjugated[head], f"_{tail}" if tail else "", meaning)

    def _add_forms(self, forms: list[tuple[str, int]], tail: str, meaning: Word) -> None:
        by_bits: dict[int, Word] = {}
        for first, bits in forms:
            if (tail and bits & Form.ALONE) or (first in self.closed and (not tail or len(first) == 1)):
                continue  # "e a" is not "ir_a"
            number = bits & ~Form.ALONE
            word = by_bits.get(number)
            if word is None:
                word = by_bits[number] = structs.replace(meaning, forms=number)
            self.add(first + tail, word)

    def noun(self, lemma: str, **meaning: Any) -> None:
        """Adds a noun's singular and plural."""
        plural = english_plural(lemma) if self.lang == "en" else romance_plural(lemma, self.lang)
        word = Word(flags=grammar.NOUN | meaning.pop("flags", 0), lemma=lemma, **meaning)
        for form in {lemma, plural}:
            self.add(form, word)


class LexiconFile:
    """A lexicon file that has been read and checked; its words are inflected when they are first asked for."""

    def __init__(self, builder: _Builder, data: dict[str, Any]) -> None:
        self._source: tuple[_Builder, dict[str, Any]] | None = builder, data
        self._made: Lexicon | None = None

    @collector_paused()
    def lexicon(self) -> Lexicon:
        """The lexicon, the same one each time."""
        if self._made is None:
            assert self._source is not None
            builder, data = self._source
            builder.conjugate()
            if builder.lang == "en":
                _inherit(builder)
            self._made, self._source = _finish(builder, data), None
        return self._made


def read_lexicon(path: Path) -> LexiconFile:
    """The lexicon in `path`. Raises ValueError listing every fault, one a line, with the section it is in."""
    return _read(path.name, path.read_bytes())


@lru_cache(maxsize=6)
def _read(name: str, content: bytes) -> LexiconFile:
    """Files of the same content are one lexicon, as of watches that share it."""
    try:
        data = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{name}: not valid TOML: {error}") from error
    lang = data.get("lang", "")
    if lang not in VERBS:
        raise ValueError(f"{name}: lang must be one of {', '.join(VERBS)}, not {lang!r}")
    builder = _Builder(lang)
    words = data.get("words", {})
    days = data.get("time", {}).get("months", "") + " " + data.get("time", {}).get("weekdays", "")
    for form in days.replace(",", " ").split():
        builder.add(form, Word(flags=grammar.TIME | grammar.DAY))
    builder.closed = frozenset(" ".join(words.get(kind, "") for kind in CLOSED).split())
    builder.prepositions = frozenset(" ".join(words.get(kind, "") for kind in ("prep", "to")).split())
    _add_words(builder, data)
    _add_classes(builder, data)
    known = set(data.get("classes", {})) | set(data.get("words_of", {})) | SPECIAL_CLASSES
    for section, lines in data.get("triggers", {}).items():
        for number, line in enumerate(lines, 1):
            _add_trigger(builder, f"{lang}.{section}.{number}", line, known)
    if builder.faults:
        raise ValueError("\n".join(f"{name}: {fault}" for fault in builder.faults))
    return LexiconFile(builder, data)


SPECIAL_CLASSES = frozenset({"country", "leader_mention", "pronoun", "threat_clause"})  # matched by mentions, not words


def _add_words(builder: _Builder, data: dict[str, Any]) -> None:
    for kind, listed in data.get("words", {}).items():
        flag = grammar.WORD_FLAGS.get(kind)
        if kind == "not_verbs":
            continue
        if flag is None:
            builder.faults.append(f"[words] {kind}: unknown kind of word")
            continue
        for form in listed.split():
            if kind == "time":
                builder.noun(form, flags=flag | grammar.DAY)
            else:
                builder.add(form, Word(flags=flag))
    _add_verbs(builder, data)


def _add_verbs(builder: _Builder, data: dict[str, Any]) -> None:
    for kind, listed in data.get("effects", {}).items():
        for lemma in listed.split():
            _add_effect(builder, kind, lemma)
    for kind, listed in data.get("speech", {}).items():
        for lemma in listed.split():
            builder.verb(lemma, speech=kind)
    for lemma in data.get("verbs", {}).get("other", "").split():
        builder.verb(lemma)


def _add_effect(builder: _Builder, kind: str, lemma: str) -> None:
    if kind.startswith("noun_"):
        builder.noun(lemma, noun_effects=frozenset({kind[5:]}))
    elif kind.startswith("adj_"):
        builder.add(lemma, Word(noun_effects=frozenset({kind})))
    else:
        builder.verb(lemma, effects=frozenset({kind}))


def _add_classes(builder: _Builder, data: dict[str, Any]) -> None:
    for section in ("classes", "words_of"):
        for name, listed in data.get(section, {}).items():
            for lemma in listed.split():
                builder.noun(lemma, classes=frozenset({name}))
    for entry in data.get("role", []):
        if entry.get("sector") not in plover.SECTORS:
            builder.faults.append(f"[[role]] {entry.get('title')}: unknown sector {entry.get('sector')!r}")
            continue
        role = Role(entry["title"], entry["sector"], bool(entry.get("group")), entry.get("country", ""))
        for lemma in entry["words"].split():
            builder.noun(lemma, role=role, flags=grammar.ROLE)


def _add_trigger(builder: _Builder, name: str, line: dict[str, Any], known: set[str]) -> None:
    faults = list(_trigger_faults(line, known))
    builder.faults.extend(f"[triggers] {name}: {fault}" for fault in faults)
    if faults:
        return
    for lemma in line.get("v", "").split():
        builder.verb(lemma, verb_rules=(_rule(name, line, lemma, noun=False),))
    for lemma in line.get("n", "").split():
        builder.noun(lemma, noun_rules=(_rule(name, line, lemma, noun=True),))


def _inherit(builder: _Builder) -> None:
    """Gives a verb with its preposition ("arrive_in") the plain verb's rules whose target that preposition opens."""
    for form, word in list(builder.words.items()):
        parts = form.split("_")
        if not word.verb_rules or len(parts) != PARTS or parts[1] not in builder.prepositions:
            continue
        plain = builder.words.get(parts[0])
        rules = tuple(rule for rule in plain.verb_rules if parts[1] in rule.preps) if plain is not None else ()
        if rules:
            builder.words[form] = grammar.merged(word, Word(verb_rules=rules))


def _trigger_faults(line: dict[str, Any], known: set[str]) -> Iterator[str]:
    unknown = set(line) - TRIGGER_KEYS - {"only", "after"}
    if unknown:
        yield f"unknown keys {', '.join(sorted(unknown))}"
    if not line.get("v") and not line.get("n"):
        yield "neither v (verbs) nor n (nouns)"
    kind, _, mode = line.get("t", "").partition("/")
    if fault := plover.check(kind, mode or None):
        yield fault
    named = [(key, name) for key in ("o", "x", "s_o") for name in line.get(key, "").split()]
    yield from (f"{key}: no class called {name!r}" for key, name in named if name not in known)
    if line.get("need", "") not in NEEDS or line.get("a", "") not in PATTERNS:
        yield f"need {line.get('need')!r} or a {line.get('a')!r} is no word of the format"


def _rule(name: str, line: dict[str, Any], lemma: str, *, noun: bool) -> Rule:
    kind, _, mode = line["t"].partition("/")
    return Rule(
        id=name,
        type=kind,
        mode=mode or None,
        frame=lemma.replace("_", " ") if line.get("f_lemma") else line.get("f", lemma.replace("_", " ")),
        noun=noun,
        objects=frozenset(line.get("o", "").split()),
        subjects=frozenset(line.get("s_o", "").split()),
        excluded=frozenset(line.get("x", "").split()),
        preps=tuple(line.get("p", "").split()),
        contexts=tuple(line.get("c", "").split()),
        pattern=line.get("a", ""),
        need=line.get("need", ""),
        status=line.get("s"),
        also=line.get("also"),
        weak=line.get("strength") == "weak",
    )


def _finish(builder: _Builder, data: dict[str, Any]) -> Lexicon:
    time = data.get("time", {})
    words: dict[str, Word] = {}
    phrases: dict[str, dict[str, list[tuple[tuple[str, ...], Word]]]] = {}
    for form, word in _with_folded(builder.words.items(), builder.closed):
        first, *rest = form.split("_")
        if rest:
            phrases.setdefault(first, {}).setdefault(rest[0], []).append((tuple(rest[1:]), word))
        elif form not in words:
            words[form] = word
    ordered = {
        first: {
            second: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for second, entries in following.items()
        }
        for first, following in phrases.items()
    }
    weekdays = {name: day for day, group in enumerate(time.get("weekdays", "").split()) for name in group.split(",")}
    months = {
        name: number for number, group in enumerate(time.get("months", "").split(), 1) for name in group.split(",")
    }
    return Lexicon(
        lang=builder.lang,
        words=words,
        phrases=ordered,
        months=months,
        weekdays=weekdays,
        numbers={form: float(value) for form, value in data.get("numbers", {}).items()},
        scales={form: float(value) for form, value in data.get("scales", {}).items()},
        units=data.get("units", {}),
        qualifiers=data.get("qualifiers", {}),
        implied=frozenset(entry["country"] for entry in data.get("role", []) if entry.get("country")),
    )


def _with_folded(items: Iterable[tuple[str, Word]], closed: frozenset[str]) -> Iterator[tuple[str, Word]]:
    """Every form, then its unaccented spelling (a form of its own wins over it)."""
    listed = list(items)
    yield from listed
    for form, word in listed:
        if not form.isascii():
            plain = folded(form)
            if plain not in closed and plain.partition("_")[0] not in closed:
                yield plain, word
