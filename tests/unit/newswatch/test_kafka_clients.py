"""The Kafka clients' libraries are the quick ones."""

import crc32c
from kafka.record import util


def test_checksums_are_not_counted_in_python() -> None:
    """Without the library crc32c, kafka-python counts them byte by byte: most of a consumer's work."""
    assert vars(util)["_crc32c"] is crc32c.crc32c
    assert util.calc_crc32c(memoryview(b"123456789")) == 0xE3069283
