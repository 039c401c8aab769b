"""Search words to an Elasticsearch query: the query language of alert rules, read the same way. Pure."""

import unicodedata
from typing import Any

from luqum import tree
from luqum.exceptions import ParseError
from luqum.parser import parser

from newswatch.errors import UserError
from sinks.index_names import Family
from sinks.indices.catalogue import DEFAULT_FIELDS

Query = dict[str, Any]

MOST_CHARACTERS = 1000
"""Characters of a query that are read."""

MOST_PARTS = 64
"""Words, phrases and values a query may have."""

BOOSTS = {"title": 4, "title.en": 2, "title.es": 2, "title.pt": 2}

TEXT_FIELDS: dict[str, tuple[str, ...]] = {
    "title": tuple(f"title{part}" for part in ("", ".en", ".es", ".pt")),
    "text": tuple(f"text{part}" for part in ("", ".en", ".es", ".pt")),
    "tags": ("tags",),
}

VALUE_FIELDS: dict[str, tuple[str, ...]] = {
    "country": ("countries",),
    "actor": ("entities.id", "entities.name"),
    "place": ("entities.id", "places"),
    "source": ("outlet.name",),
    "source_country": ("outlet.country",),
    "owner": ("outlet.owner",),
    "leaning": ("outlet.leaning",),
    "language": ("language",),
    "tag": ("tags",),
    "author": ("authors",),
    "feed": ("feed.url",),
    "story": ("story_id",),
    "watch": ("watch",),
}
"""Names a rule may use → fields of the articles index."""

EVENT_FIELDS: dict[str, str] = {
    "type": "events.type",
    "mode": "events.mode",
    "status": "events.status",
    "frame": "events.frame",
    "quad": "events.quad",
    "asserted_by": "events.asserted_by",
    "by": "events.actor.country",
    "to": "events.target.country",
}
"""Parts of a coded event; they live in nested documents."""

UPPER = frozenset({"country", "source_country", "type", "by", "to"})
"""Fields whose values are written in capitals."""

NUMBER_FIELDS = {"independent_sources": "story.independent_sources"}

KNOWN = (*TEXT_FIELDS, *VALUE_FIELDS, *EVENT_FIELDS, *NUMBER_FIELDS)


def read_query(words: str) -> Query:
    """The query for `words`; every document for none. Raises UserError with a sentence for what cannot be read."""
    words = words.strip()
    if not words:
        return {"match_all": {}}
    if len(words) > MOST_CHARACTERS:
        raise UserError(f"the query has {len(words)} characters; {MOST_CHARACTERS} are allowed")
    try:
        parsed = parser.parse(words)
    except ParseError as error:
        raise UserError(f"the query cannot be read: {str(error).rstrip('!')}") from error
    except Exception as error:  # luqum's lexer raises what it likes on odd input
        raise UserError(f"the query cannot be read: {error}") from error
    return _Reader().node(parsed, None)


def fold(text: str) -> str:
    """Lower case without accents, as the index folds its terms."""
    return "".join(part for part in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(part))


class _Reader:
    """Turns the parse tree into a query; counts its parts."""

    def __init__(self) -> None:
        self._parts = 0

    def node(self, node: Any, name: str | None) -> Query:
        match node:
            case tree.AndOperation() | tree.UnknownOperation():
                return self._all(node.children, name)
            case tree.OrOperation():
                parts = [self.node(child, name) for child in node.children]
                return {"bool": {"should": parts, "minimum_should_match": 1}}
            case tree.Not() | tree.Prohibit():
                return {"bool": {"must_not": [self.node(node.a, name)]}}
            case tree.Plus():
                return self.node(node.a, name)
            case tree.Group() | tree.FieldGroup():
                return self.node(node.expr, name)
            case tree.SearchField():
                return self._field(node)
            case _:
                return self._leaf(node, name)

    def _all(self, children: Any, name: str | None) -> Query:
        without = [child for child in children if isinstance(child, (tree.Not, tree.Prohibit))]
        must = [self.node(child, name) for child in children if child not in without]
        parts = {"must": must, "must_not": [self.node(child.a, name) for child in without]}
        return {"bool": {key: value for key, value in parts.items() if value}}

    def _field(self, node: Any) -> Query:
        if node.name not in KNOWN:
            raise UserError(f"`{node.name}:` is not a field; use {', '.join(sorted(KNOWN))}")
        return self.node(node.expr, str(node.name))

    def _leaf(self, node: Any, name: str | None) -> Query:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise UserError(f"the query has more than {MOST_PARTS} parts")
        if name in NUMBER_FIELDS:
            return {"range": {NUMBER_FIELDS[name]: _comparison(node)}}
        match node:
            case tree.Phrase():
                return _phrase(str(node.value)[1:-1], name, 0)
            case tree.Proximity():
                return _phrase(str(node.term.value)[1:-1], name, int(node.degree))
            case tree.Word():
                return _word(str(node.value).replace("\\", ""), name)
            case _:
                raise UserError(f"`{node}` has no meaning here: fuzzy words, boosts, ranges and /regex/ do not")


def _text_fields(name: str | None) -> list[str]:
    fields = TEXT_FIELDS[name] if name else DEFAULT_FIELDS[Family.ARTICLES]
    return [f"{field}^{BOOSTS[field]}" if field in BOOSTS else field for field in fields]


def _word(word: str, name: str | None) -> Query:
    if "?" in word or "*" in word[:-1]:
        raise UserError(f"`{word}`: write the words, or a prefix that ends in `*`")
    if word == "*":
        return {"match_all": {}}
    if name in VALUE_FIELDS or name in EVENT_FIELDS:
        return _value(name or "", word)
    if word.endswith("*"):
        fields = ["title", "text", "summary"] if name is None else [name]
        return _any([{"prefix": {field: {"value": fold(word[:-1])}}} for field in fields])
    return {"multi_match": {"query": word, "fields": _text_fields(name), "operator": "and"}}


def _phrase(words: str, name: str | None, slop: int) -> Query:
    if name in VALUE_FIELDS or name in EVENT_FIELDS:
        return _value(name or "", words)
    return {"multi_match": {"query": words, "fields": _text_fields(name), "type": "phrase", "slop": slop}}


def _value(name: str, value: str) -> Query:
    value = value.upper() if name in UPPER else value
    if name in EVENT_FIELDS:
        field = EVENT_FIELDS[name]
        query = {"match": {field: {"query": value, "operator": "and"}}}
        return {"nested": {"path": "events", "query": query}}
    if value.endswith("*"):
        return _any(
            [{"prefix": {field: {"value": value[:-1], "case_insensitive": True}}} for field in VALUE_FIELDS[name]]
        )
    return _any([{"match": {field: {"query": value, "operator": "and"}}} for field in VALUE_FIELDS[name]])


def _any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


def _comparison(node: Any) -> dict[str, float]:
    try:
        match node:
            case tree.From():
                return {"gte" if node.include else "gt": float(str(node.a))}
            case tree.To():
                return {"lte" if node.include else "lt": float(str(node.a))}
            case _:
                return {"gte": float(str(node)), "lte": float(str(node))}
    except ValueError as error:
        raise UserError(f"`{node}`: write a comparison such as >=5") from error
