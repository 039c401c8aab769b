"""Alert rules and dashboards: only metrics there are, a page for every alert, a test for every rule."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from newswatch.metric_names import CATALOGUE
from tests.deploy.artefacts import DEPLOY, ROOT
from tests.deploy.test_prometheus import dashboards
from tests.docs_pages import commands

RULES = DEPLOY / "prometheus" / "rules" / "newswatch.yml"
TESTS = DEPLOY / "prometheus" / "tests" / "newswatch_test.yml"
RUNBOOK = DEPLOY / "runbook"
SECTIONS = ("## What it means", "## How to see it", "## How to fix it", "## How to know it is fixed")

OF_OTHERS = {
    "up",  # Prometheus itself
    "process_start_time_seconds",  # the client library, on every role
    "node_filesystem_avail_bytes",  # node_exporter
    "node_filesystem_size_bytes",  # node_exporter
    "kubelet_volume_stats_available_bytes",  # Kubernetes
    "kubelet_volume_stats_capacity_bytes",  # Kubernetes
}
PROMQL = {
    "absent", "and", "by", "changes", "histogram_quantile", "increase", "max", "max_over_time", "offset", "on", "or",
    "predict_linear", "rate", "sum", "unless", "vector",
}  # fmt: skip
ENDINGS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
SAMPLES = {spec.name + ending for spec in CATALOGUE for ending in ENDINGS[spec.kind]}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


ALERTS = [rule for rule in rules() if "alert" in rule]


def metrics_of(expression: str) -> set[str]:
    """The metric names a query asks for: what is left once matchers, windows and label lists are gone."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|on) \([^)]*\)|offset \w+", " ", expression)
    return set(re.findall(r"\b[a-z_][a-z0-9_:]*", bare)) - PROMQL


def labels_of(expression: str) -> set[tuple[str, str]]:
    """(metric, label) of every matcher."""
    found = re.findall(r"([a-z_]+)\{([^}]*)\}", expression)
    return {(name, label) for name, inside in found for label in re.findall(r"([a-z_]+)\s*(?:=~|!~|!=|=)", inside)}


def unknown_metrics(expression: str) -> set[str]:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    return metrics_of(expression) - SAMPLES - OF_OTHERS - recorded


def test_rules_ask_only_for_metrics_there_are() -> None:
    assert {name for rule in rules() for name in unknown_metrics(rule["expr"])} == set()


def test_rules_match_only_labels_the_metric_has() -> None:
    labels = {spec.name + ending: {*spec.labels, "le"} for spec in CATALOGUE for ending in ENDINGS[spec.kind]}
    for rule in rules():
        for metric, label in labels_of(rule["expr"]):
            assert metric in OF_OTHERS or label in labels[metric], (rule, metric, label)


def test_a_metric_nobody_makes_is_found() -> None:
    assert unknown_metrics("sum by (stage) (rate(newswatch_recrods_in_total[5m])) > 0") == {
        "newswatch_recrods_in_total"
    }


@pytest.mark.parametrize("name", sorted(dashboards().rendered()))
def test_dashboard_is_what_the_code_builds(name: str) -> None:
    path = DEPLOY / "grafana" / "dashboards" / name
    assert path.read_text(encoding="utf-8") == dashboards().rendered()[name], "run `make docs`"


def boards() -> list[dict[str, Any]]:
    return [json.loads(text) for text in dashboards().rendered().values()]


def cells(panel: dict[str, Any]) -> set[tuple[int, int]]:
    grid = panel["gridPos"]
    across, down = range(grid["x"], grid["x"] + grid["w"]), range(grid["y"], grid["y"] + grid["h"])
    return {(x, y) for x in across for y in down}


def dashboard_problems(found: list[dict[str, Any]]) -> list[str]:
    """Uids that are not unique, panels without a query, beside or over each other, queries for metrics nobody makes."""
    uids = [board["uid"] for board in found]
    problems = [f"uid {uid} twice" for uid in {uid for uid in uids if uids.count(uid) > 1}]
    for board in found:
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            queries = [target["expr"] for target in panel["targets"]]
            problems += [] if queries else [f"{panel['title']}: no query"]
            problems += [f"{panel['title']}: no metric {name}" for query in queries for name in unknown_metrics(query)]
            problems += [f"{panel['title']}: over another"] if cells(panel) & taken else []
            problems += [f"{panel['title']}: beside the board"] if any(x >= 24 for x, _ in cells(panel)) else []
            taken |= cells(panel)
    return problems


def test_dashboards_have_no_problems() -> None:
    assert dashboard_problems(boards()) == []


def test_dashboards_leave_no_metric_out() -> None:
    asked = {
        name
        for board in boards()
        for panel in board["panels"]
        for target in panel["targets"]
        for name in metrics_of(target["expr"])
    }
    assert {spec.name for spec in CATALOGUE if not any(sample.startswith(spec.name) for sample in asked)} == set()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(lambda board: board["panels"][0].update(targets=[]), "no query", id="a panel without a query"),
        pytest.param(
            lambda board: board["panels"][1]["targets"][0].update(expr="rate(newswatch_recrods_total[5m])"),
            "no metric newswatch_recrods_total",
            id="a metric nobody makes",
        ),
        pytest.param(
            lambda board: board["panels"][1].update(gridPos=board["panels"][0]["gridPos"]),
            "over another",
            id="one panel over another",
        ),
        pytest.param(
            lambda board: board["panels"][0]["gridPos"].update(x=23, w=4), "beside the board", id="off the board"
        ),
        pytest.param(lambda board: board.update(uid=boards()[1]["uid"]), "twice", id="a uid of another dashboard"),
    ],
)
def test_a_mistake_in_a_dashboard_is_found(change: Callable[[dict[str, Any]], object], problem: str) -> None:
    planted = boards()
    change(planted[0])
    assert any(problem in one for one in dashboard_problems(planted))


def alert_problems(rule: dict[str, Any], root: Path) -> list[str]:
    """No page, a page that is not about it or lacks a part, no severity, no test that it fires and that it does not."""
    page = root / rule["annotations"].get("runbook", "none")
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    problems = [] if f"`{rule['alert']}`" in text else ["no page about it"]
    problems += [f"no part {part}" for part in SECTIONS if f"\n{part}\n" not in text]
    problems += [] if rule["labels"].get("severity") in {"critical", "warning", "info", "none"} else ["no severity"]
    tests = yaml.safe_load(TESTS.read_text(encoding="utf-8"))["tests"]
    fires = {
        bool(one["exp_alerts"])
        for test in tests
        for one in test["alert_rule_test"]
        if one["alertname"] == rule["alert"]
    }
    problems += [] if True in fires else ["no test that it fires"]
    problems += [] if False in fires or rule["expr"] == "vector(1)" else ["no test that it stays silent"]
    return problems


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_alert_has_a_page_a_severity_and_tests_both_ways(rule: dict[str, Any]) -> None:
    assert alert_problems(rule, ROOT) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({"annotations": {}}, "no page about it", id="no page"),
        pytest.param({"annotations": {"runbook": "deploy/runbook/README.md"}}, "no part", id="another's page"),
        pytest.param({"labels": {"severity": "page"}}, "no severity", id="a severity nobody routes"),
        pytest.param({"alert": "NewswatchNew"}, "no test that it fires", id="an alert without tests"),
    ],
)
def test_an_alert_that_lacks_something_is_found(change: dict[str, Any], problem: str) -> None:
    assert any(problem in one for one in alert_problems({**ALERTS[0], **change}, ROOT))


def test_every_page_belongs_to_an_alert() -> None:
    named = {Path(rule["annotations"]["runbook"]).name for rule in ALERTS}
    assert {path.name for path in RUNBOOK.glob("*.md")} - {"README.md"} == named
    index = (RUNBOOK / "README.md").read_text(encoding="utf-8")
    assert all(rule["alert"] in index for rule in ALERTS)


def command_lines(text: str) -> list[str]:
    """Every call of newswatch a page shows, in its code."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line for line in [*lines, *re.findall(r"`(newswatch [^`]+)`", text)] if line.startswith("newswatch ")]


def wrong_command(line: str) -> str:
    """Why newswatch would not take this line; empty when it would."""
    words = shlex.split(line, comments=True)[1:]
    known = dict(commands())
    name = next(
        (f"newswatch {' '.join(words[:size])}" for size in (2, 1) if f"newswatch {' '.join(words[:size])}" in known), ""
    )
    if not name:
        return f"no command: {line}"
    options = {
        option for parameter in known[name].params for option in parameter.opts if isinstance(parameter, click.Option)
    }
    wrong = [word for word in words if word.startswith("--") and word.partition("=")[0] not in options]
    return f"no option {wrong[0]}: {line}" if wrong else ""


PAGES = sorted([*RUNBOOK.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "README.md"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_on_the_page_exist(page: Path) -> None:
    found = [wrong_command(line) for line in command_lines(page.read_text(encoding="utf-8"))]
    assert [one for one in found if one] == []


def test_a_command_that_does_not_exist_is_found() -> None:
    assert "no command" in wrong_command("newswatch rejects list")
    assert "no option" in wrong_command("newswatch rejected list --because bug")
    assert wrong_command("newswatch rejected list --reason bug") == ""
