"""Reasons told in Spanish: every sentence the engine makes has its translation, and what is unknown stays."""

import pytest

from newswatch.reason_words import translated
from processors.alerts.kinds.once import REASONS


@pytest.mark.parametrize("reason", REASONS.values())
def test_every_plain_reason_has_a_translation(reason: str) -> None:
    assert translated(reason, "es") != reason


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("first match for this story; matched “fuel” (title), “fuel” (text)",
         "primera coincidencia en esta historia; coincide «fuel» (título), «fuel» (texto)"),
        ("5 articles within the timeframe (threshold 5); for CUB", "5 artículos en el plazo (umbral 5); por CUB"),
        ("0 stories within the timeframe, fewer than 1", "0 historias en el plazo, menos de 1"),
        ("up: 9 sources in this window, 2 in the one before", "sube: 9 fuentes en esta ventana, 2 en la anterior"),
        ("3 independent sources within the timeframe", "3 fuentes independientes en el plazo"),
        ("12 different values of place within the timeframe", "12 valores distintos de place en el plazo"),
        ("rises from “threats” to “attack”", "sube de «threats» a «attack»"),
        ("rises to “attack”", "sube a «attack»"),
        ("never seen before: actor: GAESA", "nunca visto antes: actor: GAESA"),
        ("a rule of tomorrow", "a rule of tomorrow"),
    ],
)  # fmt: skip
def test_reasons_in_spanish(english: str, spanish: str) -> None:
    assert translated(english, "es") == spanish
    assert translated(english, "en") == english
