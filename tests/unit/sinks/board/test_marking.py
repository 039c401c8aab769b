"""Evidence in a text: the pieces joined are the text, whatever the spans; nothing becomes markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.board.marking import Span, found_pieces, in_context, paragraphs, pieces, spans_of
from sinks.board.rendering import environment

TEXT = "Police said so. They arrested 12 people in Caracas. Nobody was hurt."


def evidence(words: str, field: str = "text") -> dict[str, object]:
    start = TEXT.index(words)
    return {"field": field, "start": start, "end": start + len(words), "text": words}


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=8))
def test_the_pieces_joined_are_the_text(text: str, places: list[tuple[int, int]]) -> None:
    spans = [Span(start=min(place), end=max(place), label="x") for place in places]
    assert "".join(piece.text for piece in pieces(text, spans)) == text


def test_of_two_overlapping_spans_the_earlier_is_whole() -> None:
    found = pieces("abcdef", [Span(start=1, end=4, label="a"), Span(start=2, end=6, label="b")])
    assert [(piece.text, piece.span.label if piece.span else None) for piece in found] == [
        ("a", None), ("bcd", "a"), ("ef", "b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "x",
        {},
        {"field": "text"},
        {"field": "text", "start": 3, "end": 3},
        {"field": "title", "start": 0, "end": 1},
    ],
)
def test_what_is_no_span_of_the_field_is_none(broken: object) -> None:
    assert spans_of(broken, "text", "x") == []


def test_evidence_is_shown_in_its_sentence() -> None:
    found = in_context(TEXT, evidence("arrested"))
    assert [piece.text for piece in found] == ["They ", "arrested", " 12 people in Caracas."]


def test_evidence_that_does_not_fit_the_text_is_shown_alone() -> None:
    assert [piece.text for piece in in_context("another text altogether", evidence("arrested"))] == ["arrested"]


def test_a_highlighters_fragment_is_cut_at_its_marks() -> None:
    found = found_pieces("<b>\u0001oil\u0002 &amp; gas \u0001unclosed")
    assert [(piece.text, piece.span is not None) for piece in found] == [
        ("<b>", False), ("oil", True), (" &amp; gas ", False), ("unclosed", True),
    ]  # fmt: skip


def test_paragraphs_keep_marks_over_line_breaks() -> None:
    rows = paragraphs(pieces("one\ntwo\n\n three", [Span(start=2, end=5, label="x", anchor="a")]))
    assert [[piece.text for piece in row] for row in rows] == [["on", "e"], ["t", "wo"], [" three"]]
    assert [piece.first for row in rows for piece in row if piece.span] == [True, False]


@given(st.text(max_size=80))
def test_any_text_is_escaped(text: str) -> None:
    template = environment().from_string(
        '{% from "_parts.html" import mark %}{% for p in ps %}{{ mark(p) }}{% endfor %}'
    )
    shown = template.render(ps=pieces(text, [Span(start=1, end=3, label='"><script>')]))
    plain = shown.replace('<mark class="m-event" title="&#34;&gt;&lt;script&gt;">', "").replace("</mark>", "")
    assert "<" not in plain
    assert '"' not in plain
