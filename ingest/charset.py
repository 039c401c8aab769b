"""Bytes of a page → text, whatever its labels say. Pure; never fails."""

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum

from charset_normalizer import from_bytes

SNIFFED = 4096
"""Bytes at the start in which a page declares its encoding (the HTML standard asks for 1024; many declare later)."""

GUESSED_FROM = 64 * 1024
"""Bytes the detector looks at."""

STRAY_SHARE = 0.02
"""Share of broken characters up to which damaged UTF-8 is still taken for UTF-8."""

WESTERN = frozenset("áéíóúüñçãõâêôàèîïëùûÁÉÍÓÚÜÑÇÃÕÂÊÔÀ¿¡«»“”‘’–—…ºª°€£ ·•©®")
WESTERN_SHARE = 0.97
"""Characters of the languages read here. A text whose characters beyond ASCII are nearly all such is Windows-1252; the
detector takes it for its Central European or Turkish sibling."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "gb2312": "gb18030"}
"""Labels that mean a larger encoding on the web (WHATWG encoding standard)."""

_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:\-]+)", re.IGNORECASE)
_DECLARED = re.compile(
    rb"(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,80}?encoding)\s*=\s*[\"']?\s*([\w.:\-]+)", re.IGNORECASE
)
_C1 = re.compile("[\x80-\x9f\ufffd]")


class CharsetSource(StrEnum):
    """What decided the encoding."""

    MARK = "mark"
    BYTES = "bytes"
    HEADER = "header"
    DECLARED = "declared"
    GUESSED = "guessed"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text with its encoding's Python name and what decided it; `contradicted` names a label that was wrong."""

    text: str
    charset: str
    source: CharsetSource
    contradicted: str | None = None


def decode(data: bytes, content_type: str | None = None) -> Decoded:
    """The text of `data`, whose HTTP header was `content_type`.

    A byte order mark decides; then the bytes themselves, when they are UTF-8 beyond ASCII; then header and page
    declaration, where the bytes agree with them; then the detector; at last Windows-1252.
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            return Decoded(text=data[len(mark) :].decode(name, "replace"), charset=name, source=CharsetSource.MARK)
    claims = _claims(data, content_type)
    wrong = claims[0][0] if claims and claims[0][0] != "utf-8" else None
    if not _stateful(claims) and (text := _strictly(data, "utf-8")) is not None:
        if data.isascii():
            wrong = None
        return Decoded(text=text, charset="utf-8", source=CharsetSource.BYTES, contradicted=wrong)
    for name, source in claims:
        text = _strictly(data, READ_AS.get(name, name))
        if text is not None and not _C1.search(text):
            first = claims[0][0]
            return Decoded(text=text, charset=name, source=source, contradicted=None if first == name else first)
    return _guessed(data, claims[0][0] if claims else None)


def _guessed(data: bytes, wrong: str | None) -> Decoded:
    damaged = data.decode("utf-8", "replace")
    broken = damaged.count("\ufffd")
    high = sum(1 for char in damaged if char > "\x7f") - broken
    if high > broken and broken <= max(1, STRAY_SHARE * len(damaged)):
        return Decoded(text=damaged, charset="utf-8", source=CharsetSource.GUESSED, contradicted=wrong)
    western = _strictly(data, "cp1252")
    if western is not None and _is_western(western):
        return Decoded(text=western, charset="cp1252", source=CharsetSource.GUESSED, contradicted=wrong)
    best = from_bytes(data[:GUESSED_FROM]).best()
    if best is not None and (text := _strictly(data, best.encoding)) is not None and not _C1.search(text):
        return Decoded(text=text, charset=best.encoding, source=CharsetSource.GUESSED, contradicted=wrong)
    return Decoded(
        text=data.decode("cp1252", "replace"), charset="cp1252", source=CharsetSource.FALLBACK, contradicted=wrong
    )


def _is_western(text: str) -> bool:
    """Whether the characters beyond ASCII are those of Spanish, Portuguese, French and English print."""
    high = [char for char in text if char > "\x7f"]
    return sum(char in WESTERN for char in high) >= WESTERN_SHARE * len(high)


def _claims(data: bytes, content_type: str | None) -> list[tuple[str, CharsetSource]]:
    """Known encodings named by the header and by the page itself, by their Python names."""
    header = _HEADER.search(content_type or "")
    declared = _DECLARED.search(data[:SNIFFED])
    found = []
    if header and (name := _known(header[1])):
        found.append((name, CharsetSource.HEADER))
    if declared and (name := _known(declared[1].decode("ascii", "replace"))):
        found.append((name, CharsetSource.DECLARED))
    return found


def _known(label: str) -> str | None:
    try:
        return codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return None


def _stateful(claims: list[tuple[str, CharsetSource]]) -> bool:
    """Whether an encoding is claimed whose bytes are all ASCII, so that they are valid UTF-8 by accident."""
    return any(name.startswith(("iso2022", "hz", "utf-7", "utf_7", "utf-16", "utf-32")) for name, _ in claims)


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError):
        return None
