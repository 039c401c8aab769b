"""Each page in tests/cases/pages gives the facts and segments of the .toml file beside it."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.documents import documents
from newswatch.records.article import Article
from newswatch.records.raw import RawArticle
from newswatch.settings import ExtractSettings
from processors.extraction.extracting import extract

PAGES = Path(__file__).parents[3] / "cases" / "pages"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def article_of(path: Path) -> Article:
    with path.open("rb") as stream:
        (raw,) = documents(path.name, stream, NOW)
    assert isinstance(raw, RawArticle)
    article = extract(raw, ExtractSettings(), now=NOW)
    assert isinstance(article, Article), article
    return article


CASES = sorted(path for path in PAGES.iterdir() if path.suffix != ".toml")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_page_gives_its_article(path: Path) -> None:
    expected: dict[str, Any] = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    article = article_of(path)
    missing = [segment for segment in expected.pop("must") if segment not in article.text]
    furniture = [segment for segment in expected.pop("must_not") if segment in article.text]
    found = {name: _shown(getattr(article, name)) for name in expected}
    assert (found, missing, furniture) == (expected, [], [])
    assert article.title not in article.text


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else ("" if value is None else value)


def test_every_page_has_its_expectations() -> None:
    assert len(CASES) >= 9
    assert all(path.with_suffix(".toml").exists() for path in CASES)
