"""The definition as bodies of Kibana's Dashboards API (generally available from 9.5)."""

from typing import Any

from sinks.kibana.content import DASHBOARDS, search_named, view_of
from sinks.kibana.model import Chart, Dashboard, DataView, Measure, Operation, Panel, Time, Top, kuery

XY = {Chart.BARS: "bar_stacked", Chart.LINES: "line", Chart.AREAS: "area_stacked"}


def dashboards(prefix: str) -> dict[str, dict[str, Any]]:
    """Id → body of every dashboard."""
    return {f"{prefix}-{one.id}": body(one, prefix) for one in DASHBOARDS}


def body(dashboard: Dashboard, prefix: str) -> dict[str, Any]:
    """The body of one dashboard: flat, 48 columns."""
    return {
        "title": dashboard.title,
        "description": dashboard.description,
        "time_range": {"from": dashboard.since, "to": "now"},
        "panels": [_panel(panel, prefix) for panel in dashboard.panels],
    }


def _panel(panel: Panel, prefix: str) -> dict[str, Any]:
    place = panel.at
    base = {"id": panel.id, "grid": {"x": place.x, "y": place.y, "w": place.w, "h": place.h}}
    view = view_of(panel.view)
    if panel.chart is Chart.LIST:
        return base | {"type": "discover_session", "config": _list(panel, view, prefix)}
    if panel.chart is Chart.MAP:
        return base | {"type": "map", "config": {"title": panel.title, "saved_object_id": f"{prefix}-{panel.id}"}}
    return base | {"type": "vis", "config": _chart(panel, view, prefix)}


def _list(panel: Panel, view: DataView, prefix: str) -> dict[str, Any]:
    search = search_named(panel.search)
    return {
        "title": panel.title,
        "data_source": _source(view, prefix),
        "query": {"language": "kuery", "query": kuery(search.where)},
        "columns": list(search.columns),
        "sort": [{"field": search.sort, "direction": "desc"}],
    }


def _source(view: DataView, prefix: str) -> dict[str, str]:
    return {"type": "data_view_spec", "index_pattern": view.title(prefix), "time_field": view.time_field}


def _chart(panel: Panel, view: DataView, prefix: str) -> dict[str, Any]:
    common = {
        "title": panel.title,
        "data_source": _source(view, prefix),
        "query": {"language": "kuery", "query": kuery(panel.where)},
    }
    measures = [_measure(measure) for measure in panel.measures]
    rows = [_row(row) for row in panel.rows]
    if panel.chart is Chart.NUMBER:
        return common | {"type": "metric", "metrics": [{"type": "primary", **measures[0]}]}
    if panel.chart is Chart.CLOUD:
        return common | {"type": "tag_cloud", "tag_by": rows[0], "metric": measures[0]}
    if panel.chart is Chart.TABLE:
        return common | {"type": "data_table", "metrics": measures, "rows": rows}
    layer: dict[str, Any] = {"type": XY[panel.chart], "x": rows[0], "y": measures}
    if len(rows) > 1:
        layer["breakdown_by"] = rows[1]
    return common | {"type": "xy", "layers": [layer]}


def _measure(measure: Measure) -> dict[str, Any]:
    found: dict[str, Any] = {"operation": measure.operation.value, "label": measure.label}
    if measure.field:
        found["field"] = measure.field
    if measure.operation is Operation.P95:
        found["percentile"] = 95
    return found


def _row(row: Top | Time) -> dict[str, Any]:
    if isinstance(row, Time):
        return {"operation": "date_histogram", "field": row.field, "label": row.label}
    return {"operation": "terms", "fields": [row.field], "limit": row.size, "label": row.label}
