"""Bytes of pages, with true, false and missing labels, become their text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.charset import CharsetSource, decode

WORDS = (
    "El canciller dijo que la reunión con España terminó mañana a las 3; “así no”, respondió Díaz-Canel — año tras año."
)
PAGE = f'<html><head><meta charset="{{}}"></head><body><p>{WORDS}</p></body></html>'


def page(declared: str, real: str) -> bytes:
    return PAGE.format(declared).encode(real)


@pytest.mark.parametrize(
    ("data", "content_type", "source", "contradicted"),
    [
        pytest.param(page("utf-8", "utf-8"), None, CharsetSource.BYTES, None, id="utf-8 as declared"),
        pytest.param(page("iso-8859-1", "utf-8"), None, CharsetSource.BYTES, "iso8859-1", id="utf-8 declared latin-1"),
        pytest.param(page("utf-8", "cp1252"), None, CharsetSource.GUESSED, "utf-8", id="windows-1252 declared utf-8"),
        pytest.param(page("windows-1252", "cp1252"), None, CharsetSource.DECLARED, None, id="windows-1252 as declared"),
        pytest.param(page("iso-8859-1", "cp1252"), None, CharsetSource.DECLARED, None, id="latin-1 means windows-1252"),
        pytest.param(
            page("utf-8", "cp1252"),
            "text/html; charset=windows-1252",
            CharsetSource.HEADER,
            None,
            id="the header is right",
        ),
        pytest.param(
            page("utf-8", "utf-8"),
            "text/html; charset=latin1",
            CharsetSource.BYTES,
            "iso8859-1",
            id="the header is wrong",
        ),
        pytest.param(b"\xef\xbb\xbf" + page("latin1", "utf-8"), None, CharsetSource.MARK, None, id="a mark decides"),
        pytest.param(page("utf-8", "utf-16"), None, CharsetSource.MARK, None, id="utf-16 with its mark"),
        pytest.param(
            page("no-such-charset", "utf-8"), None, CharsetSource.BYTES, None, id="an unknown label is passed over"
        ),
    ],
)
def test_the_text_is_right_whatever_the_label(
    data: bytes, content_type: str | None, source: CharsetSource, contradicted: str | None
) -> None:
    decoded = decode(data, content_type)
    assert WORDS in decoded.text
    assert (decoded.source, decoded.contradicted) == (source, contradicted)


def test_damaged_utf8_keeps_its_words() -> None:
    data = page("utf-8", "utf-8").replace("reunión".encode(), b"reuni\xc3n")
    decoded = decode(data)
    assert decoded.charset == "utf-8"
    assert "España terminó mañana" in decoded.text


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/html; charset=utf-16", "charset=x", "text/html; charset=utf-7"]),
)
def test_it_never_fails(data: bytes, content_type: str | None) -> None:
    assert isinstance(decode(data, content_type).text, str)


@given(st.text(max_size=200))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode("utf-8").lstrip("\ufeff")
    assert decode(clean.encode()).text == clean
