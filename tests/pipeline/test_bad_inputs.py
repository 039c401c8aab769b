"""Every kind of bad input has one named outcome, through the steps of the service: file, message, process, outcome.

A row's outcome is a reject reason, or what the article that comes out has to be like.
"""

import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from ingest.documents import documents
from ingest.publish import message
from newswatch import wire
from newswatch.errors import Unprocessable
from newswatch.records.article import Article
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason
from newswatch.settings import ExtractSettings
from processors.extraction.pool import ExtractionPool
from processors.extraction.raw_to_article import prepare, process_raw
from tests.pipeline import planted_pages

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 1, 12, 15, 0, tzinfo=UTC)
WORDS = "The council agreed on Tuesday to open two more crossings and to publish the list of permits every month."
SPANISH = (
    "El canciller dijo mañana que la reunión con España terminó después de tres años de espera en la frontera común."
)
P = f"<p>{WORDS}</p><p>{WORDS.replace('Tuesday', 'Friday')}</p><p>{WORDS.replace('Tuesday', 'Sunday')}</p>"


@dataclass(frozen=True, slots=True)
class Is:
    """An article with these attributes and these words in its text."""

    has: dict[str, Any] = field(default_factory=dict)
    words: str = "open two more crossings"


def page(body: str = f"<article><h1>Crossings</h1>{P}</article>", head: str = "<title>Crossings</title>") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


IN_SPANISH = Is(words="reunión con España")
LATIN_1, UTF_8, KLINGON = (f'<meta charset="{name}">' for name in ("iso-8859-1", "utf-8", "klingon"))
WRONG_JSON = """<title>C</title><script type="application/ld+json">
{"@type":["NewsArticle"],"author":[[[]]],"headline":7,"datePublished":{}}</script>"""


def dated(words: str) -> bytes:
    return page(head=f'<title>C</title><meta property="article:published_time" content="{words}">')


def spanish(head: str, encoding: str) -> bytes:
    return page(f"<p>{SPANISH}</p>", head).decode().encode(encoding)


def row(**fields: Any) -> bytes:
    return json.dumps({"url": "https://paper.example/1", "title": "Crossings", "text": WORDS} | fields).encode()


def raw_message(**fields: Any) -> bytes:
    return json.dumps(
        {"v": 1, "article_id": "a", "url": "https://paper.example/1", "first_seen": "2026-01-12T10:00:00Z"}
        | {"fetched_at": "2026-01-12T10:00:00Z", "origin": "feed", "title": "Crossings", "text": WORDS}
        | fields
    ).encode()


FILES = [
    pytest.param("a.html", b"", Reason.EMPTY, id="an empty file"),
    pytest.param("a.html", b" \r\n\t ", Reason.EMPTY, id="a file of white space"),
    pytest.param("a.html", b"\x00" * 5000, Reason.EMPTY, id="a file of zeros"),
    pytest.param(
        "a.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 30, Reason.UNSUPPORTED_TYPE, id="an image named html"
    ),
    pytest.param("a.txt", b"\x7fELF\x02\x01" + bytes(range(256)), Reason.UNSUPPORTED_TYPE, id="a program named txt"),
    pytest.param("a.html", b"%PDF-1.7\n%\xe2\xe3", Reason.UNSUPPORTED_TYPE, id="a pdf named html"),
    pytest.param("a.jsonl", b"PK\x03\x04" + b"\x00" * 100, Reason.UNSUPPORTED_TYPE, id="a zip named jsonl"),
    pytest.param("a.html", page(P * 160_000), Reason.TOO_LARGE, id="50 MB of html"),
    pytest.param("a.html", page("<p>" + WORDS * 60_000 + "</p>"), Reason.TOO_LARGE, id="a page over the page limit"),
    pytest.param(
        "a.html", page("<p>" + "ж" * 4_900_000 + "</p>"), Reason.TOO_LARGE, id="a page over the message limit"
    ),
    pytest.param("a.html", page("<div>" * 100_000 + P + "</div>" * 100_000), Is(), id="100,000 nested divs"),
    pytest.param("a.html", page("<b>" * 30_000 + P), Is(), id="30,000 tags never closed"),
    pytest.param("a.html", page("<table><tr><td>" * 3_000 + P), Is(), id="3,000 nested tables"),
    pytest.param(
        "a.html", page("<p>" + "word " * 800_000 + "</p>"), Is(words="word word"), id="one endless line of words"
    ),
    pytest.param("a.html", page("<p>" + "a" * 4_000_000 + "</p>"), Is(words="aaaa"), id="one endless word"),
    pytest.param("a.txt", ("word " * 800_000).encode(), Is(words="word word"), id="an endless line of plain text"),
    pytest.param("a.html", spanish(LATIN_1, "utf-8"), IN_SPANISH, id="utf-8 declared latin-1"),
    pytest.param("a.html", spanish(UTF_8, "cp1252"), IN_SPANISH, id="windows-1252 declared utf-8"),
    pytest.param("a.html", spanish("", "utf-16"), IN_SPANISH, id="utf-16"),
    pytest.param("a.html", spanish(KLINGON, "utf-8"), IN_SPANISH, id="a charset that does not exist"),
    pytest.param("a.html", page().replace(b"Tuesday", b"Tues\xff\xfeday"), Is(), id="invalid utf-8 in the middle"),
    pytest.param("a.html", page().replace(b"two", b"t\x00wo"), Is(), id="a zero byte within a word"),
    pytest.param("a.html", page().replace(b"<p>", b"<p>\x01\x02\x1b"), Is(), id="control characters"),
    pytest.param(
        "a.html", page(f"<article>{P}</article>" + "<a href='/x'>a link</a> " * 10_000), Is(), id="10,000 links"
    ),
    pytest.param("a.html", page(P, ""), Is({"title": WORDS}), id="no title: the first sentence is one"),
    pytest.param("a.html", page(), Is({"published": None}), id="no date"),
    pytest.param("a.html", dated("2087-01-01"), Is({"published": None}), id="a date in 2087"),
    pytest.param("a.html", dated("soon"), Is({"published": None}), id="a date that is none"),
    pytest.param("a.html", page(head=WRONG_JSON), Is({"title": "Crossings"}), id="json-ld of wrong types"),
    pytest.param("a.html", page("<nav>Home News Sport</nav>"), Reason.NO_TEXT, id="a page of menus"),
    pytest.param("a.html", page("<script>var a = '" + "x" * 1_000_000), Reason.NO_TEXT, id="a script that never ends"),
    pytest.param("a.html", page("<!--" + "x" * 1_000_000), Reason.NO_TEXT, id="a comment that never ends"),
    pytest.param("a.html", b"<html><body>" + b"<" * 500_000, Reason.NO_TEXT, id="half a million opening brackets"),
    pytest.param("a.txt", b"Share\nFacebook\nTwitter\n", Reason.NO_TEXT, id="a dump of furniture"),
    pytest.param("a.txt", b"0123456789 " * 100, Reason.NO_TEXT, id="text without letters"),
    pytest.param("a.jsonl", row()[:-20], Reason.INVALID_RECORD, id="json cut off"),
    pytest.param("a.jsonl", b"null", Reason.INVALID_RECORD, id="json that is no object"),
    pytest.param("a.jsonl", row(text=None), Reason.INVALID_RECORD, id="json without html and text"),
    pytest.param("a.jsonl", row(title={"en": "C"}), Reason.INVALID_RECORD, id="json with a title that is an object"),
    pytest.param("a.jsonl", row(tags="cuba"), Reason.INVALID_RECORD, id="json with tags that are a string"),
    pytest.param("a.jsonl", row(first_seen=1768230000.5), Reason.INVALID_RECORD, id="json with first_seen as a number"),
    pytest.param("a.jsonl", b'{"a":' * 50_000, Reason.INVALID_RECORD, id="json nested 50,000 deep"),
    pytest.param("a.jsonl", row(url="javascript:alert(1)"), Reason.INVALID_URL, id="an address that is a script"),
    pytest.param(
        "a.jsonl", row(url="https://" + "a" * 300 + "]"), Reason.INVALID_URL, id="an address that cannot be parsed"
    ),
    pytest.param("a.jsonl", row(text="   "), Reason.EMPTY, id="json with blank text"),
    pytest.param(
        "a.jsonl", row(title="\ud83d", text=f"\udc00 {WORDS}"), Reason.INVALID_RECORD, id="json with half a character"
    ),
    pytest.param(
        "a.jsonl", row(published="yesterday, around noon"), Is({"published": None}), id="json with a date in words"
    ),
    pytest.param("a.rss", b"<html><body>404</body></html>", Reason.INVALID_RECORD, id="a page named rss"),
    pytest.param("a.jsonl.gz", b"\x1f\x8b\x08\x00" + b"broken" * 10, "unreadable", id="a broken gzip file"),
]

MESSAGES = [
    pytest.param(b"", Reason.INVALID_RECORD, id="an empty message"),
    pytest.param(raw_message()[:80], Reason.INVALID_RECORD, id="a message cut off"),
    pytest.param(b"\x00\x01\x02\xff", Reason.INVALID_RECORD, id="a message of bytes"),
    pytest.param(b'{"v":1,"a":' + b"[" * 50_000, Reason.INVALID_RECORD, id="a message nested 50,000 deep"),
    pytest.param(raw_message(v=99), Reason.UNKNOWN_SCHEMA, id="a schema version from the future"),
    pytest.param(raw_message(v=None), Reason.UNKNOWN_SCHEMA, id="no schema version"),
    pytest.param(raw_message(v="1"), Reason.INVALID_RECORD, id="a schema version that is a string"),
    pytest.param(raw_message(first_seen=None), Reason.INVALID_RECORD, id="no first_seen"),
    pytest.param(raw_message(origin="pigeon"), Reason.INVALID_RECORD, id="an unknown origin"),
    pytest.param(raw_message(html=17), Reason.INVALID_RECORD, id="html that is a number"),
    pytest.param(raw_message(text=None), Reason.EMPTY, id="neither page nor text"),
    pytest.param(raw_message(html="x" * 5_500_000), Reason.TOO_LARGE, id="html over the limit, from another publisher"),
    pytest.param(raw_message(html="GIF89a...", text=None), Reason.UNSUPPORTED_TYPE, id="an image in a message"),
    pytest.param(
        raw_message(html="", summary=f"<p>{WORDS}</p>"), Is({"body_source": "entry"}), id="an empty page with a summary"
    ),
    pytest.param(raw_message(new_field={"a": 1}), Is(), id="a field of a later version is passed over"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[ExtractionPool]:
    limits = ExtractSettings(processes=1)
    made = ExtractionPool(1, timeout=60.0, max_memory_mb=limits.max_memory_mb, prepare=prepare, prepare_args=(limits,))
    yield made
    made.close()


def check(outcome: Article | Rejected, expected: Reason | Is) -> None:
    if isinstance(expected, Is):
        assert isinstance(outcome, Article), outcome
        assert {name: getattr(outcome, name) for name in expected.has} == expected.has
        assert expected.words in outcome.text
        assert len(wire.encode(outcome)) < 2_000_000
        return
    assert isinstance(outcome, Rejected), outcome
    assert outcome.reason == expected
    assert outcome.detail
    assert len(outcome.detail) <= 2000


@pytest.mark.parametrize(("name", "data", "expected"), FILES)
async def test_a_bad_file(pool: ExtractionPool, name: str, data: bytes, expected: Reason | Is | str) -> None:
    if expected == "unreadable":
        with pytest.raises((OSError, EOFError)):
            list(documents(name, io.BufferedReader(io.BytesIO(data)), NOW))
        return
    assert not isinstance(expected, str) or isinstance(expected, Reason)
    (document,) = documents(name, io.BufferedReader(io.BytesIO(data)), NOW)
    if isinstance(document, RawArticle):
        made = message(document)
        if isinstance(made, Reason):
            assert made == expected
            return
        check(await pool.run(process_raw, made[2], NOW), expected)
    else:
        assert isinstance(document, Rejected)
        check(document, expected)
        assert not isinstance(message(document), Reason)


@pytest.mark.parametrize(("data", "expected"), MESSAGES)
async def test_a_bad_message(pool: ExtractionPool, data: bytes, expected: Reason | Is) -> None:
    check(await pool.run(process_raw, data, NOW), expected)


@pytest.mark.parametrize(
    ("planted", "reason"),
    [
        pytest.param(planted_pages.hang, Reason.TIMEOUT, id="a page that makes the extractor hang"),
        pytest.param(planted_pages.crash, Reason.WORKER_DIED, id="a page that crashes its process"),
        pytest.param(planted_pages.hog, Reason.WORKER_DIED, id="a page that takes all memory"),
    ],
)
async def test_a_page_the_extractor_cannot_bear(planted: Callable[[bytes], Any], reason: Reason) -> None:
    limits = ExtractSettings()
    quick = ExtractionPool(1, timeout=4.0, max_memory_mb=400, prepare=prepare, prepare_args=(limits,))
    try:
        with pytest.raises(Unprocessable) as refused:
            await quick.run(planted, raw_message())
        assert refused.value.reason is reason
        assert isinstance(await quick.run(process_raw, raw_message(), NOW), Article)
    finally:
        quick.close()


async def test_one_id_with_two_contents_is_one_article_with_two_hashes(pool: ExtractionPool) -> None:
    rows = row() + b"\n" + row(text=WORDS.replace("two", "three")) + b"\n"
    found = list(documents("a.jsonl", io.BufferedReader(io.BytesIO(rows)), NOW))
    outcomes = [await pool.run(process_raw, wire.encode(d), NOW) for d in found if isinstance(d, RawArticle)]
    assert len({outcome.article_id for outcome in outcomes}) == 1
    assert len({outcome.content_hash for outcome in outcomes if isinstance(outcome, Article)}) == 2
