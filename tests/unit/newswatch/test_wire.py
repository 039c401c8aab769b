"""A record read back is the record written; what is no record says why."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch import wire
from newswatch.errors import Unprocessable
from newswatch.records.raw import Origin, RawArticle
from newswatch.records.rejected import Rejected
from newswatch.reject_reasons import Reason

NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)
RAW = RawArticle(article_id="a", url="https://x.example/1", first_seen=NOW, fetched_at=NOW, origin=Origin.FEED)

text = st.text(st.characters(exclude_categories=["Cs"]))


@given(title=text, html=st.none() | text, tags=st.lists(text).map(tuple))
def test_decoding_what_was_encoded_gives_it_back(title: str, html: str | None, tags: tuple[str, ...]) -> None:
    record = msgspec.structs.replace(RAW, title=title, html=html, tags=tags)
    assert wire.decode(wire.encode(record), RawArticle) == record


@given(st.binary())
def test_original_bytes_survive(original: bytes) -> None:
    record = Rejected(rejected_id="r", stage="extract", reason="bug", detail="", at=NOW, original=original)
    assert wire.decode(wire.encode(record), Rejected) == record


def test_fields_of_a_later_version_are_ignored() -> None:
    data = wire.encode(RAW)[:-1] + b',"added_later":{"x":[1]}}'
    assert wire.decode(data, RawArticle) == RAW


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", Reason.INVALID_RECORD, id="an empty message"),
        pytest.param(None, Reason.INVALID_RECORD, id="a tombstone"),
        pytest.param(b"\x00\xff\x10", Reason.INVALID_RECORD, id="binary"),
        pytest.param(wire.encode(RAW)[:-20], Reason.INVALID_RECORD, id="cut short"),
        pytest.param(b"[1,2]", Reason.INVALID_RECORD, id="JSON that is no object"),
        pytest.param(b'{"v":1}', Reason.INVALID_RECORD, id="a required field missing"),
        pytest.param(
            wire.encode(RAW).replace(b'"url":"https', b'"url":7,"x":"'), Reason.INVALID_RECORD, id="wrong type"
        ),
        pytest.param(wire.encode(RAW).replace(b'"v":1', b'"v":99'), Reason.UNKNOWN_SCHEMA, id="a newer schema"),
        pytest.param(wire.encode(RAW).replace(b'"v":1,', b""), Reason.UNKNOWN_SCHEMA, id="no schema version"),
        pytest.param(b'{"v":"one"}', Reason.INVALID_RECORD, id="a version that is no number"),
        pytest.param(b'{"v":1,"article_id":"\xff"}', Reason.INVALID_RECORD, id="invalid UTF-8"),
    ],
)
def test_what_is_no_record_is_unprocessable(data: bytes | None, reason: Reason) -> None:
    with pytest.raises(Unprocessable) as caught:
        wire.decode(data, RawArticle)
    assert caught.value.reason is reason


@given(st.binary(max_size=200))
def test_no_bytes_make_the_decoder_crash(data: bytes) -> None:
    with pytest.raises(Unprocessable):
        wire.decode(data, RawArticle)
