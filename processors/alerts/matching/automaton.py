"""One automaton for the terms of all rules: a single pass over an article finds every term with its place."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ahocorasick_rs

from newswatch.records.article import Evidence
from processors.alerts.matching.segments import SEPARATOR, haystack, word_spans
from processors.alerts.matching.terms import Term

SNIPPET_REACH = 80
"""Characters shown on each side of a match."""


class Hit(NamedTuple):
    """One occurrence: the field it is in, its first word there and how many words it has."""

    field: str
    word: int
    words: int


class Reading:
    """What the automaton found in one article: the terms by number, their places worked out when asked for."""

    def __init__(self, texts: Mapping[str, str], terms: Sequence[Term]) -> None:
        self._texts = texts
        self._terms = terms
        self._starts: list[tuple[int, str]] = []
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self._places: dict[int, tuple[Hit, ...]] = {}
        self.found: dict[int, list[tuple[int, int]]] = {}
        self.data = self._join()
        self._filled = frozenset(field for field, text in texts.items() if text)

    def _join(self) -> bytes:
        pieces, length = [], 0
        for field, text in self._texts.items():
            self._starts.append((length, field))
            pieces.append(haystack(text))
            length += len(pieces[-1]) + len(SEPARATOR)
        return SEPARATOR.join(pieces)

    def hits(self, term: int) -> tuple[Hit, ...]:
        """Every occurrence of a term, in reading order, each once."""
        known = self._places.get(term)
        if known is None:
            spans = sorted(set(self.found.get(term, ())))
            known = tuple(dict.fromkeys(self._hit(start, end) for start, end in spans))
            exact = self._terms[term].exact
            if exact is not None:
                known = tuple(hit for hit in known if self.span_text(hit) == exact)
            self._places[term] = known
        return known

    def present(self, term: int, fields: frozenset[str] | None = None) -> bool:
        """Whether the term occurs (in one of `fields`)."""
        spans = self.found.get(term)
        if spans is None:
            return False
        if self._terms[term].exact is not None:
            return any(fields is None or hit.field in fields for hit in self.hits(term))
        return fields is None or self._filled <= fields or any(self._field(start)[1] in fields for start, _ in spans)

    def written(self, term: int) -> str:
        """The term as the rule file has it."""
        return self._terms[term].written

    def _field(self, start: int) -> tuple[int, str]:
        """Where the field that holds an offset begins, and its name."""
        return next(pair for pair in reversed(self._starts) if pair[0] <= start)

    def _hit(self, start: int, end: int) -> Hit:
        base, field = self._field(start)
        matched = self.data[start:end]
        words = matched.count(b" ") - (1 if matched.endswith(b" ") else 0)
        return Hit(field, self.data.count(b" ", base, start), words)

    def span_text(self, hit: Hit) -> str:
        """The words of a hit as they stand in the article."""
        start, end = self._span(hit)
        return self._texts[hit.field][start:end]

    def _span(self, hit: Hit) -> tuple[int, int]:
        spans = self._spans.get(hit.field)
        if spans is None:
            spans = self._spans[hit.field] = word_spans(self._texts[hit.field])
        return spans[hit.word][0], spans[hit.word + hit.words - 1][1]

    def evidence(self, hit: Hit) -> Evidence:
        """The hit as evidence: `text == field[start:end]`."""
        start, end = self._span(hit)
        return Evidence(field=hit.field, start=start, end=end, text=self._texts[hit.field][start:end])

    def snippet(self, evidence: Evidence) -> str:
        """The evidence with the words around it on one line, cut at word boundaries, an ellipsis where cut."""
        return snippet(self._texts[evidence.field], evidence.start, evidence.end)


def snippet(text: str, start: int, end: int) -> str:
    """`text[start:end]` with up to SNIPPET_REACH characters on each side, whole words, on one line."""
    before, after = text[max(0, start - SNIPPET_REACH) : start], text[end : end + SNIPPET_REACH]
    if start > SNIPPET_REACH:
        before = "…" + before.partition(" ")[2]
    if end + SNIPPET_REACH < len(text):
        after = after.rpartition(" ")[0] + "…"
    return " ".join((before + text[start:end] + after).split())


class Automaton:
    """Finds all terms in one pass. Built once per set of rules; `terms` are numbered as given."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        owners: dict[bytes, list[int]] = {}
        for number, term in enumerate(self.terms):
            for pattern in term.patterns:
                owners.setdefault(pattern, []).append(number)
        self._owners = list(owners.values())
        self._machine = ahocorasick_rs.BytesAhoCorasick(list(owners)) if owners else None

    def read(self, texts: Mapping[str, str]) -> Reading:
        """The terms found in the named texts; a term never spans two of them."""
        reading = Reading(texts, self.terms)
        if self._machine is None:
            return reading
        found = reading.found
        for pattern, start, end in self._machine.find_matches_as_indexes(reading.data, overlapping=True):
            for term in self._owners[pattern]:
                found.setdefault(term, []).append((start, end))
        return reading
