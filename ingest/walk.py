"""Paths given on the command line → files, in sorted order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.kinds import SKIPPED_NAMES
from newswatch.errors import UserError

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read; `path` None is standard input, `size` its bytes (0 when unknown)."""

    name: str
    path: Path | None
    size: int = 0


def sources(paths: Sequence[str]) -> list[Source]:
    """Every file of the paths, folders walked sorted, each once. Raises UserError for a path that is not there."""
    found: dict[str, Source] = {}
    for given in paths:
        if given == STANDARD_INPUT:
            found.setdefault(given, Source(name="stdin", path=None))
            continue
        path = Path(given)
        if not path.exists():
            raise UserError(f"{given} is not a file or folder; give a path that exists, or - for standard input")
        for file in _files(path):
            found.setdefault(str(file.absolute()), Source(name=_name(file, path), path=file, size=_size(file)))
    return list(found.values())


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for child in sorted(path.rglob("*")):
        inside = child.relative_to(path).parts
        if child.is_file() and child.name not in SKIPPED_NAMES and not any(part.startswith(".") for part in inside):
            yield child


def _name(file: Path, given: Path) -> str:
    """The file's name as refusals show it: from the given folder on, the same wherever that folder lies."""
    return str(Path(given.name) / file.relative_to(given)) if file != given else file.name


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
