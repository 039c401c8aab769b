"""What a dashboard is made of, apart from how Kibana writes it down."""

from dataclasses import dataclass, field
from enum import StrEnum

from sinks.index_names import Family, pattern

COLUMNS = 48
"""Columns of a dashboard's grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataView:
    """The indices of one family, as people pick them in Kibana."""

    family: Family
    name: str
    time_field: str = "@timestamp"

    def id(self, prefix: str) -> str:
        """Its id, the same at each import."""
        return f"{prefix}-{self.family}"

    def title(self, prefix: str) -> str:
        """The index pattern."""
        return pattern(prefix, self.family)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A condition: the field has one of the values; no values: it exists. `none` turns it round."""

    field: str
    values: tuple[str, ...] = ()
    none: bool = False


class Operation(StrEnum):
    """What a number counts or measures."""

    COUNT = "count"
    DISTINCT = "unique_count"
    AVERAGE = "average"
    SUM = "sum"
    MAX = "max"
    P95 = "percentile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number over documents; `field` is empty for a count."""

    label: str
    operation: Operation = Operation.COUNT
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """The most frequent values of a field."""

    field: str
    label: str
    size: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """Time steps of a date field."""

    label: str = "Time"
    field: str = "@timestamp"


Bucket = Top | Time


class Chart(StrEnum):
    """How a panel shows its numbers."""

    NUMBER = "number"
    BARS = "bars"
    LINES = "lines"
    AREAS = "areas"
    TABLE = "table"
    CLOUD = "cloud"
    MAP = "map"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a panel is in the grid: columns and rows."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel. `rows` are the buckets, outermost first: time or category, then the split; a LIST shows `search`.

    `point` is the field a MAP shows; `opens` the dashboard a click on a value leads to.
    """

    id: str
    title: str
    chart: Chart
    view: Family
    at: Place
    measures: tuple[Measure, ...] = (Measure(label="Count"),)
    rows: tuple[Bucket, ...] = ()
    where: tuple[Where, ...] = ()
    point: str = ""
    search: str = ""
    opens: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A list of documents people come back to."""

    id: str
    title: str
    description: str
    view: Family
    columns: tuple[str, ...]
    where: tuple[Where, ...] = ()
    sort: str = "@timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One dashboard; `since` is the time span it opens with, as Kibana writes it."""

    id: str
    title: str
    description: str
    since: str
    panels: tuple[Panel, ...] = field(default_factory=tuple)


def kuery(where: tuple[Where, ...]) -> str:
    """The conditions in Kibana's query language, all of which must hold."""
    return " and ".join(_clause(one) for one in where)


def _clause(one: Where) -> str:
    if not one.values:
        text = f"{one.field}: *"
    elif len(one.values) == 1:
        text = f"{one.field}: {_quoted(one.values[0])}"
    else:
        text = f"{one.field}: ({' or '.join(map(_quoted, one.values))})"
    return f"not {text}" if one.none else text


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
