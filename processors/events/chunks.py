"""A sentence as items: mentions, words of the lexicon, phrases and punctuation, in order, each with its span."""

import re

import msgspec

from processors.events import grammar
from processors.events.grammar import NOTHING, Word
from processors.events.lexicon import Lexicon
from processors.events.mentions import Mention
from processors.folding import folded

TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|\w+(?:[-'][^\W\d_]\w*)*|[^\w\s]")
MOST_UNLISTED = 20_000  # words of no lexicon, and names, whose reading is kept
HIATUS = re.compile("[aeo][íú]|[íú][aeo]")  # accents that Spanish verbs take in the present
PUNCTUATION = frozenset(',;:.()"[]–!?…¿¡')
PARTICLES = frozenset(["away", "back", "down", "free", "go", "home", "off", "out", "over", "up"])
AFTER_PARTICLE = grammar.PREP | grammar.COORD | grammar.SUB | grammar.ADVERB | grammar.TIME | grammar.DAY
NO_OBJECT = grammar.COORD | grammar.SUB | grammar.REL | grammar.COMPL | grammar.BE | grammar.HAVE | grammar.MODAL
APART = 10  # how far behind its verb a particle may stand
Phrases = dict[str, tuple[tuple[tuple[str, ...], Word], ...]]  # of one first word: by the second, longest first
BREAKS = frozenset(";:()–[]!?…")
OPENING = grammar.PREP | grammar.COORD | grammar.SUB | grammar.REL | grammar.COMPL | grammar.CONDITION
ENCLITIC = re.compile(
    r"(?P<verb>[^\W\d_]+)-(?:se|lhes?|[oa]s?|l[oa]s?|n[oa]s?|me)(?:-(?P<ending>á|ão|emos|ia|iam))?"
)  # Portuguese pronouns behind the verb, or inside its future: reuniu-se, entregou-lhe, libertá-lo, reunir-se-á


class Item(msgspec.Struct, eq=False, gc=False):
    """One item of a sentence. `text` is lower-case."""

    start: int
    end: int
    text: str
    word: Word
    flags: int
    mention: Mention | None = None
    poss: bool = False

    def __repr__(self) -> str:
        return f"<{self.text}{' M:' + self.mention.country if self.mention else ''}>"


def items_of(lowered: str, start: int, end: int, mentions: list[Mention], lexicon: Lexicon) -> list[Item]:
    """Items of the sentence text[start:end]; `mentions` are those inside it, in order."""
    items: list[Item] = []
    words = lexicon.words
    index = 0
    upcoming = mentions[0].start if mentions else end
    covered = start
    for match in TOKEN.finditer(lowered, start, end):
        at, after = match.span()
        if at < covered:
            continue
        while upcoming < at:
            index += 1
            upcoming = mentions[index].start if index < len(mentions) else end
        if upcoming < after:
            known = len(items)
            index, covered = _take_mentions(items, lowered, mentions, index, after)
            upcoming = mentions[index].start if index < len(mentions) else end
            for named in items[known:]:
                named.word = lexicon.names.get(named.text) or _word_of_name(named.text, lexicon)
            continue
        text = match[0]
        word = words.get(text)
        if word is not None:
            items.append(Item(at, after, text, word, word.flags))
        else:
            word, plain, poss = lexicon.unlisted.get(text) or _remembered(text, lexicon)
            items.append(Item(at, after, plain, word, word.flags, None, poss))
    joined = _join_phrases(items, lexicon)
    if lexicon.lang == "pt":
        _tell_articles(joined)
    return joined


def _tell_articles(items: list[Item]) -> None:
    """Takes a Portuguese "a" for the article it is: where a subject may open, behind a preposition or ", disse"."""
    for index, item in enumerate(items[:-1]):
        if item.text != "a" or items[index + 1].word.forms & grammar.INF:
            continue
        before = items[index - 1] if index else None
        opens = before is None or (before.mention is None and (before.flags & OPENING or before.text in PUNCTUATION))
        if opens or (index > 1 and before is not None and before.word.speech and items[index - 2].text in PUNCTUATION):
            item.flags &= ~grammar.PREP


def _word_of_name(text: str, lexicon: Lexicon) -> Word:
    """What the words inside a name say of its kind ("tanker Skipper" is a vessel)."""
    words, known = lexicon.words, lexicon.names
    parts = text.split() if " " in text else ()
    classes = frozenset[str]().union(*(words[part].classes for part in parts if part in words))
    if len(known) >= MOST_UNLISTED:
        known.clear()
    found = known[text] = Word(classes=classes) if classes else NOTHING
    return found


def _spelt(text: str, word: Word) -> bool:
    """Whether an accented Spanish word may be the verb form that is listed without: "desafía", but not "público"."""
    return bool(word.forms & grammar.PRES) and HIATUS.search(text) is not None


ADVERBIAL = Word(flags=grammar.ADVERB)
LONG_ADVERB = 9  # letters of an adverb in -mente no lexicon lists ("brevemente"); shorter words are verbs or nouns


def _remembered(text: str, lexicon: Lexicon) -> tuple[Word, str, bool]:
    if len(lexicon.unlisted) >= MOST_UNLISTED:
        lexicon.unlisted.clear()
    found = lexicon.unlisted[text] = _unlisted(text, lexicon.words, lexicon.lang)
    return found


def _unlisted(text: str, words: dict[str, Word], lang: str) -> tuple[Word, str, bool]:
    if text.endswith("'s") and text[:-2] in words:
        return words[text[:-2]], text[:-2], True
    if text.endswith("mente") and lang != "en" and len(text) >= LONG_ADVERB:
        return ADVERBIAL, text, False
    if "-" in text and (enclitic := ENCLITIC.fullmatch(text)) is not None:
        verb = enclitic["verb"] + (enclitic["ending"] or "")
        word = words.get(verb) or words.get(folded(verb)) or words.get(folded(verb) + "r", NOTHING)
        if word.flags & grammar.VERB:
            return word, verb, False
    if not text.isascii() and folded(text) in words:
        return words[folded(text)], text, False
    if "-" in text:
        tail = words.get(text.rpartition("-")[2], NOTHING)
        kept = tail.flags & grammar.NOUN
        return Word(flags=kept, classes=tail.classes, role=tail.role) if kept else NOTHING, text, False
    return NOTHING, text, False


def _take_mentions(
    items: list[Item], lowered: str, mentions: list[Mention], index: int, token_end: int
) -> tuple[int, int]:
    """Adds an item for each mention touching the token that ends at `token_end`; returns next mention and offset."""
    covered = token_end
    while index < len(mentions) and mentions[index].start < token_end:
        mention = mentions[index]
        item = Item(mention.start, mention.end, lowered[mention.start : mention.end], NOTHING, 0)
        item.mention = mention
        after = lowered[mention.end : mention.end + 2]
        if after == "'s" or (after[:1] == "'" and item.text.endswith("s")):
            item.poss = mention.poss = True
            covered = mention.end + len(after.strip()) if after == "'s" else mention.end + 1
        elif lowered[mention.end : mention.end + 1] == "-":
            item.poss = True
            covered = max(token_end, mention.end)
        else:
            dotted = "." in item.text and after[:1] == "."
            covered = mention.end + 1 if dotted else mention.end
        items.append(item)
        index += 1
        token_end = max(token_end, mention.end) if lowered[mention.end : mention.end + 1] == "-" else mention.end
    return index, covered


def _join_phrases(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """The items with the lexicon's phrases as one item each."""
    phrases = lexicon.phrases
    texts = [item.text for item in items]
    parted = not PARTICLES.isdisjoint(texts)
    joined: list[Item] = []
    done = 0
    for index in [at for at, text in enumerate(texts) if text in phrases]:
        if index < done:
            continue
        item, last, following = items[index], index, phrases[texts[index]]
        options = following.get(texts[index + 1]) if index + 1 < len(texts) and item.mention is None else None
        if options is not None:
            item, last = _longest(items, index, options)
        if last != index:
            joined += items[done:index]
            joined.append(item)
            done = last + 1
        elif parted:
            _part(items, index, following)
    return joined + items[done:] if done else items


def _part(items: list[Item], index: int, following: Phrases) -> None:
    """Gives a verb the meaning it has with a particle behind its object ("let three spies go", "handed him over")."""
    for at in range(index + 1, min(len(items), index + APART)):
        item = items[at]
        options = following.get(item.text) if at > index + 1 and item.text in PARTICLES else None
        whole = next((word for rest, word in options if not rest and word.verb_rules), None) if options else None
        if whole is not None:
            after = items[at + 1] if at + 1 < len(items) else None
            if after is None or after.text in PUNCTUATION or after.flags & AFTER_PARTICLE:
                items[index].word = grammar.merged(whole, items[index].word)
            return
        if item.text in PUNCTUATION or (item.mention is None and item.flags & NO_OBJECT):
            return


def _longest(items: list[Item], index: int, options: tuple[tuple[tuple[str, ...], Word], ...]) -> tuple[Item, int]:
    """The longest phrase at `index` as one item, with the index of its last word; the plain item where none fits."""
    first = items[index]
    third = items[index + 2].text if index + 2 < len(items) else ""
    for rest, word in options:
        if rest and rest[0] != third:
            continue
        end = index + 2 + len(rest)
        span = items[index + 1 : end]
        if [one.text for one in span[1:]] == list(rest) and all(one.mention is None for one in span):
            last = span[-1]
            text = f"{first.text} {' '.join(one.text for one in span)}"
            item = Item(first.start, last.end, text, word, word.flags)
            item.poss = last.poss
            return item, end - 1
    return first, index
