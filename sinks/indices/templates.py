"""Component and index templates as Elasticsearch takes them, made from the field catalogue."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sinks.index_names import MONTHLY, REBUILT, Family
from sinks.indices.catalogue import CATALOGUE, COMMON, DEFAULT_FIELDS
from sinks.indices.fields import FOLDED, properties

VERSION = 1
"""Raised with every change of what the templates say, so that a role of an older version leaves newer ones alone."""

PRIORITY = 300
"""Above the templates a cluster brings along (100 to 200), so that ours decide for our names."""

ANALYSIS: dict[str, Any] = {
    "analyzer": {FOLDED: {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}},
    "normalizer": {FOLDED: {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexOptions:
    """What settings say of every index; `lifecycle` is the name of an ILM policy where the cluster has one."""

    prefix: str = "newswatch"
    replicas: int = 0
    refresh_interval: str = "1s"
    lifecycle: str | None = None


def component_templates(options: IndexOptions) -> dict[str, dict[str, Any]]:
    """Name → body of every component template: settings, common fields, and one mapping a family."""
    index: dict[str, Any] = {
        "number_of_shards": 1,
        "number_of_replicas": options.replicas,
        "refresh_interval": options.refresh_interval,
    }
    if options.lifecycle:
        index["lifecycle"] = {"name": options.lifecycle}
    found: dict[str, dict[str, Any]] = {
        f"{options.prefix}@settings": {"template": {"settings": {"index": index}}},
        f"{options.prefix}@common": {"template": {"mappings": {"dynamic": "strict", "properties": properties(COMMON)}}},
    }
    for family in Family:
        body = {
            "settings": {"index": {"query": {"default_field": list(DEFAULT_FIELDS[family])}, "analysis": ANALYSIS}},
            "mappings": own_mapping(family),
        }
        found[f"{options.prefix}-{family}@mappings"] = {"template": body}
    return {name: _stamped(body) for name, body in found.items()}


def index_templates(options: IndexOptions) -> dict[str, dict[str, Any]]:
    """Name → body of every composable index template."""
    found = {}
    for family in Family:
        name = f"{options.prefix}-{family}"
        star = f"{name}-*" if family in MONTHLY else name
        body: dict[str, Any] = {
            "index_patterns": [star, f"{REBUILT}{name}-*"],
            "composed_of": [f"{options.prefix}@settings", f"{options.prefix}@common", f"{name}@mappings"],
            "priority": PRIORITY,
        }
        found[name] = _stamped(body)
    return found


def _stamped(body: dict[str, Any]) -> dict[str, Any]:
    versioned = body | {"version": VERSION}
    return versioned | {"_meta": meta(versioned)}


def own_mapping(family: Family) -> dict[str, Any]:
    """The mapping of `family` with the digest of its full form, which tells an index of an older mapping."""
    return {
        "dynamic": "strict",
        "_meta": {"managed_by": "newswatch", "mapping": mapping_digest(family)},
        "properties": properties(CATALOGUE[family]),
    }


def mapping_digest(family: Family) -> str:
    """Eight hex digits that change when the family's fields or the analysis change."""
    return _digest({"properties": properties(CATALOGUE[family]), "analysis": ANALYSIS})


def meta(body: dict[str, Any]) -> dict[str, str]:
    """What a template says of itself, so that setup can tell whether it differs."""
    return {"managed_by": "newswatch", "digest": _digest(body)}


def _digest(body: dict[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=4).hexdigest()
