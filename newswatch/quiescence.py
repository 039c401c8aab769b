"""When the pipeline has done all its work: every stage has committed all that its predecessors wrote."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newswatch.flow import FLOW, StageSpec

Lag = Callable[[StageSpec], int]
"""Messages a stage has not committed yet."""

LOOKS = 2
"""A stage that writes to a topic read before it (index refusing a document) needs a second look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The first stage, upstream first, that is not done, and how many messages it has before it."""

    stage: str
    lag: int


def first_waiting(lag: Lag, flow: Sequence[StageSpec] = FLOW) -> Waiting | None:
    """The first stage with work left, or None when all was done.

    Stages are looked at upstream first. A stage commits only after its outputs are acknowledged, so once it has no
    lag, all that its successors will get is in their topics. Holds while nothing new comes in.
    """
    for _ in range(LOOKS):
        for stage in flow:
            left = lag(stage)
            if left:
                return Waiting(stage=stage.name, lag=left)
    return None
