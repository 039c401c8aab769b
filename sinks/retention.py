"""Old months and old single documents: which are past their time, and their removal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch, helpers

from sinks.index_names import MONTHLY, Family, month_of, neighbour, parse

AGED_BY = {Family.STORIES: "last_seen", Family.DELIVERIES: "@timestamp"}
"""Families with one index, whose old documents go one by one, and the date that ages them. Feeds are not aged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """A whole index, or the documents in one that are older than `before`."""

    index: str
    documents: int
    before: str | None = None


def oldest_kept(now: datetime, months: int) -> str:
    """The oldest month that stays, when the present one and the `months` before it do."""
    return neighbour(month_of(now), -months)


def expired_indices(names: Iterable[str], prefix: str, now: datetime, months: int) -> tuple[str, ...]:
    """Those of `names` that hold a month older than the oldest kept."""
    limit = oldest_kept(now, months)
    parsed = [(name, parse(name, prefix)) for name in names]
    return tuple(
        sorted(name for name, found in parsed if found and found.family in MONTHLY and (found.month or "") < limit)
    )


def find_expired(es: Elasticsearch, prefix: str, now: datetime, months: int) -> tuple[Expired, ...]:
    """What retention would remove now. Indices written anew are found by the alias that carries their month."""
    concrete = es.indices.get(index=f"{prefix}-*", allow_no_indices=True, features="aliases").body
    names = {
        name if parse(name, prefix) else alias: name
        for name, body in concrete.items()
        for alias in (*body["aliases"], name)
    }
    found = [
        Expired(index=names[name], documents=es.count(index=names[name])["count"])
        for name in expired_indices(names, prefix, now, months)
    ]
    before = oldest_kept(now, months).replace(".", "-") + "-01T00:00:00Z"
    for family, field in AGED_BY.items():
        count = es.count(index=f"{prefix}-{family}", query=_older(field, before), ignore_unavailable=True)["count"]
        if count:
            found.append(Expired(index=f"{prefix}-{family}", documents=count, before=before))
    return tuple(found)


def remove(es: Elasticsearch, prefix: str, expired: Expired) -> int:
    """Removes it; gives the number of documents that went."""
    if expired.before is None:
        es.indices.delete(index=expired.index)
        return expired.documents
    family = parse(expired.index, prefix)
    assert family is not None
    query = _older(AGED_BY[family.family], expired.before)
    removed, _ = helpers.bulk(es, _removals(es, expired.index, query), raise_on_error=False, stats_only=True)
    return int(removed)


def _removals(es: Elasticsearch, index: str, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for hit in helpers.scan(es, index=index, query={"query": query, "_source": False}):
        yield {"_op_type": "delete", "_index": hit["_index"], "_id": hit["_id"]}


def _older(field: str, before: str) -> dict[str, Any]:
    return {"range": {field: {"lt": before}}}
