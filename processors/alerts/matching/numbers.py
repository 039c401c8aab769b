"""Comparisons with a number, as rules write them: ">=5", "<0.5", "= 3", "12"."""

import operator
import re
from collections.abc import Callable

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq, "": operator.eq,
}  # fmt: skip

_SHAPE = re.compile(r"\s*(>=|<=|>|<|=|)\s*(-?\d+(?:\.\d+)?)\s*")

Test = Callable[[float], bool]


def parse_test(written: str) -> Test:
    """The comparison. Raises ValueError with a sentence."""
    shape = _SHAPE.fullmatch(written)
    if shape is None:
        raise ValueError(f"{written!r} is not a comparison; write a number with >=, >, <=, < or = before it")
    compare, bound = OPERATORS[shape[1]], float(shape[2])
    return lambda value: compare(value, bound)
