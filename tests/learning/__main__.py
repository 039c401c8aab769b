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

from processors.events.model.types import Types, type_model
from processors.events.model.weights import FILE, Model
from processors.events.watchdata import Watch, load_watch
from tests.eval import events, scoring
from tests.eval.cases import Case, load_cases
from tests.eval.train_cases import load_train_cases, training_files
from tests.learning.examples import TUNED, Example, example, party_choices, status_choices, untuned
from tests.learning.logistic import fit_all
from tests.learning.softmax import Choice, fit

RIDGE = 1.5  # chosen by cross-validation; 1 to 3 score alike
TYPE_RIDGE = 1.5  # the same on lines no rule was tuned on; 1 to 2 score alike
STATUS_RIDGE = 3.0  # held out, 1 to 8 score alike
LEAST_DRAFTS = 3  # drafts a clue of status must be seen with
LEAST_SEEN = 2  # cases a clue must be in
LEAST_CLUE = 0.1  # weights of clues nearer to zero are left out
SMALLEST = 0.015  # weights nearer to zero are left out
FOLDS = 5


def labelled_cases() -> list[Case]:
    """What the model learns from: never the test half."""
    return [*load_cases("dev"), *load_train_cases(training_files())]


def digest(cases: Sequence[Case]) -> str:
    """A digest of the cases, so that a model learnt from others is noticed."""
    return hashlib.sha256(msgspec.json.encode(cases)).hexdigest()


def learn(cases: Sequence[Case], seen: Sequence[Example], watch: Watch) -> Model:
    """The model of these cases, with weights rounded so that it is the same on every machine."""
    model = Model(digest(cases), {}, learn_types(seen))
    types = type_model(model)
    choices = list(chain.from_iterable(party_choices(case, watch, types) for case in cases))
    parties: dict[str, dict[str, dict[str, float]]] = {}
    for (slot, scope, feature), weight in sorted(fit(choices, RIDGE).items()):
        if abs(weight) >= SMALLEST:
            parties.setdefault(slot, {}).setdefault(scope, {})[feature] = round(weight, 2)
    return msgspec.structs.replace(model, parties=parties, statuses=learn_statuses(cases, watch, types))


def learn_statuses(cases: Sequence[Case], watch: Watch, types: Types | None) -> dict[str, dict[str, float]]:
    """The weights of each status, of clues that are seen often enough."""
    choices = list(chain.from_iterable(status_choices(case, watch, types) for case in cases))
    often = Counter(clue for choice in choices for _, clue in choice.options[0])
    kept = [
        Choice([[one for one in option if often[one[1]] >= LEAST_DRAFTS] for option in choice.options], choice.right)
        for choice in choices
    ]
    statuses: dict[str, dict[str, float]] = {}
    for (status, clue), weight in sorted(fit(kept, STATUS_RIDGE).items()):
        if abs(weight) >= LEAST_CLUE:
            statuses.setdefault(status, {})[clue] = round(weight, 2)
    return statuses


def learn_types(seen: Sequence[Example]) -> dict[str, dict[str, float]]:
    """The weights of each type."""
    learnt = fit_all([one.clues for one in seen], [one.types for one in seen], TYPE_RIDGE, LEAST_SEEN)
    return {
        kind: {
            clue: round(weight, 2)
            for clue, weight in sorted(weights.items())
            if abs(weight) >= LEAST_CLUE and not clue.startswith(TUNED)
        }
        for kind, weights in learnt.items()
    }


def write(model: Model, watch: Watch) -> str:
    """Writes the model as JSON, a feature a line; returns the path."""
    path = Path(watch.folder) / FILE
    path.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    return str(path)


def validate(cases: Sequence[Case], seen: Sequence[Example], watch: Watch) -> None:
    """Prints the scores of rules alone and with a model learnt from the other folds, on lines no rule was tuned on."""
    chosen = [index for index, case in enumerate(cases) if untuned(case)]
    plain = {index: scoring.count(cases[index], events.tagged(cases[index], watch)) for index in chosen}
    modelled: dict[int, scoring.Counts] = {}
    for fold in range(FOLDS):
        rest = [index for index in range(len(cases)) if index % FOLDS != fold]
        model = learn([cases[index] for index in rest], [seen[index] for index in rest], watch)
        there = msgspec.structs.replace(watch, model=model)
        for index in chosen:
            if index % FOLDS == fold:
                modelled[index] = scoring.count(cases[index], events.tagged(cases[index], there))
    for lang in ("all", "en", "es", "pt"):
        mine = [index for index in chosen if lang in {"all", cases[index].lang}]
        for measure in scoring.MEASURES:
            before = scoring.f1(*scoring.total([plain[index] for index in mine], measure))
            after = scoring.f1(*scoring.total([modelled[index] for index in mine], measure))
            sys.stdout.write(
                f"{lang} {measure}: rules {before[2]:.3f}, with the model {after[2]:.3f}"
                f" (precision {after[0]:.3f}, recall {after[1]:.3f})\n"
            )


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
    rules = msgspec.structs.replace(watch, model=None)  # what was learnt before plays no part
    seen = [example(case, rules) for case in cases]
    if arguments.validate:
        validate(cases, seen, rules)
    else:
        sys.stdout.write(f"{write(learn(cases, seen, rules), watch)}: from {len(cases)} cases\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
