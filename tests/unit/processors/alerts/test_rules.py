"""Rule files: what is wrong is named by file and line; what changes is taken up; a broken one keeps the last good."""

from pathlib import Path
from textwrap import dedent

import pytest

from processors.alerts.rule_files import RuleError
from processors.alerts.rules import load_rules
from processors.stages.rules_in_force import LOOK_EVERY, RulesInForce

GOOD = "rules:\n  - id: a\n    match: {any: embargo}\n"


def write(folder: Path, text: str, name: str = "rules.yaml") -> Path:
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        pytest.param("rules:\n  - id: a\n    match: {any: embargo\n", 4, "not valid YAML", id="broken YAML"),
        pytest.param("rules:\n  - id: a\n    match: {any: x}\n    sevrity: critical\n", 4, "sevrity", id="a typo"),
        pytest.param("rules:\n  - id: a\n    severity: loud\n    match: {any: x}\n", 3, "severity", id="no severity"),
        pytest.param("rules:\n  - match: {any: x}\n", 2, "id", id="no id"),
        pytest.param("rules:\n  - id: a\n    match: {}\n", 3, "asks for nothing", id="an empty match"),
        pytest.param("rules:\n  - id: a\n    match: {any: '...'}\n", 3, "at least one letter", id="no letters"),
        pytest.param("rules:\n  - id: a\n    match: {any: 'd*'}\n", 3, "three letters", id="a short prefix"),
        pytest.param("rules:\n  - id: a\n    match: {any: '*ing'}\n", 3, "only at the end", id="a leading star"),
        pytest.param("rules:\n  - id: a\n    match: {query: 'a AND (b'}\n", 3, "cannot be read", id="a broken query"),
        pytest.param("rules:\n  - id: a\n    match: {query: 'oil price'}\n", 3, "AND or OR", id="two bare words"),
        pytest.param("rules:\n  - id: a\n    match: {query: 'colour:red'}\n", 3, "not a field", id="an unknown field"),
        pytest.param("rules:\n  - id: a\n    match: {query: 'embargo~1'}\n", 3, "no meaning", id="a fuzzy word"),
        pytest.param(
            "rules:\n  - id: a\n    type: frequency\n    match: {any: x}\n", 2, "num_events", id="an option missing"
        ),
        pytest.param("rules:\n  - id: a\n    num_events: 3\n    match: {any: x}\n", 3, "no meaning", id="out of place"),
        pytest.param(
            "rules:\n  - id: a\n    realert: soon\n    match: {any: x}\n", 3, "write a duration", id="no duration"
        ),
        pytest.param(
            "rules:\n  - id: a\n    realert: 2h\n    exponential_realert: 1h\n    match: {any: x}\n",
            4,
            "cannot be below",
            id="a cap below the first wait",
        ),
        pytest.param(
            "rules:\n  - id: a\n    query_key: colour\n    match: {any: x}\n", 3, "not a field", id="a key unknown"
        ),
        pytest.param("rules:\n  - id: a\n    id: b\n    match: {any: x}\n", 3, "twice", id="a key given twice"),
        pytest.param(
            "rules:\n  - id: a\n    match:\n      fields: {event: {type: [BOMB]}}\n",
            4,
            "not a PLOVER type",
            id="an unknown event type",
        ),
        pytest.param(
            "rules:\n  - id: a\n    match: {fields: {independent_sources: many}}\n", 3, "comparison", id="no number"
        ),
        pytest.param(
            "rules:\n  - id: a\n    match: {any: x}\n  - id: a\n    match: {any: y}\n",
            4,
            "already in",
            id="an id twice",
        ),
        pytest.param(
            "rules:\n  - id: a\n    match: {fields: {country: Venezuela}}\n", 3, "alpha-3", id="a country's name"
        ),
        pytest.param(
            "rules:\n  - id: a\n    aggregation: '61 * * * *'\n    match: {any: x}\n", 3, "cron", id="no schedule"
        ),
        pytest.param("[]\n", 1, "", id="not a mapping"),
        pytest.param("", 1, "rules", id="an empty file"),
    ],
)
def test_a_fault_is_named_by_file_and_line(tmp_path: Path, text: str, line: int, sentence: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(RuleError) as caught:
        load_rules(path)
    assert caught.value.faults[0].startswith(f"{path}:{line}: ")
    assert sentence in caught.value.faults[0]


def test_every_fault_of_every_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, "rules:\n  - id: a\n    match: {any: '...'}\n  - id: b\n    match: {}\n", "one.yaml")
    write(tmp_path, "rules:\n  - id: c\n    colour: red\n    match: {any: x}\n", "two.yaml")
    with pytest.raises(RuleError) as caught:
        load_rules(tmp_path)
    assert len(caught.value.faults) == 3


def test_a_fault_of_one_rule_hides_none_of_another_s_and_they_come_by_line(tmp_path: Path) -> None:
    rows = ["- {id: a, match: {any: '...'}}", "- {id: b, colour: red, match: {any: x}}", "- {id: c, match: {}}",
            "- {id: d, type: change, match: {any: x}}", "- 7"]  # fmt: skip
    path = write(tmp_path, "rules:\n" + "\n".join(f"  {row}" for row in rows) + "\n")
    with pytest.raises(RuleError) as caught:
        load_rules(path)
    assert [int(fault.split(":")[1]) for fault in caught.value.faults] == [2, 3, 4, 5, 6]


def test_the_version_is_of_the_content_not_of_the_layout(tmp_path: Path) -> None:
    plain = load_rules(write(tmp_path, GOOD)).version
    assert load_rules(write(tmp_path, "# a note\n" + GOOD)).version == plain
    assert load_rules(write(tmp_path, GOOD.replace("embargo", "blockade"))).version != plain


def test_a_disabled_rule_is_checked_but_not_in_force(tmp_path: Path) -> None:
    assert load_rules(write(tmp_path, GOOD + "    enabled: false\n")).rules == ()
    with pytest.raises(RuleError):
        load_rules(write(tmp_path, "rules:\n  - id: a\n    enabled: false\n    match: {}\n"))


def test_rules_follow_their_file_and_a_broken_one_keeps_the_last_good(tmp_path: Path) -> None:
    path, moment = write(tmp_path, GOOD), [0.0]
    source = RulesInForce(path, clock=lambda: moment[0])
    first = source()
    write(tmp_path, "rules:\n  - id: a\n    match: {}\n")
    moment[0] += LOOK_EVERY
    assert source() is first
    write(tmp_path, GOOD.replace("embargo", "sugar blockade"))
    moment[0] += LOOK_EVERY
    assert source().version != first.version


def test_a_file_that_goes_away_keeps_the_last_good(tmp_path: Path) -> None:
    path, moment = write(tmp_path, GOOD), [0.0]
    source = RulesInForce(path, clock=lambda: moment[0])
    path.unlink()
    moment[0] += LOOK_EVERY
    assert len(source().rules) == 1
