"""The keyword baseline: countries by name, type by the first keyword, source and target in order of naming."""

import re

from tests.eval.cases import Case
from tests.eval.scoring import Answer, Found

COUNTRIES = {
    "VEN": r"venez\w+|maduro|caracas|rodríguez",
    "CUB": r"\bcuba\w*|havana|la habana|díaz-canel",
    "USA": r"\bU\.?S\.?A?\b|united states|estados unidos|ee\.? ?uu|\bEUA\b|trump|washington|american\w*|estadounid\w*",
    "COL": r"colombia\w*|petro\b",
    "BRA": r"bra[sz]il\w*|lula",
    "MEX": r"m[eé]xic\w+",
    "RUS": r"russia\w*|rusia|rus[so]\w*",
    "ESP": r"spain|spanish|españ\w+|espanh\w+",
}
TYPES = {
    "ASSAULT": "attack strike bomb kill ataque bombarde mató mata asesin ataca mort",
    "COERCE": "captur arrest detain seiz deport detuv detenid incaut prend apreend preso",
    "SANCTION": "sanction tariff blockade embargo sancion sanci bloqueo arancel tarifa expel expuls",
    "RETREAT": "releas freed withdr liber excarcel libert retir resign renunci",
    "MOBILIZE": "deploy troops warship despleg tropas buque navio",
    "PROTEST": "protest march rally manifest",
    "THREATEN": "threat amenaz ameaç",
    "ACCUSE": "accus condemn denounc acus conden denunci critic",
    "REJECT": "reject refus rechaz rejeit recus",
    "REQUEST": "urge demand call exig pid inst ped",
    "CONSULT": "talks meet visit negotiat reuni convers diálogo",
    "AID": "humanitarian ayuda donat ajuda",
    "COOPERATE": "cooperat cooper colabor",
    "SUPPORT": "support solidarity praise apoy solidari apoio",
    "AGREE": "agree acuerd acord pledge prome",
    "CONCEDE": "lift ease levant alivi flexibil suspende",
}


def answer(case: Case) -> Answer:
    """What keywords alone say of a case."""
    text = f"{case.title} {case.text}".lower()
    named = sorted(
        (match.start(), code) for code, form in COUNTRIES.items() if (match := re.search(form, text, re.IGNORECASE))
    )
    countries = tuple(code for _, code in named)
    kinds = [kind for kind, words in TYPES.items() if any(word in text for word in words.split())]
    source = countries[0] if countries else ""
    target = countries[1] if len(countries) > 1 else source
    events = tuple(Found(kind, source, target, "happened") for kind in kinds) if countries else ()
    return Answer(bool(events) and bool({"VEN", "CUB"} & set(countries)), countries, events)
