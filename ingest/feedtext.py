"""Bytes of a feed to text: byte-order marks, lying headers and declarations, stray bytes, junk and cut ends."""

import codecs
import re

DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:\-]{2,40})["']""")
HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:\-]{2,40})""", re.I)
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SEVEN_BIT = ("iso-2022-jp", "iso-2022-kr", "hz")
"""Encodings that look like ASCII: only their declaration tells."""
ALIASES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
"""Pages that say Latin 1 use Windows 1252 (the web's own rule, https://encoding.spec.whatwg.org/)."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
STRAY_SHARE = 0.02
"""Share of bytes that may be broken in text still taken as UTF-8."""


def decode_feed(body: bytes, content_type: str | None = None) -> tuple[str, str, str]:
    """(text, encoding, what decided it): mark, bytes, header, declaration or guess. Never raises.

    Bytes that are valid UTF-8 are UTF-8 whatever is declared; text without characters XML forbids comes back.
    """
    text, encoding, source = _decoded(body, content_type)
    return _CONTROL.sub("", text.lstrip("\ufeff")), encoding, source


def _decoded(body: bytes, content_type: str | None) -> tuple[str, str, str]:
    for mark, encoding in MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), encoding, "mark"
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace"), wide, "bytes"
    claims = _claims(body, content_type)
    seven_bit = _claimed(body, [claim for claim in claims if claim[0] in SEVEN_BIT])
    if seven_bit:
        return seven_bit
    if (text := _strictly(body, "utf-8")) is not None:
        return text, "utf-8", "bytes"
    if _nearly_utf8(body):
        return body.decode("utf-8", "newswatch-stray"), "utf-8", "guess"
    return _claimed(body, claims) or (body.decode("cp1252", "replace"), "cp1252", "guess")


def _claimed(body: bytes, claims: list[tuple[str, str]]) -> tuple[str, str, str] | None:
    for encoding, source in claims:
        if (text := _strictly(body, encoding)) is not None:
            return text, encoding, source
    return None


def _wide(body: bytes) -> str | None:
    head = body[:4]
    if head[:2] == b"<\x00" and head[3:4] == b"\x00":
        return "utf-16-le"
    if head[:1] == b"\x00" and head[1:2] == b"<" and head[2:3] == b"\x00":
        return "utf-16-be"
    return None


def _claims(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    header = HEADER_CHARSET.search(content_type or "")
    declared = DECLARED.search(body[:1024])
    found = []
    for name, source in (
        (declared[1].decode("ascii") if declared else "", "declaration"),
        (header[1] if header else "", "header"),
    ):
        try:
            encoding = codecs.lookup(ALIASES.get(name.lower(), name)).name if name else ""
        except LookupError:
            continue
        if encoding:
            found.append((encoding, source))
    return found


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError):  # LookupError: a codec that is not one of text (base64, zip)
        return None


def _nearly_utf8(body: bytes) -> bool:
    high = sum(body.count(bytes((value,))) for value in range(0xC2, 0xF5))
    broken = body.decode("utf-8", "replace").count("\ufffd")
    return high > 0 and broken <= max(1, STRAY_SHARE * len(body)) and broken < high / 2


def _stray(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("newswatch-stray", _stray)
