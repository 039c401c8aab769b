"""A story on the terminal shows rival words, rival numbers and who copied whom."""

import io
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from newswatch.cli.app import cli
from newswatch.cli.story_pages import show_list, show_story

STORY: dict[str, Any] = {
    "story_id": "3f1c0000000000000000000000000000",
    "title": "Ferry aground",
    "last_seen": "2026-03-04T12:10:00Z",
    "article_count": 3,
    "independent_sources": 2,
    "copies": 1,
    "countries": ["CUB"],
    "events": [
        {
            "type": "COERCE",
            "mode": "arrest",
            "status": "happened",
            "actor": "USA",
            "target": "VEN",
            "corroboration": "disputed",
            "frames": {"capture": 2, "kidnap": 1},
            "said_by": [
                {"outlet": "One", "country": "USA", "frame": "capture"},
                {"outlet": "Two", "country": "VEN", "frame": "kidnap"},
            ],
            "figures": [{"what": "release", "said": {"56": ["One"], "116": ["Two"]}, "disputed": True}],
        }
    ],
    "members": [
        {"article_id": "b", "title": "Copy", "first_seen": "2026-03-04T12:05:00Z", "outlet": "Three", "copy_of": "a"},
        {"article_id": "a", "title": "First", "first_seen": "2026-03-04T12:00:00Z", "outlet": "One"},
    ],
}


def printed(show: Any, what: Any, width: int = 160) -> str:
    out = io.StringIO()
    show(Console(file=out, width=width), what)
    return out.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("kidnap   1  Two (VEN)", id="the word an outlet chose, with its country"),
        pytest.param("in dispute  release  56: One; 116: Two", id="numbers that differ, and who says which"),
        pytest.param("copy of a", id="copies marked"),
        pytest.param("disputed", id="corroboration"),
        pytest.param("2 independent sources", id="sources counted without copies"),
    ],
)
def test_a_story_shows(words: str) -> None:
    text = " ".join(printed(show_story, STORY).split())
    assert " ".join(words.split()) in text


def test_the_timeline_begins_with_the_first_article() -> None:
    text = printed(show_story, STORY)
    assert text.index("First") < text.index("copy of")


def test_the_list_names_each_story_and_says_when_there_is_none() -> None:
    assert "Ferry aground" in printed(show_list, [STORY])
    assert "no story matches" in printed(show_list, [])


def test_a_narrow_terminal_does_not_break_the_lines_of_the_list() -> None:
    assert len(printed(show_list, [{**STORY, "title": "Ferry aground " * 20}], width=60).splitlines()) == 2


def test_help_shows_examples() -> None:
    for words in (["stories", "--help"], ["stories", "list", "--help"], ["stories", "show", "--help"]):
        result = CliRunner().invoke(cli, words)
        assert result.exit_code == 0
        assert "Examples" in result.output
