"""Settings of Kafka brokers."""

import base64
from pathlib import Path

import pytest

from newswatch.embedded.kafka import (
    Broker,
    SecureListener,
    broker_properties,
    check_folder,
    new_cluster_id,
    render_properties,
)
from newswatch.errors import UserError


def broker(node: int, secure_port: int = 0) -> Broker:
    folder = Path(f"/data/kafka-{node}")
    return Broker(node=node, folder=folder, port=20000 + node, controller_port=21000 + node, secure_port=secure_port)


THREE = [broker(node) for node in (1, 2, 3)]


def test_one_broker_keeps_one_copy_of_everything() -> None:
    properties = broker_properties(broker(1), [broker(1)])
    assert properties["controller.quorum.voters"] == "1@127.0.0.1:21001"
    assert properties["listeners"] == "PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:21001"
    assert properties["advertised.listeners"] == "PLAINTEXT://127.0.0.1:20001"
    assert {properties[key] for key in properties if key.endswith("replication.factor")} == {"1"}
    assert properties["min.insync.replicas"] == "1"
    assert properties["auto.create.topics.enable"] == "false"


def test_three_brokers_keep_three_copies_of_which_two_must_hold_a_write() -> None:
    properties = broker_properties(THREE[1], THREE)
    assert properties["node.id"] == "2"
    assert properties["controller.quorum.voters"] == "1@127.0.0.1:21001,2@127.0.0.1:21002,3@127.0.0.1:21003"
    assert {properties[key] for key in properties if key.endswith("replication.factor")} == {"3"}
    assert {properties[key] for key in properties if key.endswith(("min.isr", "insync.replicas"))} == {"2"}


def test_a_secure_listener_stands_beside_the_plain_one() -> None:
    secure = SecureListener(protocol="SASL_SSL", properties={"ssl.keystore.type": "PEM"})
    one = broker(1, secure_port=22001)
    properties = broker_properties(one, [one], secure)
    assert properties["advertised.listeners"] == "PLAINTEXT://127.0.0.1:20001,SECURE://127.0.0.1:22001"
    assert properties["listener.security.protocol.map"] == "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL"
    assert properties["listener.name.secure.ssl.keystore.type"] == "PEM"


@pytest.mark.parametrize(
    ("value", "line"),
    [
        pytest.param("/plain/path", "key=/plain/path\n", id="plain"),
        pytest.param("/datos/año", "key=/datos/a\\u00f1o\n", id="letters beyond ASCII"),
        pytest.param("/x/\N{GRINNING FACE}", "key=/x/\\ud83d\\ude00\n", id="beyond the basic plane, as two units"),
        pytest.param("a\\b", "key=a\\\\b\n", id="backslash"),
        pytest.param("one\ntwo", "key=one\\n\\\ntwo\n", id="line end, as in PEM texts"),
    ],
)
def test_values_are_escaped_as_java_reads_them(value: str, line: str) -> None:
    assert render_properties({"key": value}) == line


def test_a_comma_in_the_data_folder_is_refused_because_kafka_splits_there() -> None:
    with pytest.raises(UserError, match=r"comma.*--data"):
        check_folder(Path("/data/a,b"))


def test_cluster_ids_are_sixteen_bytes_and_never_look_like_an_option() -> None:
    made = {new_cluster_id() for _ in range(200)}
    assert len(made) == 200
    assert all(len(base64.urlsafe_b64decode(f"{one}==")) == 16 and not one.startswith("-") for one in made)
