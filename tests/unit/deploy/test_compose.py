"""compose.yaml by the Compose specification's schema, and what a schema cannot know."""

import copy
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from jsonschema.protocols import Validator

from newswatch.cli.app import COMMANDS
from newswatch.flow import PROCESS_STAGES
from tests.deploy.artefacts import DEPLOY, unknown_settings

COMPOSE = DEPLOY / "compose.yaml"
ROLES = {"ingest", "index", "notify", "board", *PROCESS_STAGES}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def specification() -> Validator:
    package = find_spec("check_jsonschema")  # found, not imported: only its data is wanted
    assert package
    assert package.origin
    path = Path(package.origin).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def problems(content: dict[str, Any]) -> list[str]:
    """References that lead nowhere, services without limits, health check or restart policy, open ports."""
    found, services = [], content["services"]
    for name, service in services.items():
        for other, condition in service.get("depends_on", {}).items():
            wanted = "healthcheck" if condition["condition"] == "service_healthy" else "image"
            if wanted not in services.get(other, {}):
                found.append(f"{name} waits for {other}")
        found += [f"{name}: secret {one}" for one in service.get("secrets", []) if one not in content["secrets"]]
        found += [f"{name}: network {one}" for one in service["networks"] if one not in content["networks"]]
        volumes = [one.partition(":")[0] for one in service.get("volumes", [])]
        found += [
            f"{name}: volume {one}" for one in volumes if not one.startswith(".") and one not in content["volumes"]
        ]
        found += [f"{name}: no file {one}" for one in volumes if one.startswith(".") and not (DEPLOY / one).exists()]
        if not {"cpus", "memory"} <= set(service.get("deploy", {}).get("resources", {}).get("limits", {})):
            found.append(f"{name}: no limits")
        if "restart" not in service:
            found.append(f"{name}: no restart policy")
        if not str(service["restart"]).startswith("on-failure") and "test" not in service.get("healthcheck", {}):
            found.append(f"{name}: no health check")
        found += [f"{name}: port {one}" for one in service.get("ports", []) if not one.startswith("127.0.0.1:")]
        secret = [key for key in service.get("environment", {}) if key.upper().endswith(("PASSWORD", "TOKEN", "KEY"))]
        found += [f"{name}: secret in {key}" for key in secret]
    return found


def test_follows_the_specification(compose: dict[str, Any], specification: Validator) -> None:
    assert [error.message for error in specification.iter_errors(compose)] == []


def test_hangs_together(compose: dict[str, Any]) -> None:
    assert problems(compose) == []


def at(content: dict[str, Any], *path: str) -> Any:
    for part in path:
        content = content[part]
    return content


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        pytest.param(("services", "index"), "restarts", "always", id="misspelt key"),
        pytest.param(("services", "kafka"), "healthcheck", {"tests": ["CMD", "true"]}, id="misspelt health check"),
        pytest.param(("networks", "backend"), "intern", True, id="misspelt key of a network"),
        pytest.param(("services", "board"), "ports", {"8080": "8080"}, id="ports as a mapping"),
    ],
)
def test_specification_finds(
    compose: dict[str, Any],
    specification: Validator,
    path: tuple[str, ...],
    key: str,
    value: object,
) -> None:
    planted = copy.deepcopy(compose)
    at(planted, *path)[key] = value
    assert list(specification.iter_errors(planted))


@pytest.mark.parametrize(
    ("path", "key", "value", "finding"),
    [
        pytest.param(("services", "index"), "secrets", ["elastic_pasword"], "secret", id="secret that is not there"),
        pytest.param(("services", "index"), "networks", ["front"], "network", id="network that is not there"),
        pytest.param(("services", "board"), "ports", ["8080:8080"], "port", id="port open to the world"),
        pytest.param(("services", "kafka"), "deploy", {}, "no limits", id="no limits"),
        pytest.param(
            ("services", "index"), "depends_on", {"set-up": {"condition": "service_healthy"}}, "waits", id="wait"
        ),
        pytest.param(("services", "kibana", "environment"), "ELASTICSEARCH_PASSWORD", "x", "secret in", id="password"),
        pytest.param(("services", "grafana"), "volumes", ["./grafana/panels:/x"], "no file", id="folder not there"),
    ],
)
def test_own_checks_find(compose: dict[str, Any], path: tuple[str, ...], key: str, value: object, finding: str) -> None:
    planted = copy.deepcopy(compose)
    at(planted, *path)[key] = value
    assert any(finding in one for one in problems(planted))


def test_every_role_is_there_and_is_a_command(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) >= ROLES | {"setup", "kafka", "elasticsearch", "kibana", "prometheus", "grafana"}
    for name in (*ROLES, "setup"):
        service = compose["services"][name]
        assert service["command"][0] in COMMANDS, name
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["user"] == "10001:10001", name


def test_variables_are_settings(compose: dict[str, Any]) -> None:
    names = [key for service in compose["services"].values() for key in service.get("environment", {})]
    assert "NEWSWATCH_KAFKA__BOOTSTRAP" in names
    assert unknown_settings([name for name in names if name != "NEWSWATCH_IMAGE"]) == []


def test_secret_files_are_not_in_the_repository() -> None:
    kept = {path.name for path in Path(DEPLOY / "secrets").iterdir()} & {"elastic_password", "board_token"}
    assert (DEPLOY / "secrets" / ".gitignore").read_text(encoding="utf-8").splitlines()[0] == "*"
    assert not kept or "*" in (DEPLOY / "secrets" / ".gitignore").read_text(encoding="utf-8")
