"""`newswatch extract`: pages in, articles or reasons out, no servers."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from newswatch.cli.extract import command
from newswatch.errors import UserError

PAGES = Path(__file__).parents[2] / "cases" / "pages"
WORDS = "The council agreed on Tuesday to open two more crossings and to publish the list of permits every month."


def run(*arguments: str, given: str | None = None, code: int = 0) -> tuple[list[dict[str, object]], str]:
    result = CliRunner().invoke(command, arguments, input=given, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def test_a_page_becomes_one_line_of_json() -> None:
    ((article,), _) = run(str(PAGES / "json-ld-graph-es.html"))
    assert article["authors"] == ["Lucía Benítez", "Omar Requena"]
    assert (article["lang"], article["published"], article["published_source"]) == (
        "es",
        "2024-08-20T22:00:00+00:00",
        "json-ld",
    )
    assert set(article) >= {
        "id",
        "url",
        "title",
        "text",
        "canonical_url",
        "summary",
        "source",
        "content_hash",
        "extractor",
    }


def test_the_address_given_is_the_articles() -> None:
    ((article,), _) = run(str(PAGES / "future-date-en.html"), "--url", "https://paper.example/x")
    assert article["url"] == "https://paper.example/x"


def test_lines_come_out_in_order_and_a_bad_one_says_why() -> None:
    page = f"<html><head><title>C</title></head><body><p>{WORDS}</p></body></html>"
    lines = [
        json.dumps({"id": "a", "url": "https://paper.example/a", "html": page}),
        json.dumps({"id": 2, "url": "https://paper.example/b", "html": "<html><body><p>No.</p></body></html>"}),
        "{broken",
        json.dumps({"id": "d", "url": "ftp://paper.example", "html": page}),
        "",
        json.dumps({"id": "e", "html": page}),
    ]
    found, _ = run("--jsonl", given="\n".join(lines))
    assert [row["id"] for row in found] == ["a", 2, None, "d", "e"]
    assert [row.get("error") for row in found] == [None, "no-text", "invalid-record", "invalid-url", None]
    assert found[0]["text"] == WORDS


def test_a_page_without_an_article_ends_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    found, told = run(str(tmp_path / "empty.html"), code=1)
    assert found == []
    assert told.startswith("newswatch: empty: ")


@pytest.mark.parametrize("arguments", [[], ["/nowhere/page.html"]])
def test_a_persons_mistake_is_told_in_one_sentence(arguments: list[str]) -> None:
    with pytest.raises(UserError):
        CliRunner().invoke(command, arguments, catch_exceptions=False)
