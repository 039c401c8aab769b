"""Which options a rule's type needs and takes; anything else in a rule is a fault, never silently ignored."""

from collections.abc import Iterator

from processors.alerts.matching.values import FIELDS
from processors.alerts.rule_model import Kind, RuleSpec

NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.FREQUENCY: ("num_events", "timeframe"),
    Kind.SPIKE: ("spike_height", "timeframe"),
    Kind.FLATLINE: ("timeframe",),
    Kind.NEW_TERM: ("fields",),
    Kind.CARDINALITY: ("cardinality_field", "timeframe"),
    Kind.CHANGE: ("compare_key",),
    Kind.CORROBORATED: ("num_sources", "timeframe"),
    Kind.ESCALATION: ("tiers",),
}

TAKEN: dict[Kind, tuple[str, ...]] = {
    Kind.ANY: ("query_key", "realert", "exponential_realert", "realert_on"),
    Kind.FREQUENCY: ("query_key", "realert", "exponential_realert", "count"),
    Kind.SPIKE: (
        "query_key", "realert", "exponential_realert", "count", "spike_type", "threshold_ref", "threshold_cur",
    ),
    Kind.FLATLINE: ("query_key", "realert", "exponential_realert", "count", "threshold"),
    Kind.NEW_TERM: ("learn",),
    Kind.CARDINALITY: ("query_key", "realert", "exponential_realert", "max_cardinality", "min_cardinality"),
    Kind.CHANGE: (),
    Kind.CORROBORATED: ("realert", "exponential_realert", "realert_on"),
    Kind.ESCALATION: (),
}  # fmt: skip

COMMON = frozenset(
    {"id", "name", "description", "type", "enabled", "severity", "watches", "labels", "channels", "aggregation"}
    | {"match"}
)  # taken by every type

COMPARED = frozenset({*FIELDS, "status", "number"})
"""What a change can be looked for in."""


def faults(spec: RuleSpec) -> Iterator[tuple[str, str]]:
    """(option, sentence) for each option that is missing, out of place or names an unknown field."""
    given = spec.model_fields_set
    for option in NEEDED.get(spec.type, ()):
        if not getattr(spec, option):
            yield option, f"a rule of type {spec.type} needs `{option}`"
    taken = COMMON | set(NEEDED.get(spec.type, ())) | set(TAKEN[spec.type])
    for option in sorted(given - taken):
        users = sorted(kind for kind in Kind if option in (*NEEDED.get(kind, ()), *TAKEN[kind]))
        yield option, f"`{option}` has no meaning for type {spec.type}; it belongs to {', '.join(users)}"
    yield from _unknown_fields(spec)
    yield from _contradictions(spec)


def _unknown_fields(spec: RuleSpec) -> Iterator[tuple[str, str]]:
    named = {
        "query_key": (spec.query_key,) if spec.query_key else (),
        "cardinality_field": (spec.cardinality_field,) if spec.cardinality_field else (),
        "fields": tuple(name for group in spec.fields for name in group),
    }
    for option, names in named.items():
        for name in names:
            if name not in FIELDS:
                yield option, f"{name!r} is not a field; use {', '.join(sorted(FIELDS))}"
    for name in spec.compare_key:
        if name not in COMPARED:
            yield "compare_key", f"{name!r} cannot be compared; use {', '.join(sorted(COMPARED))}"


def _contradictions(spec: RuleSpec) -> Iterator[tuple[str, str]]:
    if spec.exponential_realert and not spec.realert:
        yield "exponential_realert", "`exponential_realert` needs `realert`, the first wait"
    elif spec.exponential_realert and spec.realert and spec.exponential_realert < spec.realert:
        yield "exponential_realert", "`exponential_realert` is the longest wait and cannot be below `realert`"
    if spec.type is Kind.CARDINALITY and spec.max_cardinality is None and spec.min_cardinality is None:
        yield "cardinality_field", "a rule of type cardinality needs `max_cardinality` or `min_cardinality`"
    order = [list(type(tier.severity)).index(tier.severity) for tier in spec.tiers]
    if order != sorted(order):
        yield "tiers", "`tiers` go from the lowest severity to the highest"
