"""Training lines of event coding: every file reads, and what is wrong with a line is said with file and line."""

from pathlib import Path

import pytest

from tests.eval.cases import load_cases
from tests.eval.train_cases import TrainingFault, load_train_cases, read_case, training_files

LINE = (
    "US forces seized a tanker off Venezuela on 10 December.\t2025-12-12\tUSA VEN\tCOERCE USA>VEN happened 2025-12-10"
)


def test_every_training_file_reads() -> None:
    """One test for all files, so that two files with the same text are noticed as well."""
    assert load_train_cases(training_files())


def test_no_training_line_stands_in_the_gold() -> None:
    """A training line that stands in either half of the gold would make its scores worthless."""
    gold = {case.text for half in ("dev", "test") for case in load_cases(half)}
    assert not [case.id for case in load_train_cases(training_files()) if case.text in gold]


def test_a_line_becomes_a_case() -> None:
    """Text, day, countries, and each event with its parties, status, date and numbers."""
    case = read_case(LINE + " n=2,1.5 ; REJECT VEN>? denied", "en.x:3", "en")
    seizure, rejection = case.events
    assert case.relevant
    assert case.countries == ("USA", "VEN")
    assert (seizure.type, seizure.source, seizure.target, seizure.date) == ("COERCE", "USA", "VEN", "2025-12-10")
    assert [quantity["value"] for quantity in seizure.quantities] == [2.0, 1.5]
    assert (rejection.source, rejection.target, rejection.status) == ("VEN", "", "denied")


def test_a_case_off_the_watch_has_no_countries_and_no_events() -> None:
    """A hyphen in both columns."""
    case = read_case("Georgia's peanut crop was poor.\t2024-10-01\t-\t-", "en.x:1", "en")
    assert not case.relevant
    assert (case.countries, case.events) == ((), ())


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        pytest.param("text only", "1 columns", id="missing columns"),
        pytest.param(LINE.replace("2025-12-12", "12 December"), "isoformat", id="a published day that is no date"),
        pytest.param(LINE.replace("COERCE", "CAPTURE"), "unknown PLOVER type", id="a type that is not PLOVER's"),
        pytest.param(LINE.replace("USA>VEN", "USA VEN"), "SRC>TGT", id="parties without an arrow"),
        pytest.param(LINE.replace("USA>VEN", "US>VEN"), "no country code", id="a code of two letters"),
        pytest.param(LINE.replace("happened", "done"), "no status", id="a status that does not exist"),
        pytest.param(LINE + " yesterday", "neither a date", id="a date in words"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(line: str, fault: str, tmp_path: Path) -> None:
    """The message has the file's name, the line's number and what is wrong."""
    path = tmp_path / "en.x.tsv"
    path.write_text(f"# comment\n{line}\n", encoding="utf-8")
    with pytest.raises(TrainingFault, match=rf"en\.x\.tsv:2: .*{fault}"):
        load_train_cases([path])


def test_the_same_text_twice_is_a_fault(tmp_path: Path) -> None:
    """Folds of cross-validation must not share a line."""
    path = tmp_path / "en.x.tsv"
    path.write_text(f"{LINE}\n{LINE}\n", encoding="utf-8")
    with pytest.raises(TrainingFault, match="the same text"):
        load_train_cases([path])
