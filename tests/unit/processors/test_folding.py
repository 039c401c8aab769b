"""Folding keeps every offset, and its short cut for ASCII changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from processors.folding import FOLD, LOWER, folded, lowered, words_only


@given(st.text())
def test_folding_is_that_of_the_tables_one_code_point_to_one(text: str) -> None:
    assert lowered(text) == text.translate(LOWER)
    assert folded(text) == text.translate(FOLD)
    assert len(folded(text)) == len(text)


@given(st.text())
def test_words_alone_are_letters_and_digits_where_they_stood(text: str) -> None:
    assert words_only(text) == "".join(char if char.isalnum() else " " for char in text)
