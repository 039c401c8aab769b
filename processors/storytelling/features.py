"""What an article says, as terms that can be compared across languages: names, numbers, days, concepts, word stems.

A term is a kind and a value: `n:` a name, `c:` a concept of the glossary, `#:` a number, `d:` an ISO day, `w:` the
first letters of another word, `e:` an event of the tagger.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import accumulate, islice

import msgspec

from newswatch.records.article import Article, Event
from processors.folding import folded_once
from processors.storytelling.days import find_days
from processors.storytelling.glossary import LONGEST_PHRASE, glossary
from processors.storytelling.numerals import find_numbers, telling
from processors.storytelling.words import STEM, TOKEN, WORDS, Word

MAX_BODY = 6000
"""Characters of the text that are read: what comes later is background more often than news."""

LEAD = 200
"""Characters after which the first end of a sentence ends the lead."""

MAX_TERMS = 90
"""Body terms kept of one article, the first ones; lead terms are all kept."""

_LEAD_ENDS = re.compile(r"[.!?][\"'”»)]*\s")
_SENTENCE_ENDS = re.compile(r"[.!?:\n][\"'”»)]*\s*$|^\s*$|[—–]\s*$|[\"“«¿¡(]\s*$")
_APART = re.compile(r"[\s|]+")  # what stands between terms in a record
_LOOK_BACK = 6
"""Characters before a word that tell whether it begins a sentence."""


class Features(msgspec.Struct, frozen=True):
    """An article's terms: those of title and lead, and the rest of the body's."""

    lead: tuple[str, ...]
    body: tuple[str, ...]


def features(article: Article) -> Features:
    """The terms of an article, each once, in the order they first appear."""
    day = (article.published or article.first_seen).date()
    text, fold, end = article.text, folded_once(article.text), _lead_end(article.text)
    title = _terms(article.title, folded_once(article.title), day, title=True)
    lead = _terms(text[:end], fold[:end], day)
    body = _terms(text[end:MAX_BODY], fold[end:MAX_BODY], day)
    names = {*lead, *body}
    first = dict.fromkeys((*_settled(title, names), *_settled(lead, names), *_event_terms(article.events)))
    rest = (term for term in dict.fromkeys(_settled(body, names)) if term not in first)
    return Features(tuple(first), tuple(islice(rest, MAX_TERMS)))


def _settled(terms: list[str], names: set[str]) -> list[str]:
    """Words whose capital says nothing (`s:`) are names where the text has them as names elsewhere."""
    return [term if term[0] != "s" else _name_or_word(term[2:], names) for term in terms]


def _name_or_word(fold: str, names: set[str]) -> str:
    name = "n:" + fold
    return name if name in names else "w:" + fold[:STEM]


def _lead_end(text: str) -> int:
    if len(text) <= LEAD:
        return len(text)
    found = _LEAD_ENDS.search(text, LEAD)
    return found.end() if found and found.end() < 2 * LEAD else LEAD


def _event_terms(events: tuple[Event, ...]) -> list[str]:
    terms = []
    for event in events:
        if not event.historical and event.target is not None and event.target.id:
            terms.append(f"e:{event.type}:{_APART.sub('_', event.target.id)}")
    return terms


def _terms(text: str, fold: str, day: date, *, title: bool = False) -> list[str]:
    parts = TOKEN.split(text)
    words = [WORDS[token] for token in parts[1::2]]
    places = list(accumulate(map(len, parts)))
    spans = _spans(fold, words, places[::2], day)
    return _read(words, parts[::2], _owned(spans, places), title)


def _spans(fold: str, words: list[Word], places: list[int], day: date) -> list[tuple[int, int, str]]:
    """Start, end and term of the days and numbers of a text whose words begin at `places`, in order."""
    days = [place + at for word, place in zip(words, places, strict=False) if word.days for at in word.days]
    numbers = [place + at for word, place in zip(words, places, strict=False) if word.numbers for at in word.numbers]
    spans = [
        (start, end, f"d:{found.isoformat()}" if found else "") for start, end, found in find_days(fold, day, days)
    ]
    taken = [(start, end) for start, end, _ in spans]
    for start, end, value, percent in find_numbers(fold, numbers):
        if not any(a < end and start < b for a, b in taken):
            spans.append((start, end, f"#:{value:g}{'%' if percent else ''}" if telling(value, percent) else ""))
    return sorted(spans)


def _owned(spans: Iterable[tuple[int, int, str]], places: list[int]) -> dict[int, tuple[str, int]]:
    """By number of each word a span covers in part or whole: the span's term, and the number of the word after it."""
    owned: dict[int, tuple[str, int]] = {}
    starts, ends = places[::2], places[1::2]
    for start, end, term in spans:
        after = bisect_left(starts, end, hi=len(ends))
        for number in range(bisect_right(ends, start), after):
            owned.setdefault(number, (term, after))
    return owned


def _read(words: list[Word], gaps: list[str], owned: dict[int, tuple[str, int]], title: bool) -> list[str]:
    """The terms of words with `gaps` before, between and after them."""
    terms: list[str] = []
    names, done = _Names(gaps, title), 0
    for number, word in enumerate(words):
        if number < done:
            continue
        if number in owned:
            term, done = owned[number]
        elif word.phrase and (phrase := _phrase(words, number)):
            term, done = phrase
        elif word.capital:
            term = names.take(terms, word, number)
        else:
            term = word.term
        if term:
            terms.append(term)
    return terms


class _Names:
    """Joins the words of a name: its last word and its last two stand for it (`n:machado`, `n:corina_machado`)."""

    def __init__(self, gaps: list[str], title: bool) -> None:
        self._gaps, self._title, self._before, self._last = gaps, title, -1, ""

    def take(self, terms: list[str], word: Word, number: int) -> str:
        """The term of a word with a capital; adds the joined name to `terms` where it goes on with the one before."""
        gap, last = self._gaps[number], self._last
        term = word.opening if self._title or _begins_sentence(gap, number == 0) else word.term
        goes_on = last and self._before == number - 1 and len(gap) == 1
        if term[:2] in ("n:", "s:"):
            if goes_on:
                if terms[-1] == "n:" + last:
                    terms.pop()
                terms.append(f"n:{last}_{term[2:]}")
            self._before, self._last = number, "" if word.possessive else term[2:]
        elif goes_on and term[:2] == "c:":
            terms.append(f"n:{last}_{term[2:].lower()}")
        return term


@lru_cache(maxsize=500)
def _begins_sentence(gap: str, first: bool) -> bool:
    """Whether a word after such a gap begins a sentence; `first`: it is the first of the text."""
    before = gap if first else "x" + gap
    return bool(_SENTENCE_ENDS.search(before[-_LOOK_BACK:]))


def _phrase(words: list[Word], number: int) -> tuple[str, int] | None:
    """The concept of the longest phrase that begins with a word, and the number of the word after it."""
    phrases = glossary().phrases
    for after in range(min(number + LONGEST_PHRASE, len(words)), number + 1, -1):
        concept = phrases.get(" ".join([word.fold for word in words[number:after]]))
        if concept:
            return "c:" + concept, after
    return None
