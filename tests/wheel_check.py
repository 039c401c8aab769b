"""Builds the wheel and imports it in an environment that knows nothing of this checkout."""

import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("newswatch", "ingest", "processors", "sinks")
PROBE = """
import importlib.metadata, importlib.resources, newswatch.cli.app as app
names = {name for name, owners in importlib.metadata.packages_distributions().items() if 'newswatch' in owners}
assert names == set(%r), names
watch = importlib.resources.files('newswatch') / 'watches' / 'venezuela-cuba-us' / 'actors.tsv'
assert watch.is_file(), watch
import importlib
for module, _ in app.COMMANDS.values():
    importlib.import_module(module)
print('wheel: every command imports')
"""


def main() -> int:
    """Exit code of the check."""
    root = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as folder:

        def run(*command: str) -> None:
            subprocess.run(command, check=True, cwd=folder)

        uv = str(Path(sys.executable).parent / "uv")
        run(uv, "build", "--quiet", "--wheel", "--out-dir", folder, str(root))
        (wheel,) = Path(folder).glob("newswatch-*.whl")
        run(uv, "venv", "--quiet", "--python", sys.executable, "env")
        python = str(Path(folder) / "env" / "bin" / "python")
        run(
            uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            python,
            "--constraint",
            str(root / "constraints.txt"),
            str(wheel),
        )
        run(python, "-I", "-c", PROBE % (PACKAGES,))
    return 0


if __name__ == "__main__":
    sys.exit(main())
