"""What may stand in a rule file: names, values and their limits. docs/alert-rules.schema.json is made from here."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from newswatch.records.alert import Severity


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


TermList = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""One term or a list of them."""


class Section(BaseModel):
    """A part of a rule; an unknown name in it is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NearSpec(Section):
    """Terms that must stand close together."""

    terms: tuple[TermList, ...] = Field(
        min_length=2, max_length=5, description="groups; one term of each group must be there"
    )
    within: int = Field(default=8, ge=1, le=200, description="words between any two of them at most; 1: side by side")
    ordered: bool = Field(default=False, description="in the order of the groups")


class KeywordSpec(Section):
    """Keywords over folded text (case and accents do not count)."""

    any: TermList = Field(default=(), description="at least one of these")
    all: TermList = Field(default=(), description="every one of these")
    none: TermList = Field(default=(), description="not one of these")
    near: tuple[NearSpec, ...] = Field(default=(), description="groups of terms close together, each must be met")


class MatchSpec(KeywordSpec):
    """What an article must be for the rule."""

    search: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=("title", "text"), description="where keywords are looked for: title, text, tags"
    )
    languages: dict[str, KeywordSpec] = Field(default={}, description="keyword sets by language of the article")


class RuleSpec(Section):
    """One alert rule."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$", description="its identity: keep it when the rule changes")
    name: str = Field(default="", description="its title for people; empty: the id")
    description: str = Field(default="", description="what it is for")
    type: str = Field(default="any", description="how matches become alerts")
    enabled: bool = Field(default=True, description="false: checked but never matched")
    severity: Severity = Field(default=Severity.NOTICE, description="how loud")
    watches: TermList = Field(default=(), description="watches it applies to; empty: all")
    labels: dict[str, str] = Field(default={}, description="free labels, for routes and silences")
    channels: TermList = Field(default=(), description="channels it goes to; empty: as the routes say")
    match: MatchSpec = Field(description="what an article must be")


class RuleFileSpec(Section):
    """A rule file."""

    rules: tuple[RuleSpec, ...] = Field(description="the rules")
