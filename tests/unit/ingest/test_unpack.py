"""Packed bodies come out whole or not at all, and never larger than the limit."""

import gzip
import zlib

import brotli
import pytest
import zstandard

from ingest.failures import Failure
from ingest.unpack import UnpackError, unpack

TEXT = b"<rss>" + b"palabra " * 500 + b"</rss>"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        pytest.param(TEXT, "", id="plain"),
        pytest.param(TEXT, "identity", id="identity"),
        pytest.param(gzip.compress(TEXT), "gzip", id="gzip"),
        pytest.param(gzip.compress(TEXT), "x-gzip", id="x-gzip"),
        pytest.param(gzip.compress(TEXT[:900]) + gzip.compress(TEXT[900:]), "gzip", id="gzip in two members"),
        pytest.param(gzip.compress(TEXT), "", id="gzip that is not announced"),
        pytest.param(TEXT, "gzip", id="plain that is announced as gzip"),
        pytest.param(TEXT, "br", id="plain that is announced as brotli"),
        pytest.param(zlib.compress(TEXT), "deflate", id="deflate"),
        pytest.param(raw_deflate(TEXT), "deflate", id="deflate without its frame"),
        pytest.param(brotli.compress(TEXT), "br", id="brotli"),
        pytest.param(zstandard.compress(TEXT), "zstd", id="zstd"),
        pytest.param(gzip.compress(brotli.compress(TEXT)), "br, gzip", id="packed twice"),
    ],
)
def test_comes_out_whole(packed: bytes, encoding: str) -> None:
    assert unpack(packed, encoding, 10_000) == TEXT


BOMB = b"\0" * 30_000_000


@pytest.mark.parametrize(
    ("packed", "encoding", "failure"),
    [
        pytest.param(gzip.compress(BOMB), "gzip", Failure.TOO_LARGE, id="gzip bomb"),
        pytest.param(gzip.compress(gzip.compress(BOMB)), "gzip, gzip", Failure.TOO_LARGE, id="gzip bomb in gzip"),
        pytest.param(brotli.compress(BOMB, quality=1), "br", Failure.TOO_LARGE, id="brotli bomb"),
        pytest.param(zstandard.compress(BOMB), "zstd", Failure.TOO_LARGE, id="zstd bomb"),
        pytest.param(zlib.compress(BOMB), "deflate", Failure.TOO_LARGE, id="deflate bomb"),
        pytest.param(gzip.compress(TEXT)[:-20], "gzip", Failure.BAD_ENCODING, id="gzip cut short"),
        pytest.param(brotli.compress(TEXT)[:-5], "br", Failure.BAD_ENCODING, id="brotli cut short"),
        pytest.param(b"\x1f\x8bgarbage", "gzip", Failure.BAD_ENCODING, id="gzip that is none"),
        pytest.param(b"garbage", "zstd", Failure.BAD_ENCODING, id="zstd that is none"),
        pytest.param(TEXT, "snappy", Failure.BAD_ENCODING, id="an encoding nobody asked for"),
        pytest.param(TEXT, "gzip, gzip, gzip", Failure.BAD_ENCODING, id="packed too often"),
    ],
)
def test_does_not_come_out(packed: bytes, encoding: str, failure: Failure) -> None:
    with pytest.raises(UnpackError) as caught:
        unpack(packed, encoding, 1_000_000)
    assert caught.value.failure is failure


def test_empty_stays_empty() -> None:
    assert unpack(b"", "gzip", 10) == b""
