"""`newswatch rules test` with a rule that is not there."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from newswatch.cli.rules import command
from newswatch.errors import UserError

RULES = "rules:\n" + "".join(
    f"  - {{id: {one}, name: {one}, match: {{any: [{one}]}}}}\n" for one in ("blackouts", "boats")
)


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        pytest.param("blackout", "did you mean blackouts?", id="a slip of the pen names the rule that was meant"),
        pytest.param("xyz", "there are blackouts, boats", id="any other name shows the rules there are"),
    ],
)
def test_a_rule_that_is_not_there(asked: str, advice: str, tmp_path: Path) -> None:
    rules = tmp_path / "alerts.yaml"
    rules.write_text(RULES, encoding="utf-8")
    arguments = ["test", "-", "--rules", str(rules), "--rule", asked]
    with pytest.raises(UserError, match=f"there is no rule '{asked}'; ") as told:
        CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert str(told.value).endswith(advice)
