"""RawArticle → Article or Rejected: fallbacks, limits, dates and what is carried over."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswatch.records.article import Article
from newswatch.records.raw import BodySource, HttpFacts, Origin, RawArticle
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason
from newswatch.settings import ExtractSettings
from processors.extraction.extracting import content_hash, extract

NOW = datetime(2026, 1, 12, 15, 0, tzinfo=UTC)
SEEN = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)
SENTENCE = "Fishermen on the north coast said that the new ice plant will let them sell twice as much in the capital. "
PAGE = (
    "<html><head><title>Ice for the fleet</title></head><body><article><h1>Ice for the fleet</h1>"
    f"{f'<p>{SENTENCE}</p>' * 4}</article></body></html>"
)


def raw(**fields: Any) -> RawArticle:
    base: dict[str, Any] = {
        "article_id": "a1",
        "url": "https://paper.example/ice",
        "first_seen": SEEN,
        "fetched_at": SEEN,
        "origin": Origin.FEED,
    }
    return RawArticle(**(base | fields))


def article(outcome: Article | Rejected) -> Article:
    assert isinstance(outcome, Article), outcome
    return outcome


def reason(outcome: Article | Rejected) -> str:
    assert isinstance(outcome, Rejected), outcome
    return outcome.reason


def test_an_article_carries_over_what_ingest_knew() -> None:
    given_raw = raw(
        html=PAGE,
        feed="https://paper.example/feed",
        source="The Paper",
        source_country="JAM",
        leaning="center",
        entry_id="e1",
        tags=("fish",),
        media=("https://paper.example/i.jpg",),
        trace="t1",
        http=HttpFacts(status=200),
    )
    made = article(extract(given_raw, ExtractSettings(), now=NOW))
    for name in (
        "article_id",
        "url",
        "first_seen",
        "fetched_at",
        "origin",
        "feed",
        "source",
        "source_country",
        "leaning",
        "entry_id",
        "tags",
        "media",
        "trace",
    ):
        assert getattr(made, name) == getattr(given_raw, name)
    assert (made.http_status, made.watches, made.hops, made.countries) == (200, (), (), ())
    assert made.extractor is not None
    assert made.extractor.startswith("trafilatura-")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"html": ""}, Reason.EMPTY, id="an empty page"),
        pytest.param({"html": " \n\t "}, Reason.EMPTY, id="a page of white space"),
        pytest.param({}, Reason.EMPTY, id="neither page nor text nor summary"),
        pytest.param({"html": "<html><body><nav>Home News</nav></body></html>"}, Reason.NO_TEXT, id="a page of menus"),
        pytest.param({"html": "x" * 2000 + "<p>"}, Reason.TOO_LARGE, id="a page over the limit"),
        pytest.param({"html": "%PDF-1.7 ..."}, Reason.UNSUPPORTED_TYPE, id="a pdf sent as a page"),
        pytest.param(
            {"html": "data", "http": HttpFacts(content_type="image/png")}, Reason.UNSUPPORTED_TYPE, id="an image"
        ),
        pytest.param({"text": "12345 67890 !!"}, Reason.NO_TEXT, id="text without letters"),
        pytest.param({"text": "Share\nFacebook\nTwitter"}, Reason.NO_TEXT, id="nothing but furniture"),
    ],
)
def test_what_holds_no_article_is_rejected_with_its_reason(fields: dict[str, Any], expected: Reason) -> None:
    outcome = extract(raw(**fields), ExtractSettings(max_html=1500), now=NOW)
    assert reason(outcome) == expected
    assert isinstance(outcome, Rejected)
    assert (outcome.stage, outcome.article_id, outcome.at) == ("extract", "a1", NOW)


@pytest.mark.parametrize("html", ["", "<html><body>Please enable JavaScript</body></html>", "%PDF-1.7"])
def test_the_entrys_own_words_stand_in_for_a_page_without_text(html: str) -> None:
    made = article(extract(raw(html=html, title="Ice", summary=f"<p>{SENTENCE}</p>"), ExtractSettings(), now=NOW))
    assert (made.body_source, made.text, made.title) == (BodySource.ENTRY, SENTENCE.strip(), "Ice")


def test_a_short_entry_is_an_article_all_the_same() -> None:
    made = article(
        extract(raw(html="<p>Port closed.</p>", body_source=BodySource.ENTRY, title="Port"), ExtractSettings(), now=NOW)
    )
    assert made.text == "Port closed."


@pytest.mark.parametrize(
    ("fields", "at", "source"),
    [
        pytest.param(
            {"published": "2026-01-09T10:00:00Z", "feed": "f"}, "2026-01-09T10:00", "feed", id="the feed's date"
        ),
        pytest.param({"published": "2026-01-09T10:00:00Z"}, "2026-01-09T10:00", "record", id="the record's date"),
        pytest.param(
            {"published": "2087-01-09T10:00:00Z"}, None, None, id="a future date is dropped, the article stays"
        ),
        pytest.param(
            {"url": "https://paper.example/2026/01/07/ice"}, "2026-01-07T00:00", "url", id="the address's date"
        ),
        pytest.param({"published": "nonsense"}, None, None, id="no date at all"),
    ],
)
def test_the_date_and_where_it_was_read(fields: dict[str, Any], at: str | None, source: str | None) -> None:
    made = article(extract(raw(html=PAGE, **fields), ExtractSettings(), now=NOW))
    assert (made.published.isoformat()[:16] if made.published else None, made.published_source) == (at, source)


def test_the_pages_own_date_beats_the_feeds() -> None:
    page = PAGE.replace("<head>", '<head><meta property="article:published_time" content="2026-01-08T09:00:00Z">')
    made = article(extract(raw(html=page, published="2026-01-09T10:00:00Z", feed="f"), ExtractSettings(), now=NOW))
    assert (made.published_source, made.published) == ("meta", datetime(2026, 1, 8, 9, tzinfo=UTC))


def test_a_date_printed_on_the_page_is_the_last_resort() -> None:
    page = PAGE.replace("<article>", "<article><div class='date'>Updated: 7 January 2026</div>")
    made = article(extract(raw(html=page), ExtractSettings(), now=NOW))
    assert (made.published, made.published_source) == (datetime(2026, 1, 7, tzinfo=UTC), "page-text")


def test_language_is_the_texts_not_the_tags() -> None:
    text = (
        "Los pescadores de la costa norte dijeron que la nueva planta de hielo "
        "les permitirá vender el doble en la capital."
    )
    made = article(extract(raw(text=text, title="Hielo", language="en"), ExtractSettings(), now=NOW))
    assert made.language == "es"


def test_text_over_the_limit_is_cut_at_a_line() -> None:
    lines = "\n".join(SENTENCE.replace("capital", f"market {n}") for n in range(50))
    made = article(extract(raw(text=lines, title="Ice"), ExtractSettings(max_text=1000), now=NOW))
    assert 500 < len(made.text) <= 1000
    assert made.text.endswith(".")


def test_an_untitled_text_is_called_by_its_first_sentence() -> None:
    made = article(extract(raw(text=SENTENCE * 3), ExtractSettings(), now=NOW))
    assert made.title == SENTENCE.strip()


def test_control_characters_and_half_characters_are_taken_out() -> None:
    made = article(
        extract(raw(text=f"One\x00 two\x08 three\ud800. {SENTENCE}", title="A\x01 B"), ExtractSettings(), now=NOW)
    )
    assert made.title == "A B"
    assert made.text.startswith("One two three.")
    msgspec.json.encode(made)


def test_copies_have_one_hash_whatever_their_case_and_spacing() -> None:
    assert content_hash("A  Title", "Some\n\ntext.") == content_hash("a title", "some text.")
    assert content_hash("A title", "Some text.") != content_hash("A title some", "text.")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=500), st.booleans(), st.text(max_size=80) | st.none(), st.text(max_size=80) | st.none())
def test_anything_at_all_becomes_an_article_or_a_rejection(
    body: str, as_html: bool, title: str | None, published: str | None
) -> None:
    outcome = extract(
        raw(**{"html" if as_html else "text": body}, title=title, published=published), ExtractSettings(), now=NOW
    )
    assert isinstance(outcome, Article | Rejected)
