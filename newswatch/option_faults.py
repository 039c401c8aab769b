"""What a check of a file or of settings says of an option, in words for the person who wrote it."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError


def sentence(fault: Mapping[str, Any], model: type[BaseModel]) -> str:
    """One of `ValidationError.errors()` about `model`; an unknown option comes with the known one it is most like."""
    if fault["type"] != "extra_forbidden":
        return str(fault["msg"]).removeprefix("Value error, ")
    known = sorted(set(_names(model.model_json_schema())))
    name = str(fault["loc"][-1])
    if name in known:
        return "there is no such option here; it belongs to another part"
    near = get_close_matches(name, known, 1)
    return "there is no such option" + (f"; did you mean {near[0]}?" if near else "")


def sentences(error: ValidationError, model: type[BaseModel]) -> str:
    """Every fault of a check of `model`, each with the option it is of."""
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {sentence(fault, model)}" for fault in error.errors())


def _names(schema: Any) -> Iterator[str]:
    """Every option a schema and the parts of it know."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _names(part)
