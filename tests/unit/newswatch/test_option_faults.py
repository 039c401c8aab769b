"""What is wrong with an option, in words that help to mend it."""

import pytest
from pydantic import ValidationError

from newswatch.option_faults import sentence
from newswatch.settings import Settings
from processors.alerts.rule_model import RuleFileSpec


@pytest.mark.parametrize(
    ("match", "said"),
    [
        pytest.param({"field": {"country": "CUB"}}, "there is no such option; did you mean fields?", id="nearly right"),
        pytest.param({"zzz": 1}, "there is no such option", id="like none"),
        pytest.param({"fields": {"countri": "CUB"}}, "there is no such option; did you mean country?", id="deeper"),
        pytest.param(
            {"fields": {"status": "x"}}, "there is no such option here; it belongs to another part", id="out of place"
        ),
        pytest.param({"fields": 3}, "Input should be a valid dictionary or instance of FieldSpec", id="another fault"),
    ],
)
def test_a_rule_s_option(match: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        RuleFileSpec.model_validate({"rules": [{"id": "r", "match": match}]})

    assert [sentence(fault, RuleFileSpec) for fault in caught.value.errors()] == [said]


def test_a_setting() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"kafka": {"bootstrp": "localhost:9092"}})

    (fault,) = caught.value.errors()
    assert sentence(fault, Settings) == "there is no such option; did you mean bootstrap?"
