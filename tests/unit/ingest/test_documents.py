"""Files of every kind the replayer reads, and what each document becomes."""

import gzip
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.documents import Document, Skipped, documents
from newswatch.identity import article_id
from newswatch.records.raw import BodySource, Origin, RawArticle
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason

NOW = datetime(2026, 1, 12, 15, 0, tzinfo=UTC)
PAGE = b"<html><head><title>T</title></head><body><p>Words of a page.</p></body></html>"


def read(name: str, data: bytes) -> list[Document]:
    return list(documents(name, io.BufferedReader(io.BytesIO(data)), NOW))


def one(name: str, data: bytes) -> RawArticle:
    (document,) = read(name, data)
    assert isinstance(document, RawArticle), document
    return document


def refusal(name: str, data: bytes) -> Rejected:
    (document,) = read(name, data)
    assert isinstance(document, Rejected), document
    return document


def line(**fields: Any) -> bytes:
    return json.dumps({"url": "https://paper.example/1", "title": "T", "text": "Words."} | fields).encode() + b"\n"


def test_a_line_becomes_a_raw_article_with_all_it_says() -> None:
    data = line(
        id=7, source="The Paper", source_country="JAM", leaning="center", lang="en", published="2026-01-09",
        first_seen="2026-01-10T08:00:00-04:00", feed="https://paper.example/feed", tags=["a"], authors=["A B"],
    )  # fmt: skip
    raw = one("x.jsonl", data)
    assert raw.article_id == article_id("https://paper.example/1")
    assert raw.first_seen == datetime(2026, 1, 10, 12, tzinfo=UTC)
    assert (raw.origin, raw.entry_id, raw.language, raw.tags, raw.authors) == (
        Origin.REPLAY,
        "7",
        "en",
        ("a",),
        ("A B",),
    )
    assert (raw.source, raw.source_country, raw.leaning, raw.published) == ("The Paper", "JAM", "center", "2026-01-09")


def test_a_line_without_first_seen_was_first_seen_now() -> None:
    assert one("x.jsonl", line()).first_seen == NOW


def test_documents_without_an_address_keep_their_id_from_run_to_run() -> None:
    for name, data in (
        ("a.html", PAGE),
        ("a.txt", b"Some words."),
        ("a.jsonl", line(url=None)),
        ("b.jsonl", line(url=None, id="k")),
    ):
        first, second = one(name, data), one(name, data)
        assert first.url.startswith("urn:newswatch:")
        assert first.article_id == second.article_id


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"{", Reason.INVALID_RECORD, id="cut off"),
        pytest.param(b"[1, 2", Reason.INVALID_RECORD, id="a list cut off"),
        pytest.param(b'"words"', Reason.INVALID_RECORD, id="no object"),
        pytest.param(line(title=3), Reason.INVALID_RECORD, id="a title that is a number"),
        pytest.param(line(tags="a"), Reason.INVALID_RECORD, id="tags that are no list"),
        pytest.param(line(first_seen="yesterday"), Reason.INVALID_RECORD, id="first_seen that is no time"),
        pytest.param(line(text=None), Reason.INVALID_RECORD, id="neither html nor text"),
        pytest.param(line(text="  "), Reason.EMPTY, id="blank text"),
        pytest.param(line(url="ftp://x"), Reason.INVALID_URL, id="an address that is not of the web"),
        pytest.param(line(url="http://[bad"), Reason.INVALID_URL, id="an address that cannot be read"),
    ],
)
def test_a_bad_line_is_refused_with_its_place_and_its_bytes(data: bytes, reason: Reason) -> None:
    refused = refusal("x.jsonl", data)
    assert refused.reason == reason
    assert refused.detail.startswith("x.jsonl")
    assert refused.original.strip() == data.strip()


def test_a_bad_line_does_not_stop_the_lines_after_it() -> None:
    kinds = [type(document) for document in read("x.jsonl", line() + b"{bad\n\n" + line(url="https://paper.example/2"))]
    assert kinds == [RawArticle, Rejected, RawArticle]


def test_a_line_too_long_is_refused_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.documents.LARGEST_LINE", 200)
    first, second = read("x.jsonl", line(text="a" * 1000) + line())
    assert isinstance(first, Rejected)
    assert first.reason == Reason.TOO_LARGE
    assert isinstance(second, RawArticle)


def test_a_list_of_objects_is_read_like_lines() -> None:
    found = read("x.json", b"[" + line() + b"," + line(url="https://paper.example/2") + b"]")
    assert [document.url for document in found if isinstance(document, RawArticle)] == [
        "https://paper.example/1",
        "https://paper.example/2",
    ]


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://paper.example/a?x=1&amp;y=2">',
        "<link href=https://paper.example/a?x=1&amp;y=2 rel=canonical>",
        '<meta content="https://paper.example/a?x=1&amp;y=2" property="og:url">',
    ],
)
def test_a_page_is_known_by_the_address_it_names(head: str) -> None:
    raw = one("a.html", PAGE.replace(b"<title>", head.encode() + b"<title>"))
    assert (raw.url, raw.body_source) == ("https://paper.example/a?x=1&y=2", BodySource.PAGE)


def test_a_dump_may_name_its_address_in_a_line() -> None:
    raw = one("a.txt", b"URL: https://paper.example/a\n\nTitle\n\nWords.")
    assert (raw.url, raw.body_source) == ("https://paper.example/a", BodySource.FILE)
    assert "URL:" not in (raw.text or "")


def test_nul_bytes_are_taken_out_and_utf16_is_read() -> None:
    assert one("a.html", PAGE.replace(b"Words", b"Wo\x00rds")).html == PAGE.decode()
    assert "Words" in (one("a.html", PAGE.decode().encode("utf-16")).html or "")


FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Paper</title>
<item><title>One</title><link>https://paper.example/1</link><description>Words one.</description>
<pubDate>Fri, 09 Jan 2026 10:00:00 GMT</pubDate></item>
<item><title>Two</title><link>https://paper.example/2</link>
<description>Words two.</description></item></channel></rss>"""


@pytest.mark.parametrize("name", ["feed.rss", "feed.xml", "feed"])
def test_a_feed_file_gives_its_entries(name: str) -> None:
    first, second = read(name, FEED)
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert (first.title, first.source, first.summary, first.body_source) == (
        "One",
        "The Paper",
        "Words one.",
        BodySource.ENTRY,
    )
    assert (first.published or "").startswith("2026-01-09T10:00:00")
    assert second.url == "https://paper.example/2"


def warc(*records: tuple[str, str, bytes], packed: bool = True) -> bytes:
    made = []
    for url, kind, body in records:
        http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-04T06:00:00Z\r\n"
        head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        record = head.encode() + http + b"\r\n\r\n"
        made.append(gzip.compress(record) if packed else record)
    return b"".join(made)


@pytest.mark.parametrize("packed", [True, False])
def test_a_web_archive_gives_its_pages_with_the_time_they_were_seen(packed: bool) -> None:
    data = warc(
        ("https://paper.example/1", "text/html; charset=utf-8", PAGE),
        ("https://paper.example/i", "image/png", b"\x89PNG"),
        packed=packed,
    )
    page, image = read("crawl.warc.gz" if packed else "crawl.warc", data)
    assert isinstance(page, RawArticle)
    assert (page.url, page.first_seen, page.http.status) == (
        "https://paper.example/1",
        datetime(2026, 1, 4, 6, tzinfo=UTC),
        200,
    )
    assert image == Skipped("type image/png")


def test_a_damaged_archive_gives_the_pages_before_the_damage_and_one_refusal() -> None:
    data = warc(("https://paper.example/1", "text/html", PAGE), packed=False) + b"WARC/1.0\r\nnonsense"
    found = read("crawl.warc", data)
    assert isinstance(found[0], RawArticle)
    assert [document.reason for document in found[1:] if isinstance(document, Rejected)] in (
        [],
        [Reason.UNREADABLE_FILE],
    )


def test_packed_files_are_unpacked() -> None:
    assert one("x.jsonl.gz", gzip.compress(line())).url == "https://paper.example/1"
    assert one("a.html.gz", gzip.compress(PAGE)).html == PAGE.decode()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("a.html", b"", Reason.EMPTY, id="an empty file"),
        pytest.param("a.txt", b" \n\t\n", Reason.EMPTY, id="white space"),
        pytest.param("a.html", b"\x89PNG\r\n\x1a\n" + bytes(200), Reason.UNSUPPORTED_TYPE, id="an image named html"),
        pytest.param("a.txt", b"%PDF-1.7\n...", Reason.UNSUPPORTED_TYPE, id="a pdf"),
        pytest.param("a", bytes(range(256)) * 20, Reason.UNSUPPORTED_TYPE, id="any bytes"),
        pytest.param("feed.rss", b"<html><body>Not found</body></html>", Reason.INVALID_RECORD, id="a page named rss"),
    ],
)
def test_a_file_that_is_no_document_is_refused(name: str, data: bytes, reason: Reason) -> None:
    assert refusal(name, data).reason == reason
