"""The language of a text: of its words, never of the tag a page or feed carries."""

import py3langid

SAMPLE = 300
"""Characters looked at: enough for three close languages, and fast."""

UNKNOWN = "und"
"""ISO 639 code for a text too short or without letters."""


LANGUAGES = frozenset(
    ("en", "es", "pt", "fr", "de", "it", "nl", "ca", "ru", "uk", "pl", "tr", "ar", "fa", "he", "zh", "ja", "ko", "vi")
)
"""Languages told apart; the detector's 97 hold small ones (Walloon, Aragonese) it takes short headlines for."""


def detect(text: str) -> str:
    """ISO 639-1 code of the language `text` is written in; UNKNOWN for one without letters."""
    sample = text[:SAMPLE].replace("\n", " ")
    if not any(char.isalpha() for char in sample):
        return UNKNOWN
    return next((code for code, _ in py3langid.rank(sample) if code in LANGUAGES), UNKNOWN)
