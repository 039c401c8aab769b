"""Articles and rules for the tests of alerting, made from the few values a test is about."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from newswatch.records.article import Article
from newswatch.records.raw import Origin
from newswatch.records.tracked import TrackedArticle
from processors.alerts.rules import RuleSet, load_rules

NOON = datetime(2026, 1, 9, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def tracked(
    text: str,
    *,
    title: str = "A title",
    story: str = "s1",
    minutes: float = 0,
    article: str | None = None,
    **fields: Any,
) -> TrackedArticle:
    """An article seen `minutes` after noon, in story `story`; `fields` go to the article or the tracked record."""
    own = {name: fields.pop(name) for name in list(fields) if name in TrackedArticle.__struct_fields__}
    seen = at(minutes)
    identity = article or f"{story}@{minutes:g}/{fields.get('source', '')}"
    values: dict[str, Any] = {"language": "en", "source": "Example Herald"} | fields
    made = Article(
        article_id=identity, url=f"https://news.example/{identity}", title=title, text=text, first_seen=seen,
        fetched_at=seen, origin=Origin.REPLAY, content_hash=identity, **values,
    )  # fmt: skip
    whole: dict[str, Any] = {"article": made, "watch": "w", "story_id": story, "story_title": title} | own
    return TrackedArticle(**whole)


def rule_set(folder: Path, *rules: dict[str, Any]) -> RuleSet:
    """The rules, written to a file and loaded as people's are."""
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump({"rules": list(rules)}, allow_unicode=True), encoding="utf-8")
    return load_rules(path)
