"""One article has one id, however its address is written."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newswatch.errors import Unprocessable
from newswatch.identity import article_id, content_urn, digest, identity_url
from newswatch.reject_reasons import Reason


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("http://www.diario.example/nota?id=7", id="http and www"),
        pytest.param("https://Diario.Example/nota?id=7#comments", id="case of the host, fragment"),
        pytest.param("https://diario.example:443/nota/?id=7", id="default port, trailing slash"),
        pytest.param("https://diario.example/nota?utm_source=x&id=7&fbclid=abc", id="tracking"),
        pytest.param("  https://diario.example/nota?id=7 ", id="white space"),
    ],
)
def test_same_article(other: str) -> None:
    assert article_id(other) == article_id("https://diario.example/nota?id=7")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("https://diario.example/nota?id=8", id="another query"),
        pytest.param("https://diario.example/Nota?id=7", id="paths keep their case"),
        pytest.param("https://otro.example/nota?id=7", id="another host"),
        pytest.param("https://diario.example:8443/nota?id=7", id="another port"),
    ],
)
def test_other_article(other: str) -> None:
    assert article_id(other) != article_id("https://diario.example/nota?id=7")


@pytest.mark.parametrize(
    "url", ["", "nota", "ftp://a.example/x", "javascript:alert(1)", "http://", "http://[1/", "http://a:x/"]
)
def test_what_is_no_web_address(url: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        identity_url(url)
    assert caught.value.reason is Reason.INVALID_URL


hosts = st.from_regex(r"[a-z]{1,8}\.(example|test)", fullmatch=True)


@example(host="a.example", path="\x85", query="")
@example(host="a.example", path="nota / /", query="")
@given(host=hosts, path=st.text(max_size=20), query=st.text(max_size=20))
def test_cleaning_is_idempotent(host: str, path: str, query: str) -> None:
    url = f"https://www.{host}/{path}?{query}"
    try:
        once = identity_url(url)
    except Unprocessable:
        return
    assert identity_url(once) == once


def test_parts_are_kept_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")


def test_a_file_without_address_has_one_made_of_its_bytes() -> None:
    assert content_urn(b"x") == content_urn(b"x") != content_urn(b"y")
    assert identity_url(content_urn(b"x")) == content_urn(b"x")
