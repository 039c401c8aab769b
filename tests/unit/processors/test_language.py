"""The language of words."""

import pytest

from processors.language import UNKNOWN, detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The president said that the ships will stay in the Caribbean.", "en"),
        ("El presidente dijo que los barcos seguirán en el Caribe.", "es"),
        ("O presidente disse que os navios vão continuar no Caribe.", "pt"),
        ("US strikes boats off Venezuela, eleven dead", "en"),
        ("Le président a dit que les navires resteront dans les Caraïbes.", "fr"),
        ("", UNKNOWN),
        ("123 456 --", UNKNOWN),
    ],
)
def test_language_of_a_text(text: str, language: str) -> None:
    assert detect(text) == language
