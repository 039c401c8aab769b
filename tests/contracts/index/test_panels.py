"""Every panel's query on a real Elasticsearch over a generated month, against numbers counted in Python."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from elasticsearch import Elasticsearch

from newswatch.elastic_client import elasticsearch_client
from sinks.bulk_writer import BulkWriter
from sinks.documents import Document
from sinks.index_names import Family
from sinks.indices.install import install_templates
from sinks.kibana.content import DASHBOARDS, search_named, view_of
from sinks.kibana.model import Chart, Measure, Operation, Panel, Time, Where
from sinks.kibana.requests import request
from tests.contracts.index.messages import batch, made
from tests.generated_month import DAYS, START, WATCH, month
from tests.servers import Servers
from tests.unit.sinks.test_documents import alert, delivery, feed, rejected, story

pytestmark = [pytest.mark.servers]

ARTICLES = int(os.environ.get("NEWSWATCH_PANEL_ARTICLES", "2000"))
"""Articles of the generated month; 100,000 in tests/bench."""

PANELS = {panel.id: panel for dashboard in DASHBOARDS for panel in dashboard.panels}
END = START + timedelta(days=DAYS)
SPAN = (START.isoformat(), END.isoformat())


def others() -> list[Document]:
    """A few documents of the other families, inside the month."""
    at = START + timedelta(days=3)
    made_of: list[Document] = []
    for number in range(40):
        moment = at + timedelta(hours=number)
        operational = number % 4 == 0
        made_of += made(
            "news.alerts", alert(alert_id=f"al{number}", fired_at=moment, first_seen=moment, operational=operational)
        )
        one = msgspec.structs.replace(delivery(), alert_id=f"al{number}", at=moment, attempts=number % 3 + 1)
        made_of += made("news.deliveries", one)
        reason = ("no-text", "timeout", "bug")[number % 3]
        made_of += made("news.rejected", rejected(rejected_id=f"r{number}", at=moment, reason=reason))
        health = ("ok", "feed-failing", "feed-silent")[number % 3]
        of_feed = feed()
        state = msgspec.structs.replace(of_feed.state, last_poll=moment, health=health, failures=float(number))
        settings = msgspec.structs.replace(of_feed.settings, url=f"https://feed{number}.example/")
        made_of += made("news.feeds", msgspec.structs.replace(of_feed, settings=settings, state=state))
        told = msgspec.structs.replace(story(), story_id=f"s{number}", first_seen=moment, last_seen=moment)
        made_of += made("news.stories", told)
    return made_of


class Month:
    """The indexed month: the client, the prefix and the documents themselves."""

    def __init__(self, es: Elasticsearch, prefix: str) -> None:
        self.es, self.prefix = es, prefix
        self.documents = batch(list(month(ARTICLES))) + others()

    def write(self) -> None:
        """Writes everything."""
        install_templates(self.es, self.prefix, refresh_interval="-1")
        writer = BulkWriter(self.es, self.prefix, watches=(WATCH,))
        for start in range(0, len(self.documents), 2000):
            assert not writer.write(self.documents[start : start + 2000]).refused()
        self.es.indices.refresh(index=f"{self.prefix}-*")

    def matching(self, family: Family, where: tuple[Where, ...]) -> list[dict[str, Any]]:
        """The bodies of a family's documents in the span that meet the conditions."""
        time = view_of(family).time_field
        bodies = (one.body for one in self.documents if one.family is family)
        return [
            body
            for body in bodies
            if START <= first(values(body, time)) < END and all(meets(body, condition) for condition in where)
        ]


def values(body: Any, path: str) -> list[Any]:
    """Every value at a dotted path, through lists; `.keyword` is the value itself."""
    found = [body]
    for part in path.removesuffix(".keyword").split("."):
        found = [item for one in found for item in flat(one.get(part)) if item is not None]
    return found


def flat(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def first(found: list[Any]) -> Any:
    return found[0]


def meets(body: dict[str, Any], one: Where) -> bool:
    found = {str(value).lower() if isinstance(value, bool) else str(value) for value in values(body, one.field)}
    return bool(found & set(one.values) if one.values else found) != one.none


@pytest.fixture(scope="module")
def indexed(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    settings = servers.settings(tmp_path_factory.mktemp("panels"))
    es = elasticsearch_client(settings.elasticsearch)
    held = Month(es, settings.elasticsearch.prefix)
    held.write()
    yield held
    for index in es.indices.get(index=f"{held.prefix}-*"):
        es.indices.delete(index=index)
    es.close()


def ask(indexed: Month, panel: Panel) -> dict[str, Any]:
    found: dict[str, Any] = indexed.es.search(
        index=view_of(panel.view).title(indexed.prefix), **request(panel, *SPAN)
    ).body
    return found


def keys_of(row: Any, body: dict[str, Any]) -> set[str]:
    if isinstance(row, Time):
        return {moment.strftime("%Y-%m-%d") for moment in values(body, row.field)}
    return {str(value).lower() if isinstance(value, bool) else str(value) for value in values(body, row.field)}


def key_of(row: Any, bucket: dict[str, Any]) -> str:
    return (
        str(bucket["key_as_string"])[:10] if isinstance(row, Time) else str(bucket.get("key_as_string", bucket["key"]))
    )


MEASURES: dict[Operation, Callable[[list[float]], float]] = {
    Operation.SUM: sum,
    Operation.MAX: max,
    Operation.AVERAGE: lambda found: sum(found) / len(found),
    Operation.P95: lambda found: sorted(found)[min(len(found) - 1, int(0.95 * len(found)))],
}


def check_measures(panel: Panel, answer: dict[str, Any], bodies: list[dict[str, Any]], count: int) -> None:
    assert count == len(bodies)
    for number, measure in enumerate(panel.measures):
        if measure.operation is not Operation.COUNT:
            check_measure(measure, answer[f"measure{number}"], bodies)


def check_measure(measure: Measure, answer: dict[str, Any], bodies: list[dict[str, Any]]) -> None:
    found = [value for body in bodies for value in values(body, measure.field)]
    if measure.operation is Operation.DISTINCT:
        assert answer["value"] == pytest.approx(len(set(found)), rel=0.02)
    elif not found:
        assert answer.get("value") in (None, 0.0)
    elif measure.operation is Operation.P95:
        assert answer["values"]["95.0"] == pytest.approx(MEASURES[measure.operation](found), rel=0.25)
    else:
        assert answer["value"] == pytest.approx(MEASURES[measure.operation](found))


def check_rows(panel: Panel, answer: dict[str, Any], bodies: list[dict[str, Any]], depth: int, count: int) -> None:
    if depth == len(panel.rows):
        check_measures(panel, answer, bodies, count)
        return
    row = panel.rows[depth]
    expected = Counter(key for body in bodies for key in keys_of(row, body))
    buckets = [bucket for bucket in answer["rows"]["buckets"] if bucket["doc_count"]]
    counted = {key_of(row, bucket): bucket["doc_count"] for bucket in buckets}
    if isinstance(row, Time):
        assert counted == dict(expected)
    else:
        assert sorted(counted.values()) == sorted(count for _, count in expected.most_common(row.size))
        assert all(expected[key] == count for key, count in counted.items())
    for bucket in buckets:
        inside = [body for body in bodies if key_of(row, bucket) in keys_of(row, body)]
        check_rows(panel, bucket, inside, depth + 1, bucket["doc_count"])


CHARTS = {ident: panel for ident, panel in PANELS.items() if panel.chart not in (Chart.LIST, Chart.MAP)}


@pytest.mark.parametrize("ident", CHARTS)
def test_a_panel_shows_what_python_counts(indexed: Month, ident: str) -> None:
    panel = CHARTS[ident]
    bodies, found = indexed.matching(panel.view, panel.where), ask(indexed, panel)

    assert bodies, "nothing to count: the test would show nothing"
    assert found["hits"]["total"]["value"] == len(bodies)
    check_rows(panel, found.get("aggregations", {}), bodies, 0, found["hits"]["total"]["value"])


@pytest.mark.parametrize("ident", [ident for ident, panel in PANELS.items() if panel.chart is Chart.MAP])
def test_a_map_shows_every_place(indexed: Month, ident: str) -> None:
    panel = PANELS[ident]
    points = [
        {(point["lat"], point["lon"]) for point in values(body, panel.point)}
        for body in indexed.matching(panel.view, panel.where)
    ]
    buckets = ask(indexed, panel)["aggregations"]["grid"]["buckets"]

    assert len(buckets) == len(set().union(*points)) > 0
    assert sum(bucket["doc_count"] for bucket in buckets) == sum(map(len, points))


@pytest.mark.parametrize("ident", [ident for ident, panel in PANELS.items() if panel.chart is Chart.LIST])
def test_a_list_shows_the_newest_documents(indexed: Month, ident: str) -> None:
    panel = PANELS[ident]
    search = search_named(panel.search)
    bodies = indexed.matching(panel.view, search.where)
    found = ask(indexed, panel)["hits"]
    newest = sorted((values(body, search.sort)[0] for body in bodies), reverse=True)

    assert found["total"]["value"] == len(bodies) > 0
    shown = [datetime.fromisoformat(hit["_source"][search.sort]) for hit in found["hits"]]
    assert shown == newest[: len(shown)]
