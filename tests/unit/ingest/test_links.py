"""Links are made fetchable; resolving twice changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.links import is_shortened, resolve, variant, with_parameters

BASE = "https://diario.example/seccion/feed"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        pytest.param("nota", "https://diario.example/seccion/nota", id="relative to the feed"),
        pytest.param("/nota", "https://diario.example/nota", id="relative to the site"),
        pytest.param("//otro.example/n", "https://otro.example/n", id="without a scheme"),
        pytest.param(" https://a.example/x \n", "https://a.example/x", id="blanks around"),
        pytest.param("https://a.example/\nx", "https://a.example/x", id="a line break inside"),
        pytest.param("https://a.example/a b", "https://a.example/a%20b", id="a blank inside"),
        pytest.param("https://a.example", "https://a.example/", id="no path"),
        pytest.param("https://a.example/x#y", "https://a.example/x", id="a fragment"),
        pytest.param(
            "https://a.example/x?utm_source=r&id=3&fbclid=z", "https://a.example/x?id=3", id="click parameters"
        ),
        pytest.param("https://a.example/x?b=2&a=1", "https://a.example/x?b=2&a=1", id="order of parameters is kept"),
        pytest.param("https://u:p@a.example/x", "https://a.example/x", id="a password"),
        pytest.param("https://A.Example:8443/X", "https://a.example:8443/X", id="capitals in the host only"),
        pytest.param("https://a.example/ñ?q=á", "https://a.example/%C3%B1?q=%C3%A1", id="letters beyond ASCII"),
        pytest.param("https://a.example/%C3%B1", "https://a.example/%C3%B1", id="already encoded"),
        pytest.param(
            "https://news.google.com/rss/articles/CBM",
            "https://news.google.com/rss/articles/CBM",
            id="opaque redirector",
        ),
        pytest.param(
            "https://www.google.com/url?q=https://r.example/n%3Fa%3D1&sa=t",
            "https://r.example/n?a=1",
            id="Google redirector",
        ),
        pytest.param(
            "https://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fr.example%2fn",
            "https://r.example/n",
            id="Bing redirector",
        ),
        pytest.param(
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fr.example%2F", "https://r.example/", id="Facebook redirector"
        ),
        pytest.param("javascript:alert(1)", None, id="a script"),
        pytest.param("mailto:a@b.example", None, id="an e-mail address"),
        pytest.param("ftp://a.example/x", None, id="another protocol"),
        pytest.param("https://[::1", None, id="a broken address"),
        pytest.param("https://a.example:port/", None, id="a port that is no number"),
        pytest.param("https://", None, id="no host"),
        pytest.param("", None, id="nothing"),
        pytest.param("https://a.example/" + "x" * 2100, None, id="too long"),
    ],
)
def test_resolve(link: str, expected: str | None) -> None:
    assert resolve(link, BASE) == expected


@given(st.text(max_size=80))
def test_resolving_twice_is_resolving_once(text: str) -> None:
    once = resolve(text, BASE)
    assert once is None or resolve(once, BASE) == once


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/nota/amp/", "amp"),
        ("https://a.example/nota.amp.html", "amp"),
        ("https://a.example/nota?outputType=amp", "amp"),
        ("https://amp.a.example/nota", "amp"),
        ("https://a-example.cdn.ampproject.org/c/s/a.example/nota", "amp"),
        ("https://a.example/print/nota", "print"),
        ("https://a.example/nota?print=1", "print"),
        ("https://a.example/imprimir/nota", "print"),
        ("https://a.example/campamento", None),
        ("https://a.example/sprint/final", None),
        ("https://a.example/nota?amplia=no", None),
    ],
)
def test_variants_of_pages_are_known_by_their_address(url: str, expected: str | None) -> None:
    assert variant(url) == expected


def test_shorteners_and_parameters() -> None:
    assert is_shortened("https://t.co/abc")
    assert not is_shortened("https://diario.example/t.co")
    assert with_parameters("https://a.example/x?y=1", z="a b") == "https://a.example/x?y=1&z=a+b"
