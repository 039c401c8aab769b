"""Where the artefacts of deploy/ are, how the programs that check them are run, and how a mistake is planted."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, SecretStr

from newswatch.settings import CONFIG_FILE_VARIABLE, PREFIX, Settings

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
OF_PACKAGES = Path(sys.executable).parent
"""Where programs installed with the development packages are."""


def run(*command: str, folder: Path | None = None) -> tuple[int, str]:
    """Exit code and everything the program said. A program that is missing fails the test that needs it."""
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=180, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def copied(target: Path, *parts: str) -> Path:
    """A copy of one file or folder of deploy/ under `target`, at the same place below it."""
    source, place = DEPLOY.joinpath(*parts), target.joinpath(*parts)
    place.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, place)
    else:
        shutil.copy(source, place)
    return place


def plant(path: Path, right: str, wrong: str) -> None:
    """Replaces the first `right` by `wrong`; fails when there is none: no check passes for want of a mistake."""
    text = path.read_text(encoding="utf-8")
    assert right in text, f"{path.name} holds no {right!r}"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")


def setting_names() -> frozenset[str]:
    """Every environment variable that is a setting, with the *_FILE form of secrets."""
    names = {CONFIG_FILE_VARIABLE}
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for inner, spec in kind.model_fields.items():
                variable = f"{PREFIX}{name}__{inner}".upper()
                names |= {variable} | ({variable + "_FILE"} if spec.annotation is SecretStr else set())
        else:
            names.add((PREFIX + name).upper())
    return frozenset(names)


def unknown_settings(names: Sequence[str]) -> list[str]:
    """Those of the variables that look like settings and are none."""
    known = setting_names()
    return [name for name in names if name.startswith(PREFIX) and name not in known]
