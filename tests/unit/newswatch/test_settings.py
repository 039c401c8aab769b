"""Settings: where they come from, which wins, and what a wrong one says."""

import os
from pathlib import Path

import pytest

from newswatch.embedded import state
from newswatch.errors import UserError
from newswatch.settings import load_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("NEWSWATCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("newswatch.toml").write_text('[kafka]\nbootstrap = "file:1"\nusername = "file"\n', encoding="utf-8")
    monkeypatch.setenv("NEWSWATCH_KAFKA__BOOTSTRAP", "environment:1")
    settings = load_settings()
    assert (settings.kafka.bootstrap, settings.kafka.username) == ("environment:1", "file")


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("secret").write_text("s3cret\n", encoding="utf-8")
    monkeypatch.setenv("NEWSWATCH_KAFKA__PASSWORD_FILE", "secret")
    assert load_settings().kafka.password.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(load_settings())


def test_a_setting_whose_own_name_ends_in_file_is_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWATCH_KAFKA__CA_FILE", "ca.pem")
    assert load_settings().kafka.ca_file == Path("ca.pem")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        pytest.param("NEWSWATCH_KAFKA__REPLICATION", "none", "kafka.replication", id="a wrong type"),
        pytest.param("NEWSWATCH_KAFKA__BOOTSTRP", "x:1", "kafka.bootstrp", id="a misspelt name"),
        pytest.param("NEWSWATCH_EXTRACT__PROCESSES", "0", "extract.processes", id="out of range"),
        pytest.param("NEWSWATCH_KAFKA__PASSWORD_FILE", "absent", "absent", id="a secret file that is not there"),
        pytest.param("NEWSWATCH_CONFIG", "absent.toml", "absent.toml", id="a settings file that is not there"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=said.replace(".", r"\.")):
        load_settings()


def test_a_broken_file_is_named() -> None:
    Path("newswatch.toml").write_text("[kafka\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"newswatch\.toml is not valid TOML"):
        load_settings()


def test_empty_addresses_are_those_of_servers_running_on_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("var/servers")
    folder.mkdir(parents=True)
    with state.owning(folder):
        record = state.ServersRecord(
            pid=1, started="", ready=True, kafka_bootstrap="k:1", elasticsearch_url="http://e:2"
        )
        state.write_state(folder, record)
        found = load_settings()
        assert (found.kafka.bootstrap, found.elasticsearch.url) == ("k:1", "http://e:2")
        monkeypatch.setenv("NEWSWATCH_KAFKA__BOOTSTRAP", "given:1")
        assert (load_settings().kafka.bootstrap, load_settings().elasticsearch.url) == ("given:1", "")
    monkeypatch.delenv("NEWSWATCH_KAFKA__BOOTSTRAP")
    assert load_settings().kafka.bootstrap == ""
