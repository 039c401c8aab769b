"""Builds the Grafana dashboards beside this file: `python deploy/grafana/dashboards.py` writes dashboards/*.json.

Every query is made from the metric catalogue, so that a renamed metric cannot leave an empty panel behind.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef, VariableHide

from newswatch import metric_names as metrics
from newswatch.metric_names import MetricSpec

FOLDER = Path(__file__).parent / "dashboards"
SOURCE = DataSourceRef(type_val="prometheus", uid="${source}")
WINDOW = "$__rate_interval"
SUFFIXES = {"counter": "_total", "gauge": "", "histogram": "_bucket"}

Query = tuple[str, str]
"""A PromQL expression and the legend of its series."""


def sample(spec: MetricSpec) -> str:
    """The name of a metric's samples as Prometheus stores them."""
    return spec.name + SUFFIXES[spec.kind]


def rate(spec: MetricSpec, *by: str, where: str = "") -> Query:
    """Events a second, summed over all but `by`."""
    chosen = f"{{{where}}}" if where else ""
    return f"sum by ({', '.join(by)}) (rate({sample(spec)}{chosen}[{WINDOW}]))", " ".join(
        f"{{{{{name}}}}}" for name in by
    )


def quantile(q: float, spec: MetricSpec, *by: str) -> Query:
    """The q-quantile of a histogram."""
    grouped = ", ".join(("le", *by))
    legend = " ".join(("p" + f"{q * 100:g}", *(f"{{{{{name}}}}}" for name in by)))
    return f"histogram_quantile({q}, sum by ({grouped}) (rate({sample(spec)}[{WINDOW}])))", legend


def lag() -> Query:
    """Messages waiting, by stage; two workers may tell the same partition's lag."""
    inner = f"max by (stage, topic, partition) ({sample(metrics.CONSUMER_LAG)})"
    return f"sum by (stage) ({inner})", "{{stage}}"


def most(spec: MetricSpec, *by: str) -> Query:
    """The largest value of a gauge."""
    return f"max by ({', '.join(by)}) ({sample(spec)})", " ".join(f"{{{{{name}}}}}" for name in by)


def chart(title: str, about: str, unit: str, queries: Sequence[Query]) -> timeseries.Panel:
    """A chart over time, a third of the page wide."""
    panel = timeseries.Panel().title(title).description(about).unit(unit).span(8).height(8).datasource(SOURCE).min(0)
    for number, (expression, legend) in enumerate(queries):
        target = prometheus.Dataquery().expr(expression).legend_format(legend).ref_id(chr(ord("A") + number))
        panel = panel.with_target(target)
    return panel


def number(title: str, about: str, unit: str, expression: str) -> stat.Panel:
    """One number, now."""
    target = prometheus.Dataquery().expr(expression).instant().ref_id("A")
    panel = stat.Panel().title(title).description(about).unit(unit).span(4).height(4).datasource(SOURCE)
    return panel.with_target(target).no_value("0")


def base(title: str, uid: str, about: str) -> dashboard.Dashboard:
    """An empty dashboard with its data source as a variable."""
    source = dashboard.DatasourceVariable("source").type("prometheus").label("Data source").hide(VariableHide.DONT_HIDE)
    made = dashboard.Dashboard(title).uid(uid).description(about).tags(["newswatch"]).readonly()
    return made.timezone("utc").time("now-6h", "now").refresh("30s").with_variable(source)


def pipeline() -> dashboard.Dashboard:
    """Is news coming in, moving on and getting out?"""
    made = base("newswatch: the pipeline", "newswatch-pipeline", "Is news coming in, moving on and getting out?")
    hour = "[1h]"
    numbers = (
        number("Articles in, last hour", "Raw articles the extract stage read.", "short",
               f'sum(increase({sample(metrics.RECORDS_IN)}{{stage="extract"}}{hour}))'),
        number("Laid aside, last hour", "Inputs in the quarantine; `newswatch rejected list` tells why.", "short",
               f"sum(increase({sample(metrics.REJECTED)}{hour}))"),
        number("Alerts, last hour", "Alerts fired.", "short", f"sum(increase({sample(metrics.ALERTS_FIRED)}{hour}))"),
        number("Waiting", "Messages not yet committed, over all stages.", "short", f"sum({lag()[0]})"),
        number("Stuck partitions", "Must be 0.", "short", f"sum({sample(metrics.STUCK_PARTITIONS)})"),
        number("Oldest heartbeat", "Since the slowest loop moved.", "s", f"max({sample(metrics.HEARTBEAT_AGE)})"),
    )  # fmt: skip
    charts = (
        chart("Records read", "By stage.", "cps", [rate(metrics.RECORDS_IN, "stage")]),
        chart("Records written", "By stage and topic.", "cps", [rate(metrics.RECORDS_OUT, "stage", "topic")]),
        chart("Lag", "Messages waiting, by stage.", "short", [lag()]),
        chart("Rejected", "By stage and reason.", "cps", [rate(metrics.REJECTED, "stage", "reason")]),
        chart("Discarded", "Inputs that rightly had no output.", "cps", [rate(metrics.DISCARDED, "stage", "reason")]),
        chart("Time a record takes", "In a stage.", "s", [quantile(0.5, metrics.STAGE_SECONDS, "stage"),
              quantile(0.99, metrics.STAGE_SECONDS, "stage")]),
        chart("Repeated attempts", "A server was away.", "cps", [rate(metrics.RETRIES, "stage", "cause")]),
        chart("Heartbeats", "Seconds since a loop moved.", "s", [most(metrics.HEARTBEAT_AGE, "stage", "instance")]),
        chart("Offset gaps", "Jumps past the next offset; `skipped` restarts the worker.", "cps",
              [rate(metrics.OFFSET_GAPS, "stage", "cause"), rate(metrics.LOST_TO_RETENTION, "stage")]),
        chart("Extraction processes ended", "By cause.", "cps", [rate(metrics.EXTRACT_KILLS, "cause")]),
        chart("Records in memory", "Of stages that remember.", "short", [most(metrics.STATE_RECORDS, "stage")]),
        chart("Reading memory back", "At assignment.", "s", [quantile(0.99, metrics.STATE_LOAD_SECONDS, "stage")]),
    )  # fmt: skip
    return filled(made, [*numbers, *charts])


def feeds() -> dashboard.Dashboard:
    """How the feeds do."""
    made = base("newswatch: feeds", "newswatch-feeds", "How the feeds do.")
    late = metrics.FEED_LATENESS_SECONDS
    return filled(made, [
        chart("Polls", "By outcome.", "cps", [rate(metrics.FEED_POLLS, "outcome")]),
        chart("Entries", "New, revised, known.", "cps", [rate(metrics.FEED_ENTRIES, "outcome")]),
        chart("Feeds in trouble", "By health.", "short", [most(metrics.FEEDS_UNHEALTHY, "health", "instance")]),
        chart("Lateness", "How long after it was due a poll began.", "s", [quantile(0.5, late), quantile(0.95, late)]),
        chart("Replayed", "Documents of a running replay.", "cps", [rate(metrics.REPLAYED, "outcome")]),
    ])  # fmt: skip


def delivery() -> dashboard.Dashboard:
    """From rule to person, and into the index."""
    made = base("newswatch: alerts and index", "newswatch-delivery", "From rule to person, and into the index.")
    seconds, batches = metrics.LATENCY_SECONDS, metrics.INDEX_BATCH_SECONDS
    return filled(made, [
        chart("Alerts fired", "By rule.", "cps", [rate(metrics.ALERTS_FIRED, "rule")]),
        chart("Held back", "By rule and reason.", "cps", [rate(metrics.ALERTS_SUPPRESSED, "rule", "reason")]),
        chart("Deliveries", "By channel and outcome.", "cps", [rate(metrics.DELIVERIES, "channel", "outcome")]),
        chart("First seen to the end of a stage", "Objective of notify: 99 % in 60 s.", "s",
              [quantile(0.5, seconds, "stage"), quantile(0.99, seconds, "stage")]),
        chart("Fired to delivered", "By channel.", "s", [quantile(0.5, metrics.DELIVERY_SECONDS, "channel"),
              quantile(0.99, metrics.DELIVERY_SECONDS, "channel")]),
        chart("Documents", "By outcome.", "cps", [rate(metrics.INDEX_DOCUMENTS, "index", "outcome")]),
        chart("Bulk requests", "Seconds each took.", "s", [quantile(0.5, batches), quantile(0.9, batches)]),
        chart("Late state writes", "By a former owner, ignored.", "cps", [rate(metrics.STATE_FOREIGN_WRITES, "stage")]),
    ])  # fmt: skip


def filled(made: dashboard.Dashboard, panels: Sequence[stat.Panel | timeseries.Panel]) -> dashboard.Dashboard:
    """The dashboard with its panels, left to right."""
    for panel in panels:
        made = made.with_panel(panel)
    return made


def rendered() -> dict[str, str]:
    """File name → JSON of every dashboard."""
    built = [made.build() for made in (pipeline(), feeds(), delivery())]
    return {f"{one.uid}.json": json.dumps(one, cls=JSONEncoder, indent=1, sort_keys=True) + "\n" for one in built}


def main() -> int:
    """Writes the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in rendered().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
