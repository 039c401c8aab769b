"""Numerals: the value of digits as a language groups them, and of number words."""

import re

JOINING = frozenset({"and", "y", "e"})


def digits_value(text: str, *, decimal_comma: bool) -> float | None:
    """Grouped thousands ("1,200", "1.200") or a decimal, whichever the digits and the language say."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text) and not text.startswith("0"):
        return float(re.sub(r"[.,]", "", text))
    return float(text.replace(",", ".")) if decimal_comma or text.count(".") < 2 else None


def words_value(text: str, numbers: dict[str, float], scales: dict[str, float], first: float = 0.0) -> float | None:
    """The value of number words ("two hundred and fifty thousand", "dos mil millones"); `first` stands before them.

    None for words that are no number.
    """
    if text in numbers and not first:
        return numbers[text]
    whole, current = 0.0, first
    for word in _parts(text, numbers, scales):
        value = scales.get(word, numbers.get(word))
        if value is None:
            return None
        if word not in scales:
            current += value
        elif value < 1_000:
            current = (current or 1.0) * value
        elif whole < value:
            whole, current = ((whole + current) or 1.0) * value, 0.0
        else:
            whole, current = whole + (current or 1.0) * value, 0.0
    return round(whole + current, 3)  # 8.2 million is no 8,199,999.999999999


def _parts(text: str, numbers: dict[str, float], scales: dict[str, float]) -> list[str]:
    """The numerals of a text, longest first where two words make one ("a dozen")."""
    words = [word for word in re.split(r"[ -]+", text.strip(" -")) if word]
    parts: list[str] = []
    index = 0
    while index < len(words):
        pair = " ".join(words[index : index + 2])
        if pair in numbers and pair not in scales:
            parts.append(pair)
            index += 2
            continue
        if words[index] not in JOINING:
            parts.append(words[index])
        index += 1
    return parts
