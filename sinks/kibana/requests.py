"""What each panel asks Elasticsearch: the search request Kibana would send, built from the same definition."""

from typing import Any

from sinks.kibana.content import search_named, view_of
from sinks.kibana.model import Bucket, Chart, Measure, Operation, Panel, SavedSearch, Time, Where

LIST_SIZE = 50
"""Documents a list panel shows at first."""

DISTINCT_PRECISION = 3_000
"""Below so many distinct values a count of them is nearly exact; Elasticsearch's default."""

AGGREGATIONS = {
    Operation.DISTINCT: "cardinality",
    Operation.AVERAGE: "avg",
    Operation.SUM: "sum",
    Operation.MAX: "max",
}


def request(panel: Panel, start: str, end: str, interval: str = "1d") -> dict[str, Any]:
    """The search of one panel over [start, end) of its view's time field (ISO); time steps of `interval`, in UTC."""
    view = view_of(panel.view)
    span = {"range": {view.time_field: {"gte": start, "lt": end}}}
    if panel.chart is Chart.LIST:
        search = search_named(panel.search)
        return list_request(search, span)
    query = _query(panel.where, span)
    if panel.chart is Chart.MAP:
        grid = {"geohash_grid": {"field": panel.point, "precision": 4}}
        return {"size": 0, "query": query, "aggs": {"grid": grid}, "track_total_hits": False}
    aggregations = _measures(panel.measures)
    for bucket in reversed(panel.rows):
        aggregations = {"rows": _bucket(bucket, interval) | ({"aggs": aggregations} if aggregations else {})}
    body: dict[str, Any] = {"size": 0, "query": query, "track_total_hits": True}
    return body | ({"aggs": aggregations} if aggregations else {})


def list_request(search: SavedSearch, span: dict[str, Any]) -> dict[str, Any]:
    """The search behind a list of documents."""
    return {
        "size": LIST_SIZE,
        "query": _query(search.where, span),
        "sort": [{search.sort: {"order": "desc"}}],
        "track_total_hits": True,
    }


def _query(where: tuple[Where, ...], span: dict[str, Any]) -> dict[str, Any]:
    must: list[dict[str, Any]] = [span]
    must_not: list[dict[str, Any]] = []
    for one in where:
        clause = {"terms": {one.field: list(one.values)}} if one.values else {"exists": {"field": one.field}}
        (must_not if one.none else must).append(clause)
    return {"bool": {"filter": must, "must_not": must_not}}


def _bucket(bucket: Bucket, interval: str) -> dict[str, Any]:
    if isinstance(bucket, Time):
        return {"date_histogram": {"field": bucket.field, "fixed_interval": interval, "min_doc_count": 0}}
    return {"terms": {"field": bucket.field, "size": bucket.size}}


def _measures(measures: tuple[Measure, ...]) -> dict[str, Any]:
    """A count needs no aggregation: every bucket and every search has it."""
    found: dict[str, Any] = {}
    for number, measure in enumerate(measures):
        if measure.operation is Operation.P95:
            found[f"measure{number}"] = {"percentiles": {"field": measure.field, "percents": [95]}}
        elif measure.operation is Operation.DISTINCT:
            precise = {"field": measure.field, "precision_threshold": DISTINCT_PRECISION}
            found[f"measure{number}"] = {"cardinality": precise}
        elif measure.operation is not Operation.COUNT:
            found[f"measure{number}"] = {AGGREGATIONS[measure.operation]: {"field": measure.field}}
    return found
