"""The two gold pages: title, authors, date, and nothing in the text that is not the article's."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.documents import documents
from newswatch.records.article import Article
from newswatch.records.raw import RawArticle
from newswatch.settings import ExtractSettings
from processors.extraction.extracting import extract

GOLD = Path(os.environ.get("NEWSWATCH_ACCEPTANCE") or Path(__file__).parents[3] / "shared")
EXPECTED: dict[str, dict[str, Any]] = {
    name: expected
    for name, expected in json.loads((GOLD / "cases" / "seeds-gold.json").read_text(encoding="utf-8")).items()
    if isinstance(expected, dict)
}
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(params=sorted(EXPECTED))
def page(request: pytest.FixtureRequest) -> tuple[Article, dict[str, Any]]:
    name = request.param
    with (GOLD / "seeds" / name).open("rb") as stream:
        (raw,) = documents(name, stream, NOW)
    assert isinstance(raw, RawArticle)
    article = extract(raw, ExtractSettings(), now=NOW)
    assert isinstance(article, Article), article
    return article, EXPECTED[name]


def test_title_authors_date_and_language(page: tuple[Article, dict[str, Any]]) -> None:
    article, gold = page
    assert article.published is not None
    found = (article.title, list(article.authors), article.published.date().isoformat(), article.language)
    assert found == (gold["title"], gold["authors"], gold["published"], gold["lang"])
    assert article.source == gold["outlet"]


def test_no_forbidden_segment_is_left(page: tuple[Article, dict[str, Any]]) -> None:
    article, gold = page
    assert [segment for segment in gold["must_not_contain"] if segment in article.text] == []
    assert [segment for segment in gold.get("text_not_twice", []) if article.text.count(segment) > 1] == []
    assert len(article.text) > 4000
