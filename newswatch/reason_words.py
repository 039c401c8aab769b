"""An alert's reason in other languages: the engine writes English from few patterns, which are told again here."""

import re

_COUNTED = {"articles": "artículos", "stories": "historias", "sources": "fuentes"}
_FIELDS = {"title": "título", "text": "texto", "tags": "etiquetas"}
_WAYS = {"up": "sube", "down": "baja"}

SPANISH: tuple[tuple[str, str], ...] = (
    (r"first match for this story", "primera coincidencia en esta historia"),
    (r"realert time is over", "pasó el tiempo de volver a avisar"),
    (r"more independent sources", "más fuentes independientes"),
    (r"a number has changed", "cambió una cifra"),
    (r"the status of an event has changed", "cambió el estado de un evento"),
    (r"(\d+) independent sources within the timeframe", r"\1 fuentes independientes en el plazo"),
    (r"(\d+) (articles|stories|sources) within the timeframe \(threshold (\d+)\)", r"\1 \2 en el plazo (umbral \3)"),
    (r"(\d+) (articles|stories|sources) within the timeframe, fewer than (\d+)", r"\1 \2 en el plazo, menos de \3"),
    (r"(\d+) different values of (\S+) within the timeframe", r"\1 valores distintos de \2 en el plazo"),
    (r"(up|down): (\d+) (articles|stories|sources) in this window, (\d+) in the one before",
     r"\1: \2 \3 en esta ventana, \4 en la anterior"),
    (r"rises from “(.+)” to “(.+)”", r"sube de «\1» a «\2»"),
    (r"rises to “(.+)”", r"sube a «\1»"),
    (r"never seen before: (.+)", r"nunca visto antes: \1"),
    (r"for (.+)", r"por \1"),
)  # fmt: skip
"""English pattern of one part of a reason → its Spanish."""

_RULES = tuple((re.compile(pattern), spanish) for pattern, spanish in SPANISH)
_MATCHED = re.compile(r"“([^”]*)” \((title|text|tags)\)")
_WORD = re.compile(r"\b(articles|stories|sources)\b(?= en (?:el|esta))")


def translated(reason: str, language: str) -> str:
    """The reason in `language` ("es"); parts that no pattern knows, and other languages, stay as they are."""
    if language != "es":
        return reason
    return "; ".join(_spanish(part) for part in reason.split("; "))


def _spanish(part: str) -> str:
    if part.startswith("matched "):
        return "coincide " + _MATCHED.sub(lambda found: f"«{found[1]}» ({_FIELDS[found[2]]})", part[8:])
    for pattern, spanish in _RULES:
        if found := pattern.fullmatch(part):
            return _words(found.expand(spanish))
    return part


def _words(text: str) -> str:
    way, colon, rest = text.partition(": ")
    told = f"{_WAYS[way]}{colon}{rest}" if way in _WAYS else text
    return _WORD.sub(lambda found: _COUNTED[found[1]], told)
