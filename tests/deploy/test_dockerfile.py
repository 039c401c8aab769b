"""The image is built by the rules of hadolint and runs as nobody in particular."""

from pathlib import Path

import pytest

from tests.deploy.artefacts import DEPLOY, OF_PACKAGES, ROOT, copied, plant, run, unknown_settings


def lint(path: Path) -> str:
    """What hadolint says; empty when it is content."""
    code, said = run(str(OF_PACKAGES / "hadolint"), "--no-color", str(path))
    return said if code or said else ""


def test_dockerfile_passes_the_linter() -> None:
    assert lint(DEPLOY / "Dockerfile") == ""


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        pytest.param("ARG BASE=python:3.12-slim-bookworm", "ARG BASE=python", "DL3006", id="base without a version"),
        pytest.param("WORKDIR /source", "WORKDIR source", "DL3000", id="relative folder"),
        pytest.param("COPY seeds seeds", "ADD seeds seeds", "DL3020", id="ADD for COPY"),
        pytest.param('ENTRYPOINT ["newswatch"]', "ENTRYPOINT newswatch", "DL3025", id="entry point through a shell"),
    ],
)
def test_linter_finds(tmp_path: Path, right: str, wrong: str, rule: str) -> None:
    path = copied(tmp_path, "Dockerfile")
    plant(path, right, wrong)
    if rule == "DL3006":
        plant(path, "FROM ${BASE} AS build", "FROM python AS build")
    assert rule in lint(path)


def test_image_runs_as_a_user_without_rights() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "USER 10001:10001" in lines
    assert lines.index("USER 10001:10001") < lines.index('ENTRYPOINT ["newswatch"]')


def test_what_the_build_copies_is_let_through_by_the_ignore_file() -> None:
    ignore = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    sources = {
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    }
    assert sources == let_through
    assert all((ROOT / source).exists() for source in sources)


def test_variables_are_settings() -> None:
    words = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").split()
    names = [word.partition("=")[0] for word in words if "=" in word]
    assert "NEWSWATCH_HTTP__PORT" in names
    assert unknown_settings(names) == []
