"""Who wrote it: reading names out of bylines and author fields in English, Spanish and Portuguese."""

import re
from collections.abc import Iterable

from processors.folding import folded

MOST_AUTHORS = 10
LONGEST_NAME = 60

NOBODY = frozenset(
    {
        "admin", "administrator", "editor", "editors", "staff", "redaccion", "redacao", "redactor", "newsroom", "root",
        "webmaster", "author", "autor", "unknown", "anonymous", "anonimo", "equipo", "equipe", "guest", "web", "user",
        "null", "none", "undefined", "la redaccion", "de la redaccion", "da redacao", "staff writer", "staff reporter",
        "editorial team", "news desk",
    }
)  # fmt: skip
"""What content systems print where nobody signed (folded)."""

_OPENING = re.compile(
    r"^(?:(?:written|reported|story|words|text)\s+by|by|por|texto(?:\s+(?:de|por))?|escrito\s+por|publicado\s+por|"
    r"posted\s+by|autora?|author)\s*:?\s+",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:;|\||/|•|·|,|&)\s*")
_JOINED = re.compile(r"(?<=\w\s)(?:and|y|e)(?=\s\w+\s+\w)", re.IGNORECASE)  # two full names; not "Ortega y Gasset"
_ROLE = re.compile(
    r"\b(?:senior|chief|foreign|political|correspondent|reporter|editor|writer|journalist|corresponsal|periodista|"
    r"enviad[oa]|redactora?|rep[oó]rter|jornalista|columnist|columnista|staff|special to)\b.*$",
    re.IGNORECASE,
)
_NAME_WORD = r"(?:[A-ZÁÉÍÓÚÜÑÇÂÊÔÃÕÀ][\w'’.\-]*|d[aeo]s?|del|de|la|las|los|van|von|der|den|bin|al|di|du|y|e|and)"
_NAME = re.compile(rf"^{_NAME_WORD}(?:\s+{_NAME_WORD}){{0,6}}$")
_BYLINE = re.compile(
    r"^(?:(?:by|por|escrito por|publicado por|posted by|written by|texto):?|autora?:|author:)\s+"
    rf"(?P<names>{_NAME_WORD}(?:[\s,&/]+{_NAME_WORD}){{0,12}})\s*(?:[|•·–—\-,].*)?$",
    re.IGNORECASE,
)
_AFTER_DATE = re.compile(
    rf"\d{{4}}[^A-Za-z]{{0,12}}(?:\s(?:by|por)\s+|[|·•]\s*)(?P<names>{_NAME_WORD}(?:\s+{_NAME_WORD}){{1,5}})\s*$"
)


def names(fields: Iterable[str], *, outlet: str | None = None) -> tuple[str, ...]:
    """Author names in `fields` (each may hold several), in order, once each, without roles, addresses and nobodies."""
    found: dict[str, str] = {}
    barred = folded(outlet).strip() if outlet else ""
    for field in fields:
        for part in _parts(field):
            key = folded(part)
            if key and key not in NOBODY and key != barred and len(part) <= LONGEST_NAME:
                found.setdefault(key, part)
    return tuple(found.values())[:MOST_AUTHORS]


def byline(line: str) -> tuple[str, ...]:
    """The names a whole line signs with ("By A B and C D", "Friday, 9 January 2026 by A B"); empty for other lines."""
    plain = " ".join(line.split())
    if len(plain) > 140 or plain.endswith((":", "?")):
        return ()
    found = _BYLINE.match(plain) or _AFTER_DATE.search(plain)
    if not found:
        return ()
    held = names([found["names"]])
    return held if held and all(_NAME.match(name) for name in held) and _capitals(held[0]) else ()


def _parts(field: str) -> list[str]:
    """The single names in one field."""
    plain = " ".join(re.sub(r"<[^>]*>|\([^)]*\)|https?://\S+|\S+@\S+|@\w+", " ", field).split())
    plain = _OPENING.sub("", plain)
    cleaned = (_ROLE.sub("", name).strip(" \t.,:;-–—|") for part in _SPLIT.split(plain) for name in _JOINED.split(part))
    return [part for part in cleaned if len(part) > 1 and not part.isdigit()]


def _capitals(name: str) -> bool:
    return name[:1].isupper()
