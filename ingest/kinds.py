"""What a replayed file is, by its name and its first bytes. Pure."""

import re
from enum import StrEnum
from pathlib import PurePath

OPENING = 8192
"""Bytes of a file looked at."""


class Kind(StrEnum):
    """Kinds of file the replayer reads; BINARY and EMPTY are not articles."""

    JSON_LINES = "json-lines"
    HTML = "html"
    TEXT = "text"
    FEED = "feed"
    WARC = "warc"
    BINARY = "binary"
    EMPTY = "empty"


SUFFIXES = {
    ".jsonl": Kind.JSON_LINES,
    ".ndjson": Kind.JSON_LINES,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".rss": Kind.FEED,
    ".atom": Kind.FEED,
    ".warc": Kind.WARC,
}
SKIPPED_NAMES = frozenset({"ORIGIN.md", "README.md", "LICENSE", ".gitignore", ".DS_Store"})
"""Files that stand beside documents and are none."""

SIGNATURES = (
    b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x7fELF", b"RIFF", b"7z\xbc\xaf", b"BZh",
    b"\xfd7zXZ", b"\x00\x00\x01\x00", b"SQLite format 3", b"OggS", b"ID3", b"\xcf\xfa\xed\xfe", b"MZ",
)  # fmt: skip
MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")

_ROOT = re.compile(rb"<\s*(?:\w{1,20}:)?(rss|feed|rdf|html|body|head|!doctype\s+html|article|div|p)\b", re.IGNORECASE)
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27})

CONTROL_SHARE = 0.1
"""Share of control characters above which a file without a known signature is a program or an image."""


def kind_of(name: str, opening: bytes) -> Kind:
    """The kind of the file `name` (its compression suffix taken off) that begins with `opening`."""
    if not opening.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return Kind.EMPTY
    if opening.startswith(b"WARC/"):
        return Kind.WARC
    if is_binary(opening):
        return Kind.BINARY
    by_name = SUFFIXES.get(PurePath(name).suffix.lower())
    return by_name or _by_content(opening)


def is_binary(opening: bytes) -> bool:
    """Whether these bytes are no text in any encoding."""
    if opening.startswith(SIGNATURES):
        return True
    if opening.startswith(MARKS):
        return False
    controls = len(opening) - len(opening.translate(None, _CONTROL))
    return controls > CONTROL_SHARE * len(opening) and not _is_wide(opening)


def _is_wide(opening: bytes) -> bool:
    """Whether every other byte is zero, as in UTF-16 without a mark."""
    head = opening[:400]
    return head[1::2].count(0) > 0.9 * len(head[1::2]) or head[::2].count(0) > 0.9 * len(head[::2])


def _by_content(opening: bytes) -> Kind:
    start = opening.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        return Kind.JSON_LINES
    if start[:1] != b"<":
        return Kind.TEXT
    root = _ROOT.search(start)
    return Kind.FEED if root and root[1].lower() in (b"rss", b"feed", b"rdf") else Kind.HTML
