"""What an article says, as terms that can be compared across languages: names, numbers, days, concepts, word stems.

A term is a kind and a value: `n:` a name, `c:` a concept of the glossary, `#:` a number, `d:` an ISO day, `w:` the
first letters of another word, `e:` an event of the tagger.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import msgspec

from newswatch.records.article import Article, Event
from processors.folding import folded
from processors.storytelling.days import find_days
from processors.storytelling.glossary import glossary
from processors.storytelling.numerals import find_numbers, telling

STEM = 6
"""Letters of a word that are compared: grammar endings differ by language, beginnings are often shared."""

MAX_BODY = 6000
"""Characters of the text that are read: what comes later is background more often than news."""

LEAD = 200
"""Characters after which the first end of a sentence ends the lead."""

MAX_TERMS = 90
"""Body terms kept of one article, the first ones; lead terms are all kept."""

_TOKEN = re.compile(r"[^\W_]+(?:[.'’\-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:\n][\"'”»)]*\s*$|^\s*$|[—–]\s*$|[\"“«¿¡(]\s*$")


class Features(msgspec.Struct, frozen=True):
    """An article's terms: those of title and lead, and the rest of the body's."""

    lead: tuple[str, ...]
    body: tuple[str, ...]


def features(article: Article) -> Features:
    """The terms of an article, each once, in the order they first appear."""
    day = (article.published or article.first_seen).date()
    end = _lead_end(article.text)
    title = _terms(article.title, day, title=True)
    lead = _terms(article.text[:end], day)
    body = _terms(article.text[end:MAX_BODY], day)
    names = {term for term in (*lead, *body) if term.startswith("n:")}
    first = tuple(dict.fromkeys((*_settled(title, names), *_settled(lead, names), *_event_terms(article.events))))
    present = set(first)
    rest = (term for term in dict.fromkeys(_settled(body, names)) if term not in present)
    return Features(first, tuple(rest)[:MAX_TERMS])


def _settled(terms: list[str], names: set[str]) -> Iterator[str]:
    """Words whose capital says nothing (`s:`) are names where the text has them as names elsewhere."""
    for term in terms:
        if term.startswith("s:"):
            yield "n:" + term[2:] if "n:" + term[2:] in names else "w:" + term[2 : 2 + STEM]
        else:
            yield term


def _lead_end(text: str) -> int:
    if len(text) <= LEAD:
        return len(text)
    found = re.compile(r"[.!?][\"'”»)]*\s").search(text, LEAD)
    return found.end() if found and found.end() < 2 * LEAD else LEAD


def _event_terms(events: tuple[Event, ...]) -> list[str]:
    terms = []
    for event in events:
        if not event.historical and event.target is not None and event.target.id:
            terms.append(f"e:{event.type}:{event.target.id}")
    return terms


def _terms(text: str, day: date, *, title: bool = False) -> list[str]:
    fold = folded(text)
    spans = [(start, end, f"d:{found.isoformat()}" if found else "") for start, end, found in find_days(fold, day)]
    taken = [(start, end) for start, end, _ in spans]
    for start, end, value, percent in find_numbers(fold):
        if not any(a < end and start < b for a, b in taken):
            spans.append((start, end, f"#:{value:g}{'%' if percent else ''}" if telling(value, percent) else ""))
    return _words(text, fold, sorted(spans), title)


def _words(text: str, fold: str, spans: list[tuple[int, int, str]], title: bool) -> list[str]:
    tokens = [(m.start(), m.end()) for m in _TOKEN.finditer(text)]
    terms: list[str] = []
    names, phrase_starts = _Names(text), glossary().phrase_starts
    span = number = 0
    while number < len(tokens):
        start, end = tokens[number]
        while span < len(spans) and spans[span][1] <= start:
            span += 1
        if span < len(spans) and spans[span][0] < end:
            terms.append(spans[span][2])
            while number < len(tokens) and tokens[number][0] < spans[span][1]:
                number += 1
            continue
        phrase, size = (_phrase(fold, tokens, number) if fold[start:end] in phrase_starts else None) or (None, 1)
        if phrase is not None:
            terms.append(phrase)
        elif text[start].isupper():
            starts = title or bool(_SENTENCE_END.search(text[max(0, start - 6) : start]))
            names.take(terms, term_of(text[start:end], starts), start, end)
        else:
            terms.append(term_of(text[start:end], False))
        number += size
    return [term for term in terms if term]


class _Names:
    """Joins the words of a name: its last word and its last two stand for it (`n:machado`, `n:corina_machado`)."""

    def __init__(self, text: str) -> None:
        self._text, self._end, self._last = text, -9, ""

    def take(self, terms: list[str], term: str, start: int, end: int) -> None:
        """Adds a word's term, and the joined name where it goes on with the one before."""
        goes_on = bool(self._last) and self._end == start - 1
        if term[:2] in ("n:", "s:"):
            if goes_on:
                if terms and terms[-1] == "n:" + self._last:
                    terms.pop()
                terms.append(f"n:{self._last}_{term[2:]}")
            possessive = self._text[start:end].endswith(("'s", "’s"))
            self._end, self._last = end, "" if possessive else term[2:]
        elif goes_on and term[:2] == "c:":
            terms.append(f"n:{self._last}_{term[2:].lower()}")
        terms.append(term)


def _phrase(fold: str, tokens: list[tuple[int, int]], number: int) -> tuple[str, int] | None:
    phrases = glossary().phrases
    for size in (4, 3, 2):
        if number + size <= len(tokens):
            concept = phrases.get(" ".join(fold[a:b] for a, b in tokens[number : number + size]))
            if concept:
                return "c:" + concept, size
    return None


@lru_cache(maxsize=50_000)
def term_of(token: str, starts: bool) -> str:
    """The term of one word; `starts`: it begins a sentence, so that its capital says nothing. "" for a common word."""
    book = glossary()
    fold = folded(token).removesuffix("'s").replace(".", "")
    if len(fold) < 3:
        return _acronym(token, fold)
    if fold in book.stopwords or fold.isdigit():
        return ""
    concept = book.concept(fold)
    if concept:
        return "c:" + concept
    if token[0].isupper():
        return ("s:" if starts and not token.isupper() else "n:") + fold
    return "w:" + fold[:STEM]


def _acronym(token: str, fold: str) -> str:
    letters = token.replace(".", "").removesuffix("'s").removesuffix("’s")
    if len(letters) == 2 and letters.isupper() and letters.isalpha():
        concept = glossary().words.get(fold)
        return "c:" + concept if concept else "n:" + fold
    return ""
