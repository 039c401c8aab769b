"""Alertmanager's configuration is valid and every alert reaches who it is for."""

from pathlib import Path

import pytest

from tests.deploy.artefacts import DEPLOY, copied, plant, run

CONFIG = DEPLOY / "alertmanager" / "alertmanager.yml"


def check(path: Path) -> tuple[int, str]:
    return run("amtool", "check-config", str(path))


def routed(path: Path, receiver: str, *labels: str) -> int:
    """Exit code 0 when an alert with these labels goes to `receiver`."""
    code, _ = run(
        "amtool", "config", "routes", "test", f"--config.file={path}", f"--verify.receivers={receiver}", *labels
    )
    return code


ROUTES = [
    pytest.param("on-call", ("alertname=NewswatchRoleDown", "severity=critical"), id="critical wakes somebody"),
    pytest.param("team", ("alertname=NewswatchLagHigh", "severity=warning"), id="warning goes to the team"),
    pytest.param("nobody", ("alertname=NewswatchForeignWrites", "severity=info"), id="info goes to nobody"),
    pytest.param(
        "dead-mans-switch", ("alertname=NewswatchWatchdog", "severity=none"), id="the watchdog has its own way"
    ),
    pytest.param("team", ("alertname=SomethingNew",), id="what has no severity goes to the team"),
]


def test_configuration_is_valid() -> None:
    code, said = check(CONFIG)
    assert code == 0, said


@pytest.mark.parametrize(("receiver", "labels"), ROUTES)
def test_alert_reaches_its_receiver(receiver: str, labels: tuple[str, ...]) -> None:
    assert routed(CONFIG, receiver, *labels) == 0


def test_a_route_to_nowhere_is_found(tmp_path: Path) -> None:
    path = copied(tmp_path, "alertmanager") / "alertmanager.yml"
    plant(path, "receiver: on-call", "receiver: oncall")
    code, said = check(path)
    assert code != 0
    assert "oncall" in said


def test_a_route_that_no_longer_matches_is_found(tmp_path: Path) -> None:
    path = copied(tmp_path, "alertmanager") / "alertmanager.yml"
    plant(path, 'severity="critical"', 'severity="page"')
    assert routed(path, "on-call", "alertname=NewswatchRoleDown", "severity=critical") != 0
