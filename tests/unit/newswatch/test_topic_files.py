"""Topics in files: bytes come back as they were, offsets move with the messages, damaged files are named."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.errors import UserError
from newswatch.topic_files import Writer, parts, read, read_index, record_of
from newswatch.topic_restore import moved, moved_memory

MAYBE_BYTES = st.one_of(st.none(), st.binary(max_size=40), st.text(max_size=40).map(str.encode))


@given(key=MAYBE_BYTES, value=MAYBE_BYTES)
def test_any_bytes_come_back_as_they_were(key: bytes | None, value: bytes | None) -> None:
    record = record_of(3, 4, key, value, [("traceparent", b"00-1")])
    assert (record.key_bytes(), record.value_bytes()) == (key, value)
    assert record.headers == (("traceparent", "00-1"),)


def test_a_file_is_named_by_the_offsets_in_it_and_empty_ones_are_not_left(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "news.raw", 7)
    for offset in (5, 6, 9):
        writer.write(record_of(offset, 0, b"k", b"v", []))
    assert parts(tmp_path / "news.raw") == [], "a file under way is not part of the export"
    part = writer.finish()
    assert part
    assert part.path.name == "7.00000000000000000005-00000000000000000009.jsonl.gz"
    assert [record.offset for record in read(part)] == [5, 6, 9]
    assert Writer(tmp_path / "news.raw", 8).finish() is None
    assert parts(tmp_path / "news.raw") == [part]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    writer = Writer(tmp_path, 0)
    for offset in range(500):
        writer.write(record_of(offset, 0, b"k", str(offset**7).encode(), []))
    part = writer.finish()
    assert part
    part.path.write_bytes(part.path.read_bytes()[:-200])
    with pytest.raises(UserError, match="damaged"):
        list(read(part))
    part.path.write_bytes(gzip.compress(b"{no json\n"))
    with pytest.raises(UserError, match="damaged"):
        list(read(part))


def test_a_folder_without_an_index_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no export"):
        read_index(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(0, 0, id="before everything"),
        pytest.param(100, 0, id="at the first message kept"),
        pytest.param(101, 1, id="after the first"),
        pytest.param(107, 2, id="inside a gap"),
        pytest.param(110, 2, id="after a gap"),
        pytest.param(5000, 3, id="beyond the end"),
    ],
)
def test_a_place_moves_with_the_messages_before_it(old: int, new: int) -> None:
    assert moved(old, [100, 101, 110]) == new


@pytest.mark.parametrize(("applied", "new"), [(-1, -1), (99, -1), (100, 0), (101, 1), (109, 1), (110, 2), (200, 2)])
def test_a_memory_keeps_what_it_has_applied(applied: int, new: int) -> None:
    value = b'{"v":1,"rule_id":"r","applied_offset":%d,"generation":3,"unknown":[1]}' % applied
    assert moved_memory(value, [100, 101, 110]) == (
        b'{"v":1,"rule_id":"r","applied_offset":%d,"generation":3,"unknown":[1]}' % new
    )
