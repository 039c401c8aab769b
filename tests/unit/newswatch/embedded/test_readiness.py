"""The plain request that asks a broker who serves."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.embedded.readiness import metadata_request, parse_brokers


def answer(brokers: list[tuple[int, str, str | None]]) -> bytes:
    parts = [struct.pack(">ii", 7, len(brokers))]
    for node, host, rack in brokers:
        name = host.encode()
        place = b"" if rack is None else rack.encode()
        parts.append(struct.pack(f">ih{len(name)}si", node, len(name), name, 9092))
        parts.append(struct.pack(f">h{len(place)}s", -1 if rack is None else len(place), place))
    return b"".join(parts) + struct.pack(">ii", 1, 0)


def test_the_request_is_framed_by_its_length() -> None:
    request = metadata_request()
    assert struct.unpack_from(">i", request)[0] == len(request) - 4
    assert struct.unpack_from(">hhi", request, 4) == (3, 1, 7)


@given(
    st.lists(
        st.tuples(st.integers(0, 2**31 - 1), st.text(max_size=20), st.none() | st.text(max_size=8)),
        max_size=5,
    )
)
def test_every_node_id_is_read_whatever_hosts_and_racks_hold(brokers: list[tuple[int, str, str | None]]) -> None:
    assert parse_brokers(answer(brokers)) == {node for node, _, _ in brokers}


def test_an_answer_cut_short_is_an_error_not_a_smaller_cluster() -> None:
    whole = answer([(1, "localhost", None), (2, "localhost", None)])
    with pytest.raises(struct.error):
        parse_brokers(whole[:20])
