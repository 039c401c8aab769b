"""The units: nothing for `verify` to say, an exposure under the threshold, a unit for every role."""

import re
from pathlib import Path

import pytest

from newswatch.flow import FLOW
from tests.deploy.artefacts import DEPLOY, copied, plant, run, unknown_settings

UNITS = DEPLOY / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
THRESHOLD = 20
"""Tenths of systemd's exposure score (0 safe, 100 exposed): 2.0."""

PROGRAM = "/opt/newswatch/bin/newswatch"
BACKUP = "topics export /var/backups/newswatch"


def verify(folder: Path) -> str:
    """What `systemd-analyze verify` says of every unit, templates as an instance; it exits 0 even on unknown keys."""
    units = [*folder.glob("*.service"), *folder.glob("*.timer"), *folder.glob("*.target")]
    names = [str(unit).replace("@.", "@1.") for unit in sorted(units)]
    for unit in units:
        text = unit.read_text(encoding="utf-8")
        unit.write_text(text.replace(PROGRAM, "/bin/true"), encoding="utf-8")
    _, said = run("systemd-analyze", "verify", "--man=no", *names)
    return said


def exposure(unit: Path) -> int:
    """Exit code of the check against the threshold."""
    code, _ = run(
        "systemd-analyze", "security", "--offline=true", f"--threshold={THRESHOLD}", "--no-pager", unit.name,
        folder=unit.parent,
    )  # fmt: skip
    return code


def test_verify_has_nothing_to_say(tmp_path: Path) -> None:
    assert verify(copied(tmp_path, "systemd")) == ""


def test_verify_finds_a_misspelt_key(tmp_path: Path) -> None:
    folder = copied(tmp_path, "systemd")
    plant(folder / "newswatch@.service", "WatchdogSec=", "WatchdogSeconds=")
    assert "WatchdogSeconds" in verify(folder)


def test_verify_finds_a_time_that_is_none(tmp_path: Path) -> None:
    folder = copied(tmp_path, "systemd")
    plant(folder / "newswatch-retention.timer", "03:20:00", "33:20:00")
    assert "newswatch-retention.timer" in verify(folder)


@pytest.mark.parametrize("name", SERVICES)
def test_exposure_is_under_the_threshold(name: str) -> None:
    assert exposure(UNITS / name) == 0


def test_a_unit_without_its_walls_is_over_the_threshold(tmp_path: Path) -> None:
    folder = copied(tmp_path, "systemd")
    unit = folder / "newswatch@.service"
    for wall in ("CapabilityBoundingSet=\n", "ProtectSystem=strict\n", "SystemCallFilter=@system-service\n"):
        plant(unit, wall, "")
    plant(unit, "User=newswatch\n", "User=root\n")
    assert exposure(unit) != 0


def test_every_role_has_a_unit() -> None:
    commands = {
        match
        for name in SERVICES
        for match in re.findall(rf"{PROGRAM} (.+)", (UNITS / name).read_text(encoding="utf-8"))
    }
    assert commands == {"%i", "process --stage %i", "process --stage extract", "setup", "retention", BACKUP}
    assert {stage.role for stage in FLOW} <= {"process", "index", "notify"}


@pytest.mark.parametrize("name", [name for name in SERVICES if "@" in name])
def test_watchdog_outlasts_the_heartbeats_limit_and_poison_stays_down(name: str) -> None:
    text = (UNITS / name).read_text(encoding="utf-8")
    assert "Type=notify" in text
    assert "RestartPreventExitStatus=78" in text
    (seconds,) = re.findall(r"^WatchdogSec=(\d+)$", text, re.MULTILINE)
    assert int(seconds) >= 60


def test_variables_are_settings() -> None:
    lines = (UNITS / "newswatch.env").read_text(encoding="utf-8").splitlines()
    names = [line.partition("=")[0].lstrip("# ") for line in lines if "=" in line]
    assert len(names) > 10
    assert unknown_settings(names) == []
