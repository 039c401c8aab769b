"""What `newswatch up --once` prints: an account of every document replayed, read from the index itself."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from ingest.publish import KafkaPublisher
from newswatch.records.raw import RawArticle
from newswatch.records.rejected import Rejected

CHUNK = 1000
"""Ids asked for in one search."""


class Ledger:
    """A publisher that notes what it passes on, so that all of it can be asked for afterwards."""

    def __init__(self, publisher: KafkaPublisher) -> None:
        self._publisher = publisher
        self.articles: set[str] = set()
        self.rejected: dict[str, str] = {}
        self.documents = 0

    def publish(self, document: RawArticle | Rejected) -> None:
        """Notes and passes on. Raises Unavailable."""
        self.documents += 1
        if isinstance(document, RawArticle):
            self.articles.add(document.article_id)
        else:
            self.rejected[document.rejected_id] = str(document.reason)
        self._publisher.publish(document)

    def settle(self, timeout: float) -> int:
        """See ingest.publish.Publisher."""
        return self._publisher.settle(timeout)


def summarize(es: Elasticsearch, prefix: str, ledger: Ledger, began: float) -> dict[str, Any]:
    """Where every replayed document is now; `missing` lists the ids neither indexed nor rejected,
    `halfway` those indexed that a later stage rejected.

    `began` is a time.monotonic() value. `indexed` and `relevant` count articles of this replay; `stories`, `alerts` and
    `deliveries` count what the index holds.
    """
    es.indices.refresh(index=f"{prefix}-*", ignore_unavailable=True)
    found = list(_with_ids(es, f"{prefix}-articles-*", "article_id", ledger.articles, ("article_id", "watch")))
    indexed = {source["article_id"] for source in found}
    relevant = {source["article_id"] for source in found if source.get("watch")}
    refused = Counter(ledger.rejected.values())
    laid_aside, halfway = set[str](), set[str]()
    for source in _with_ids(es, f"{prefix}-rejected-*", "article_id", ledger.articles, ("article_id", "error")):
        if source["article_id"] in indexed:
            halfway.add(source["article_id"])
        elif source["article_id"] not in laid_aside:
            laid_aside.add(source["article_id"])
            refused[source["error"]["type"]] += 1
    return {
        "replayed": ledger.documents,
        "articles": len(ledger.articles),
        "indexed": len(indexed),
        "relevant": len(relevant),
        "rejected": dict(sorted(refused.items())),
        "stories": _count(es, f"{prefix}-stories"),
        "alerts": _count(es, f"{prefix}-alerts-*"),
        "deliveries": _deliveries(es, prefix),
        "missing": sorted(ledger.articles - indexed - laid_aside),
        "halfway": sorted(halfway),
        "seconds": round(time.monotonic() - began, 1),
    }


def _with_ids(
    es: Elasticsearch, index: str, field: str, ids: Iterable[str], fields: Sequence[str]
) -> Iterator[dict[str, Any]]:
    left = iter(sorted(ids))
    while chunk := list(islice(left, CHUNK)):
        query = {"terms": {field: chunk}}
        page = es.search(index=index, query=query, size=10_000, source_includes=list(fields), allow_no_indices=True)
        yield from (hit["_source"] for hit in page["hits"]["hits"])


def _count(es: Elasticsearch, index: str) -> int:
    try:
        return int(es.count(index=index, allow_no_indices=True)["count"])
    except NotFoundError:
        return 0


def _deliveries(es: Elasticsearch, prefix: str) -> dict[str, int]:
    aggregation = {"outcomes": {"terms": {"field": "outcome"}}}
    try:
        page = es.search(index=f"{prefix}-deliveries", size=0, aggs=aggregation)
    except NotFoundError:
        return {}
    return {bucket["key"]: bucket["doc_count"] for bucket in page["aggregations"]["outcomes"]["buckets"]}
