"""Alert rules, loaded: every file checked, every term in one automaton, every rule a compiled condition."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from newswatch.option_faults import sentence
from processors.alerts import rule_options
from processors.alerts.matching.automaton import Automaton
from processors.alerts.matching.compiling import Compiler
from processors.alerts.matching.conditions import Condition
from processors.alerts.rule_files import RuleError, RuleFile, content_hash, read_rule_file, rule_paths
from processors.alerts.rule_model import Kind, RuleFileSpec, RuleSpec
from processors.collector import collector_paused


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what its file says, the condition made of it (and of its tiers), and the hash of its content."""

    spec: RuleSpec
    condition: Condition
    version: str
    tiers: tuple[Condition, ...] = ()

    @property
    def id(self) -> str:
        """Its identity."""
        return self.spec.id


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules in force. `version` is the hash of their content; the rest is made from the rules."""

    rules: tuple[Rule, ...]
    version: str
    automaton: Automaton = field(repr=False)
    by_term: dict[int, tuple[int, ...]] = field(repr=False)
    always: tuple[int, ...] = ()
    flatlines: tuple[Rule, ...] = ()

    def candidates(self, found: Iterable[int]) -> list[Rule]:
        """Rules that could hold, given the terms found; in file order."""
        numbers = set(self.always)
        for term in found:
            numbers.update(self.by_term.get(term, ()))
        return [self.rules[number] for number in sorted(numbers)]

    def without(self, ids: Collection[str]) -> "RuleSet":
        """The rules but for those with these ids."""
        return _indexed([rule for rule in self.rules if rule.id not in ids], self.automaton)


@dataclass(frozen=True, slots=True)
class _Place:
    """A rule's spec and where it stands."""

    file: RuleFile
    number: int
    spec: RuleSpec

    def fault(self, option: str, sentence: str) -> str:
        return self.file.fault(("rules", self.number, option), f"rule {self.spec.id}: {sentence}")


def load_rules(*paths: Path) -> RuleSet:
    """The rules of files, or of every *.yaml of folders. Raises RuleError with each fault by file and line."""
    (rules,) = load_rule_sets(paths)
    return rules


@collector_paused()
def load_rule_sets(*sets: Sequence[Path]) -> tuple[RuleSet, ...]:
    """Each set's rules, all under one automaton: one reading of an article serves them all. Raises RuleError."""
    compiler = Compiler()
    compiled_sets = [_rules(paths, compiler) for paths in sets]
    automaton = Automaton(compiler.terms)
    return tuple(_indexed(rules, automaton) for rules in compiled_sets)


def _rules(paths: Sequence[Path], compiler: Compiler) -> list[Rule]:
    faults: list[str] = []
    places: list[_Place] = []
    for part in chain.from_iterable(rule_paths(path) for path in paths):
        try:
            file = read_rule_file(part)
        except RuleError as error:
            faults += error.faults
        else:
            specs, wrong = _specs(file)
            places += [_Place(file, number, spec) for number, spec in specs]
            faults += wrong
    faults += _doubled_ids(places)
    faults += [place.fault(*fault) for place in places for fault in rule_options.faults(place.spec)]
    rules = []
    for place in places:
        try:
            rule = compiled(place.spec, compiler)
        except ValueError as error:
            faults.append(place.fault("match", str(error)))
        else:
            rules += [rule] if place.spec.enabled else []
    if faults:
        raise RuleError(sorted(faults, key=_by_line))
    return rules


def compiled(spec: RuleSpec, compiler: Compiler) -> Rule:
    """The rule, its terms numbered by `compiler`. Raises ValueError with a sentence.

    Its version is of what its file says, whatever the layout; options left out have no part in it.
    """
    tiers = tuple(compiler.match(tier.match) for tier in spec.tiers)
    return Rule(spec, compiler.condition(spec), content_hash(spec.model_dump_json(exclude_defaults=True)), tiers)


def _indexed(rules: Sequence[Rule], automaton: Automaton) -> RuleSet:
    """The rules with the index from terms to rules."""
    by_term: dict[int, list[int]] = {}
    always = []
    for number, rule in enumerate(rules):
        anchors = rule.condition.anchors()
        if anchors is None:
            always.append(number)
        for term in anchors or ():
            by_term.setdefault(term, []).append(number)
    return RuleSet(
        rules=tuple(rules),
        version=content_hash(" ".join(rule.version for rule in rules)),
        automaton=automaton,
        by_term={term: tuple(numbers) for term, numbers in by_term.items()},
        always=tuple(always),
        flatlines=tuple(rule for rule in rules if rule.spec.type is Kind.FLATLINE),
    )


def _specs(file: RuleFile) -> tuple[list[tuple[int, RuleSpec]], list[str]]:
    """The rules that can be read, by their number in the file, and what is wrong with the others."""
    content = file.content if file.content is not None else {}
    try:
        return list(enumerate(RuleFileSpec.model_validate(content).rules)), []
    except ValidationError as error:
        faults = [_told(file, fault["loc"], sentence(fault, RuleFileSpec)) for fault in error.errors()]
    rows = content.get("rules") if isinstance(content, dict) else None
    read = ((number, _spec(row)) for number, row in enumerate(rows if isinstance(rows, list) else []))
    return [(number, spec) for number, spec in read if spec is not None], faults


def _spec(row: object) -> RuleSpec | None:
    try:
        return RuleSpec.model_validate(row)
    except ValidationError:
        return None


def _by_line(fault: str) -> tuple[str, int]:
    """Where a fault of the form `file:line: sentence` belongs; one without a line comes first in its file."""
    found = re.match(r"(.*?):(\d+): ", fault)
    return (found[1], int(found[2])) if found else (fault, 0)


def _told(file: RuleFile, location: tuple[str | int, ...], message: str) -> str:
    named = ".".join(str(step) for step in location if not isinstance(step, int))
    rule = _rule_id(file, location)
    return file.fault(location, f"{f'rule {rule}: ' if rule else ''}{named}: {message}")


def _rule_id(file: RuleFile, location: tuple[str | int, ...]) -> str | None:
    try:
        return str(file.content["rules"][location[1]]["id"])
    except (KeyError, IndexError, TypeError):
        return None


def _doubled_ids(places: Sequence[_Place]) -> list[str]:
    seen: dict[str, Path] = {}
    faults = []
    for place in places:
        if place.spec.id in seen:
            faults.append(place.fault("id", f"the id is already in {seen[place.spec.id]}"))
        seen[place.spec.id] = place.file.path
    return faults
