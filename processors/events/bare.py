"""Numbers with no noun and no unit behind them: which of them count something ("killed 42", "18,000 of its men")."""

import re

from processors.events import grammar
from processors.events.lexicon import Lexicon

LEAD = 32  # characters before a number that are looked at
LARGE = 1e6  # from here on a number is told for what it counts, money most often
PART = re.compile(r" (?:of|de|del|dos|das|do|da)\b(?! (?:cada|every|each|them|whom|la (?:mañana|tarde|noche)))")
CLOCK = re.compile(r"\b(?:at|las|la|às|as|by|about|until|till|before|after) $")
COMPANY = re.compile(
    r"\b(?:crew|group|march|brigade|planeload|busload|boatload|team|delegation|band|crowd|total|party|convoy|grupo"
    r"|tripulación|delegación|equipo|brigada|caravana|total|tripulação|equipe|equipa|delegação) (?:of|de) $"
)
ALL = re.compile(r"\b(?:all|otros|otras|outros|outras|another|a further) $")
PERSONS = re.compile(r"(\w+) (?:a|a los|aos) $")  # "mordieron a tres", "apresó a los 27"
WORD_BEFORE = re.compile(r"([^\W\d_]+) $")
HELPING = grammar.BE | grammar.HAVE | grammar.MODAL | grammar.FUTURE | grammar.PREP


def counts(lowered: str, original: str, span: tuple[int, int], value: float, lexicon: Lexicon) -> bool:
    """Whether the number in lowered[first:last], which stands alone, counts what the sentence names elsewhere."""
    first, last = span
    if lowered[last : last + 1].isalnum() or lowered[last : last + 2] in {".º", ".ª"}:
        return False
    lead = lowered[max(0, first - LEAD) : first]
    if value >= LARGE or ALL.search(lead) or COMPANY.search(lead):
        return True
    if PART.match(lowered, last) and not CLOCK.search(lead):
        return True
    persons = PERSONS.search(lead)
    word = persons if persons is not None and lexicon.lang != "en" else WORD_BEFORE.search(lead)
    if word is None or not original[first - len(lead) + word.start(1)].islower():
        return False
    told = lexicon.words.get(word.group(1))
    return told is not None and bool(told.flags & grammar.VERB) and not told.flags & HELPING
