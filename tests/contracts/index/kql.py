"""Kibana's query language as Elasticsearch queries, as far as analysts' searches here need it.

Kibana translates in the browser; no Kibana runs here. Written from its documentation: `field: value` matches words,
`field: "phrase"` a phrase, `*` any characters, `field >= x` a range, `and` `or` `not` with brackets, `list: { … }` one
element of a nested list; words without a field look in all default fields.
"""

import re
from typing import Any

Query = dict[str, Any]

TOKEN = re.compile(r'\s*(?:("(?:\\.|[^"\\])*")|(>=|<=|[:(){}<>])|((?:\\.|[^\s:(){}<>"])+))')
WORDS = frozenset({"and", "or", "not"})


def translate(text: str) -> Query:
    """The query of `text`. Raises ValueError where it is not understood."""
    parser = _Parser([next(part for part in match if part) for match in TOKEN.findall(text)])
    found = parser.either("")
    if parser.left:
        raise ValueError(f"not understood from {parser.left[0]!r} on: {text}")
    return found


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def either(self, path: str) -> Query:
        parts = [self.both(path)]
        while self._next_is("or"):
            parts.append(self.both(path))
        return parts[0] if len(parts) == 1 else {"bool": {"should": parts, "minimum_should_match": 1}}

    def both(self, path: str) -> Query:
        parts = [self.denied(path)]
        while self._next_is("and"):
            parts.append(self.denied(path))
        return parts[0] if len(parts) == 1 else {"bool": {"filter": parts}}

    def denied(self, path: str) -> Query:
        if self._next_is("not"):
            return {"bool": {"must_not": self.denied(path)}}
        return self.one(path)

    def one(self, path: str) -> Query:
        if self._next_is("("):
            return self._closed(self.either(path), ")")
        name = self._words()
        if self._next_is(":"):
            field = path + name
            if self._next_is("{"):
                return {"nested": {"path": field, "query": self._closed(self.either(f"{field}."), "}")}}
            return self.value(field)
        for sign, bound in ((">=", "gte"), ("<=", "lte"), (">", "gt"), ("<", "lt")):
            if self._next_is(sign):
                return {"range": {path + name: {bound: _plain(self._words())}}}
        return match("", name)

    def value(self, field: str) -> Query:
        if self._next_is("("):
            return self._closed(self._values(field), ")")
        return match(field, self._words())

    def _values(self, field: str) -> Query:
        parts, joint = [self._value_or_not(field)], "or"
        while self.left[:1] in (["or"], ["and"]):
            joint = self.left.pop(0)
            parts.append(self._value_or_not(field))
        return {"bool": {"filter" if joint == "and" else "should": parts}}

    def _value_or_not(self, field: str) -> Query:
        if self._next_is("not"):
            return {"bool": {"must_not": match(field, self._words())}}
        return match(field, self._words())

    def _words(self) -> str:
        """A phrase, or the words up to the next sign or joint."""
        found: list[str] = []
        while self.left and self.left[0] not in WORDS and not (len(self.left[0]) <= 2 and self.left[0][0] in ":(){}<>"):
            found.append(self.left.pop(0))
            if found[-1].startswith('"'):
                break
        if not found:
            raise ValueError(f"a value was expected before {self.left[:1]}")
        return " ".join(found)

    def _next_is(self, token: str) -> bool:
        if self.left and self.left[0].lower() == token:
            self.left.pop(0)
            return True
        return False

    def _closed(self, found: Query, bracket: str) -> Query:
        if not self._next_is(bracket):
            raise ValueError(f"a {bracket} is missing")
        return found


def match(field: str, value: str) -> Query:
    """One value in one field; all default fields when `field` is empty."""
    if value.startswith('"'):
        phrase = _plain(value)
        return {"match_phrase": {field: phrase}} if field else {"multi_match": {"type": "phrase", "query": phrase}}
    if value == "*":
        return {"exists": {"field": field}} if field else {"match_all": {}}
    if "*" in value:
        fields = {"fields": [field]} if field else {}
        return {"query_string": {"query": value.replace(" ", "\\ "), "analyze_wildcard": True, **fields}}
    return (
        {"match": {field: value}}
        if field
        else {"multi_match": {"type": "best_fields", "query": value, "lenient": True}}
    )


def _plain(value: str) -> str:
    inner = value[1:-1] if value.startswith('"') else value
    return re.sub(r"\\(.)", r"\1", inner)
