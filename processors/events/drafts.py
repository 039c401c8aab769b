"""A draft: one mention of a happening, before dates, quantities and merging."""

from dataclasses import dataclass, field

from newswatch.records.article import EventDate, EventPlace, Quantity
from processors.events.grammar import Rule
from processors.events.predicates import Predicate
from processors.events.salience import Party


@dataclass(slots=True)
class Draft:
    """An event as one sentence tells it; offsets are into the whole text, items into the sentence."""

    rule: Rule
    source: Party | None
    target: Party | None
    status: str
    start: int
    end: int
    trigger: str
    from_item: int
    to_item: int
    predicate: Predicate | None = None
    background: bool = False
    past: bool = False
    bare: bool = False
    sentence: int = 0
    paragraph: int = 0
    date: EventDate | None = None
    place: EventPlace | None = None
    quantities: tuple[Quantity, ...] = ()
    asserted_by: Party | None = None
    speech_verb: str | None = None
    in_quote: bool = False
    mentions: int = 1
    frames: list[str] = field(default_factory=list)

    @property
    def countries(self) -> tuple[str, str]:
        """Country codes of source and target, "" for none."""
        return (self.source.country if self.source else "", self.target.country if self.target else "")

    @property
    def explicit(self) -> int:
        """How many of the two parties are named rather than inferred."""
        return sum(1 for party in (self.source, self.target) if party is not None and party.country and party.explicit)
