"""The two gold pages: one capture, one release of prisoners told by both, numbers apart by what they count."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.documents import documents
from newswatch.cli.tag import DEFAULT_WATCH
from newswatch.records.article import Article
from newswatch.records.raw import RawArticle
from newswatch.records.story import StoryEvent
from newswatch.settings import ExtractSettings
from processors.events.watchdata import load_watch
from processors.extraction.extracting import extract
from processors.extraction.raw_to_article import tagged
from processors.storytelling.book import StoryBook

GOLD = Path(os.environ.get("NEWSWATCH_ACCEPTANCE") or Path(__file__).parents[3] / "shared")
NOW = datetime(2026, 1, 13, tzinfo=UTC)
WATCH = "venezuela-cuba-us"


@pytest.fixture(scope="module")
def happenings() -> list[StoryEvent]:
    """Everything the stories of the two pages hold, in the order it was first told."""
    book, watch = StoryBook(), load_watch(DEFAULT_WATCH)
    for offset, path in enumerate(sorted((GOLD / "seeds").glob("*.txt"))):
        with path.open("rb") as stream:
            (raw,) = documents(path.name, stream, NOW)
        assert isinstance(raw, RawArticle)
        article = extract(raw, ExtractSettings(), now=NOW)
        assert isinstance(article, Article)
        for story in book.join(tagged(article, watch), WATCH, offset=offset, generation=1).changed:
            book.remember(story)
    return [event for story in book.stories() for event in story.events]


def of_kind(happenings: list[StoryEvent], kind: str, target: str) -> list[StoryEvent]:
    return [event for event in happenings if event.family == kind and target in (event.target_id, event.target)]


def counting(happenings: list[StoryEvent], value: str) -> list[StoryEvent]:
    return [event for event in happenings if any(value in figure.said for figure in event.figures)]


def test_the_capture_is_one_happening(happenings: list[StoryEvent]) -> None:
    (capture,) = of_kind(happenings, "taking", "nicolas-maduro")
    assert set(capture.frames) <= {"capture", "kidnap", "abduct", "arrest", "seize"}


def test_the_release_of_prisoners_is_one_happening_told_by_both_pages(happenings: list[StoryEvent]) -> None:
    (release,) = (event for event in of_kind(happenings, "release", "VEN") if event.date != "2025-12")
    assert len(release.origins) == 2


def test_863_and_116_and_187_are_numbers_of_different_things(happenings: list[StoryEvent]) -> None:
    places = [counting(happenings, value) for value in ("863", "116", "187")]
    assert [len(found) for found in places] == [1, 1, 1]
    assert len({found[0].event_id for found in places}) == 3
