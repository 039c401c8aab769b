"""The dashboard of operators: is everything coming in, and what does not."""

from sinks.index_names import Family
from sinks.kibana.measures import (
    ARTICLES,
)
from sinks.kibana.model import (
    Chart,
    Dashboard,
    Measure,
    Operation,
    Panel,
    Place,
    Time,
    Top,
    Where,
)

PIPELINE = Dashboard(
    id="pipeline",
    title="newswatch: Pipeline and feeds",
    description="Is everything coming in, and what does not",
    since="now-24h",
    panels=(
        Panel(
            id="pipeline-in",
            title="Articles indexed",
            chart=Chart.AREAS,
            view=Family.ARTICLES,
            at=Place(x=0, y=0, w=24, h=10),
            measures=(ARTICLES,),
            rows=(Time(field="event.ingested"), Top(field="origin", label="Origin", size=3)),
        ),
        Panel(
            id="pipeline-latency",
            title="Milliseconds to the index",
            chart=Chart.LINES,
            view=Family.ARTICLES,
            at=Place(x=24, y=0, w=24, h=10),
            measures=(
                Measure(label="95th percentile", operation=Operation.P95, field="latency.indexed_ms"),
                Measure(label="Extraction, average", operation=Operation.AVERAGE, field="latency.extract_ms"),
            ),
            rows=(Time(field="event.ingested"),),
        ),
        Panel(
            id="pipeline-rejected",
            title="Rejected by stage and reason",
            chart=Chart.TABLE,
            view=Family.REJECTED,
            at=Place(x=0, y=10, w=16, h=12),
            measures=(Measure(label="Rejected"),),
            rows=(Top(field="stage", label="Stage"), Top(field="error.type", label="Reason", size=15)),
        ),
        Panel(
            id="pipeline-health",
            title="Feeds by health",
            chart=Chart.TABLE,
            view=Family.FEEDS,
            at=Place(x=16, y=10, w=16, h=12),
            measures=(
                Measure(label="Feeds"),
                Measure(label="Failures in a row, most", operation=Operation.MAX, field="failures"),
            ),
            rows=(Top(field="health", label="Health"),),
        ),
        Panel(
            id="pipeline-deliveries",
            title="Deliveries",
            chart=Chart.TABLE,
            view=Family.DELIVERIES,
            at=Place(x=32, y=10, w=16, h=12),
            measures=(
                Measure(label="Deliveries"),
                Measure(label="Attempts", operation=Operation.SUM, field="attempts"),
            ),
            rows=(Top(field="channel", label="Channel"), Top(field="outcome", label="Outcome", size=4)),
        ),
        Panel(
            id="pipeline-operational",
            title="Operational alerts",
            chart=Chart.NUMBER,
            view=Family.ALERTS,
            at=Place(x=0, y=22, w=8, h=14),
            measures=(Measure(label="Open"),),
            where=(Where(field="operational", values=("true",)), Where(field="status", values=("open",))),
        ),
        Panel(
            id="pipeline-troubled",
            title="Feeds in trouble",
            chart=Chart.LIST,
            view=Family.FEEDS,
            at=Place(x=8, y=22, w=20, h=14),
            search="feeds-in-trouble",
        ),
        Panel(
            id="pipeline-rejects",
            title="Rejected inputs",
            chart=Chart.LIST,
            view=Family.REJECTED,
            at=Place(x=28, y=22, w=20, h=14),
            search="rejected-inputs",
        ),
    ),
)
