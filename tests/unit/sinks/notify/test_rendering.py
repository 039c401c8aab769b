"""What people read, in their language, from our templates or theirs."""

from pathlib import Path

import pytest

from newswatch.errors import UserError
from newswatch.records.alert import Severity, TermMatch
from newswatch.records.article import Evidence
from sinks.notify.rendering import Renderer
from tests.unit.sinks.notify.samples import alert

MATCH = TermMatch(
    term="strike", evidence=Evidence(field="text", start=2, end=8, text="strike"), snippet="a strike on a boat"
)


def test_an_alert_in_english_says_why_and_where() -> None:
    message = Renderer().one(alert(matches=(MATCH,), sources=("Herald",), suppressed=3), "c")
    assert message.title == "[warning] Strikes on boats: A strike, number 1"
    assert "text 2–8: a strike on a boat" in message.text
    assert "Sources: 1 independent (Herald)" in message.text
    assert "Held back since the last alert: 3" in message.text


def test_the_same_in_spanish() -> None:
    message = Renderer("es").one(alert(matches=(MATCH,), countries=("VEN",)), "c")
    assert message.title.startswith("[advertencia] ")
    assert "texto 2–8" in message.text
    assert "Países: VEN" in message.text


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_digest_lists_its_alerts_in_order_and_is_as_loud_as_the_loudest(language: str) -> None:
    message = Renderer(language).several([alert(2), alert(1, severity=Severity.CRITICAL)], "d", "c")
    assert message.title.startswith("[critical]" if language == "en" else "[crítica]")
    assert message.text.index("number 1") < message.text.index("number 2")


def test_a_title_is_one_line() -> None:
    assert "\n" not in Renderer().one(alert(title="two\nlines"), "c").title


def test_templates_of_ones_own_replace_ours(tmp_path: Path) -> None:
    (tmp_path / "title.txt").write_text("ALERT {{ alert.rule_id }}", encoding="utf-8")
    assert Renderer("en", tmp_path).one(alert(), "c").title == "ALERT boats"


def test_a_broken_template_is_named(tmp_path: Path) -> None:
    (tmp_path / "title.txt").write_text("{% if %}", encoding="utf-8")
    with pytest.raises(UserError, match=r"title\.txt:1"):
        Renderer("en", tmp_path)


def test_a_template_that_asks_for_what_alerts_lack_is_named(tmp_path: Path) -> None:
    (tmp_path / "title.txt").write_text("{{ alert.colour }}", encoding="utf-8")
    with pytest.raises(UserError, match="colour"):
        Renderer("en", tmp_path).one(alert(), "c")
