"""Pages and fragments: Jinja with autoescape on, the interface's words, and the few filters templates use."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from jinja2.exceptions import UndefinedError
from markupsafe import Markup, escape

from newswatch.reason_words import translated
from sinks.board.cards import moment, web_link
from sinks.board.marking import found_pieces

HERE = Path(__file__).parent
LANGUAGES = ("en", "es")
MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "es": ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"],
}


@cache
def words(language: str) -> Mapping[str, str]:
    """The interface's words: key → text, of words.LANGUAGE.toml."""
    tables = tomllib.loads((HERE / f"words.{language}.toml").read_text(encoding="utf-8"))
    return {f"{table}.{key}": text for table, entries in tables.items() for key, text in entries.items()}


class Words:
    """One language's words as templates call them: `t("now.title")`, `t("count.articles", n=3)`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = words(language)

    def __call__(self, key: str, **values: Any) -> str:
        """The text of `key` with its {names} filled in. Raises KeyError for a key that is not there."""
        text = self._words[key]
        return text.format_map(values) if values else text

    def table(self, name: str) -> str:
        """The words of a table for a page's script: code=word; code=word;"""
        prefix = f"{name}."
        pairs = (f"{k.removeprefix(prefix)}={text};" for k, text in self._words.items() if k.startswith(prefix))
        return "".join(pairs)

    def named(self, table: str, code: Any) -> str:
        """The word for a code of the data; the code itself where there is none."""
        return self._words.get(f"{table}.{code}", str(code))


@cache
def environment() -> Environment:
    """The one Jinja environment: autoescape always; a field a document lacks is empty."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # an upgrade under a running board must not mix new pages with old code
    )
    made.filters |= {
        "when": when,
        "number": number,
        "weblink": web_link,
        "found": found_pieces,
        "seg": lambda text: quote(str(text), safe=""),
        "query": lambda pairs: urlencode(pairs),
        "millis": millis,
        "codes": codes,
        "reason": translated,
    }
    return made


def render(template: str, language: str, **values: Any) -> str:
    """A page or fragment in `language`."""
    return environment().get_template(template).render(t=Words(language), lang=language, **values)


def when(value: Any, language: str, style: str = "full") -> Markup:
    """A <time> that the page turns into the reader's zone: UTC as text and title until then; a dash for none."""
    at = moment(value)
    if at is None:
        return Markup("<span>–</span>")
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    text = f"{at.day} {MONTHS[language][at.month - 1]} {at.year} {at:%H:%M} UTC"
    precision = "milliseconds" if style == "exact" else "seconds"
    return Markup('<time datetime="{}" data-style="{}" title="{}">{}</time>').format(
        at.isoformat(timespec=precision),
        style,
        f"{at:%Y-%m-%d %H:%M:%S} UTC",
        text,
    )


def number(value: Any, language: str = "en") -> str:
    """A whole number with the language's separator of thousands, or one with at most two decimals."""
    try:
        amount = float(value)
    except (TypeError, ValueError, UndefinedError):
        return "–"
    text = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}".rstrip("0")
    return text if language == "en" else text.translate(str.maketrans(",.", "\u202f,"))


def codes(text: str) -> Markup:
    """Our own words, escaped, with what stands between backticks as code."""
    parts = str(text).split("`")
    shown = [Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)]
    return Markup("").join(shown)


def millis(value: Any, language: str = "en") -> str:
    """A duration given in milliseconds, in the unit people would say it in."""
    try:
        amount = float(value)
    except (TypeError, ValueError, UndefinedError):
        return "–"
    for size, unit in ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")):
        if amount >= size:
            return f"{number(round(amount / size, 1), language)} {unit}"
    return f"{number(round(amount), language)} ms"


def utc_now() -> datetime:
    """The present, for pages: the one clock the board reads."""
    return datetime.now(UTC)
