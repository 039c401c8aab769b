"""The kinds of fields our mappings use, each with its Elasticsearch mapping, and field lists as mapping trees."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

IGNORE_ABOVE = 1024
"""Characters of a keyword that are indexed: at most 4 KiB of UTF-8, far from Lucene's 32,766 bytes a term."""

LANGUAGES = {"en": "english", "es": "spanish", "pt": "portuguese"}
"""Sub-fields of prose and the analyzer of each."""

FOLDED = "folded"
"""Name of our analyzer (standard, lower case, no accents) and of our normalizer (lower case, no accents)."""


class Kind(StrEnum):
    """What a field holds and how it can be searched; the text is what the field reference shows."""

    KEYWORD = "exact value"
    NAME = "name: words in any case and without accents; `.keyword` exact, `.folded` whole name folded"
    PROSE = "text: words in any case and without accents; `.en` `.es` `.pt` by word stem"
    DATE = "date"
    LONG = "whole number"
    DOUBLE = "number"
    BOOLEAN = "true or false"
    GEO = "place on the map"
    LABELS = "free labels: `name.label`"
    NESTED = "list of objects, each matched as a whole"
    ALIAS = "other name"
    STORED = "shown, not searched"


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `ecs` when name and meaning are the Elastic Common Schema's; `alias` is what an ALIAS stands for."""

    kind: Kind
    about: str
    ecs: bool = False
    alias: str | None = None


Fields = Mapping[str, Field]
"""Dotted path → field. The parents of a path are plain objects unless they are listed themselves as NESTED."""

KEYWORD = {"type": "keyword", "ignore_above": IGNORE_ABOVE}

MAPPINGS: dict[Kind, dict[str, Any]] = {
    Kind.KEYWORD: KEYWORD,
    Kind.NAME: {
        "type": "text",
        "analyzer": FOLDED,
        "fields": {"keyword": KEYWORD, "folded": KEYWORD | {"normalizer": FOLDED}},
    },
    Kind.PROSE: {
        "type": "text",
        "analyzer": FOLDED,
        "fields": {name: {"type": "text", "analyzer": analyzer} for name, analyzer in LANGUAGES.items()},
    },
    Kind.DATE: {"type": "date", "ignore_malformed": True},
    Kind.LONG: {"type": "long", "ignore_malformed": True},
    Kind.DOUBLE: {"type": "double", "ignore_malformed": True},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.GEO: {"type": "geo_point", "ignore_malformed": True},
    Kind.LABELS: {"type": "flattened", "ignore_above": IGNORE_ABOVE},
    Kind.NESTED: {"type": "nested", "dynamic": "strict"},
    Kind.STORED: {"type": "object", "enabled": False},
}


def mapping_of(field: Field) -> dict[str, Any]:
    """The field's own mapping."""
    if field.kind is Kind.ALIAS:
        return {"type": "alias", "path": field.alias}
    return dict(MAPPINGS[field.kind])


def properties(fields: Fields) -> dict[str, Any]:
    """The `properties` tree of a mapping that holds `fields`."""
    root: dict[str, Any] = {}
    for path in sorted(fields, key=lambda path: (path.count("."), path)):
        *parents, leaf = path.split(".")
        level = root
        for parent in parents:
            level = level.setdefault(parent, {}).setdefault("properties", {})
        level[leaf] = mapping_of(fields[path])
    return root


def under(prefix: str, fields: Fields) -> dict[str, Field]:
    """`fields` moved below the object `prefix`."""
    return {f"{prefix}.{path}": field for path, field in fields.items()}


def searchable_paths(fields: Fields) -> dict[str, str]:
    """Every path a query may name, sub-fields included, with its Elasticsearch type."""
    found: dict[str, str] = {}
    for path, field in fields.items():
        mapping = mapping_of(field)
        if field.kind is Kind.ALIAS:
            mapping = mapping_of(fields[field.alias or ""])
        if mapping.get("enabled") is False:
            continue
        found[path] = mapping["type"]
        found.update({f"{path}.{name}": sub["type"] for name, sub in mapping.get("fields", {}).items()})
    return found
