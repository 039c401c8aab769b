"""What may stand in a rule file: names, values and their limits. docs/alert-rules.schema.json is made from here."""

from enum import StrEnum
from typing import Annotated, Any

from croniter import croniter
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from newswatch.durations import Duration, parse_duration
from newswatch.records.alert import Severity
from newswatch.records.article import Status
from processors.alerts.matching.numbers import parse_test
from processors.events import plover

ONE_OR_MORE: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
"""How editors see a term or a list of them."""

NUMBER_OR_TEST: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "number"}]}


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _number_test(value: str) -> str:
    parse_test(value)
    return value


def _digest_time(value: Any) -> Any:
    """A duration, or a cron schedule as it is."""
    if isinstance(value, dict) and set(value) == {"schedule"}:
        value = value["schedule"]
    if isinstance(value, str) and croniter.is_valid(value):
        return value
    if isinstance(value, str) and len(value.split()) > 1:
        raise ValueError(f"{value!r} is not a cron schedule; write five fields such as '0 8 * * *', or a duration")
    length = parse_duration(value)
    return value if isinstance(value, str) else f"{length.total_seconds():g}s"


def _one_of(names: frozenset[str], what: str) -> Any:
    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if value not in names:
                raise ValueError(f"{value!r} is not {what}; known are {', '.join(sorted(names))}")
        return values

    return AfterValidator(check)


def _country_codes(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not (len(value) == 3 and value.isascii() and value.isalpha()):
            raise ValueError(f"{value!r} is not a country code; write ISO 3166 alpha-3, such as VEN")
    return values


TermList = Annotated[tuple[str, ...], BeforeValidator(_listed), WithJsonSchema(ONE_OR_MORE)]
"""One term or a list of them."""

NumberTest = Annotated[str, BeforeValidator(str), AfterValidator(_number_test), WithJsonSchema(NUMBER_OR_TEST)]
"""A number to compare with: ">=5", "<2", "3"."""


class Kind(StrEnum):
    """How matches become alerts."""

    ANY = "any"
    FREQUENCY = "frequency"
    SPIKE = "spike"
    FLATLINE = "flatline"
    NEW_TERM = "new_term"
    CARDINALITY = "cardinality"
    CHANGE = "change"
    CORROBORATED = "corroborated"
    ESCALATION = "escalation"


class Section(BaseModel):
    """A part of a rule; an unknown name in it is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NearSpec(Section):
    """Terms that must stand close together."""

    terms: tuple[TermList, ...] = Field(
        min_length=2, max_length=5, description="groups; one term of each group must be there"
    )
    within: int = Field(
        default=8, ge=1, le=200, description="words from any of them to any other at most; 1: side by side"
    )
    ordered: bool = Field(default=False, description="in the order of the groups")


class KeywordSpec(Section):
    """Keywords over folded text (case and accents do not count)."""

    any: TermList = Field(default=(), description="at least one of these")
    all: TermList = Field(default=(), description="every one of these")
    none: TermList = Field(default=(), description="not one of these")
    near: tuple[NearSpec, ...] = Field(default=(), description="terms close together; each entry must be met")
    query: str = Field(default="", description="boolean query in Lucene's syntax, e.g. title:embargo AND NOT sandwich*")


class QuantitySpec(Section):
    """A number an event comes with."""

    value: NumberTest = Field(description="the number, e.g. '>=5'")
    unit: TermList = Field(default=(), description="units, e.g. USD; empty: any")
    what: TermList = Field(default=(), description="words of which one is in what is counted; empty: anything")


class EventSpec(Section):
    """What one event of the article must be; every part given must hold of the same event."""

    type: Annotated[TermList, _one_of(frozenset(plover.MODES), "a PLOVER type")] = Field(
        default=(), description="PLOVER types, e.g. ASSAULT"
    )
    mode: TermList = Field(default=(), description="PLOVER modes, e.g. arrest")
    context: Annotated[TermList, _one_of(plover.CONTEXTS, "a PLOVER context")] = Field(
        default=(), description="PLOVER contexts"
    )
    quad: TermList = Field(default=(), description="quad classes, e.g. material-conflict")
    status: tuple[Status, ...] = Field(default=(), description="happened, announced, threatened, …")
    by: TermList = Field(default=(), description="who did it: countries (alpha-3) or actor ids")
    to: TermList = Field(default=(), description="to whom: countries (alpha-3) or actor ids")
    place: TermList = Field(default=(), description="where: countries, place ids or names")
    frame: TermList = Field(default=(), description="words used for it, e.g. capture")
    asserted_by: TermList = Field(default=(), description="who says so, by name")
    confidence: NumberTest = Field(default=">=0", description="how sure the coder is, 0 to 1")
    historical: bool | None = Field(
        default=False, description="events told as history: false: not, true: only, null: too"
    )
    quantity: QuantitySpec | None = Field(default=None, description="a number it comes with")


def _one_event(value: Any) -> Any:
    return (value,) if isinstance(value, dict) else value


class FieldSpec(Section):
    """Facts of the article beside its words; every part given must hold, a list means one of these."""

    country: Annotated[TermList, AfterValidator(_country_codes)] = Field(
        default=(), description="countries it is about (alpha-3)"
    )
    actor: TermList = Field(default=(), description="actors named in it, by id or name")
    place: TermList = Field(default=(), description="places named in it, by id or name")
    source: TermList = Field(default=(), description="outlets")
    source_country: Annotated[TermList, AfterValidator(_country_codes)] = Field(
        default=(), description="countries of the outlet (alpha-3)"
    )
    owner: TermList = Field(default=(), description="owners of the outlet")
    leaning: TermList = Field(default=(), description="leanings of the outlet: state, independent, …")
    language: TermList = Field(default=(), description="languages (ISO 639-1)")
    tag: TermList = Field(default=(), description="tags of the feed entry or page")
    author: TermList = Field(default=(), description="authors")
    feed: TermList = Field(default=(), description="feed addresses")
    independent_sources: NumberTest | None = Field(default=None, description="independent sources of the story so far")
    copies: bool = Field(default=True, description="false: articles that repeat another word for word do not count")
    event: Annotated[tuple[EventSpec, ...], BeforeValidator(_one_event)] = Field(
        default=(), description="one event of the article must be as one of these"
    )


class MatchSpec(KeywordSpec):
    """What an article must be for the rule: every part given must hold."""

    search: Annotated[TermList, _one_of(frozenset({"title", "text", "tags"}), "a searched field")] = Field(
        default=("title", "text"), description="where keywords are looked for"
    )
    languages: dict[str, KeywordSpec] = Field(
        default={},
        description="keyword sets by the article's language; one in another language may meet any of the sets",
    )
    fields: FieldSpec = Field(default=FieldSpec(), description="facts of the article")
    not_fields: FieldSpec | None = Field(default=None, description="facts it must not have, all of them together")


class TierSpec(Section):
    """One step of an escalation."""

    name: str = Field(min_length=1, description="its name")
    severity: Severity = Field(description="how loud the alert is that reaches it")
    match: MatchSpec = Field(description="what an article of the story must be")


class RealertSpec(Section):
    """What makes a rule fire again for the same thing."""

    sources: int | None = Field(default=None, ge=1, description="this many more independent sources")
    number: bool = Field(default=False, description="a number of its events has changed")
    status: bool = Field(default=False, description="the status of an event has changed")


class RuleSpec(Section):
    """One alert rule."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$", description="its identity: keep it when the rule changes")
    name: str = Field(default="", description="its title for people; empty: the id")
    description: str = Field(default="", description="what it is for")
    type: Kind = Field(default=Kind.ANY, description="how matches become alerts")
    enabled: bool = Field(default=True, description="false: checked but never matched")
    severity: Severity = Field(default=Severity.NOTICE, description="how loud")
    watches: TermList = Field(default=(), description="watches it applies to; empty: all")
    labels: dict[str, str] = Field(default={}, description="free labels, for routes and silences")
    channels: TermList = Field(default=(), description="channels it goes to; empty: as the routes say")
    aggregation: Annotated[str, BeforeValidator(_digest_time)] | None = Field(
        default=None, description="collect its alerts into a digest: for a duration, or at cron times"
    )
    match: MatchSpec = Field(description="what an article must be")
    query_key: str | None = Field(default=None, description="judge each value of this field for itself, e.g. actor")
    realert: Duration | None = Field(default=None, description="fire again for the same thing after this long")
    exponential_realert: Duration | None = Field(default=None, description="let `realert` double each time, up to this")
    realert_on: RealertSpec = Field(default=RealertSpec(), description="fire again at once on these")
    timeframe: Duration | None = Field(default=None, description="length of the window, in the order articles came in")
    num_events: int | None = Field(default=None, ge=1, le=1000, description="frequency: matches within the timeframe")
    count: str = Field(
        default="articles",
        pattern="^(articles|stories|sources)$",
        description="frequency, spike, flatline: what counts",
    )
    spike_height: float | None = Field(default=None, gt=1, description="spike: how many times the window before")
    spike_type: str = Field(default="up", pattern="^(up|down|both)$", description="spike: which way")
    threshold_ref: int = Field(default=0, ge=0, description="spike: matches the window before must have")
    threshold_cur: int = Field(default=1, ge=0, description="spike: matches the window must have")
    threshold: int = Field(default=1, ge=1, le=1000, description="flatline: fewer matches than this fire")
    fields: Annotated[tuple[TermList, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)] = Field(
        default=(), description="new_term: fields, or lists of fields for pairs"
    )
    learn: Duration = Field(
        default="7d", validate_default=True, description="new_term: values seen in the first this long are known ones"
    )
    cardinality_field: str | None = Field(default=None, description="cardinality: field whose values are counted")
    max_cardinality: int | None = Field(default=None, ge=0, le=1000, description="cardinality: more values fire")
    min_cardinality: int | None = Field(default=None, ge=1, le=1000, description="cardinality: fewer values fire")
    compare_key: TermList = Field(default=(), description="change: fields, or status and number of the story's events")
    num_sources: int | None = Field(default=None, ge=2, le=100, description="corroborated: independent sources")
    tiers: tuple[TierSpec, ...] = Field(default=(), description="escalation: steps, lowest first")


class RuleFileSpec(Section):
    """A rule file."""

    rules: tuple[RuleSpec, ...] = Field(description="the rules")
