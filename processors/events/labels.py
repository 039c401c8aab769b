"""Numbers that count nothing: labels ("Zona 7", "Licence 44"), clock times, ages, shares, and "the two governments"."""

import re

from processors.events import grammar, spans
from processors.events.lexicon import Lexicon

BEFORE = 14  # characters before a number in which what it labels stands
NO_COUNT_AFTER = re.compile(
    r"(?:st|nd|rd|th)\b|[:/ºª]| ?[ap]\.?m\b| ?h\b|[ -]years?[ -]old"
    r"| (?:out of|in every|of every|de cada|em cada|a cada) "
    r"|[ -](?:thirds?|quarters|fifths|tenths|tercios|terços|quintos|quintas|quartos|décimos|terceras|cuartas)\b"
)  # clock times, ordinals, ages, shares
NO_COUNT_BEFORE = re.compile(
    r"[-/:#&]$|\b(?:law|article|section|title|resolution|route|page|chapter|number|no\.?|boeing|airbus|flight|covid|ley|art[íi]culo"
    r"|t[íi]tulo|resoluci[óo]n|decreto|decree|cap[íi]tulo|p[áa]gina|n[úu]mero|vuelo|ruta|lei|artigo|resolu[çc][ãa]o|voo|rota|aged"
    r"|channel|canal|phase|fase|level|nivel|n[íi]vel|zon[ea]|cota|licen[cs]e|licencia|licen[çc]a|avenida|avenue|rua|calle"
    r"|cela|celda|troncal|brigada|(?:law|ley|lei) (?:of|from|de)|out of|de cada|em cada|in every|one of the|uno de los"
    r"|una de las|um dos|uma das) $"
)  # labels, ages, "one of the six", "nine out of ten"
PART_OF_TOLD = re.compile(r" (?:(?:of|de) (?:them|whom|those|which|ellos|ellas|l[oa]s cuales)|deles|delas)\b")
THE = re.compile(r"\b(?:the|both|these|los|las|estos|estas|os|as|estes|estas) $")
FEW = 3  # "the two governments": as many are spoken of anyway
SPOKEN_OF = frozenset(
    {"governments", "countries", "sides", "presidents", "parties", "nations", "foes", "halves", "navies", "capitals"}
    | {"leaders", "men", "states", "neighbours", "neighbors", "rivals", "allies", "ministers", "koreas", "armies"}
    | {"gobiernos", "países", "partes", "presidentes", "mandatarios", "naciones", "capitales", "lados", "cancilleres"}
    | {"líderes", "bandos", "delegaciones", "estados", "vecinos", "aliados", "governos", "nações", "capitais"}
    | {"chanceleres", "vizinhos", "mandatários", "delegações"}
)
ONES = frozenset({"one", "un", "una", "uno", "um", "uma"})


def is_label(lowered: str, start: int, span: tuple[int, int], *, in_unit: bool) -> bool:
    """Whether the number at `span`, in a stretch that begins at `start`, counts nothing; `in_unit`: it has a unit."""
    at, end = span
    before = lowered[max(start, at - BEFORE) : at]
    if NO_COUNT_AFTER.match(lowered, end) or NO_COUNT_BEFORE.search(before):
        return True
    if PART_OF_TOLD.match(lowered, end) and (before.rstrip().endswith(",") or lowered[at:end] in ONES):
        return True
    return in_unit and spans.continues(lowered, at)


def is_spoken_of(lowered: str, at: int, value: float, what: str | None, lexicon: Lexicon) -> bool:
    """Whether a number only repeats who is spoken of ("the two governments", "los dos combinaron")."""
    if value > FEW or not THE.search(lowered, max(0, at - 8), at):
        return False
    if what is None or what.split()[0] in SPOKEN_OF:
        return True
    word = lexicon.words.get(what.split()[0])
    return word is not None and bool(word.flags & grammar.VERB) and not word.classes and not word.flags & grammar.NOUN
