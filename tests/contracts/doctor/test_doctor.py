"""The doctor on real servers: before setup, after setup, and with a server that is not there."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from newswatch.cli.app import cli
from newswatch.settings import Settings

pytestmark = pytest.mark.servers


@pytest.fixture
def told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment says what the test's settings say."""
    monkeypatch.setenv("NEWSWATCH_DATA", str(settings.data))
    monkeypatch.setenv("NEWSWATCH_KAFKA__BOOTSTRAP", settings.kafka.bootstrap)
    monkeypatch.setenv("NEWSWATCH_ELASTICSEARCH__URL", settings.elasticsearch.url)
    monkeypatch.setenv("NEWSWATCH_ELASTICSEARCH__PREFIX", settings.elasticsearch.prefix)
    return settings


def doctor() -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code and findings by check."""
    result = CliRunner().invoke(cli, ["doctor", "--feeds", "0", "--json"])
    body = json.loads(result.stdout)
    return result.exit_code, {finding["check"]: finding for finding in body["findings"]}


@pytest.mark.usefixtures("told")
def test_before_setup_it_says_setup_and_after_it_is_content() -> None:
    code, found = doctor()
    assert code == 1
    assert found["templates"]["advice"] == "run `newswatch setup`"
    assert CliRunner().invoke(cli, ["setup"]).exit_code == 0
    code, found = doctor()
    assert {check: one["found"] for check, one in found.items() if one["level"] == "problem"} == {}
    assert code == 0
    assert found["topic news.raw"]["level"] == "ok"
    assert found["kafka brokers"]["level"] == "warning", "one broker keeps one copy"
    assert found["elasticsearch version"]["found"].startswith("9.")


@pytest.mark.usefixtures("told")
def test_it_changes_nothing() -> None:
    doctor()
    _, found = doctor()
    assert found["templates"]["level"] == "problem"


@pytest.mark.usefixtures("told")
def test_a_server_that_is_not_there_is_one_problem_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWATCH_KAFKA__BOOTSTRAP", "127.0.0.1:9")
    monkeypatch.setenv("NEWSWATCH_ELASTICSEARCH__URL", "http://127.0.0.1:9")
    code, found = doctor()
    assert code == 1
    assert found["kafka reach"]["level"] == "problem"
    assert "security_protocol" in found["kafka reach"]["advice"]
    assert found["elasticsearch reach"]["level"] == "problem"
    assert "topic news.raw" not in found
