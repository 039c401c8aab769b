"""Articles that tell of no one happening: round-ups of several, and background or anniversaries."""

import re
from enum import StrEnum

from processors.folding import folded_once

LEAD = 220
"""Characters of the text, after the title, where an article says what it is."""


class Kind(StrEnum):
    """What an article is, as far as stories go."""

    NEWS = "news"
    ROUNDUP = "roundup"
    BACKGROUND = "background"


_ROUNDUP = (
    r"(?:week|month|day|year|weekend) in (?:brief|review)",
    r"things (?:to know|we learned)|round-?up|news digest|in brief|week ahead|this week in",
    r"(?:daily|morning|evening|weekly) (?:brief(?:ing)?|digest|update|newsletter|summary)",
    r"the (?:past )?week(?:'s| in) \w+ (?:news|headlines)|top (?:stories|headlines)",
    r"(?:tres|cuatro|cinco|seis|siete|diez) (?:noticias|claves|temas|cosas)",
    r"claves (?:de la semana|del dia|del mes)|en breve|breves|titulares|la semana en",
    r"(?:resumen|balance|repaso) (?:de la semana|semanal|del dia|informativo|de noticias)",
    r"semana (?:intensa|en (?:resumen|breve|claves|cuba|venezuela|el caribe))",
    r"lo mas (?:importante|destacado)|noticias (?:de la semana|del dia)",
    r"resumo (?:da semana|do dia|semanal)|a semana (?:em|na|no)|em resumo|semana em \w+",
    r"(?:tres|quatro|cinco|seis) (?:noticias|fatos|assuntos|temas|pontos|coisas)",
    r"destaques d[ao]|giro (?:de noticias|da semana)",
    r"(?:panorama|agenda) (?:semanal|da semana|de la semana)",
)  # how outlets announce several happenings in one article; folded text
_TITLE = (
    r"perfil|profile|explainer|explained|timeline|cronologia|linha do tempo|factbox|retrospect\w*|historia|memoria",
    r"quien es|quienes son|quem e|who is|who are|que es|what is|o que e|entenda",
    r"analysis|analisis|analise|opinion|opiniao",
)  # what a headline begins with when the article is no news
_LOOKING_BACK = (
    r"(?:a|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3}) (?:year|month|decade)s? (?:on|later|after|since)",
    r"anniversary|aniversario|on this day|un dia como hoy|um dia como hoje|hace \w+ anos",
    r"(?:a|tras|un|uno|dos|tres|cuatro|cinco|seis|siete|ocho|diez|\d{1,3}) (?:ano|mes|decada)s? (?:despues|de)",
    r"se cumplen? \w+ (?:anos|meses|decadas)|completam? \w+ anos",
    r"(?:ha|faz|um|dois|tres|cinco|sete|dez|\d{1,3}) anos (?:depois|da|do|de)",
)
_ROUNDUP_WORDS = re.compile(rf"\b(?:{'|'.join(_ROUNDUP)})\b")
_BACKGROUND_WORDS = re.compile(
    rf"^(?:{'|'.join(_TITLE)})\b|\b(?:explainer|timeline|cronologia|factbox|{'|'.join(_LOOKING_BACK)})\b"
)


def kind_of(title: str, text: str) -> Kind:
    """What an article is, by the words of its title and lead."""
    head = folded_once(title)
    lead = head + "\n" + folded_once(text)[:LEAD]
    if _ROUNDUP_WORDS.search(lead):
        return Kind.ROUNDUP
    if _BACKGROUND_WORDS.search(head):
        return Kind.BACKGROUND
    return Kind.NEWS
