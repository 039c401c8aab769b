"""A panel as Kibana's Lens keeps it: layers of columns, and the visualization that shows them."""

import json
from typing import Any

from sinks.kibana.model import Chart, Measure, Operation, Panel, Time, Top, kuery

LAYER = "layer1"
LAYER_REFERENCE = f"indexpattern-datasource-layer-{LAYER}"
"""Name of the reference from a layer to its data view."""

RECORDS = "___records___"
"""What Lens calls the field that a count counts."""

KINDS = {
    Chart.NUMBER: "lnsMetric",
    Chart.TABLE: "lnsDatatable",
    Chart.CLOUD: "lnsTagcloud",
    Chart.BARS: "lnsXY",
    Chart.LINES: "lnsXY",
    Chart.AREAS: "lnsXY",
}

SERIES = {Chart.BARS: "bar_stacked", Chart.LINES: "line", Chart.AREAS: "area_stacked"}


def attributes(panel: Panel, view_id: str) -> dict[str, Any]:
    """The attributes of a by-value Lens panel, its one reference included."""
    columns = _columns(panel)
    layer = {"columns": columns, "columnOrder": list(columns), "incompleteColumns": {}}
    return {
        "title": panel.title,
        "visualizationType": KINDS[panel.chart],
        "type": "lens",
        "references": [{"type": "index-pattern", "id": view_id, "name": LAYER_REFERENCE}],
        "state": {
            "datasourceStates": {"formBased": {"layers": {LAYER: layer}}},
            "visualization": _visualization(panel),
            "query": {"query": kuery(panel.where), "language": "kuery"},
            "filters": [],
        },
    }


def _columns(panel: Panel) -> dict[str, dict[str, Any]]:
    """Buckets first, then numbers: the order Lens works through them."""
    columns: dict[str, dict[str, Any]] = {}
    for number, bucket in enumerate(panel.rows):
        columns[row_id(number)] = _time_column(bucket) if isinstance(bucket, Time) else _top_column(bucket)
    for number, measure in enumerate(panel.measures):
        columns[measure_id(number)] = _measure_column(measure)
    return columns


def row_id(number: int) -> str:
    """The column id of a bucket."""
    return f"row{number}"


def measure_id(number: int) -> str:
    """The column id of a number."""
    return f"measure{number}"


def _time_column(bucket: Time) -> dict[str, Any]:
    return {
        "label": bucket.label,
        "dataType": "date",
        "operationType": "date_histogram",
        "sourceField": bucket.field,
        "isBucketed": True,
        "scale": "interval",
        "params": {"interval": "auto", "includeEmptyRows": True, "dropPartials": False},
    }


def _top_column(bucket: Top) -> dict[str, Any]:
    return {
        "label": bucket.label,
        "dataType": "string",
        "operationType": "terms",
        "sourceField": bucket.field,
        "isBucketed": True,
        "scale": "ordinal",
        "params": {
            "size": bucket.size,
            "orderBy": {"type": "column", "columnId": measure_id(0)},
            "orderDirection": "desc",
            "otherBucket": False,
            "missingBucket": False,
        },
    }


def _measure_column(measure: Measure) -> dict[str, Any]:
    column: dict[str, Any] = {
        "label": measure.label,
        "customLabel": True,
        "dataType": "number",
        "operationType": measure.operation.value,
        "sourceField": measure.field or RECORDS,
        "isBucketed": False,
        "scale": "ratio",
    }
    if measure.operation is Operation.P95:
        column["params"] = {"percentile": 95}
    return column


def _visualization(panel: Panel) -> dict[str, Any]:
    base: dict[str, Any] = {"layerId": LAYER, "layerType": "data"}
    measures = [measure_id(number) for number in range(len(panel.measures))]
    rows = [row_id(number) for number in range(len(panel.rows))]
    if panel.chart is Chart.NUMBER:
        return base | {"metricAccessor": measures[0]}
    if panel.chart is Chart.CLOUD:
        look = {"minFontSize": 14, "maxFontSize": 60, "orientation": "single", "showLabel": False}
        return base | {"tagAccessor": rows[0], "valueAccessor": measures[0], **look}
    if panel.chart is Chart.TABLE:
        shown = [{"columnId": name, "isMetric": name in measures} for name in (*rows, *measures)]
        return base | {"columns": shown}
    layer = base | {"seriesType": SERIES[panel.chart], "accessors": measures, "xAccessor": rows[0]}
    if len(rows) > 1:
        layer["splitAccessor"] = rows[1]
    return {
        "preferredSeriesType": SERIES[panel.chart],
        "layers": [layer],
        "legend": {"isVisible": True, "position": "right"},
        "valueLabels": "hide",
    }


def as_string(value: Any) -> str:
    """JSON inside JSON, as saved objects have it; keys in order, so that an export is the same each time."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
