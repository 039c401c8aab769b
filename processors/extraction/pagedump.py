"""Plain-text page dumps: title, byline, date and body found among the lines of a page saved as text."""

import re
from dataclasses import dataclass

from processors.extraction.bylines import byline
from processors.extraction.furniture import is_closing, is_date_line, is_furniture, key
from processors.folding import folded

PARAGRAPH = 90
"""A line of at least this many characters that ends like a sentence is a paragraph of the body."""

HEAD_AFTER = 4
"""Byline and date may stand up to this many lines below the first paragraph: a deck is as long as a paragraph."""

LONGEST_HEAD = 40
"""The head of a page (menus, section names, title) has at most this many lines."""

SHORTEST_TITLE, LONGEST_TITLE = 12, 260

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_COPYRIGHT = re.compile(
    r"^(?:©|\(c\)|copyright)\s*(?:(?:19|20)\d\d)?\s*(?P<name>[^\d.|©]{2,40}?)\s*(?:(?:19|20)\d\d)?\.?$", re.I
)
_DATELINE_SITE = re.compile(
    r"^[^.(]{2,40}\((?P<site>[a-z0-9-]+\.(?:com|org|net|info|news|example)(?:\.[a-z]{2})?)\)", re.I
)
_MARKS = "#*•-–— \t"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDump:
    """The parts of a dump; `body` lines still hold furniture between paragraphs, `dates` are words as printed."""

    title: str | None
    authors: tuple[str, ...]
    dates: tuple[str, ...]
    body: tuple[str, ...]
    outlet: str | None = None


def read_dump(text: str, known_title: str | None = None) -> PageDump:
    """Takes a page saved as text apart. With `known_title`, that is the title and no line is taken for one."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    first = next((n for n, line in enumerate(lines[: LONGEST_HEAD + 1]) if _is_paragraph(line)), None)
    head_end = min(1, max(0, len(lines) - 1)) if first is None else first
    title = known_title or _title(lines, head_end)
    search = lines[: head_end + HEAD_AFTER]
    signed = [names for line in search if (names := byline(line))]
    dated = tuple(line for line in search if is_date_line(line))
    body = [
        line.lstrip(_MARKS)
        for number, line in enumerate(lines)
        if not (number < len(search) and _is_head_line(line, number < head_end, title))
    ]
    return PageDump(
        title=title,
        authors=tuple(dict.fromkeys(name for names in signed for name in names)),
        dates=dated,
        body=tuple(body),
        outlet=_outlet(lines, title),
    )


def _is_paragraph(line: str) -> bool:
    return len(line) >= PARAGRAPH and bool(_SENTENCE_END.search(line)) and not is_furniture(line)


def _is_prose(line: str) -> bool:
    return bool(_SENTENCE_END.search(line)) and len(line.split()) > 9


def _is_head_line(line: str, in_head: bool, title: str | None) -> bool:
    """Whether a line of the page's head is not body: above the first paragraph only a deck stays."""
    if byline(line) or is_date_line(line):
        return True
    return in_head and (not _is_prose(line) or line == title)


def _title(lines: list[str], head_end: int) -> str | None:
    """The best headline above the body: repeated on the page, a few words long, no sentence end."""
    scored = [
        (_headline_score(line, number, lines), -number, line.lstrip(_MARKS))
        for number, line in enumerate(lines[:head_end])
        if SHORTEST_TITLE <= len(line) <= LONGEST_TITLE and not _never_title(line)
    ]
    return max(scored)[2] if scored and max(scored)[0] > 0 else None


def _never_title(line: str) -> bool:
    return bool(is_furniture(line) or is_closing(line) or byline(line) or is_date_line(line))


def _headline_score(line: str, number: int, lines: list[str]) -> int:
    words = key(line)
    others = [key(other) for place, other in enumerate(lines[:LONGEST_HEAD]) if place != number]
    score = 3 * any(other == words for other in others) + 3 * any(
        other != words and other.endswith(words) for other in others
    )
    score += (
        (len(words.split()) >= 4) + (len(words.split()) >= 6) + (not _SENTENCE_END.search(line)) - line.startswith("•")
    )
    return score - (1 if folded(line).startswith(("home", "inicio")) else 0) - (len(words.split()) < 3) * 2


def _outlet(lines: list[str], title: str | None) -> str | None:
    """The publication's name: from its copyright line, the dateline of its first paragraphs, or its masthead."""
    for line in reversed(lines[-6:]):
        if found := _COPYRIGHT.match(line):
            return found["name"].strip(" ,-")
    for line in lines[:LONGEST_HEAD]:
        if found := _DATELINE_SITE.match(line):
            return found["site"]
    masthead = lines[0] if lines else ""
    is_name = 2 <= len(masthead.split()) <= 5 and len(masthead) <= 40 and masthead[0].isupper()
    return masthead if is_name and masthead != title and not _never_title(masthead) else None
