"""Learns the watch's model from the training lines and the development half, and writes it into the watch folder.

Usage: python -m tests.learning [--validate | --check]
--validate prints cross-validated scores, --check ends with 1 when the model is of other lines; neither writes.
"""

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import msgspec

from processors.events.model.weights import FILE, Model
from processors.events.watchdata import Watch, load_watch
from tests.eval import events, scoring
from tests.eval.cases import Case, load_cases
from tests.eval.train_cases import load_train_cases, training_files
from tests.learning.examples import Feature, all_choices, type_choices, words_of
from tests.learning.softmax import Choice, fit

RIDGE = 1.5  # chosen by cross-validation; 1 to 3 score alike
TYPE_RIDGE = 1.0  # the same on lines no rule was tuned on; 0.3 scores alike
LEAST_SEEN = 2  # cases a word must be in
LEAST_WORD = 0.1  # weights of words nearer to zero are left out
SMALLEST = 0.015  # weights nearer to zero are left out
FOLDS = 8


def labelled_cases() -> list[Case]:
    """What the model learns from: never the test half."""
    return [*load_cases("dev"), *load_train_cases(training_files())]


def digest(cases: Sequence[Case]) -> str:
    """A digest of the cases, so that a model learnt from others is noticed."""
    return hashlib.sha256(msgspec.json.encode(cases)).hexdigest()


def learn(cases: Sequence[Case], choices: Sequence[list[Choice[Feature]]]) -> Model:
    """The model of these cases, with weights rounded so that it is the same on every machine."""
    parties: dict[str, dict[str, dict[str, float]]] = {}
    for (slot, scope, feature), weight in sorted(fit(list(chain.from_iterable(choices)), RIDGE).items()):
        if abs(weight) >= SMALLEST:
            parties.setdefault(slot, {}).setdefault(scope, {})[feature] = round(weight, 2)
    return Model(digest(cases), parties, learn_types(cases))


def learn_types(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """The weights of each type."""
    seen = [words_of(case) for case in cases]
    often = Counter(chain.from_iterable(seen))
    seen = [tuple(word for word in words if often[word] >= LEAST_SEEN) for words in seen]
    types: dict[str, dict[str, float]] = {}
    for kind in sorted({event.type for case in cases for event in case.events}):
        weights = fit(type_choices(cases, seen, kind), TYPE_RIDGE)
        types[kind] = {word: round(weight, 2) for word, weight in sorted(weights.items()) if abs(weight) >= LEAST_WORD}
    return types


def write(model: Model, watch: Watch) -> str:
    """Writes the model as JSON, a feature a line; returns the path."""
    path = Path(watch.folder) / FILE
    path.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    return str(path)


def validate(cases: Sequence[Case], choices: Sequence[list[Choice[Feature]]], watch: Watch) -> None:
    """Prints the scores of rules alone and with a model learnt from the other folds."""
    rules = msgspec.structs.replace(watch, model=None)
    plain = [scoring.count(case, events.tagged(case, rules)) for case in cases]
    modelled = list(plain)
    for fold in range(FOLDS):
        rest = [index for index in range(len(cases)) if index % FOLDS != fold]
        model = learn([cases[index] for index in rest], [choices[index] for index in rest])
        there = msgspec.structs.replace(watch, model=model)
        for index in range(fold, len(cases), FOLDS):
            modelled[index] = scoring.count(cases[index], events.tagged(cases[index], there))
    for lang in ("all", "en", "es", "pt"):
        chosen = [index for index, case in enumerate(cases) if lang in {"all", case.lang}]
        for measure in ("relevance", "countries", "types", "triples"):
            before, after = (
                scoring.f1(*scoring.total([counts[index] for index in chosen], measure))[2]
                for counts in (plain, modelled)
            )
            sys.stdout.write(f"{lang} {measure}: rules {before:.3f}, with the model {after:.3f}\n")


def check(cases: Sequence[Case], watch: Watch) -> int:
    """1 when the watch's model was learnt from other lines than there are, else 0."""
    fresh = watch.model is not None and watch.model.learnt_from == digest(cases)
    sys.stdout.write("the model is of these lines\n" if fresh else "the model is of other lines: run `make train`\n")
    return 0 if fresh else 1


def main() -> int:
    """Learns, and writes, validates or checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    watch = load_watch(events.WATCH)
    cases = labelled_cases()
    if arguments.check:
        return check(cases, watch)
    choices = all_choices(cases, msgspec.structs.replace(watch, model=None))  # what was learnt before plays no part
    if arguments.validate:
        validate(cases, choices, watch)
    else:
        sys.stdout.write(f"{write(learn(cases, choices), watch)}: from {len(cases)} cases\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
