"""What goes to Elasticsearch and comes back, as bytes and objects."""

import msgspec
import pytest
from elasticsearch import SerializationError

from newswatch.elastic_client import FastJson, HitsAsBytes


def test_requests_are_written_whatever_is_in_them() -> None:
    assert FastJson().dumps({"words": "ñ", "of": (1, None)}) == '{"words":"ñ","of":[1,null]}'.encode()
    assert FastJson().dumps(b"as it is") == b"as it is"
    assert FastJson().dumps({"lone": "\ud800"}) == b'{"lone":"\xed\xa0\x80"}'


def test_what_is_no_json_is_the_library_s_own_error() -> None:
    with pytest.raises(SerializationError, match="html"):
        FastJson().loads(b"<html>")


def test_hits_stay_bytes_and_errors_are_read() -> None:
    found = HitsAsBytes().loads(b'{"took":1,"hits":{"hits":[{"_source": {"a":1.0}}]}}')
    assert found == {"hits": {"hits": msgspec.Raw(b'[{"_source": {"a":1.0}}]')}}
    assert HitsAsBytes().loads(b"{}") == {"hits": {"hits": msgspec.Raw(b"[]")}}
    assert HitsAsBytes().loads(b'{"error":{"type":"gone"},"status":404}') == {"error": {"type": "gone"}, "status": 404}
