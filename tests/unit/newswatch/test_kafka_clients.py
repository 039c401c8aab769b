"""The Kafka clients' libraries are the quick ones."""

from kafka.record import util


def test_checksums_are_not_counted_in_python() -> None:
    """Without the library crc32c, kafka-python counts them byte by byte, most of a consumer's work."""
    assert util.crc32c_c is not None
    assert util.calc_crc32c(memoryview(b"123456789")) == 0xE3069283
