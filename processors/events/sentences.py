"""Sentences: spans of a text, cut at full stops, question and exclamation marks, and line ends."""

import re

END = re.compile(r"[.!?…]+[\"'’”»)\]]*(?=\s)|\n\s*")
ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "sr",
        "sra",
        "sres",
        "dra",
        "prof",
        "gen",
        "lt",
        "col",
        "sgt",
        "capt",
        "gov",
        "sen",
        "rep",
        "rev",
        "st",
        "jr",
        "vs",
        "etc",
        "inc",
        "ltd",
        "co",
        "corp",
        "no",
        "nos",
        "art",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "ee",
        "uu",
        "u.s",
        "u.n",
        "e.u",
        "d.c",
        "u.k",
        "pp",
        "ing",
        "lic",
        "arq",
        "mons",
        "tte",
        "cnel",
        "gral",
        "pdte",
        "dep",
        "exmo",
        "av",
        "núm",
        "fig",
        "approx",
        "est",
        "a.m",
        "p.m",
        "i.e",
        "e.g",
    ]
)
LONGEST = 1500  # characters of one sentence; longer runs (tables, lists without stops) are cut at a space


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans (start, end) of the sentences of `text` as written (capitals tell where one starts), in order."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in END.finditer(text):
        if text[match.start()] == "." and not _ends(text, match.start(), match.end()):
            continue
        _add(spans, text, start, match.end())
        start = match.end()
    _add(spans, text, start, len(text))
    return spans


def _ends(text: str, dot: int, after: int) -> bool:
    """Whether the full stop at `dot` ends a sentence: not after an abbreviation or initial, not before lower case."""
    word_start = max(text.rfind(" ", 0, dot), text.rfind("\n", 0, dot)) + 1
    word = text[word_start:dot].lstrip("(\"'“‘«").lower()
    following = text[after : after + 3].lstrip(" \t\"'“‘«(")
    if following and following[0].islower() and following[0].isascii():
        return False
    if word in {"u.s", "ee.uu", "ee. uu", "u.n", "d.c", "uu", "e.u", "u.k"}:
        return bool(following) and _starts_sentence(text, after)
    return not (word in ABBREVIATIONS or (len(word) == 1 and word.isalpha()))


STARTERS = frozenset(
    [
        "the",
        "a",
        "an",
        "in",
        "on",
        "at",
        "he",
        "she",
        "it",
        "they",
        "we",
        "this",
        "that",
        "these",
        "but",
        "and",
        "after",
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "en",
        "según",
        "pero",
        "tras",
        "o",
        "os",
        "as",
        "um",
        "uma",
        "no",
        "na",
        "em",
        "segundo",
        "mas",
        "após",
    ]
)


def _starts_sentence(text: str, after: int) -> bool:
    word = re.match(r"\s*([^\W\d_]+)", text[after : after + 20])
    return word is not None and word.group(1).lower() in STARTERS


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > start else start + LONGEST
        spans.append((start, cut))
        start = cut
    if end > start:
        spans.append((start, end))
