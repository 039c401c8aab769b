"""Text with its evidence marked: pieces to be escaped one by one, never markup. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sinks.board.queries import MARK_END, MARK_START

SENTENCE_END = re.compile(r"[.!?…]['\"”»)]*\s+|\n")

CONTEXT = 240
"""Characters shown before and after evidence, at most."""

MOST_MARKS = 400
"""Spans marked in one text; an article may name an actor a thousand times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Code points `start` to `end` of a text, why they matter and which event they prove."""

    start: int
    end: int
    label: str
    anchor: str = ""
    kind: str = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text; `span` is set where it is evidence."""

    text: str
    span: Span | None = None
    first: bool = False


def spans_of(evidence: Any, field: str, label: str, anchor: str = "", kind: str = "event") -> list[Span]:
    """The span an index document's evidence names in `field`; none when it is not a span of that field."""
    if not isinstance(evidence, dict) or evidence.get("field") != field:
        return []
    start, end = evidence.get("start"), evidence.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
        return []
    return [Span(start=start, end=end, label=label, anchor=anchor, kind=kind)]


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """`text` cut at the spans, in order; where spans overlap the earlier and longer one is marked, the rest of the
    other after it. Joined, the pieces are `text`."""
    found: list[Piece] = []
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end))[:MOST_MARKS]:
        start, end = max(span.start, at), min(span.end, len(text))
        if start >= end:
            continue
        if start > at:
            found.append(Piece(text=text[at:start]))
        found.append(Piece(text=text[start:end], span=span, first=start == span.start))
        at = end
    if at < len(text):
        found.append(Piece(text=text[at:]))
    return found


def found_pieces(marked: str) -> list[Piece]:
    """A highlighter's fragment as pieces; the words it found have a span."""
    result: list[Piece] = []
    for number, part in enumerate(marked.split(MARK_START)):
        if number == 0:
            result += [Piece(text=part)] if part else []
            continue
        inside, _, after = part.partition(MARK_END)
        result.append(Piece(text=inside, span=Span(start=0, end=len(inside), label="", kind="found")))
        result += [Piece(text=after)] if after else []
    return result


def in_context(text: str, evidence: Any) -> list[Piece]:
    """The sentence or so around an evidence's words, these marked; the bare words when the text does not hold them."""
    words = str(evidence.get("text") or "") if isinstance(evidence, dict) else ""
    spans = spans_of(evidence, str(evidence.get("field")), "") if words else []
    if not spans or text[spans[0].start : spans[0].end] != words:
        return [Piece(text=words)] if words else []
    span = spans[0]
    before = _last_sentence(text[max(0, span.start - CONTEXT) : span.start], cut=span.start > CONTEXT)
    after = _first_sentence(text[span.end : span.end + CONTEXT], cut=span.end + CONTEXT < len(text))
    return [piece for piece in (Piece(text=before), Piece(text=words, span=span), Piece(text=after)) if piece.text]


def _last_sentence(text: str, cut: bool) -> str:
    found = [match.end() for match in SENTENCE_END.finditer(text)]
    return text[found[-1] :] if found else ("…" if cut else "") + text


def _first_sentence(text: str, cut: bool) -> str:
    match = SENTENCE_END.search(text)
    return text[: match.start() + 1].rstrip() if match else text + ("…" if cut else "")


def paragraphs(parts: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces cut into paragraphs at line breaks; empty paragraphs are left out."""
    rows: list[list[Piece]] = [[]]
    for piece in parts:
        for number, line in enumerate(piece.text.split("\n")):
            if number:
                rows.append([])
            if line:
                rows[-1].append(Piece(text=line, span=piece.span, first=piece.first and number == 0))
    return [row for row in rows if any(piece.text.strip() for piece in row)]
