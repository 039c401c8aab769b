"""OPML in and out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.opml import read_opml, write_opml
from newswatch.errors import UserError
from newswatch.records.feed import FeedSettings
from newswatch.settings import DEFAULT_WATCH


def opml(body: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{body}</body></opml>'.encode()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param('<outline xmlUrl="https://a.example/f"/>', [("https://a.example/f", ())], id="one feed"),
        pytest.param(
            '<outline text="A"><outline text="B"><outline xmlUrl="https://a.example/f"/></outline></outline>',
            [("https://a.example/f", ("A", "B"))],
            id="folders are tags",
        ),
        pytest.param(
            '<outline xmlUrl="https://a.example/f" category="/x,y"/>',
            [("https://a.example/f", ("x", "y"))],
            id="categories",
        ),
        pytest.param(
            '<outline text="A"><outline xmlUrl="https://a.example/f"/></outline>'
            '<outline text="B"><outline xmlUrl="https://a.example/f"/></outline>',
            [("https://a.example/f", ("A", "B"))],
            id="listed twice",
        ),
        pytest.param('<outline XMLURL="https://a.example/f"/>', [("https://a.example/f", ())], id="capitals"),
        pytest.param('<outline type="rss" url="https://a.example/f"/>', [("https://a.example/f", ())], id="url"),
        pytest.param('<outline text="only a folder"/>', [], id="an empty folder"),
        pytest.param('<outline xmlUrl="javascript:x"/>', [], id="no web address"),
        pytest.param('<outline xmlUrl="https://a.example/f"', [("https://a.example/f", ())], id="cut short"),
    ],
)
def test_read(body: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    feeds, _ = read_opml(opml(body))
    assert [(feed.url, feed.tags) for feed in feeds] == expected


@pytest.mark.parametrize("data", [b"", b"not xml", b"<rss/>", b"\x00\x01"])
def test_what_is_no_opml_is_said(data: bytes) -> None:
    with pytest.raises(UserError, match="not OPML"):
        read_opml(data, "feeds.opml")


def test_entities_are_not_expanded() -> None:
    outline = b'<outline xmlUrl="https://a.example/f" text="a"/>&x;'
    data = b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body>' + outline + b"</body></opml>"
    feeds, _ = read_opml(data)
    assert [feed.url for feed in feeds] == ["https://a.example/f"]


words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)
feeds = st.builds(
    FeedSettings,
    url=words.map(lambda word: f"https://a.example/{abs(hash(word))}"),
    title=words,
    outlet=st.one_of(st.none(), words),
    country=st.one_of(st.none(), st.sampled_from(["VEN", "CUB", "USA"])),
    language=st.one_of(st.none(), st.sampled_from(["es", "en"])),
    leaning=st.one_of(st.none(), words),
    tags=st.lists(words, max_size=3, unique=True).map(tuple),
    site=st.one_of(st.none(), st.just("https://a.example/")),
    seen_at=st.one_of(st.none(), words),
    fetch_pages=st.booleans(),
    enabled=st.booleans(),
    min_interval=st.one_of(st.none(), st.integers(10, 9999)),
)


@given(st.lists(feeds, max_size=6, unique_by=lambda feed: feed.url))
def test_what_is_written_is_read_back(given_feeds: list[FeedSettings]) -> None:
    back, problems = read_opml(write_opml(given_feeds))
    assert problems == []
    assert {feed.url: feed for feed in back} == {feed.url: feed for feed in given_feeds}


def test_the_feeds_of_the_watch_say_where_they_were_seen() -> None:
    file = Path(DEFAULT_WATCH) / "feeds.opml"
    found, problems = read_opml(file.read_bytes())
    assert problems == []
    assert len(found) >= 60
    assert {feed.language for feed in found} == {"es", "en", "pt"}
    for feed in found:
        assert feed.seen_at, feed.url
        assert feed.outlet, feed.url
        assert feed.leaning, feed.url
        assert feed.tags, feed.url
