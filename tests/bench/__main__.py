"""Runs the benchmarks: `python -m tests.bench [NAME …]`, each in a process of its own, one after the other."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main(names: list[str]) -> int:
    """Exit code: the number of benchmarks that failed to run (a goal missed is a printed fact, not a failure)."""
    present = {path.stem.removeprefix("bench_"): path.stem for path in sorted(FOLDER.glob("bench_*.py"))}
    unknown = [name for name in names if name not in present]
    if unknown:
        sys.stderr.write(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(present)}\n")
        return 2
    failed = 0
    for name in names or present:
        print(f"\n== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"tests.bench.{present[name]}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
