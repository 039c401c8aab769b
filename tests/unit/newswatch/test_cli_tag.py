"""`newswatch tag` and `newswatch watch check` on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from newswatch.cli import tag, watch
from newswatch.errors import UserError

HAITI = Path(__file__).resolve().parents[2] / "cases" / "watches" / "haiti"
KEYS = ["id", "lang", "relevant", "countries", "story_id", "entities", "events"]


def test_lines_come_back_in_order_with_the_documented_keys() -> None:
    lines = [
        json.dumps(
            {"id": "b", "title": "", "text": "US forces attacked Caracas.", "published": "2026-01-03T09:00:00Z"}
        ),
        json.dumps({"id": "a", "title": "Bread", "text": "The bakery sells bread.", "lang": "en"}),
    ]
    result = CliRunner().invoke(tag.command, ["--jsonl"], input="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [answer["id"] for answer in answers] == ["b", "a"]
    assert [list(answer)[: len(KEYS)] for answer in answers] == [KEYS, KEYS]
    assert [answer["relevant"] for answer in answers] == [True, False]
    event = answers[0]["events"][0]
    assert event["evidence"] == {"field": "text", "start": 10, "end": 18, "text": "attacked"}


def test_a_line_that_is_no_article_is_named() -> None:
    result = CliRunner().invoke(tag.command, ["--jsonl"], input='{"id": 1}\nnonsense\n')
    assert isinstance(result.exception, UserError)
    assert "line 2" in str(result.exception)


def test_a_file_is_explained_with_its_rule(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Raid\nUS forces attacked Caracas on Saturday.\n", encoding="utf-8")
    result = CliRunner().invoke(tag.command, [str(page), "--explain", "--published", "2026-01-04"])
    assert "rule en.assault" in result.output
    assert "date 2026-01-03" in result.output


def test_a_missing_file_is_one_sentence() -> None:
    result = CliRunner().invoke(tag.command, ["/nowhere.txt"])
    assert isinstance(result.exception, UserError)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_sound_watch_passes(as_json: bool) -> None:
    result = CliRunner().invoke(watch.command, ["check", str(HAITI), *(["--json"] if as_json else [])])
    assert result.exit_code == 0
    assert ('"ok": true' if as_json else "no faults") in result.output


def test_a_broken_watch_fails_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "countries.tsv").write_text("code\n", encoding="utf-8")
    result = CliRunner().invoke(watch.command, ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert "countries.tsv:1: header lacks name_en" in result.stderr
