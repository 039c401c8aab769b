"""Each role, a user of its own, does its work with the rights of the catalogue and no others."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from kafka import errors as kafka_errors

from newswatch import kafka_clients
from newswatch.cli.pipeline import Plan, roles
from newswatch.elastic_client import elasticsearch_client
from newswatch.flow import FLOW
from newswatch.group_lag import LagReader
from newswatch.rights import RIGHTS
from newswatch.service import running_services
from newswatch.settings import KafkaSettings
from newswatch.supervisor import Role, Supervisor
from newswatch.topics import Topic
from tests.contracts.security.acls import give, take
from tests.contracts.security.conftest import PASSWORD, Secured
from tests.contracts.security.test_security import environment
from tests.pipeline.generated import article
from tests.pipeline.harness import wait_for

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

ARTICLES = 8


def user_of(role: Role) -> str:
    """The user a process runs as: a stage's, else its role's."""
    return role.name.removeprefix("process-")


def command(told: Mapping[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "newswatch.cli.app", *words],
        env={**os.environ, **told}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def as_user(secured: Secured, folder: Path, user: str) -> dict[str, str]:
    return environment(secured, folder, "PLAIN") | {"NEWSWATCH_KAFKA__USERNAME": user}


def tend(crews: Sequence[Supervisor], ended: threading.Event) -> None:
    """Restarts what dies."""
    while not ended.wait(0.5):
        for crew in crews:
            crew.look()


@pytest.fixture
def at_work(secured: Secured, tmp_path: Path) -> Iterator[Path]:
    """Every role as its own user, after a setup by the user `setup`; gives the data folder."""
    for role in RIGHTS:
        give(secured.plain, role)
    made = command(as_user(secured, tmp_path, "setup"), "setup")
    assert made.returncode == 0, made.stderr
    crews = [Supervisor([role], as_user(secured, tmp_path, user_of(role)), tmp_path / "logs") for role in roles(Plan())]
    for crew in crews:
        crew.start()
    ended = threading.Event()
    tending = threading.Thread(target=tend, args=(crews, ended), name="tend", daemon=True)
    tending.start()
    yield tmp_path
    ended.set()
    tending.join()
    codes = [code for crew in crews for code in crew.stop().values()]
    assert set(codes) == {0}


def test_articles_flow_with_each_role_holding_its_own_rights_alone(secured: Secured, at_work: Path) -> None:
    told = as_user(secured, at_work, "operator")
    articles = [article(number, seed=77, broken_every=4, alert_every=2) for number in range(ARTICLES)]
    lines = [json.dumps({"url": one.raw.url, "html": one.raw.html, "tags": one.raw.tags}) for one in articles]
    (at_work / "articles.jsonl").write_text("\n".join(lines), encoding="utf-8")
    wait_for(lambda: len(running_services(at_work)) == len(roles(Plan())), 180, "every role to start")
    ended = command(told, "replay", str(at_work / "articles.jsonl"))
    assert ended.returncode == 0, ended.stderr
    alerted = {one.raw.article_id for one in articles if one.alert}
    wait_for(lambda: delivered(at_work) >= alerted, 180, "alerts to be delivered")
    es = elasticsearch_client(secured.elasticsearch)
    wanted = {one.raw.article_id for one in articles}
    query: dict[str, Any] = {"terms": {"article_id": sorted(wanted)}}

    def indexed() -> bool:
        hits = es.search(index="newswatch-articles-*,newswatch-rejected-*", query=query, size=100)["hits"]["hits"]
        return {hit["_source"]["article_id"] for hit in hits} == wanted

    wait_for(indexed, 60, "every article in the index, or laid aside")
    es.close()
    reader = LagReader(secured.plain)
    wait_for(lambda: all(reader.lag(stage) == 0 for stage in FLOW), 60, "every stage to commit")
    reader.close()
    (board,) = [one["board"] for one in running_services(at_work) if "board" in one]
    for page in ("/", "/alerts", "/pipeline", "/feeds", "/rejected"):
        assert httpx.get(board + page, timeout=30).status_code == httpx.codes.OK, page
    for words in (["feeds", "list"], ["alerts", "list"], ["stats"], ["trace", articles[0].raw.url]):
        ended = command(told, *words)
        assert ended.returncode == 0, f"{words}: {ended.stderr}"
    for role in ("setup", "operator"):
        ended = command(as_user(secured, at_work, role), "doctor", "--feeds", "0", "--role", role, "--json")
        found = {one["check"]: one for one in json.loads(ended.stdout)["findings"]}
        assert found["kafka rights"]["level"] == "ok", found["kafka rights"]
        assert found["topic news.raw"]["level"] == "ok", found["topic news.raw"]


def delivered(data: Path) -> set[str]:
    file = data / "alerts.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {json.loads(line)["article_id"] for line in lines if line.endswith("}")}


@pytest.mark.parametrize(
    ("role", "words", "topic", "operation"),
    [
        pytest.param("extract", ("process", "--stage", "extract"), Topic.MATCHED, "WRITE", id="an output"),
        pytest.param("index", ("index",), Topic.TRACKED, "READ", id="an input"),
    ],
)
def test_a_role_that_lacks_a_right_says_which_and_ends_and_doctor_names_it(
    secured: Secured, tmp_path: Path, role: str, words: tuple[str, ...], topic: Topic, operation: str
) -> None:
    give(secured.plain, role)
    kafka_clients.ensure_topics(secured.plain)
    take(secured.plain, role, topic.value, operation)
    told = as_user(secured, tmp_path, role)
    wanted = f"{operation.title()} on topic {topic.value}"

    def says() -> bool:
        ended = command(told, *words)
        return ended.returncode == 2 and wanted in ended.stderr and "setup --acls" in ended.stderr

    wait_for(says, 60, "the role to say what it lacks")
    ended = command(told, "doctor", "--feeds", "0", "--role", role, "--json")
    found = {one["check"]: one for one in json.loads(ended.stdout)["findings"]}
    assert ended.returncode == 1
    assert found["kafka rights"]["found"] == f"{role} lacks {wanted}"


def test_a_stranger_sees_nothing_and_is_told_so(secured: Secured, tmp_path: Path) -> None:
    ended = command(as_user(secured, tmp_path, "stranger"), "process", "--stage", "alerts")
    assert ended.returncode == 2
    assert "Describe on topic news.raw" in ended.stderr
    assert "Read on group newswatch-alerts" in ended.stderr or "Describe, Read on group" in ended.stderr


def test_one_role_may_not_do_the_work_of_another(secured: Secured) -> None:
    give(secured.plain, "board")
    settings = KafkaSettings.model_validate(
        secured.kafka.model_dump() | {"sasl_mechanism": "PLAIN", "username": "board", "password": PASSWORD}
    )
    producer = kafka_clients.producer(settings, max_block_ms=10_000)
    with pytest.raises(kafka_errors.TopicAuthorizationFailedError):
        producer.send(Topic.RAW.value, key=b"k", value=b"{}").get(timeout=30)
    producer.close()
