"""Whom an article credits for its text: the agency of its dateline, a credit line, or "with information from"."""

import re
from functools import cache

from processors.folding import folded, folded_once

AGENCIES = {
    "ap": "AP", "the associated press": "AP", "associated press": "AP", "reuters": "Reuters", "afp": "AFP",
    "agence france-presse": "AFP", "efe": "EFE", "agencia efe": "EFE", "ansa": "ANSA", "dpa": "DPA", "lusa": "Lusa",
    "europa press": "Europa Press", "agencia brasil": "Agência Brasil", "upi": "UPI", "xinhua": "Xinhua",
    "bloomberg": "Bloomberg", "prensa latina": "Prensa Latina", "acn": "ACN", "avn": "AVN", "notimex": "Notimex",
    "estadao conteudo": "Estadão Conteúdo", "folhapress": "Folhapress", "canadian press": "The Canadian Press",
    "the canadian press": "The Canadian Press", "tass": "TASS", "sputnik": "Sputnik", "inter press service": "IPS",
}  # fmt: skip
"""Agencies by the names credit lines use, folded."""

EDGE = 260
"""Characters at the end of a text where a credit stands."""

_DATELINE = re.compile(r"^[^.!?\n]{0,70}\(([^()\n]{2,30})\)\s*\.?\s*[-–]")
_PHRASES = re.compile(
    r"(?:con informacion(?:es)? de|con datos de|con reportes? de|tomado de|publicado (?:originalmente )?(?:en|por)"
    r"|com informac(?:oes|ao) d[aeo]s?|publicado originalmente (?:n[ao]|em)"
    r"|with (?:files|information|reporting|reports) from|contributed to this report"
    r"|this story (?:first|originally) appeared (?:in|on)"
    r"|first (?:published|reported) (?:by|in)|fuente:|source:|fonte:)"
)
_BEFORE = re.compile(r"(?:^|[.\n])\s*([^.\n]{2,40}?) contributed to this report")
_AFTER = re.compile(r"^\s*(?:the |la |el |o |a )?([^.,;()\n]{2,40})")
_LAST_LINE = re.compile(r"(?:^|\n|[.!?\"'”»)]\s)\s*\(?([^.\n()]{2,40})\)?\.?\s*$")


def credited(text: str, outlet: str | None, outlets: frozenset[str] = frozenset()) -> str | None:
    """The name of the agency or outlet credited with the text; None when the outlet wrote it itself.

    `outlets` are folded names of known outlets: a last line that is such a name, or an agency's, is a credit.
    """
    fold = folded_once(text)
    tail = fold[-EDGE:]
    start = _DATELINE.match(fold)
    for named in (start and start[1], _phrase(tail), _last_line(tail, outlets)):
        if named:
            name = AGENCIES.get(named.strip(), named.strip())
            return None if outlet and folded(name) == folded(outlet) else name
    return None


def _phrase(tail: str) -> str | None:
    before = _BEFORE.search(tail)
    if before:
        return before[1]
    found = _PHRASES.search(tail)
    after = _AFTER.match(tail, found.end()) if found else None
    after = _AFTER.match(tail[found.end() :]) if found and after is None else after
    return after[1] if after else None


def _last_line(tail: str, outlets: frozenset[str]) -> str | None:
    found = _LAST_LINE.search(tail)
    if found is None:
        return None
    name = found[1].strip()
    return name if name in AGENCIES or name in outlets else None


@cache
def source_key(name: str) -> str:
    """One spelling of an outlet's or agency's name, to compare by."""
    fold = folded(name).strip()
    return folded(AGENCIES.get(fold, fold))
