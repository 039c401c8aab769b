"""Numbers that count nothing: labels ("Zona 7", "Licence 44"), clock times, ages, shares, and "the two governments"."""

import re

from processors.events import grammar, spans
from processors.events.lexicon import Lexicon

BEFORE = 26  # characters before a number in which what it labels stands
NO_COUNT_AFTER = re.compile(
    r"(?:st|nd|rd|th)\b|[:/ºª]| ?[ap]\.?m\b| ?h\b|[ -]years?[ -]old"
    r"| (?:out of|in every|of every|de cada|em cada|a cada) "
    r"|[ -](?:thirds?|quarters|fifths|tenths|tercios|terços|quintos|quintas|quartos|décimos|terceras|cuartas)\b"
)  # clock times, ordinals, ages, shares
LABELLED = (
    r"law|article|section|title|resolution|route|page|chapter|number|no\.?|boeing|airbus|flight|covid|aged|channel|phase"
    r"|level|decree|session|zone|avenue|ley|art[íi]culo|t[íi]tulo|resoluci[óo]n|decreto|cap[íi]tulo|p[áa]gina|n[úu]mero"
    r"|vuelo|ruta|canal|fase|nivel|n[íi]vel|sesión|zona|cota|kilo|avenida|calle|celda|troncal|brigada|lei|artigo"
    r"|resolu[çc][ãa]o|voo|rota|sessão|rua|cela"
)
NO_COUNT_BEFORE = re.compile(
    rf"[-/:#&]$|\b(?:{LABELLED}|(?:licen[cs]e|licencia|licen[çc]a)(?: general| geral)?|(?:law|ley|lei) (?:of|from|de)"
    r"|out of|de cada|em cada|in every|one of the|uno de los|una de las|um dos|uma das) $"
)  # labels, ages, "one of the six", "nine out of ten"
PART_OF_TOLD = re.compile(r" (?:(?:of|de) (?:them|whom|those|which|ellos|ellas|l[oa]s cuales)|deles|delas)\b")
SAYING = (
    "said|says?|told|hinted|confided|added|dijeron|dicen|aseguraron|aseguran|afirmaron|confirmaron|indicaron|revelaron"
    "|contaron|disseram|dizem|afirmaram|confirmaram|revelaram|contaram"
)
SOURCES_BEFORE = re.compile(
    r"\b(?:according to|told by|citing|según|de acuerdo con|citando|segundo|conforme|de acordo com) $"
)
SOURCES_BEHIND = re.compile(
    r"(?: [\w.’'-]+){0,2} (?:(?:sources|fuentes|fontes)\b|(?:people|persons|officials?|diplomats|officers|aides"
    r"|advisers|men|insiders|executives|lawmakers|personas|funcionarios|diplomáticos|pessoas|funcionários|diplomatas"
    r"|assessores)"
    rf",? (?:familiar|close|briefed|involved|with (?:direct )?knowledge|cercan[oa]s|próxim[oa]s|al tanto|{SAYING})\b)"
)
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


def is_of_sources(lowered: str, first: int, last: int) -> bool:
    """Whether those counted only say so ("three people familiar with the talks", "según dos funcionarios")."""
    return bool(SOURCES_BEFORE.search(lowered, max(0, first - 20), first) or SOURCES_BEHIND.match(lowered, last))


def is_spoken_of(lowered: str, at: int, value: float, what: str | None, lexicon: Lexicon) -> bool:
    """Whether a number only repeats who is spoken of ("the two governments", "los dos combinaron")."""
    if value > FEW or not THE.search(lowered, max(0, at - 8), at):
        return False
    if what is None or what.split()[0] in SPOKEN_OF:
        return True
    word = lexicon.words.get(what.split()[0])
    return word is not None and bool(word.flags & grammar.VERB) and not word.classes and not word.flags & grammar.NOUN
