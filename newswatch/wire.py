"""Record ⇄ bytes: JSON with a schema version, so that two versions of the program can share a topic."""

from functools import cache
from typing import Any, TypeVar

import msgspec

from newswatch.errors import Unprocessable
from newswatch.reject_reasons import Reason

SCHEMA_VERSION = 1
"""Version written in the field `v` of every record. Raised only when an old reader could misread a new record."""

R = TypeVar("R", bound=msgspec.Struct)

_ENCODER = msgspec.json.Encoder()
_PREFIX = b'{"v":%d' % SCHEMA_VERSION


class _Version(msgspec.Struct):
    v: int | None = None


_VERSION = msgspec.json.Decoder(_Version)


@cache
def _decoder(kind: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def encode(record: msgspec.Struct) -> bytes:
    """The record as UTF-8 JSON, its first field `v` the schema version. Times are RFC 3339, bytes are base64."""
    body = _ENCODER.encode(record)
    return _PREFIX + b"}" if body == b"{}" else _PREFIX + b"," + body[1:]


def decode(data: bytes | None, kind: type[R]) -> R:
    """The record of type `kind` in `data`; fields this version does not know are ignored.

    Raises Unprocessable: INVALID_RECORD for what is not JSON, lacks a required field or has one of a wrong type;
    UNKNOWN_SCHEMA for a version newer than SCHEMA_VERSION or none at all.
    """
    if not data:
        raise Unprocessable(f"an empty message is not a {kind.__name__}")
    try:
        version = _VERSION.decode(data).v
        if version is None or not 1 <= version <= SCHEMA_VERSION:
            raise Unprocessable(
                f"schema version {version} of {kind.__name__} is not one this program reads (1 to {SCHEMA_VERSION})",
                Reason.UNKNOWN_SCHEMA,
            )
        record: R = _decoder(kind).decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unprocessable(f"not a {kind.__name__}: {error}") from error
    return record
