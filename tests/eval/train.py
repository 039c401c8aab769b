"""Scores training lines as `make eval` scores the gold: blind, before anyone mends what they show.

Usage: python -m tests.eval.train [--errors MEASURE] [--lang LANG] [FILE…]   (every training file by default)
"""

import argparse
import sys
from pathlib import Path

from tests.eval import events, scoring
from tests.eval.train_cases import TrainingFault, load_train_cases, training_files


def main() -> int:
    """Prints the report, or the cases that go wrong in one measure; exit code 1 for lines that make no sense."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", choices=scoring.MEASURES)
    parser.add_argument("--lang", default="all")
    parser.add_argument("files", nargs="*", type=Path)
    arguments = parser.parse_args()
    files = arguments.files or training_files()
    try:
        cases = load_train_cases(files)
    except (TrainingFault, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if arguments.errors:
        lines = events.errors(cases, arguments.errors, arguments.lang)
    else:
        lines = events.report(cases, f"training lines of {', '.join(path.name for path in files)}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
