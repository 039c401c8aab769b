"""Alert rules, loaded: every file checked, every term in one automaton, every rule a compiled condition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from processors.matching.automaton import Automaton
from processors.matching.compiling import Compiler
from processors.matching.conditions import Condition
from processors.rule_files import RuleError, RuleFile, content_hash, read_rule_file, rule_paths
from processors.rule_model import RuleFileSpec, RuleSpec


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what its file says, the condition made of it, and the hash of its content."""

    spec: RuleSpec
    condition: Condition
    version: str

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

    def candidates(self, found: Iterable[int]) -> list[Rule]:
        """Rules that could hold, given the terms found; in file order."""
        numbers = set(self.always)
        for term in found:
            numbers.update(self.by_term.get(term, ()))
        return [self.rules[number] for number in sorted(numbers)]


def load_rules(path: Path) -> RuleSet:
    """The rules of a file, or of every *.yaml of a folder. Raises RuleError with each fault by file and line."""
    faults: list[str] = []
    specs: list[tuple[RuleFile, int, RuleSpec]] = []
    for part in rule_paths(path):
        try:
            file = read_rule_file(part)
            specs += [(file, number, spec) for number, spec in enumerate(_specs(file).rules)]
        except RuleError as error:
            faults += error.faults
    faults += _doubled_ids(specs)
    compiler = Compiler()
    rules = []
    for file, number, spec in specs:
        try:
            if spec.enabled:
                rules.append(Rule(spec, compiler.condition(spec), content_hash(spec)))
        except ValueError as error:
            faults.append(file.fault(("rules", number, "match"), f"rule {spec.id}: {error}"))
    if faults:
        raise RuleError(faults)
    return rule_set(rules, compiler)


def rule_set(rules: Sequence[Rule], compiler: Compiler) -> RuleSet:
    """The rules with their automaton and the index from terms to rules."""
    by_term: dict[int, list[int]] = {}
    always = []
    for number, rule in enumerate(rules):
        anchors = rule.condition.anchors()
        if anchors is None:
            always.append(number)
        for term in anchors or ():
            by_term.setdefault(term, []).append(number)
    version = content_hash([rule.version for rule in rules])
    index = {term: tuple(numbers) for term, numbers in by_term.items()}
    return RuleSet(tuple(rules), version, Automaton(compiler.terms), index, tuple(always))


def _specs(file: RuleFile) -> RuleFileSpec:
    try:
        return RuleFileSpec.model_validate(file.content if file.content is not None else {})
    except ValidationError as error:
        raise RuleError([_sentence(file, fault["loc"], fault["msg"]) for fault in error.errors()]) from error


def _sentence(file: RuleFile, location: tuple[str | int, ...], message: str) -> str:
    named = ".".join(str(step) for step in location if not isinstance(step, int))
    rule = _rule_id(file, location)
    return file.fault(location, f"{f'rule {rule}: ' if rule else ''}{named}: {message}")


def _rule_id(file: RuleFile, location: tuple[str | int, ...]) -> str | None:
    try:
        return str(file.content["rules"][location[1]]["id"])
    except (KeyError, IndexError, TypeError):
        return None


def _doubled_ids(specs: Sequence[tuple[RuleFile, int, RuleSpec]]) -> list[str]:
    seen: dict[str, Path] = {}
    faults = []
    for file, number, spec in specs:
        if spec.id in seen:
            faults.append(file.fault(("rules", number, "id"), f"rule id {spec.id!r} is already in {seen[spec.id]}"))
        seen[spec.id] = file.path
    return faults
