"""Configuration, rules and their tests, by promtool; the dashboards' queries too."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.deploy.artefacts import DEPLOY, copied, plant, run

FOLDER = DEPLOY / "prometheus"


def rule_tests(folder: Path, only: str = "") -> tuple[int, str]:
    """promtool's verdict on the rule tests, or on those whose name begins with `only`."""
    path = folder / "tests" / "newswatch_test.yml"
    if only:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content["tests"] = [test for test in content["tests"] if test["name"].startswith(only + " ")]
        assert content["tests"], only
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return run("promtool", "test", "rules", path.name, folder=path.parent)


def test_configuration_and_rules_are_valid() -> None:
    code, said = run("promtool", "check", "config", "--lint-fatal", str(FOLDER / "prometheus.yml"))
    assert code == 0, said


def test_every_alert_fires_and_stays_silent_when_it_should() -> None:
    code, said = rule_tests(FOLDER)
    assert code == 0, said


@pytest.mark.parametrize(
    ("right", "wrong", "alert"),
    [
        pytest.param("== 0\n        for: 2m", "== 1\n        for: 2m", "NewswatchRoleDown", id="turned round"),
        pytest.param(
            "newswatch_rejected_total[10m]", "newswatch_rejects_total[10m]", "NewswatchRejectsHigh", id="renamed"
        ),
        pytest.param("> 14.4 * 0.01 and", "> 44 * 0.01 and", "NewswatchAlertsSlowFast", id="threshold out of reach"),
        pytest.param('outcome="dead"', 'outcome=~"dead|suppressed"', "NewswatchDeliveryDead", id="too wide"),
    ],
)
def test_a_changed_rule_fails_its_test(tmp_path: Path, right: str, wrong: str, alert: str) -> None:
    folder = copied(tmp_path, "prometheus")
    plant(folder / "rules" / "newswatch.yml", right, wrong)
    if alert == "NewswatchDeliveryDead":
        plant(folder / "rules" / "newswatch.yml", 'unless newswatch_deliveries_total{outcome="dead"}', "unless missing")
    code, said = rule_tests(folder, alert)
    assert code != 0
    assert alert in said


def test_a_rule_that_is_no_query_is_found(tmp_path: Path) -> None:
    folder = copied(tmp_path, "prometheus")
    plant(folder / "rules" / "newswatch.yml", "vector(1)", "vector(1")
    code, _ = run("promtool", "check", "config", str(folder / "prometheus.yml"))
    assert code != 0


def dashboards() -> ModuleType:
    """The module that builds the dashboards."""
    spec = importlib.util.spec_from_file_location("newswatch_dashboards", DEPLOY / "grafana" / "dashboards.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def queries_are_promql(expressions: list[str], folder: Path) -> int:
    """promtool's exit code for the expressions as recording rules."""
    rules = [{"record": f"query:{number}", "expr": text} for number, text in enumerate(expressions)]
    path = folder / "queries.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")
    code, _ = run("promtool", "check", "rules", str(path))
    return code


def test_dashboards_ask_what_prometheus_understands(tmp_path: Path) -> None:
    found = [
        target["expr"].replace("$__rate_interval", "5m")
        for text in dashboards().rendered().values()
        for panel in json.loads(text)["panels"]
        for target in panel["targets"]
    ]
    assert len(found) > 25
    assert queries_are_promql(found, tmp_path) == 0
    assert queries_are_promql([*found, "sum by stage (x)"], tmp_path) != 0
