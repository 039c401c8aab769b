"""Boolean queries in Lucene's syntax to conditions; luqum parses, we allow what has a clear meaning in an alert."""

from collections.abc import Callable
from typing import Any

from luqum import tree
from luqum.exceptions import ParseError
from luqum.parser import parser

from processors.alerts.matching.conditions import AllOf, AnyOf, Condition, Near, Not
from processors.alerts.matching.facts import quantity_fact, sources_fact, value_fact
from processors.alerts.matching.values import FIELDS

TEXT_FIELDS = frozenset({"title", "text", "tags"})
NUMBER_FIELDS = {"independent_sources": sources_fact, "quantity": quantity_fact}

Has = Callable[[str, frozenset[str] | None], Condition]
"""Makes the condition that a term is in one of the fields."""

Number = Callable[[str], int]
"""Gives a term its number."""

Fields = frozenset[str] | None


class QueryReader:
    """Turns one query into a condition; `fields` is where bare words are looked for."""

    def __init__(self, has: Has, number: Number) -> None:
        self._has, self._number = has, number

    def read(self, query: str, fields: Fields) -> Condition:
        """The condition. Raises ValueError with a sentence for a query that cannot be read or means nothing clear."""
        try:
            parsed = parser.parse(query)
        except ParseError as error:
            raise ValueError(f"query {query!r} cannot be read: {str(error).rstrip('!')}") from error
        except Exception as error:  # luqum's lexer raises what it likes on odd input
            raise ValueError(f"query {query!r} cannot be read: {error}") from error
        return self._node(parsed, fields)

    def _node(self, node: Any, fields: Fields) -> Condition:
        match node:
            case tree.AndOperation():
                return AllOf(tuple(self._node(child, fields) for child in node.children))
            case tree.OrOperation():
                return AnyOf(tuple(self._node(child, fields) for child in node.children))
            case tree.UnknownOperation():
                return self._signed(node, fields)
            case tree.Not() | tree.Prohibit():
                return Not(self._node(node.a, fields))
            case tree.Plus():
                return self._node(node.a, fields)
            case tree.Group() | tree.FieldGroup():
                return self._node(node.expr, fields)
            case tree.SearchField():
                return self._field(node, fields)
            case _:
                return self._leaf(node, fields)

    def _leaf(self, node: Any, fields: Fields) -> Condition:
        match node:
            case tree.Phrase():
                return self._has(_unquoted(node), fields)
            case tree.Word():
                return self._has(_word(node), fields)
            case tree.Proximity():
                words = _unquoted(node.term).split()
                groups = tuple((self._number(word),) for word in words)
                if len(groups) < 2:
                    return self._has(" ".join(words), fields)
                # Lucene's slop counts the words between; ours counts steps from the first to the last
                return Near(groups, int(node.degree) + len(groups) - 1, fields=fields)
            case _:
                raise ValueError(f"`{node}` has no meaning in an alert query (fuzzy, boost, ranges and /regex/ do not)")

    def _signed(self, node: Any, fields: Fields) -> Condition:
        """`+must -not`: every part needs its sign, as two bare words side by side mean OR to some and AND to others."""
        if not all(isinstance(child, (tree.Plus, tree.Prohibit, tree.Not)) for child in node.children):
            raise ValueError(f"`{node}`: put AND or OR between the parts, or quotes around a phrase")
        return AllOf(tuple(self._node(child, fields) for child in node.children))

    def _field(self, node: Any, fields: Fields) -> Condition:
        if node.name in TEXT_FIELDS:
            return self._node(node.expr, frozenset({node.name}))
        if node.name in NUMBER_FIELDS:
            return NUMBER_FIELDS[node.name](_comparison(node.expr))
        if node.name in FIELDS:
            return self._values(node.name, node.expr)
        known = ", ".join(sorted(TEXT_FIELDS | set(NUMBER_FIELDS) | set(FIELDS)))
        raise ValueError(f"`{node.name}:` is not a field; use {known}")

    def _values(self, name: str, node: Any) -> Condition:
        match node:
            case tree.OrOperation():
                return AnyOf(tuple(self._values(name, child) for child in node.children))
            case tree.AndOperation():
                return AllOf(tuple(self._values(name, child) for child in node.children))
            case tree.Not():
                return Not(self._values(name, node.a))
            case tree.Group() | tree.FieldGroup():
                return self._values(name, node.expr)
            case tree.Phrase():
                return value_fact(name, (_unquoted(node),))
            case tree.Word():
                return value_fact(name, (_word(node),))
            case _:
                raise ValueError(f"`{name}:{node}`: write values, joined with AND, OR, NOT")


def _unquoted(node: Any) -> str:
    return str(node.value)[1:-1]


def _word(node: Any) -> str:
    value = str(node.value).replace("\\", "")
    if "?" in value:
        raise ValueError(f"`{value}`: `?` is not supported; write the words, or a prefix with `*`")
    return value


def _comparison(node: Any) -> str:
    match node:
        case tree.From():
            return f"{'>=' if node.include else '>'}{node.a}"
        case tree.To():
            return f"{'<=' if node.include else '<'}{node.a}"
        case tree.Word():
            return str(node.value)
        case _:
            raise ValueError(f"`{node}`: write a comparison such as >=5")
