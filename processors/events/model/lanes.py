"""Several sums at once: the weights of one clue for every type, packed into one whole number, a lane for each type.

Adding such numbers adds lane by lane, and exactly: in whatever order, no rounding decides whether a limit is passed.
"""

from struct import Struct

UNITS = 10_000
"""Weights are told in steps of a ten-thousandth; training writes hundredths."""
BITS = 32
LEVEL = 1 << BITS - 1
"""What stands in a lane for 0, so that no lane borrows from its neighbour: sums reach 200,000 either way."""


class Lanes:
    """Packs and reads whole numbers of so many lanes."""

    def __init__(self, count: int) -> None:
        self._layout = Struct(f"<{count}I")
        self._levels = sum(LEVEL << BITS * lane for lane in range(count))

    def read(self, total: int) -> tuple[int, ...]:
        """The lanes of a sum; `level` of a weight says what to compare one with."""
        return self._layout.unpack((total + self._levels).to_bytes(self._layout.size, "little"))

    def one(self, total: int, lane: int) -> float:
        """The weight in one lane of a sum."""
        return (((total + self._levels) >> BITS * lane & 2 * LEVEL - 1) - LEVEL) / UNITS


def packed(weight: float, lane: int) -> int:
    """A weight in its lane."""
    return round(weight * UNITS) << BITS * lane


def level(weight: float) -> float:
    """How high a weight stands in a lane."""
    return LEVEL + weight * UNITS
