"""Every client over TLS with credentials: kafka-python, Faust, Elasticsearch; and each turned away without them."""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import trustme
from elasticsearch import ApiError, AuthenticationException, TransportError
from kafka.structs import TopicPartition

from newswatch import kafka_clients
from newswatch.cli.pipeline import Plan, roles
from newswatch.elastic_client import elasticsearch_client
from newswatch.errors import Unavailable, UserError
from newswatch.flow import FLOW
from newswatch.group_lag import LagReader
from newswatch.settings import KafkaSettings
from newswatch.supervisor import Supervisor
from newswatch.topics import Topic
from sinks.indices.install import install_templates
from tests.contracts.security.conftest import API_KEY, PASSWORD, Secured
from tests.pipeline.generated import RULES, article
from tests.pipeline.harness import wait_for

pytestmark = [
    pytest.mark.servers,
    pytest.mark.timeout(300),
    # kafka-python leaves the sockets of refused connection attempts to the garbage collector
    pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning"),
]

ARTICLES = 12


def changed(settings: KafkaSettings, **changes: Any) -> KafkaSettings:
    return KafkaSettings.model_validate(settings.model_dump() | changes)


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN", "OAUTHBEARER"])
def test_topics_are_made_and_messages_written_and_read(secured: Secured, mechanism: str) -> None:
    settings = changed(secured.kafka, sasl_mechanism=mechanism)
    kafka_clients.ensure_topics(settings)
    producer = kafka_clients.producer(settings)
    place = producer.send(Topic.SILENCES.value, key=mechanism.encode(), value=b"{}").get(timeout=30)
    producer.close()
    consumer = kafka_clients.consumer(settings)
    tp = TopicPartition(place.topic, place.partition)
    consumer.assign([tp])
    consumer.seek(tp, place.offset)
    found: list[bytes] = []

    def read() -> bool:
        found.extend(record.key for records in consumer.poll(500).values() for record in records)
        return bool(found)

    wait_for(read, 30, "the message")
    consumer.close(autocommit=False)
    assert found[0] == mechanism.encode()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"password": "wrong"}, id="wrong password"),
        pytest.param({"username": "stranger"}, id="unknown user"),
        pytest.param({"ca_file": None}, id="an authority nobody named"),
        pytest.param({"security_protocol": "PLAINTEXT"}, id="no encryption"),
    ],
)
def test_kafka_turns_away(secured: Secured, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    settings, known = changed(secured.kafka, **change), kafka_clients.connection_options
    monkeypatch.setattr(kafka_clients, "connection_options", lambda one: known(one) | {"bootstrap_timeout_ms": 3000})
    with pytest.raises(Unavailable, match="security settings"):
        kafka_clients.admin(settings)
    gc.collect()


def test_a_missing_token_is_a_sentence(secured: Secured) -> None:
    settings = changed(secured.kafka, sasl_mechanism="OAUTHBEARER", token_file=None)
    with pytest.raises(UserError, match="token_file"):
        kafka_clients.connection_options(settings)


def test_elasticsearch_takes_the_key_over_a_trusted_certificate(secured: Secured) -> None:
    es = elasticsearch_client(secured.elasticsearch)
    assert es.info()["version"]["number"].startswith("9.")
    es.close()


def test_elasticsearch_turns_away_a_wrong_key(secured: Secured) -> None:
    wrong = secured.elasticsearch.model_validate(secured.elasticsearch.model_dump() | {"api_key": "d3Jvbmc="})
    es = elasticsearch_client(wrong)
    with pytest.raises(AuthenticationException):
        es.info()
    es.close()


def test_a_certificate_of_another_authority_is_refused(secured: Secured, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    wrong = secured.elasticsearch.model_validate(
        secured.elasticsearch.model_dump() | {"ca_file": tmp_path / "other.pem"}
    )
    es = elasticsearch_client(wrong)
    with pytest.raises(TransportError, match="TLS error"):
        es.info()
    es.close()


def environment(secured: Secured, folder: Path, mechanism: str) -> dict[str, str]:
    """What an operator sets; secrets come from files."""
    (folder / "kafka_password").write_text(PASSWORD + "\n", encoding="utf-8")
    (folder / "api_key").write_text(API_KEY + "\n", encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    return {
        "NEWSWATCH_DATA": str(folder),
        "NEWSWATCH_RULES": str(folder / "rules.yaml"),
        "NEWSWATCH_KAFKA__BOOTSTRAP": secured.kafka.bootstrap,
        "NEWSWATCH_KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
        "NEWSWATCH_KAFKA__SASL_MECHANISM": mechanism,
        "NEWSWATCH_KAFKA__USERNAME": "newswatch",
        "NEWSWATCH_KAFKA__PASSWORD_FILE": str(folder / "kafka_password"),
        "NEWSWATCH_KAFKA__TOKEN_FILE": str(secured.kafka.token_file),
        "NEWSWATCH_KAFKA__CA_FILE": str(secured.kafka.ca_file),
        "NEWSWATCH_KAFKA__SESSION_TIMEOUT": "6",
        "NEWSWATCH_ELASTICSEARCH__URL": secured.elasticsearch.url,
        "NEWSWATCH_ELASTICSEARCH__API_KEY_FILE": str(folder / "api_key"),
        "NEWSWATCH_ELASTICSEARCH__CA_FILE": str(secured.elasticsearch.ca_file),
        "NEWSWATCH_LOG__FORMAT": "json",
        "NEWSWATCH_NOTIFY__CONSOLE": "false",
    }


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "OAUTHBEARER"])
def test_articles_flow_through_every_role_over_tls(secured: Secured, tmp_path: Path, mechanism: str) -> None:
    settings = changed(secured.kafka, sasl_mechanism=mechanism)
    kafka_clients.ensure_topics(settings)
    es = elasticsearch_client(secured.elasticsearch)
    install_templates(es, "newswatch")
    told = environment(secured, tmp_path, mechanism)
    articles = [article(number, seed=len(mechanism), broken_every=10**9) for number in range(ARTICLES)]
    supervisor = Supervisor(roles(Plan(once=True)), told, tmp_path / "logs")
    supervisor.start()
    try:
        producer = kafka_clients.producer(settings)
        for one in articles:
            producer.send(Topic.RAW.value, key=one.raw.article_id.encode(), value=one.message)
        producer.flush(timeout=60)
        producer.close()
        wanted = {one.raw.article_id for one in articles}
        query: dict[str, Any] = {"terms": {"article_id": sorted(wanted)}}

        def indexed() -> bool:
            try:
                hits = es.search(index="newswatch-articles-*", query=query, size=100, source_includes=["article_id"])
            except ApiError:  # the index was made this moment and its shard is not there yet
                return False
            return {hit["_source"]["article_id"] for hit in hits["hits"]["hits"]} == wanted

        wait_for(indexed, 120, "every article in the index")
        reader = LagReader(settings)
        wait_for(lambda: all(reader.lag(stage) == 0 for stage in FLOW), 60, "every stage to commit")
        reader.close()
    finally:
        codes = supervisor.stop()
        es.close()
        told_logs = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "logs").glob("*.log")}
        for name, text in told_logs.items():
            print(name, text[-3000:], sep="\n")  # noqa: T201 shown of a test that failed
    assert set(codes.values()) == {0}
    logs = "".join(told_logs.values())
    assert PASSWORD not in logs
    assert API_KEY not in logs


def test_doctor_is_content_with_secured_servers_and_names_a_wrong_password(secured: Secured, tmp_path: Path) -> None:
    told = environment(secured, tmp_path, "SCRAM-SHA-512")
    command = [sys.executable, "-m", "newswatch.cli.app", "doctor", "--feeds", "0", "--json"]

    def doctor(**changes: str) -> dict[str, dict[str, str]]:
        ended = subprocess.run(
            command, env={**os.environ, **told, **changes}, capture_output=True, text=True, timeout=60, check=False
        )
        return {finding["check"]: finding for finding in json.loads(ended.stdout)["findings"]}

    found = doctor()
    assert found["kafka reach"]["level"] == "ok"
    assert found["elasticsearch reach"]["level"] == "ok"
    (tmp_path / "wrong").write_text("wrong", encoding="utf-8")
    found = doctor(NEWSWATCH_KAFKA__PASSWORD_FILE=str(tmp_path / "wrong"))
    assert found["kafka reach"]["level"] == "problem"
    assert "password" in found["kafka reach"]["advice"]
