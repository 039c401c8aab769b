"""Content-Encoding undone with a limit on what comes out. Pure."""

import io
import zlib

import brotli
import zstandard

from ingest.failures import Failure

ACCEPT_ENCODING = "gzip, br, zstd, deflate"
MAX_WINDOW = 8 * 1024 * 1024
"""Memory a zstd frame may ask for (RFC 8878, section 3.1.1.1.2 recommends 8 MB)."""
MAX_LAYERS = 2


class UnpackError(Exception):
    """Data that cannot be unpacked, or too much of it; `failure` says which."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure


def unpack(body: bytes, encodings: str, limit: int) -> bytes:
    """`body` with its Content-Encoding undone, at most `limit` bytes. Raises UnpackError.

    Servers that name an encoding and send plain bytes are believed by their bytes; so is gzip that is not announced.
    """
    names = [name.strip().lower() for name in encodings.split(",") if name.strip() not in ("", "identity")]
    if not names and body[:2] == b"\x1f\x8b":
        names = ["gzip"]
    if len(names) > MAX_LAYERS:
        raise UnpackError(Failure.BAD_ENCODING, f"packed {len(names)} times over")
    for name in reversed(names):
        body = _layer(body, name, limit)
    if len(body) > limit:
        raise UnpackError(Failure.TOO_LARGE, f"more than {limit} bytes")
    return body


def _layer(body: bytes, name: str, limit: int) -> bytes:
    if not body:
        return body
    try:
        if name in ("gzip", "x-gzip"):
            return _zlib(body, 16 + zlib.MAX_WBITS, limit) if body[:2] == b"\x1f\x8b" else body
        if name == "deflate":
            return _deflate(body, limit)
        if name == "br":
            return _brotli(body, limit)
        if name == "zstd":
            return _zstd(body, limit)
    except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
        if body.lstrip()[:1] in (b"<", b"{"):
            return body
        raise UnpackError(Failure.BAD_ENCODING, f"{name} data that cannot be unpacked: {error}") from error
    raise UnpackError(Failure.BAD_ENCODING, f"unknown content encoding {name[:40]!r}")


def _zlib(body: bytes, bits: int, limit: int) -> bytes:
    pieces, size = [], 0
    while body:
        unpacker = zlib.decompressobj(bits)
        piece = unpacker.decompress(body, limit + 1 - size)
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise UnpackError(Failure.TOO_LARGE, f"more than {limit} bytes once unpacked")
        if not unpacker.eof:
            raise zlib.error("the data ends too early")
        body = unpacker.unused_data if unpacker.unused_data[:2] == b"\x1f\x8b" else b""
    return b"".join(pieces)


def _deflate(body: bytes, limit: int) -> bytes:
    try:
        return _zlib(body, zlib.MAX_WBITS, limit)
    except zlib.error:
        return _zlib(body, -zlib.MAX_WBITS, limit)  # many servers leave the zlib frame out


def _brotli(body: bytes, limit: int) -> bytes:
    unpacker = brotli.Decompressor()
    out = unpacker.process(body, output_buffer_limit=limit + 1)
    while len(out) <= limit and not unpacker.is_finished():
        more = unpacker.process(b"", output_buffer_limit=limit + 1 - len(out))
        if not more:
            raise brotli.error("the data ends too early")
        out += more
    if len(out) > limit:
        raise UnpackError(Failure.TOO_LARGE, f"more than {limit} bytes once unpacked")
    return bytes(out)


def _zstd(body: bytes, limit: int) -> bytes:
    unpacker = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
    with unpacker.stream_reader(io.BytesIO(body), read_across_frames=True) as reader:
        out = reader.read(limit + 1)
    if len(out) > limit:
        raise UnpackError(Failure.TOO_LARGE, f"more than {limit} bytes once unpacked")
    return out
