"""Terms of rules: one word, a phrase, a prefix, inflected forms or an exact spelling, as patterns over folded words."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from processors.alerts.matching.segments import haystack
from processors.events.inflection import english_plural, romance_plural

MOST_FORMS = 64
"""Patterns one term may become by inflection."""

GENDERED = (("o", "a"), ("or", "ora"))
"""Spanish and Portuguese masculine endings with their feminine ones."""


@dataclass(frozen=True, slots=True)
class Term:
    """`written` as in the rule file; `patterns` over a haystack; `exact` the spelling asked for, None when folded."""

    written: str
    patterns: tuple[bytes, ...]
    exact: str | None = None


def read_term(written: str) -> Term:
    """The term of a rule file: `oil licence`, `deport*` (begins so), `prisoner~` (plural, gender), `=ICE` (exactly so).

    Raises ValueError with a sentence for what can match nothing or everything.
    """
    exact = written.startswith("=")
    words = written.removeprefix("=").split()
    prefix = bool(words) and words[-1].endswith("*")
    if any("*" in word.removesuffix("*" if word is words[-1] else "") for word in words):
        raise ValueError(f"{written!r}: `*` may stand only at the end of a term (`deport*`)")
    if exact and (prefix or any(word.endswith("~") for word in words)):
        raise ValueError(f"{written!r}: an exact term (`=`) takes neither `*` nor `~`")
    forms = _phrases([word.removesuffix("*") for word in words]) if "~" in written else (" ".join(words).rstrip("*"),)
    if len(forms) > MOST_FORMS:
        raise ValueError(f"{written!r}: `~` makes {len(forms)} forms, more than {MOST_FORMS}; put it on fewer words")
    patterns = tuple(dict.fromkeys(_pattern(form, prefix, written) for form in forms))
    return Term(written, patterns, written.removeprefix("=").strip() if exact else None)


def _phrases(words: list[str]) -> tuple[str, ...]:
    """Each combination of the forms of the words, once."""
    return tuple(dict.fromkeys(" ".join(combined) for combined in itertools.product(*map(_forms, words))))


def _pattern(form: str, prefix: bool, written: str) -> bytes:
    data = haystack(form)
    if len(data.strip()) < (3 if prefix else 1):
        raise ValueError(
            f"{written!r}: needs at least {'three letters before `*`' if prefix else 'one letter or digit'}"
        )
    return data.removesuffix(b" ") if prefix else data


def _forms(word: str) -> tuple[str, ...]:
    """The word itself, or its plurals and genders in our three languages where it carries `~`."""
    if not word.endswith("~"):
        return (word,)
    base = word.removesuffix("~").lower()
    return tuple(dict.fromkeys(_inflected(base))) if base else (word,)


def _inflected(base: str) -> Iterator[str]:
    yield base
    yield english_plural(base)
    for singular in (base, *_genders(base)):
        yield singular
        yield romance_plural(singular, "es")
        yield romance_plural(singular, "pt")


def _genders(base: str) -> Iterator[str]:
    for masculine, feminine in GENDERED:
        if base.endswith(masculine):
            yield base.removesuffix(masculine) + feminine
