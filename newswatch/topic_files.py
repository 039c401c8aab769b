"""Topics in files: one folder a topic, compressed JSON lines a partition, named by the offsets they hold."""

import base64
import gzip
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from newswatch.errors import UserError

INDEX_FILE = "export.json"
COMPRESSION = 5
"""gzip's level: articles shrink to about a fifth, at some 40 MB a second."""

NAME = re.compile(r"(\d+)\.(\d+)-(\d+)\.jsonl\.gz")


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message. `value` None is a tombstone; bytes that are no text are base64 in the *_b64 fields."""

    offset: int
    timestamp: int
    key: str | None = None
    key_b64: str | None = None
    value: str | None = None
    value_b64: str | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def key_bytes(self) -> bytes | None:
        """The key as it was."""
        return _bytes(self.key, self.key_b64)

    def value_bytes(self) -> bytes | None:
        """The value as it was."""
        return _bytes(self.value, self.value_b64)


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """What an export holds: partitions of each topic, and how far each consumer group was when it began."""

    version: int = 1
    partitions: dict[str, int]
    groups: dict[str, dict[str, dict[int, int]]]


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One file: messages of a partition from offset `first` to `last`."""

    partition: int
    first: int
    last: int
    path: Path


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Record)


def record_of(
    offset: int, timestamp: int, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]]
) -> Record:
    """A message as it is kept; its headers' values are text (they are: see newswatch.tracing)."""
    key_text, value_text = _text(key), _text(value)
    return Record(
        offset=offset,
        timestamp=timestamp,
        key=key_text,
        key_b64=None if key is None or key_text is not None else base64.b64encode(key).decode(),
        value=value_text,
        value_b64=None if value is None or value_text is not None else base64.b64encode(value).decode(),
        headers=tuple((name, content.decode("utf-8", "replace")) for name, content in headers),
    )


def parts(folder: Path) -> list[Part]:
    """The files of one topic, by partition and offset."""
    found = []
    for path in folder.glob("*.jsonl.gz"):
        match = NAME.fullmatch(path.name)
        if match:
            partition, first, last = map(int, match.groups())
            found.append(Part(partition, first, last, path))
    return sorted(found)


class Writer:
    """Writes one partition's messages; the file gets its name, and so becomes part of the export, at the end."""

    def __init__(self, folder: Path, partition: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._partition = folder, partition
        self._draft = folder / f"{partition}.part"
        self._file = gzip.open(self._draft, "wb", compresslevel=COMPRESSION)  # noqa: SIM115 - closed by finish or drop
        self._first = self._last = -1

    def write(self, record: Record) -> None:
        """Appends a message."""
        self._file.write(_ENCODER.encode(record) + b"\n")
        self._first = record.offset if self._first < 0 else self._first
        self._last = record.offset

    def finish(self) -> Part | None:
        """The file under its name; None, and no file, when nothing was written."""
        self._file.close()
        if self._first < 0:
            self._draft.unlink()
            return None
        path = self._folder / f"{self._partition}.{self._first:020d}-{self._last:020d}.jsonl.gz"
        self._draft.replace(path)
        return Part(self._partition, self._first, self._last, path)

    def drop(self) -> None:
        """Gives the draft up."""
        self._file.close()
        self._draft.unlink(missing_ok=True)


def read(part: Part) -> Iterator[Record]:
    """The messages of a file. Raises UserError naming a damaged file."""
    try:
        with gzip.open(part.path, "rb") as lines:
            for line in lines:
                yield _DECODER.decode(line)
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise UserError(f"{part.path} is damaged: {error}; take another copy of it, or remove it") from error


def write_index(folder: Path, index: Index) -> None:
    """Notes what the export holds; the file changes whole."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{INDEX_FILE}.part"
    draft.write_bytes(_ENCODER.encode(index))
    draft.replace(folder / INDEX_FILE)


def read_index(folder: Path) -> Index:
    """What the export holds. Raises UserError for a folder that is none."""
    try:
        return msgspec.json.decode((folder / INDEX_FILE).read_bytes(), type=Index)
    except (OSError, msgspec.DecodeError) as error:
        raise UserError(f"{folder} is no export: {error}") from error


def _text(data: bytes | None) -> str | None:
    try:
        return None if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _bytes(text: str | None, encoded: str | None) -> bytes | None:
    if text is not None:
        return text.encode()
    return None if encoded is None else base64.b64decode(encoded)
