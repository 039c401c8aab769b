"""Training lines: sentences with their events in tests/cases/events/train/<lang>.<part>.tsv, one case a line.

text ⇥ published ⇥ countries of a relevant case, or "-" ⇥ TYPE[/mode] SRC>TGT status [date] [n=863,5] ; …, or "-"
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from newswatch.records.article import Status
from processors.events import plover
from tests.eval.cases import ALPHA_3, FOLDER, Case, GoldEvent

TRAIN = FOLDER / "train"
LANGUAGES = ("en", "es", "pt")
COLUMNS = ("text", "published", "countries", "events")
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
UNKNOWN = "?"  # a party that is unknown or acts for no state


class TrainingFault(ValueError):
    """Training files that make no sense; the message lists every fault, one a line, with file and line."""


def training_files() -> list[Path]:
    """Every training file, in order of name."""
    return sorted(TRAIN.glob("*.tsv"))


def load_train_cases(paths: Iterable[Path]) -> list[Case]:
    """Every case of the files, in order; the language is that of the file's name. Raises TrainingFault."""
    cases: list[Case] = []
    faults: list[str] = []
    for path in paths:
        lang = path.name.partition(".")[0]
        if lang not in LANGUAGES:
            faults.append(f"{path.name}: the name must begin with one of {', '.join(LANGUAGES)} and a point")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            try:
                cases.append(read_case(line, f"{path.stem}:{number}", lang))
            except ValueError as error:
                faults.append(f"{path.name}:{number}: {error}")
    faults.extend(_twice(cases))
    if faults:
        raise TrainingFault("\n".join(faults))
    return cases


def _twice(cases: list[Case]) -> Iterator[str]:
    for one, other in pairwise(sorted(cases, key=lambda case: case.text)):
        if one.text == other.text:
            yield f"{one.id} and {other.id}: the same text"


def read_case(line: str, name: str, lang: str) -> Case:
    """One line as a case. Raises ValueError that says what is wrong with it."""
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} columns, not the {len(COLUMNS)} of {', '.join(COLUMNS)}; are they tabs?")
    text, published, countries, events = cells
    if not text:
        raise ValueError("no text")
    codes = () if countries == "-" else tuple(countries.split())
    for code in codes:
        _check_code(code)
    return Case(
        id=name,
        lang=lang,
        text=text,
        published=date.fromisoformat(published),
        relevant=countries != "-",
        countries=codes,
        events=() if events == "-" else tuple(read_event(told) for told in events.split(";") if told.strip()),
    )


def read_event(told: str) -> GoldEvent:
    """`COERCE USA>VEN happened 2026-01-03 n=2` as an event. Raises ValueError."""
    kind, parties, status, *rest = [*told.split(), "", "", ""]
    kind, _, mode = kind.partition("/")
    if fault := plover.check(kind, mode or None):
        raise ValueError(fault)
    source, arrow, target = parties.partition(">")
    if not arrow:
        raise ValueError(f"{kind}: parties must read SRC>TGT, not {parties!r}")
    if status not in {known.value for known in Status}:
        raise ValueError(f"{kind} {parties}: no status {status!r}")
    day, quantities = _extras([one for one in rest if one])
    return GoldEvent(
        type=kind, mode=mode or None, source=_party(source), target=_party(target), status=status, date=day,
        quantities=quantities,
    )  # fmt: skip


def _party(code: str) -> str:
    if code == UNKNOWN:
        return ""
    _check_code(code)
    return code


def _check_code(code: str) -> None:
    if len(code) != ALPHA_3 or not code.isascii() or not code.isupper():
        raise ValueError(f"{code!r} is no country code (three capitals)")


def _extras(words: list[str]) -> tuple[str | None, tuple[dict[str, Any], ...]]:
    day: str | None = None
    values: list[dict[str, Any]] = []
    for word in words:
        if word.startswith("n="):
            values.extend({"value": float(number)} for number in word[2:].split(","))
        elif DATE.fullmatch(word) and day is None:
            day = word
        else:
            raise ValueError(f"{word!r} is neither a date (YYYY, YYYY-MM, YYYY-MM-DD) nor n=numbers")
    return day, tuple(values)
