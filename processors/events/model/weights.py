"""The weights of a trained model as a watch folder holds them: model.json, written by `make train`. Optional."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import msgspec

FILE = "model.json"
Scopes: TypeAlias = dict[str, dict[str, float]]  # scope ("" for all drafts, a voice, a type) → feature → weight


class Model(msgspec.Struct, frozen=True, eq=False):
    """Linear weights of parties by slot, types by type, statuses by status; the digest of the lines they come from.

    Equal only to itself.
    """

    learnt_from: str
    parties: dict[str, Scopes]
    types: dict[str, dict[str, float]] = {}
    statuses: dict[str, dict[str, float]] = {}


def read_model(path: Path) -> Model | None:
    """The model in `path`; None where there is none. Raises ValueError for a file that is no model."""
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Model)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path.name}: no model: {error}; write it anew with `make train`") from error


def summed(scopes: Scopes, names: Iterable[str]) -> dict[str, float]:
    """The weights of several scopes that hold together, as one table."""
    table: dict[str, float] = {}
    for name in names:
        for feature, weight in scopes.get(name, {}).items():
            table[feature] = table.get(feature, 0.0) + weight
    return table
