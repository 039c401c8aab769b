"""docs/fields.md: every field of every index, made from the catalogue."""

from collections.abc import Iterator

from sinks.index_names import MONTHLY, Family
from sinks.indices import catalogue
from sinks.indices.catalogue import CATALOGUE, DEFAULT_FIELDS

PURPOSES = {
    Family.ARTICLES: "One document per article and watch (`article_id:watch`, `article_id:-` off every watch).",
    Family.EVENTS: "One document per event as one article tells it: who did what to whom.",
    Family.STORIES: "One document per story, replaced as it grows.",
    Family.ALERTS: "One document per alert, replaced as its life goes on.",
    Family.DELIVERIES: "One document per alert and channel: the newest state of the delivery.",
    Family.REJECTED: "One document per input that was laid aside.",
    Family.FEEDS: "One document per feed: its health after the last poll.",
}


def field_reference() -> str:
    """The page's text."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Fields of the index"
    yield ""
    yield "Made from `sinks/indices/catalogue.py` by `make docs`; a test compares the two."
    yield ""
    yield from (catalogue.__doc__ or "").strip().splitlines()[2:]
    yield ""
    yield "Mappings are strict: a field that is not listed here is refused, and its document goes to news.rejected."
    yield "ECS in the third column marks names of the Elastic Common Schema."
    for family, fields in CATALOGUE.items():
        star = "-YYYY.MM" if family in MONTHLY else ""
        yield from ("", f"## newswatch-{family}{star}", "", PURPOSES[family], "")
        yield f"A search that names no field looks at: {', '.join(f'`{name}`' for name in DEFAULT_FIELDS[family])}."
        yield from ("", "| field | holds | ECS | meaning |", "|---|---|---|---|")
        for path, field in sorted(fields.items()):
            other = f" of `{field.alias}`" if field.alias else ""
            yield f"| `{path}` | {field.kind.value}{other} | {'ECS' if field.ecs else ''} | {field.about} |"
