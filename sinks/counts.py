"""How many documents the index holds, by family, and how many of the rejected by stage and reason."""

from typing import Any

from elasticsearch import Elasticsearch

from sinks.index_names import Family, pattern

MOST_REASONS = 500
"""Stage and reason pairs counted; there are about a dozen of each."""


def count_documents(es: Elasticsearch, prefix: str) -> dict[str, int]:
    """Family → documents, as a search finds them now; refreshes first, so that what was accepted is counted."""
    counts = {}
    for family in Family:
        names = pattern(prefix, family)
        es.indices.refresh(index=names, allow_no_indices=True, ignore_unavailable=True)
        counts[family.value] = es.count(index=names, allow_no_indices=True, ignore_unavailable=True)["count"]
    return counts


def count_articles(es: Elasticsearch, prefix: str) -> dict[str, int]:
    """Articles on a watch, off every watch, and in all (roughly, above 40,000)."""
    aggregations = {
        "relevant": {"terms": {"field": "relevant"}},
        "distinct": {"cardinality": {"field": "article_id", "precision_threshold": 40_000}},
    }
    found = _aggregate(es, pattern(prefix, Family.ARTICLES), aggregations)
    by_relevance = {
        bucket["key_as_string"]: bucket["doc_count"] for bucket in found.get("relevant", {}).get("buckets", [])
    }
    return {
        "on_watch": by_relevance.get("true", 0),
        "off_watch": by_relevance.get("false", 0),
        "distinct": found.get("distinct", {}).get("value", 0),
    }


def count_rejected(es: Elasticsearch, prefix: str) -> dict[str, dict[str, int]]:
    """Stage → reason → rejected inputs in the index."""
    aggregations = {
        "stages": {
            "terms": {"field": "stage", "size": MOST_REASONS},
            "aggs": {"reasons": {"terms": {"field": "error.type", "size": MOST_REASONS}}},
        }
    }
    found = _aggregate(es, pattern(prefix, Family.REJECTED), aggregations)
    return {
        stage["key"]: {reason["key"]: reason["doc_count"] for reason in stage["reasons"]["buckets"]}
        for stage in found.get("stages", {}).get("buckets", [])
    }


def _aggregate(es: Elasticsearch, index: str, aggregations: dict[str, Any]) -> dict[str, Any]:
    response = es.search(index=index, size=0, aggs=aggregations, allow_no_indices=True, ignore_unavailable=True)
    found: dict[str, Any] = response.body.get("aggregations", {})
    return found
