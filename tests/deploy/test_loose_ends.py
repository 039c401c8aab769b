"""Each overlay hangs together, and a reference that leads nowhere is found, whatever it is."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.artefacts import ROOT, copied, plant
from tests.deploy.loose_ends import loose_ends
from tests.deploy.test_kubernetes import OVERLAYS, render, rendered


def made_by_hand() -> dict[str, frozenset[str]]:
    """The Secrets the operations page says to make: name → keys."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    found = re.findall(r"^\$ kubectl .*create secret generic (\S+)(.*)$", page, re.MULTILINE)
    return {name: frozenset(re.findall(r"--from-file=(\S+)", rest)) for name, rest in found}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_is_referred_to_exists(overlay: str) -> None:
    assert loose_ends(rendered(overlay), {} if overlay == "dev" else made_by_hand()) == []


def mistake(sentence: str, file: str, right: str, wrong: str, said: str) -> Any:
    """A mistake planted in `file`, and words of what must be said of it."""
    return pytest.param(file, right, wrong, said, id=sentence)


MISTAKES = (
    mistake(
        "a config map of another name",
        "base/role.yaml",
        "configMapRef: {name: newswatch-settings}",
        "configMapRef: {name: newswatch-config}",
        "no ConfigMap newswatch-config",
    ),
    mistake(
        "a service account that is not made",
        "base/setup.yaml",
        "serviceAccountName: newswatch",
        "serviceAccountName: setup",
        "no ServiceAccount setup",
    ),
    mistake(
        "a secret nobody makes",
        "base/role.yaml",
        "secretName: newswatch-secrets",
        "secretName: newswatch-keys",
        "no Secret newswatch-keys",
    ),
    mistake(
        "a key the secret does not have",
        "base/board.yaml",
        "newswatch/board_token",
        "newswatch/token",
        "which no Secret holds",
    ),
    mistake(
        "a certificate the secret does not have",
        "overlays/production/settings.env",
        "newswatch/ca.pem",
        "newswatch/ca.crt",
        "which no Secret holds",
    ),
    mistake(
        "a key KEDA does not find",
        "overlays/operators/keda.yaml",
        "key: kafka_password",
        "key: password",
        "has no key password",
    ),
    mistake(
        "a claim that is not made",
        "base/backup.yaml",
        "claimName: newswatch-backup",
        "claimName: backup",
        "no PersistentVolumeClaim backup",
    ),
    mistake(
        "a mount without its volume", "base/role.yaml", "{name: tmp, mountPath", "{name: temp, mountPath", "volume temp"
    ),
    mistake(
        "a stage that does not exist",
        "base/stories.yaml",
        '"stories"]',
        '"story"]',
        "newswatch has no process --stage story",
    ),
    mistake(
        "a command that does not exist", "base/retention.yaml", '["retention"]', '["retain"]', "newswatch has no retain"
    ),
    mistake(
        "a probe of a port that is not there",
        "base/role.yaml",
        "path: /readyz, port: metrics",
        "path: /readyz, port: http",
        "readinessProbe asks port http",
    ),
    mistake(
        "a health page on another port",
        "base/settings.env",
        "HTTP__PORT=9464",
        "HTTP__PORT=9465",
        "NEWSWATCH_HTTP__PORT 9465",
    ),
    mistake(
        "metrics on another port", "base/role.yaml", 'port: "9464"', 'port: "9465"', "Prometheus is sent to port 9465"
    ),
    mistake(
        "a service without pods",
        "base/services.yaml",
        "component: board",
        "component: web",
        "Service/newswatch-board chooses no pod",
    ),
    mistake(
        "a service of a port that is not there",
        "base/services.yaml",
        "targetPort: board",
        "targetPort: http",
        "has no port http",
    ),
    mistake(
        "a budget that guards nothing",
        "base/disruption.yaml",
        "component: stories",
        "component: story",
        "newswatch-stories guards []",
    ),
    mistake(
        "a policy for a role that does not exist",
        "base/network.yaml",
        "values: [ingest, notify]",
        "values: [ingest, notifier]",
        "no pod is notifier",
    ),
    mistake(
        "a policy for a port nobody has",
        "base/network.yaml",
        "port: 8080",
        "port: 8081",
        "opens 8081, which no pod has",
    ),
    mistake(
        "a policy that shuts the servers in",
        "base/network.yaml",
        "podSelector:\n    matchLabels: {app.kubernetes.io/name: newswatch}\n  policyTypes",
        "podSelector: {}\n  policyTypes",
        "chooses pods that are not ours",
    ),
    mistake(
        "a policy that shuts Kafka out",
        "base/network.yaml",
        "port: 9093",
        "port: 9094",
        "no NetworkPolicy lets it out to newswatch-kafka-bootstrap:9093",
    ),
    mistake(
        "a server of another name",
        "overlays/production/settings.env",
        "newswatch-es-http",
        "newswatch-elastic",
        "no resource makes newswatch-elastic",
    ),
    mistake(
        "a listener on another port",
        "overlays/operators/kafka.yaml",
        "port: 9093",
        "port: 9095",
        "no listener of Kafka is newswatch-kafka-bootstrap:9093",
    ),
    mistake(
        "brokers of another cluster",
        "overlays/operators/kafka.yaml",
        "strimzi.io/cluster: newswatch",
        "strimzi.io/cluster: news",
        "no Kafka news",
    ),
    mistake(
        "a Kibana without its Elasticsearch",
        "overlays/operators/elastic.yaml",
        "elasticsearchRef: {name: newswatch}",
        "elasticsearchRef: {name: news}",
        "no Elasticsearch news",
    ),
    mistake(
        "a Kafka user that is not made",
        "overlays/production/settings.env",
        "USERNAME=newswatch",
        "USERNAME=news",
        "no KafkaUser news",
    ),
    mistake(
        "a scaler of nothing",
        "overlays/operators/keda.yaml",
        "scaleTargetRef: {name: newswatch-extract}",
        "scaleTargetRef: {name: extract}",
        "no Deployment extract to scale",
    ),
    mistake(
        "a scaler on a topic the stage does not read",
        "overlays/operators/keda.yaml",
        "topic: news.raw",
        "topic: news.articles",
        "no stage reads news.articles as newswatch-extract",
    ),
    mistake(
        "a scaler that asks elsewhere",
        "overlays/operators/keda.yaml",
        "kafka-bootstrap:9093",
        "kafka-bootstrap:9092",
        "KEDA asks newswatch-kafka-bootstrap:9092",
    ),
    mistake(
        "two scalers of one Deployment",
        "overlays/operators/kustomization.yaml",
        "$patch: delete",
        "$patch: merge",
        "newswatch-extract has two scalers",
    ),
)


@pytest.mark.parametrize(("file", "right", "wrong", "said"), MISTAKES)
def test_a_reference_that_leads_nowhere_is_found(tmp_path: Path, file: str, right: str, wrong: str, said: str) -> None:
    folder = copied(tmp_path, "kubernetes")
    plant(folder / file, right, wrong)
    found = loose_ends(render(folder / "overlays" / "operators"), made_by_hand())
    assert any(said in fault for fault in found), found


def test_a_secret_without_its_keys_is_found() -> None:
    assert any(
        "board_token" in fault for fault in loose_ends(rendered("production"), {"newswatch-secrets": frozenset()})
    )
