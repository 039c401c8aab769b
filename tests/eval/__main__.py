"""`make eval`: every evaluation on our own gold cases, one after the other."""

import importlib.util
import subprocess
import sys

EVALUATIONS = ("events", "stories")


def main(arguments: list[str]) -> int:
    """Exit code: the number of evaluations that failed to run."""
    failed = 0
    for name in EVALUATIONS:
        module = f"tests.eval.{name}"
        asked = [one for one in arguments if one != "--write" or name == "events"]  # only events has a page
        if importlib.util.find_spec(module) is not None:
            failed += subprocess.run([sys.executable, "-m", module, *asked], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
