"""A rule's words to its compiled condition; terms shared by rules are numbered once."""

from processors.matching.conditions import AllOf, AnyOf, ByLanguage, Condition, HasTerm, Near, Not
from processors.matching.terms import Term, read_term
from processors.rule_model import KeywordSpec, RuleSpec

SEARCHABLE = frozenset({"title", "text", "tags"})
"""Fields of an article that keywords may be looked for in."""


class Compiler:
    """Numbers terms as it meets them; `terms` is what the automaton is made of."""

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self._numbers: dict[str, int] = {}

    def condition(self, spec: RuleSpec) -> Condition:
        """The condition of a rule. Raises ValueError with a sentence."""
        match = spec.match
        fields = self.fields(match.search)
        parts = [*self._keywords(match, fields)]
        if match.languages:
            sets = {language: AllOf((*self._keywords(words, fields),)) for language, words in match.languages.items()}
            parts.append(ByLanguage(tuple(sets.items()), AnyOf(tuple(sets.values()))))
        if not parts:
            raise ValueError("match asks for nothing: give keywords (any, all, near, query) or fields")
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def fields(self, names: tuple[str, ...]) -> frozenset[str] | None:
        """The fields to search, None for all of them. Raises ValueError for an unknown one."""
        unknown = sorted(set(names) - SEARCHABLE)
        if unknown:
            raise ValueError(f"search: {unknown[0]!r} is not a field with text; use title, text or tags")
        return None if set(names) == SEARCHABLE else frozenset(names)

    def _keywords(self, words: KeywordSpec, fields: frozenset[str] | None) -> list[Condition]:
        parts: list[Condition] = [self.has(term, fields) for term in words.all]
        if words.any:
            options = tuple(self.has(term, fields) for term in words.any)
            parts.append(options[0] if len(options) == 1 else AnyOf(options))
        parts += [
            Near(tuple(tuple(self.number(t) for t in group) for group in near.terms), near.within, near.ordered, fields)
            for near in words.near
        ]
        parts += [Not(self.has(term, fields)) for term in words.none]
        return parts

    def has(self, written: str, fields: frozenset[str] | None) -> HasTerm:
        """The condition that a term is there."""
        return HasTerm(self.number(written), fields)

    def number(self, written: str) -> int:
        """The term's number. Raises ValueError for a term that cannot be read."""
        number = self._numbers.get(written)
        if number is None:
            self.terms.append(read_term(written))
            number = self._numbers[written] = len(self.terms) - 1
        return number
