"""A rule's words to its compiled condition; terms shared by rules are numbered once."""

from collections.abc import Callable, Sequence

from processors.alerts.matching.conditions import AllOf, AnyOf, ByLanguage, Condition, HasTerm, Near, Not
from processors.alerts.matching.facts import field_facts
from processors.alerts.matching.lucene import QueryReader
from processors.alerts.matching.terms import Term, read_term
from processors.alerts.rule_model import KeywordSpec, MatchSpec, RuleSpec

SEARCHABLE = frozenset({"title", "text", "tags"})

Fields = frozenset[str] | None


class Compiler:
    """Numbers terms as it meets them; `terms` is what the automaton is made of."""

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self._numbers: dict[str, int] = {}
        self._queries = QueryReader(self.has, self.number)

    def condition(self, spec: RuleSpec) -> Condition:
        """The condition of a rule. Raises ValueError with a sentence."""
        return self.match(spec.match)

    def match(self, match: MatchSpec) -> Condition:
        """The condition of one `match`. Raises ValueError with a sentence."""
        fields = None if set(match.search) == SEARCHABLE else frozenset(match.search)
        parts = self._keywords(match, fields)
        if match.languages:
            sets = {language: joined(self._keywords(words, fields)) for language, words in match.languages.items()}
            parts.append(ByLanguage(tuple(sets.items()), AnyOf(tuple(sets.values()))))
        parts += field_facts(match.fields)
        if match.not_fields:
            parts.append(Not(AllOf(tuple(field_facts(match.not_fields)))))
        if not parts:
            raise ValueError("match asks for nothing: give keywords (any, all, near, query) or fields")
        return joined(parts)

    def _keywords(self, words: KeywordSpec, fields: Fields) -> list[Condition]:
        parts: list[Condition] = [self.has(term, fields) for term in words.all]
        if words.any:
            parts.append(joined([self.has(term, fields) for term in words.any], AnyOf))
        parts += [
            Near(tuple(tuple(map(self.number, group)) for group in near.terms), near.within, near.ordered, fields)
            for near in words.near
        ]
        if words.query:
            parts.append(self._queries.read(words.query, fields))
        parts += [Not(self.has(term, fields)) for term in words.none]
        return parts

    def has(self, written: str, fields: Fields) -> HasTerm:
        """The condition that a term is there."""
        return HasTerm(self.number(written), written, fields)

    def number(self, written: str) -> int:
        """The term's number. Raises ValueError for a term that cannot be read."""
        number = self._numbers.get(written)
        if number is None:
            self.terms.append(read_term(written))
            number = self._numbers[written] = len(self.terms) - 1
        return number


def joined(parts: Sequence[Condition], how: Callable[[tuple[Condition, ...]], Condition] = AllOf) -> Condition:
    """The parts under one condition; a single part stays as it is."""
    return parts[0] if len(parts) == 1 else how(tuple(parts))
