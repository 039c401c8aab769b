"""A search as the file of an alert rule. Pure."""

import re
import unicodedata

import yaml

from sinks.board.queries import Search

MOST_ID = 60


def rule_draft(search: Search, name: str = "") -> str:
    """A rule file (YAML) that matches what the search's words, countries, types, outlets and languages match."""
    title = name.strip() or search.words.strip() or ", ".join(search.types or search.countries) or "new rule"
    match: dict[str, object] = {}
    if search.words.strip():
        match["query"] = search.words.strip()
    fields = {"country": search.countries, "source": search.outlets, "language": search.languages}
    wanted: dict[str, object] = {field: list(values) for field, values in fields.items() if values}
    if search.types:
        wanted["event"] = {"type": list(search.types)}
    if wanted:
        match["fields"] = wanted
    rule = {"id": rule_id(title), "name": title[:100], "severity": "notice", "match": match}
    text: str = yaml.safe_dump({"rules": [rule]}, allow_unicode=True, sort_keys=False, width=100)
    return text


def rule_id(title: str) -> str:
    """A short id of plain letters, digits and hyphens for a rule called `title`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", title.lower()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MOST_ID].strip("-") or "new-rule"
