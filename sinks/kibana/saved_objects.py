"""The definition as saved objects: what Kibana's import takes, one object a line."""

import json
from typing import Any

from newswatch.identity import digest
from sinks.kibana.content import DASHBOARDS, SEARCHES, VIEWS
from sinks.kibana.lens import as_string, attributes
from sinks.kibana.model import Chart, Dashboard, DataView, Panel, SavedSearch, kuery

CORE_VERSION = "8.8.0"
"""coreMigrationVersion of the forms written here."""

TYPE_VERSIONS = {"index-pattern": "8.0.0", "search": "10.5.0", "dashboard": "10.3.0", "map": "8.1.0"}
"""typeMigrationVersion of each type written here: Kibana brings older ones up to its own at import."""

SEARCH_REFERENCE = "kibanaSavedObjectMeta.searchSourceJSON.index"
MAP_REFERENCE = "layer_1_source_index_pattern"
GEO_GRID = "ES_GEO_GRID"

SavedObject = dict[str, Any]


def saved_objects(prefix: str) -> list[SavedObject]:
    """Every object, those that are referred to before those that refer to them."""
    views = {view.family: view.id(prefix) for view in VIEWS}
    panels = [panel for dashboard in DASHBOARDS for panel in dashboard.panels]
    return [
        *(_data_view(view, prefix) for view in VIEWS),
        *(_search(search, views[search.view], prefix) for search in SEARCHES),
        *(_map(panel, views[panel.view], prefix) for panel in panels if panel.chart is Chart.MAP),
        *(
            _dashboard(dashboard, {family.value: ident for family, ident in views.items()}, prefix)
            for dashboard in DASHBOARDS
        ),
    ]


def ndjson(objects: list[SavedObject]) -> str:
    """The file to import: one object a line."""
    return "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in objects)


def object_id(prefix: str, name: str) -> str:
    """The id of a saved search, map or dashboard: the same at each import, so that it is replaced, not doubled."""
    return f"{prefix}-{name}"


def _object(kind: str, ident: str, content: dict[str, Any], references: list[dict[str, str]]) -> SavedObject:
    return {
        "id": ident,
        "type": kind,
        "attributes": content,
        "references": references,
        "coreMigrationVersion": CORE_VERSION,
        "typeMigrationVersion": TYPE_VERSIONS[kind],
    }


def _data_view(view: DataView, prefix: str) -> SavedObject:
    content = {
        "title": view.title(prefix),
        "name": view.name,
        "timeFieldName": view.time_field,
        "fields": "[]",
        "fieldFormatMap": "{}",
        "runtimeFieldMap": "{}",
        "sourceFilters": "[]",
    }
    return _object("index-pattern", view.id(prefix), content, [])


def _search(search: SavedSearch, view_id: str, prefix: str) -> SavedObject:
    source = {
        "query": {"query": kuery(search.where), "language": "kuery"},
        "filter": [],
        "indexRefName": SEARCH_REFERENCE,
    }
    content = {
        "title": f"newswatch: {search.title}",
        "description": search.description,
        "columns": list(search.columns),
        "sort": [[search.sort, "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": as_string(source)},
    }
    reference = {"name": SEARCH_REFERENCE, "type": "index-pattern", "id": view_id}
    return _object("search", object_id(prefix, search.id), content, [reference])


def _map(panel: Panel, view_id: str, prefix: str) -> SavedObject:
    query = {"query": kuery(panel.where), "language": "kuery"}
    layer = {
        "id": f"{panel.id}-layer",
        "type": "GEOJSON_VECTOR",
        "label": panel.title,
        "visible": True,
        "alpha": 0.75,
        "minZoom": 0,
        "maxZoom": 24,
        "query": query,
        "sourceDescriptor": {
            "type": GEO_GRID,
            "id": f"{panel.id}-source",
            "geoField": panel.point,
            "requestType": "point",
            "resolution": "MOST_FINE",
            "metrics": [{"type": "count"}],
            "indexPatternRefName": MAP_REFERENCE,
            "applyGlobalQuery": True,
            "applyGlobalTime": True,
        },
        "style": {"type": "VECTOR", "properties": {}, "isTimeAware": True},
    }
    content = {
        "title": f"newswatch: {panel.title}",
        "description": "",
        "layerListJSON": as_string([layer]),
        "mapStateJSON": as_string({"zoom": 3.5, "center": {"lon": -74, "lat": 17}, "query": query, "filters": []}),
        "uiStateJSON": as_string({"isLayerTOCOpen": False, "openTOCDetails": []}),
    }
    reference = {"name": MAP_REFERENCE, "type": "index-pattern", "id": view_id}
    return _object("map", object_id(prefix, panel.id), content, [reference])


def _dashboard(dashboard: Dashboard, views: dict[str, str], prefix: str) -> SavedObject:
    panels, references = [], []
    for panel in dashboard.panels:
        content, own = _panel(panel, views[panel.view.value], prefix)
        panels.append(content)
        references += own
    source = {"query": {"query": "", "language": "kuery"}, "filter": []}
    content = {
        "title": dashboard.title,
        "description": dashboard.description,
        "panelsJSON": as_string(panels),
        "optionsJSON": as_string({"useMargins": True, "syncColors": True, "hidePanelTitles": False}),
        "timeRestore": True,
        "timeFrom": dashboard.since,
        "timeTo": "now",
        "version": 1,
        "kibanaSavedObjectMeta": {"searchSourceJSON": as_string(source)},
    }
    return _object("dashboard", object_id(prefix, dashboard.id), content, references)


def _panel(panel: Panel, view_id: str, prefix: str) -> tuple[dict[str, Any], list[dict[str, str]]]:
    place = panel.at
    grid = {"x": place.x, "y": place.y, "w": place.w, "h": place.h, "i": panel.id}
    base: dict[str, Any] = {"panelIndex": panel.id, "gridData": grid, "title": panel.title}
    if panel.chart in (Chart.LIST, Chart.MAP):
        kind, target = ("search", panel.search) if panel.chart is Chart.LIST else ("map", panel.id)
        name = f"panel_{panel.id}"
        reference = {"name": f"{panel.id}:{name}", "type": kind, "id": object_id(prefix, target)}
        return base | {"type": kind, "panelRefName": name, "embeddableConfig": {}}, [reference]
    lens = attributes(panel, view_id)
    references = [one | {"name": f"{panel.id}:{one['name']}"} for one in lens["references"]]
    config: dict[str, Any] = {"attributes": lens}
    if panel.opens:
        event, reference = _drilldown(panel, prefix)
        config["enhancements"] = {"dynamicActions": {"events": [event]}}
        references.append(reference)
    return base | {"type": "lens", "embeddableConfig": config}, references


DRILLDOWN = "DASHBOARD_TO_DASHBOARD_DRILLDOWN"


def _drilldown(panel: Panel, prefix: str) -> tuple[dict[str, Any], dict[str, str]]:
    """A click on a value opens the other dashboard, filtered by it."""
    ident = digest("drilldown", panel.id, panel.opens)
    event = {
        "eventId": ident,
        "triggers": ["FILTER_TRIGGER"],
        "action": {
            "factoryId": DRILLDOWN,
            "name": f"Open {panel.opens}",
            "config": {"useCurrentFilters": True, "useCurrentDateRange": True},
        },
    }
    name = f"{panel.id}:drilldown:{DRILLDOWN}:{ident}:dashboardId"
    return event, {"name": name, "type": "dashboard", "id": object_id(prefix, panel.opens)}
