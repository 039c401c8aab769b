"""Conditions on what an article is, not on its words: country, actor, source, events, numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from newswatch.records.article import Event, EventActor
from newswatch.records.tracked import TrackedArticle
from processors.alerts.matching.automaton import Reading
from processors.alerts.matching.conditions import Proof
from processors.alerts.matching.numbers import Test, parse_test
from processors.alerts.matching.values import fold_all, matchable
from processors.alerts.rule_model import EventSpec, FieldSpec, QuantitySpec
from processors.folding import folded

LISTED = [
    "country",
    "actor",
    "place",
    "source",
    "source_country",
    "owner",
    "leaning",
    "language",
    "tag",
    "author",
    "feed",
]  # fields of FieldSpec that are lists of values


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition that looks at the article's facts; `said` names it in explanations."""

    said: str
    holds: Callable[[TrackedArticle], bool]

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether it holds."""
        return self.holds(tracked)

    def anchors(self) -> None:
        """None: it needs no term."""
        return

    def proof(self, reading: Reading, tracked: TrackedArticle) -> Iterable[Proof]:
        """No words."""
        return ()

    def missed(self, reading: Reading, tracked: TrackedArticle) -> Iterable[str]:
        """Its name, when it does not hold."""
        return () if self.holds(tracked) else (self.said,)


@dataclass(frozen=True, slots=True)
class EventFact:
    """At least one event of the article is as one of the specs say; those events are evidence."""

    said: str
    tests: tuple[Callable[[Event], bool], ...]

    def events(self, tracked: TrackedArticle) -> tuple[Event, ...]:
        """The events that are."""
        return tuple(event for event in tracked.article.events if any(test(event) for test in self.tests))

    def met(self, reading: Reading, tracked: TrackedArticle) -> bool:
        """Whether there is one."""
        return any(test(event) for event in tracked.article.events for test in self.tests)

    def anchors(self) -> None:
        """None: it needs no term."""
        return

    def proof(self, reading: Reading, tracked: TrackedArticle) -> Iterable[Proof]:
        """The words that tell of those events."""
        for event in self.events(tracked):
            yield f"{event.type} {event.status}", event.evidence

    def missed(self, reading: Reading, tracked: TrackedArticle) -> Iterable[str]:
        """Its name, when there is none."""
        return () if self.met(reading, tracked) else (self.said,)


def value_fact(name: str, values: Iterable[str]) -> Fact:
    """The field has one of the values."""
    wanted = fold_all(values)
    return Fact(f"{name}: {', '.join(values)}", lambda tracked: not wanted.isdisjoint(matchable(name, tracked)))


def sources_fact(written: str) -> Fact:
    """The story has so many independent sources."""
    test = parse_test(written)
    return Fact(f"independent sources {written}", lambda tracked: test(tracked.independent_sources))


def original_fact() -> Fact:
    """The article repeats no other."""
    return Fact("not a copy", lambda tracked: tracked.copy_of is None)


def field_facts(spec: FieldSpec) -> list[Fact | EventFact]:
    """One condition for each part of the spec."""
    facts: list[Fact | EventFact] = [value_fact(name, getattr(spec, name)) for name in LISTED if getattr(spec, name)]
    if spec.independent_sources:
        facts.append(sources_fact(spec.independent_sources))
    if not spec.copies:
        facts.append(original_fact())
    if spec.event:
        facts.append(EventFact("event " + " or ".join(map(_said, spec.event)), tuple(map(event_test, spec.event))))
    return facts


def _said(spec: EventSpec) -> str:
    given = spec.model_dump(exclude_defaults=True, mode="json")
    return (
        ", ".join(f"{name} {'/'.join(map(str, v)) if isinstance(v, list) else v}" for name, v in given.items()) or "any"
    )


def event_test(spec: EventSpec) -> Callable[[Event], bool]:
    """Whether one event is as the spec says, in every part given."""
    tests: list[Callable[[Event], bool]] = [_confident(spec.confidence)] if spec.confidence != ">=0" else []
    if spec.historical is not None:
        tests.append(lambda event: event.historical is spec.historical)
    for name in ("type", "mode", "quad", "frame", "status"):
        if getattr(spec, name):
            tests.append(_attribute(name, frozenset(map(str, getattr(spec, name)))))
    if spec.context:
        tests.append(lambda event: not set(spec.context).isdisjoint(event.contexts))
    tests += [_party(name, fold_all(values)) for name, values in (("source", spec.by), ("target", spec.to)) if values]
    if spec.place:
        tests.append(_place(fold_all(spec.place)))
    if spec.asserted_by:
        tests.append(_said_by(fold_all(spec.asserted_by)))
    if spec.quantity:
        tests.append(_quantity(spec.quantity))
    return lambda event: all(test(event) for test in tests)


def _confident(written: str) -> Callable[[Event], bool]:
    test: Test = parse_test(written)
    return lambda event: test(event.confidence)


def _attribute(name: str, wanted: frozenset[str]) -> Callable[[Event], bool]:
    return lambda event: str(getattr(event, name)) in wanted


def _party(side: str, wanted: frozenset[str]) -> Callable[[Event], bool]:
    def test(event: Event) -> bool:
        actor: EventActor | None = getattr(event, side)
        return actor is not None and not wanted.isdisjoint(
            fold_all(filter(None, (actor.country, actor.id, actor.name)))
        )

    return test


def _place(wanted: frozenset[str]) -> Callable[[Event], bool]:
    def test(event: Event) -> bool:
        place = event.place
        return place is not None and not wanted.isdisjoint(
            fold_all(filter(None, (place.country, place.id, place.name)))
        )

    return test


def _said_by(wanted: frozenset[str]) -> Callable[[Event], bool]:
    return lambda event: event.asserted_by is not None and folded(event.asserted_by) in wanted


def _quantity(spec: QuantitySpec) -> Callable[[Event], bool]:
    test, units, words = parse_test(spec.value), frozenset(spec.unit), fold_all(spec.what)

    def holds(event: Event) -> bool:
        return any(
            test(quantity.value)
            and (not units or quantity.unit in units)
            and (not words or any(word in folded(quantity.what or "") for word in words))
            for quantity in event.quantities
        )

    return holds


def quantity_fact(written: str) -> Fact:
    """An event of the article comes with such a number."""
    test = parse_test(written)
    return Fact(
        f"quantity {written}",
        lambda tracked: any(test(q.value) for event in tracked.article.events for q in event.quantities),
    )
