"""The embedded servers as their users meet them: real clients, real crashes, real refusals."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

from newswatch.embedded.ports import Ports, free_ports
from newswatch.embedded.stack import RunningServers, start_servers
from newswatch.errors import Unavailable, UserError

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

PATIENCE = 120.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServers]:
    """One Kafka and one Elasticsearch of this module's own, on a folder whose name asks for care."""
    with start_servers(tmp_path_factory.mktemp("data") / "año 2026") as servers:
        yield servers


@pytest.fixture
def client(running: RunningServers) -> Iterator[Elasticsearch]:
    with Elasticsearch(running.elasticsearch_url, request_timeout=60) as made:
        yield made


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def create_topic(bootstrap: str, copies: int = 1, **settings: str) -> str:
    name = f"topic-{uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))
    try:
        admin.create_topics([NewTopic(name, 1, copies, topic_configs=settings)])
    finally:
        admin.close()
    return name


def produce(bootstrap: str, topic: str, values: list[bytes]) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap.split(","), acks="all", enable_idempotence=True)
    try:
        for future in [producer.send(topic, value, key=value) for value in values]:
            future.get(timeout=PATIENCE)
    finally:
        producer.close()


def consume(bootstrap: str, topic: str, count: int, **options: Any) -> list[bytes]:
    consumer = KafkaConsumer(topic, bootstrap_servers=bootstrap.split(","), auto_offset_reset="earliest", **options)
    found: list[bytes] = []

    def enough() -> bool:
        found.extend(record.value for batch in consumer.poll(timeout_ms=200).values() for record in batch)
        return len(found) >= count

    try:
        assert eventually(enough)
    finally:
        consumer.close()
    return found


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_elasticsearch_introduces_itself_as_the_version_its_client_expects(client: Elasticsearch) -> None:
    assert client.ping()
    assert client.info()["version"]["number"] == "9.5.3"


@pytest.mark.parametrize(
    ("analyzer", "text", "tokens"),
    [
        pytest.param("english", "The prisoners were released", ["prison", "were", "releas"], id="english stems"),
        pytest.param("spanish", "los presos liberados", ["pres", "liberad"], id="spanish stems"),
        pytest.param("portuguese", "os presos libertados", ["pres", "libertad"], id="portuguese stems"),
    ],
)
def test_language_analyzers_are_there(client: Elasticsearch, analyzer: str, text: str, tokens: list[str]) -> None:
    found = [one["token"] for one in client.indices.analyze(analyzer=analyzer, text=text)["tokens"]]
    assert found == tokens


def test_folding_finds_a_name_without_its_accents_in_texts_and_keywords(client: Elasticsearch) -> None:
    index = f"fold-{uuid4().hex[:8]}"
    fold = {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}
    keyword = {"type": "custom", "filter": ["lowercase", "asciifolding"]}
    client.indices.create(
        index=index,
        settings={"analysis": {"analyzer": {"fold": fold}, "normalizer": {"fold": keyword}}},
        mappings={
            "dynamic": "strict",
            "properties": {
                "text": {"type": "text", "analyzer": "fold"},
                "name": {"type": "keyword", "normalizer": "fold"},
            },
        },
    )
    client.index(index=index, document={"text": "habló Díaz-Canel", "name": "Díaz-Canel"}, refresh=True)
    assert client.count(index=index, query={"match": {"text": "Diaz-Canel"}})["count"] == 1
    assert client.count(index=index, query={"term": {"name": "diaz-canel"}})["count"] == 1


def test_a_snapshot_brings_a_deleted_index_back(client: Elasticsearch, running: RunningServers) -> None:
    index, repository = f"snap-{uuid4().hex[:8]}", f"repository-{uuid4().hex[:8]}"
    client.index(index=index, id="1", document={"a": 1}, refresh=True)
    location = str(running.data / "elasticsearch" / "snapshots")
    client.snapshot.create_repository(name=repository, repository={"type": "fs", "settings": {"location": location}})
    client.snapshot.create(repository=repository, snapshot="one", indices=index, wait_for_completion=True)
    client.indices.delete(index=index)
    client.snapshot.restore(repository=repository, snapshot="one", indices=index, wait_for_completion=True)
    assert client.get(index=index, id="1")["_source"] == {"a": 1}


def test_killed_servers_come_back_at_their_addresses_with_every_acknowledged_record(
    running: RunningServers, client: Elasticsearch
) -> None:
    topic = create_topic(running.kafka_bootstrap)
    values = [f"value {number}".encode() for number in range(2000)]
    produce(running.kafka_bootstrap, topic, values)
    index = f"crash-{uuid4().hex[:8]}"
    bulk(client, ({"_index": index, "_id": str(number), "number": number} for number in range(2000)))
    before = (running.kafka_bootstrap, running.elasticsearch_url)
    assert running.elasticsearch is not None
    for server in running.servers:
        former = server.pid
        server.kill()
        assert not server.alive
        server.restart()
        assert server.pid != former
    assert (running.kafka_bootstrap, running.elasticsearch_url) == before
    assert consume(running.kafka_bootstrap, topic, len(values)) == values
    client.indices.refresh(index=index)
    assert client.count(index=index)["count"] == 2000


def test_a_paused_server_answers_again_once_resumed(running: RunningServers, client: Elasticsearch) -> None:
    assert running.elasticsearch is not None
    running.elasticsearch.pause()
    try:
        assert not client.options(request_timeout=0.5, max_retries=0).ping()
    finally:
        running.elasticsearch.resume()
    assert eventually(client.ping)


def test_memory_and_pids_of_the_processes_are_told(running: RunningServers) -> None:
    infos = running.processes
    assert [info.name for info in infos] == ["kafka-1", "elasticsearch"]
    assert all(info.alive and info.rss > 50_000_000 and psutil.pid_exists(info.pid) for info in infos)


def test_a_second_start_on_the_folder_is_refused_and_harms_nothing(
    running: RunningServers, client: Elasticsearch
) -> None:
    with pytest.raises(UserError, match=rf"pid {os.getpid()}\).*newswatch servers down"):
        start_servers(running.data)
    assert client.ping()


def test_a_fixed_port_that_is_taken_is_named(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(Unavailable, match=rf"elasticsearch: a port of http://127.0.0.1:{port} is taken"):
            start_servers(tmp_path, kafka=False, ports=Ports(elasticsearch=port))
    with start_servers(tmp_path, kafka=False, ports=Ports(elasticsearch=port)) as servers:
        assert servers.elasticsearch_url == f"http://127.0.0.1:{port}"
        assert servers.kafka_bootstrap == ""


def test_a_server_that_dies_at_start_is_quoted_and_takes_the_other_with_it(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"(?s)kafka-1 ended with 1 .*kafka-1\.log:\n.*heap"):
        start_servers(tmp_path, kafka_heap="1k")
    left = [one for one in psutil.Process().children(recursive=True) if str(tmp_path) in " ".join(one.cmdline())]
    assert left == []
    with start_servers(tmp_path, elasticsearch=False) as servers:
        assert servers.kafka_bootstrap


def test_three_brokers_take_writes_while_one_is_gone_and_it_catches_up(tmp_path: Path) -> None:
    with start_servers(tmp_path, brokers=3, elasticsearch=False, kafka_heap="256m") as servers:
        topic = create_topic(servers.kafka_bootstrap, copies=3)
        produce(servers.kafka_bootstrap, topic, [b"all up"])
        servers.kafka[0].kill()
        others = ",".join(broker.address for broker in servers.kafka[1:])
        produce(others, topic, [b"one down"])
        servers.kafka[0].restart()
        admin = KafkaAdminClient(bootstrap_servers=servers.kafka_bootstrap.split(","))

        def in_sync() -> int:
            (described,) = admin.describe_topics([topic])
            return len(described["partitions"][0]["isr_nodes"])

        try:
            assert eventually(lambda: in_sync() == 3)
        finally:
            admin.close()
        assert consume(servers.kafka_bootstrap, topic, 2) == [b"all up", b"one down"]
    with pytest.raises(UserError, match=r"3 Kafka broker\(s\) and 1 were asked for: start with --brokers 3"):
        start_servers(tmp_path, elasticsearch=False)


def newswatch(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "newswatch.cli.app", "servers", *arguments]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(newswatch(*arguments), capture_output=True, text=True, timeout=PATIENCE * 2, check=False)


def test_detached_servers_outlive_their_command_and_go_down_with_all_processes(tmp_path: Path) -> None:
    data = str(tmp_path / "var")
    up = run("up", "--detach", "--data", data)
    assert up.returncode == 0, up.stderr
    status = json.loads(run("status", "--json", "--data", data).stdout)
    assert status["ready"]
    assert status["elasticsearch_url"] in up.stdout
    again = run("up", "--data", data)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert f"pid {status['pid']}" in again.stderr
    variables = dict(
        line.removeprefix("export ").split("=", 1) for line in run("env", "--data", data).stdout.split("\n")[:2]
    )
    with Elasticsearch(variables["NEWSWATCH_ELASTICSEARCH__URL"]) as client:
        assert client.ping()
    assert run("down", "--data", data).returncode == 0
    assert all(gone(one["pid"]) for one in status["processes"])
    assert not json.loads(run("status", "--json", "--data", data).stdout)["running"]


def test_killing_the_owner_leaves_no_server_and_the_next_start_finds_the_data(tmp_path: Path) -> None:
    def start() -> tuple["subprocess.Popen[str]", dict[str, Any]]:
        owner = subprocess.Popen(newswatch("up", "--json", "--data", str(tmp_path)), stdout=subprocess.PIPE, text=True)
        assert owner.stdout is not None
        return owner, json.loads(owner.stdout.readline())

    def end(owner: "subprocess.Popen[str]", number: int) -> None:
        owner.send_signal(number)
        owner.wait(PATIENCE)
        assert owner.stdout is not None
        owner.stdout.close()

    owner, told = start()
    topic = create_topic(told["kafka_bootstrap"])
    produce(told["kafka_bootstrap"], topic, [b"kept"])
    with Elasticsearch(told["elasticsearch_url"]) as client:
        client.index(index="kept", id="1", document={"a": 1})
    end(owner, signal.SIGKILL)
    assert eventually(lambda: all(gone(one["pid"]) for one in told["processes"]))
    owner, told = start()
    try:
        assert consume(told["kafka_bootstrap"], topic, 1) == [b"kept"]
        with Elasticsearch(told["elasticsearch_url"]) as client:
            assert client.get(index="kept", id="1")["_source"] == {"a": 1}
    finally:
        end(owner, signal.SIGINT)
    assert owner.returncode == 0
    assert all(gone(one["pid"]) for one in told["processes"])


def test_ctrl_c_while_starting_leaves_nothing(tmp_path: Path) -> None:
    owner = subprocess.Popen(newswatch("up", "--data", str(tmp_path)), stdout=subprocess.DEVNULL)
    assert eventually(lambda: len([one for one in psutil.Process(owner.pid).children() if "java" in one.name()]) == 2)
    children = psutil.Process(owner.pid).children(recursive=True)
    owner.send_signal(signal.SIGINT)
    assert owner.wait(PATIENCE) == 0
    assert all(gone(child.pid) for child in children)
