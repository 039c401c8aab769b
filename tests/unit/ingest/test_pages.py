"""What pages are and where they really live."""

import pytest

from ingest.entries import plain, prose
from ingest.pages import better_address, canonical_of, kind_of

URL = "https://diario.example/amp/nota"


def page(head: str, html: str = "<html>") -> bytes:
    return f"<!doctype html>{html}<head>{head}</head><body></body></html>".encode()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="canonical" href="https://diario.example/nota">', "https://diario.example/nota"),
        ("<link href='/nota' rel='canonical'>", "https://diario.example/nota"),
        ("<link rel=canonical href=https://www.diario.example/nota>", "https://www.diario.example/nota"),
        ('<link rel="canonical" href="https://diario.example/">', None),
        ('<link rel="canonical" href="https://otro.example/nota">', None),
        ('<link rel="canonical" href="javascript:x">', None),
        ('<link rel="alternate" href="/nota">', None),
        ("", None),
    ],
    ids=["plain", "turned round", "without quotes", "front page", "another site", "script", "alternate", "none"],
)
def test_canonical(head: str, expected: str | None) -> None:
    assert canonical_of(URL, page(head)) == expected


LINK = '<link rel="canonical" href="https://diario.example/nota">'


@pytest.mark.parametrize(
    ("url", "body", "better"),
    [
        pytest.param("https://diario.example/nota/amp", page(LINK), True, id="AMP by its address"),
        pytest.param("https://diario.example/x", page(LINK, "<html ⚡ lang=es>"), True, id="AMP by its root"),
        pytest.param("https://diario.example/x", page(LINK, "<html amp>"), True, id="AMP by its word"),
        pytest.param("https://diario.example/print/nota", page(LINK), True, id="print"),
        pytest.param("https://diario.example/x", page(LINK), False, id="an ordinary page stays where it is"),
        pytest.param("https://diario.example/amp/nota", page(""), False, id="no canonical address"),
        pytest.param(
            "https://diario-example.cdn.ampproject.org/c/s/diario.example/nota", page(LINK), True, id="an AMP cache"
        ),
    ],
)
def test_better_address(url: str, body: bytes, better: bool) -> None:
    assert (better_address(url, body) == "https://diario.example/nota") is better


@pytest.mark.parametrize(
    ("url", "content_type", "body", "kind"),
    [
        ("https://a.example/n", "text/html; charset=utf-8", b"<html>", "page"),
        ("https://a.example/n", None, b"<html>", "page"),
        ("https://a.example/n.jpg", None, b"", "image"),
        ("https://a.example/n", "application/pdf", b"", "document"),
        ("https://a.example/n", "text/html", b"%PDF-1.4", "document"),
        ("https://a.example/n", "image/webp", b"", "image"),
        ("https://a.example/n", "video/mp4", b"", "video"),
        ("https://a.example/n", "audio/mpeg", b"", "audio"),
        ("https://a.example/n", "text/plain", b"hola", "text"),
        ("https://a.example/n", "text/plain", b" <html>", "page"),
        ("https://a.example/n", "application/zip", b"PK\x03\x04", "document"),
        ("https://a.example/n", "application/x-foo", b"", "other"),
    ],
)
def test_kind(url: str, content_type: str | None, body: bytes, kind: str) -> None:
    assert kind_of(url, content_type, body) == kind


def test_plain_text_of_html() -> None:
    html = "<p>Uno &amp; dos</p><script>x()</script><p>Tres<br>cuatro</p><!-- no -->"
    assert plain(html) == "Uno & dos Tres cuatro"
    assert prose(html) == "Uno & dos\nTres\ncuatro"
