"""Names out of bylines and author fields."""

import pytest

from processors.extraction.bylines import byline, names


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("By Silvana Solano Rodríguez", ("Silvana Solano Rodríguez",)),
        ("By John Smith and Mary O'Neil", ("John Smith", "Mary O'Neil")),
        ("Por: Omar Requena", ("Omar Requena",)),
        ("Por Lucía Benítez y Omar Requena", ("Lucía Benítez", "Omar Requena")),
        ("Friday, January 9, 2026 by Emily Vargas", ("Emily Vargas",)),
        ("16 de enero de 2026 | Lisandra Vega", ("Lisandra Vega",)),
        ("Por José Ortega y Gasset", ("José Ortega y Gasset",)),
        ("By the time the ships arrived, it was dark", ()),
        ("Por primera vez en tres semanas cayó el dólar", ()),
        ("Caracas", ()),
        ("", ()),
    ],
)
def test_a_signature_is_told_from_a_sentence(line: str, found: tuple[str, ...]) -> None:
    assert byline(line) == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (["By Ana Pérez, Senior Correspondent"], ("Ana Pérez",)),
        (["ana@paper.example Ana Pérez | Luis Gil"], ("Ana Pérez", "Luis Gil")),
        (["admin", "Redacción", "El Faro"], ()),
        (["Ana Pérez", "ANA PÉREZ"], ("Ana Pérez",)),
        (["https://paper.example/ana"], ()),
    ],
)
def test_author_fields_give_names_alone(fields: list[str], found: tuple[str, ...]) -> None:
    assert names(fields, outlet="El Faro") == found
