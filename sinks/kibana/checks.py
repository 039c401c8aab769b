"""Our own rules for what goes to Kibana, since no Kibana runs in the tests: each fault is a sentence."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sinks.index_names import Family
from sinks.indices.catalogue import CATALOGUE
from sinks.indices.fields import Kind, searchable_paths
from sinks.kibana.content import DASHBOARDS, SEARCHES, VIEWS, view_of
from sinks.kibana.lens import LAYER, RECORDS
from sinks.kibana.model import COLUMNS, Chart, Dashboard, Measure, Operation, Panel, Time
from sinks.kibana.saved_objects import CORE_VERSION, TYPE_VERSIONS, SavedObject

AGGREGATABLE = frozenset({"keyword", "long", "double", "date", "boolean", "geo_point", "flattened"})
NUMERIC = frozenset({"long", "double"})


def faults_in_definition() -> Iterator[str]:
    """What is wrong with the panels and searches: fields that are not mapped or do not fit, panels that overlap."""
    for view in VIEWS:
        yield from _fits(view.family, view.time_field, frozenset({"date"}), f"data view {view.name}")
    for search in SEARCHES:
        types = searchable_paths(CATALOGUE[search.view])
        yield from (f"search {search.id}: column {name} is not mapped" for name in search.columns if name not in types)
        yield from (f"search {search.id}: {one.field} is not mapped" for one in search.where if one.field not in types)
        yield from _fits(search.view, search.sort, AGGREGATABLE, f"search {search.id}")
    for dashboard in DASHBOARDS:
        yield from _layout_faults(dashboard)
        for panel in dashboard.panels:
            yield from _panel_faults(panel)
    counts = Counter(panel.id for dashboard in DASHBOARDS for panel in dashboard.panels)
    yield from (f"panel id {ident} is used {count} times" for ident, count in counts.items() if count > 1)


def _panel_faults(panel: Panel) -> Iterator[str]:
    what = f"panel {panel.id}"
    for one in panel.where:
        yield from _fits(panel.view, one.field, AGGREGATABLE, what)
    for measure in panel.measures:
        yield from _measure_faults(panel.view, measure, what)
    for row in panel.rows:
        allowed = frozenset({"date"}) if isinstance(row, Time) else AGGREGATABLE - {"geo_point"}
        yield from _fits(panel.view, row.field, allowed, what)
    if panel.chart is Chart.MAP:
        yield from _fits(panel.view, panel.point, frozenset({"geo_point"}), what)
    if panel.chart is Chart.LIST and panel.search not in {search.id for search in SEARCHES}:
        yield f"{what}: there is no saved search {panel.search}"
    if panel.opens and panel.opens not in {dashboard.id for dashboard in DASHBOARDS}:
        yield f"{what}: there is no dashboard {panel.opens}"
    needed = {Chart.BARS: 1, Chart.LINES: 1, Chart.AREAS: 1, Chart.TABLE: 1, Chart.CLOUD: 1}.get(panel.chart, 0)
    if len(panel.rows) < needed:
        yield f"{what}: a {panel.chart} needs something to count by"


def _measure_faults(family: Family, measure: Measure, what: str) -> Iterator[str]:
    if measure.operation is Operation.COUNT:
        return
    allowed = AGGREGATABLE if measure.operation is Operation.DISTINCT else NUMERIC
    yield from _fits(family, measure.field, allowed, what)


def _fits(family: Family, field: str, allowed: frozenset[str], what: str) -> Iterator[str]:
    fields = CATALOGUE[family]
    kind = searchable_paths(fields).get(field)
    if kind is None:
        yield f"{what}: {field} is not mapped in {family}"
    elif kind not in allowed:
        yield f"{what}: {field} is {kind}, which does not fit"
    elif any(fields[parent].kind is Kind.NESTED for parent in _parents(field) if parent in fields):
        yield f"{what}: {field} is nested, which Lens cannot aggregate"


def _parents(field: str) -> Iterator[str]:
    parts = field.split(".")
    yield from (".".join(parts[:number]) for number in range(1, len(parts)))


def _layout_faults(dashboard: Dashboard) -> Iterator[str]:
    taken: dict[tuple[int, int], str] = {}
    for panel in dashboard.panels:
        place = panel.at
        if place.x < 0 or place.x + place.w > COLUMNS or place.w < 1 or place.h < 1:
            yield f"panel {panel.id} does not fit the grid"
        for cell in ((x, y) for x in range(place.x, place.x + place.w) for y in range(place.y, place.y + place.h)):
            if cell in taken:
                yield f"panel {panel.id} lies over {taken[cell]}"
                break
            taken[cell] = panel.id


def faults_in_objects(objects: Iterable[SavedObject]) -> Iterator[str]:
    """What is wrong with saved objects, ours or read back from a file: versions, ids, references, Lens columns."""
    found = list(objects)
    known = Counter((one["type"], one["id"]) for one in found)
    yield from (f"{kind} {ident} is there {count} times" for (kind, ident), count in known.items() if count > 1)
    for one in found:
        what = f"{one['type']} {one['id']}"
        if (
            one.get("coreMigrationVersion") != CORE_VERSION
            or one.get("typeMigrationVersion") != TYPE_VERSIONS[one["type"]]
        ):
            yield f"{what} names other versions than the ones it is written for"
        for reference in one["references"]:
            if (reference["type"], reference["id"]) not in known:
                yield f"{what} refers to {reference['type']} {reference['id']}, which is not there"
        names = {reference["name"] for reference in one["references"]}
        yield from (f"{what} lacks the reference {name}" for name in _needed_names(one) - names)
        if one["type"] == "dashboard":
            for panel in json.loads(one["attributes"]["panelsJSON"]):
                yield from _lens_faults(panel)


def _needed_names(one: SavedObject) -> set[str]:
    content = one["attributes"]
    if one["type"] == "search":
        return {json.loads(content["kibanaSavedObjectMeta"]["searchSourceJSON"])["indexRefName"]}
    if one["type"] == "map":
        return {layer["sourceDescriptor"]["indexPatternRefName"] for layer in json.loads(content["layerListJSON"])}
    if one["type"] != "dashboard":
        return set()
    names = set()
    for panel in json.loads(content["panelsJSON"]):
        own = [panel["panelRefName"]] if "panelRefName" in panel else []
        own += [
            reference["name"] for reference in panel["embeddableConfig"].get("attributes", {}).get("references", [])
        ]
        names |= {f"{panel['panelIndex']}:{name}" for name in own}
    return names


def _lens_faults(panel: dict[str, Any]) -> Iterator[str]:
    if panel["type"] != "lens":
        return
    what, state = f"panel {panel['panelIndex']}", panel["embeddableConfig"]["attributes"]["state"]
    layer = state["datasourceStates"]["formBased"]["layers"][LAYER]
    if set(layer["columnOrder"]) != set(layer["columns"]):
        yield f"{what}: columnOrder and columns differ"
    used = _accessors(state["visualization"])
    yield from (f"{what}: accessor {name} is no column" for name in used - set(layer["columns"]))
    yield from (f"{what}: column {name} is shown nowhere" for name in set(layer["columns"]) - used)
    for column in layer["columns"].values():
        if column["operationType"] == "count" and column["sourceField"] != RECORDS:
            yield f"{what}: a count of {column['sourceField']}"
        order = column.get("params", {}).get("orderBy")
        if order and order["columnId"] not in layer["columns"]:
            yield f"{what}: ordered by {order['columnId']}, which is no column"


def _accessors(visualization: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for layer in visualization.get("layers", [visualization]):
        found |= set(layer.get("accessors", []))
        found |= {column["columnId"] for column in layer.get("columns", [])}
        single = ("xAccessor", "splitAccessor", "metricAccessor", "tagAccessor", "valueAccessor")
        found |= {layer[name] for name in single if name in layer}
    return found


def unused_views() -> set[Family]:
    """Families no dashboard shows."""
    shown = {panel.view for dashboard in DASHBOARDS for panel in dashboard.panels}
    return {view_of(family).family for family in Family} - shown
