"""`newswatch servers` where no server runs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from newswatch.cli.servers import command
from newswatch.embedded import state
from newswatch.errors import UserError


def test_status_of_an_idle_folder_says_how_to_start_and_exits_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["status", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stdout == f"no servers run on {tmp_path}: start them with `newswatch servers up --data {tmp_path}`\n"


def test_status_as_json_holds_one_object(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["status", "--json", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"running": False, "ready": False, "pid": 0, "data": str(tmp_path)}


def test_the_record_of_a_dead_owner_is_not_believed(tmp_path: Path) -> None:
    record = state.ServersRecord(pid=1, started="", ready=True, kafka_bootstrap="127.0.0.1:1")
    state.write_state(tmp_path, record)
    result = CliRunner().invoke(command, ["env", "--data", str(tmp_path)])
    assert isinstance(result.exception, UserError)
    assert "no servers are ready" in str(result.exception)


def test_env_prints_lines_a_shell_can_evaluate(tmp_path: Path) -> None:
    record = state.ServersRecord(
        pid=1, started="", ready=True, kafka_bootstrap="127.0.0.1:1,127.0.0.1:2", elasticsearch_url="http://127.0.0.1:3"
    )
    with state.owning(tmp_path):
        state.write_state(tmp_path, record)
        result = CliRunner().invoke(command, ["env", "--data", str(tmp_path)])
    assert result.stdout.splitlines() == [
        "export NEWSWATCH_KAFKA__BOOTSTRAP=127.0.0.1:1,127.0.0.1:2",
        "export NEWSWATCH_ELASTICSEARCH__URL=http://127.0.0.1:3",
    ]


def test_servers_still_starting_are_not_offered(tmp_path: Path) -> None:
    with state.owning(tmp_path):
        state.write_state(tmp_path, state.ServersRecord(pid=1, started=""))
        result = CliRunner().invoke(command, ["env", "--data", str(tmp_path)])
    assert isinstance(result.exception, UserError)


def test_down_where_nothing_runs_is_no_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["down", "--data", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (0, f"no servers run on {tmp_path}\n")


@pytest.mark.parametrize("name", ["up", "down", "status", "env", "fetch"])
def test_every_command_shows_an_example(name: str) -> None:
    result = CliRunner().invoke(command, [name, "--help"])
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"newswatch servers {name}" in result.stdout
