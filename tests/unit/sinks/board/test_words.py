"""The interface's words: both languages have the same, templates ask for none that is not there."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sinks.board import rendering
from sinks.board.rendering import Words, millis, number, when

USED = re.compile(r'\bt\("([a-z_]+\.[a-z_]*[a-z])"')
TEMPLATES = Path(rendering.__file__).parent / "templates"


def test_both_languages_say_the_same_things() -> None:
    assert rendering.words("en").keys() == rendering.words("es").keys()


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_a_template_asks_for_words_that_are_there(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert set(USED.findall(text)) <= rendering.words("en").keys()
    rendering.environment().get_template(template.name)
    assert " style=" not in text
    assert "onclick" not in text


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert Words("es").named("country", "VEN") == "Venezuela"
    assert Words("es").named("country", "XYZ") == "XYZ"


def test_a_time_is_utc_until_the_page_puts_it_into_the_readers_zone() -> None:
    shown = str(when(datetime(2026, 1, 3, 9, 20, tzinfo=UTC), "es"))
    assert 'datetime="2026-01-03T09:20:00+00:00"' in shown
    assert "3 ene 2026 09:20 UTC" in shown
    assert when(None, "en") == "<span>–</span>"
    assert "<script" not in str(when("<script>", "en"))


@pytest.mark.parametrize(("value", "text"), [(1234567, "1,234,567"), (0.25, "0.25"), (None, "–"), ("x", "–"), (3, "3")])
def test_numbers_are_written_out(value: object, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(("value", "text"), [(12, "12 ms"), (1500, "1.5 s"), (90_000, "1.5 min"), (7_200_000, "2 h")])
def test_durations_have_the_unit_people_use(value: float, text: str) -> None:
    assert millis(value) == text
