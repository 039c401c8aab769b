"""Conditional logistic regression: of each example's choices one is right; weights of sparse features are learnt.

Deterministic: no random start, no sampling, examples in the order given.
"""

from collections.abc import Hashable, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np

F = TypeVar("F", bound=Hashable)
Vector: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
MEMORY = 10  # steps whose curvature is remembered (L-BFGS)
ITERATIONS = 200
ENOUGH = 1e-6  # relative fall of the loss under which the search ends


class Choice(NamedTuple, Generic[F]):
    """One example: the features of each option, and which option is right."""

    options: Sequence[Sequence[F]]
    right: int


class _Problem(Generic[F]):
    """The examples as arrays: feature `index[i]` is of option `option[i]`, an option of example `example[option]`."""

    def __init__(self, choices: Sequence[Choice[F]], ridge: float) -> None:
        self.vocabulary: dict[F, int] = {}
        self.ridge = ridge
        index: list[int] = []
        option: list[int] = []
        example: list[int] = []
        right: list[int] = []
        for number, choice in enumerate(choices):
            right.append(len(example) + choice.right)
            for features in choice.options:
                index.extend(self.vocabulary.setdefault(one, len(self.vocabulary)) for one in features)
                option.extend([len(example)] * len(features))
                example.append(number)
        self.index, self.option, self.example, self.right = map(np.array, (index, option, example, right))

    def loss(self, weights: Vector) -> tuple[float, Vector]:
        """The negative log likelihood with its penalty, and its gradient."""
        size = len(self.example)
        score = np.bincount(self.option, weights=weights[self.index], minlength=size)
        score = np.exp(score - score.max())
        total = np.bincount(self.example, weights=score)
        chance = score / total[self.example]
        value = -np.log(chance[self.right]).sum() + 0.5 * self.ridge * float(weights @ weights)
        chance[self.right] -= 1
        slope = np.bincount(self.index, weights=chance[self.option], minlength=len(weights))
        return float(value), slope + self.ridge * weights


def fit(choices: Sequence[Choice[F]], ridge: float) -> dict[F, float]:
    """The weight of every feature; `ridge` pulls weights to zero."""
    problem = _Problem(choices, ridge)
    weights = np.zeros(len(problem.vocabulary))
    value, slope = problem.loss(weights)
    past: list[tuple[Vector, Vector]] = []
    for number in range(ITERATIONS):
        direction = _direction(slope, past)
        step, (new_value, new_slope) = _search(problem, weights, value, slope, direction)
        moved = -step * direction
        if float(moved @ (new_slope - slope)) > 0:
            past = [*past[1 - MEMORY :], (moved, new_slope - slope)]
        done = number > MEMORY and abs(value - new_value) < ENOUGH * abs(value)
        weights, value, slope = weights + moved, new_value, new_slope
        if done:
            break
    return {feature: float(weights[number]) for feature, number in problem.vocabulary.items()}


def _direction(slope: Vector, past: list[tuple[Vector, Vector]]) -> Vector:
    """Where the loss falls, by the curvature of the past steps."""
    if not past:
        return slope / float(np.abs(slope).sum())
    direction = slope.copy()
    used: list[float] = []
    for moved, bent in reversed(past):
        used.append(float(moved @ direction) / float(moved @ bent))
        direction = direction - used[-1] * bent
    moved, bent = past[-1]
    direction = direction * (float(moved @ bent) / float(bent @ bent))
    for (moved, bent), share in zip(past, reversed(used), strict=True):
        direction = direction + moved * (share - float(bent @ direction) / float(moved @ bent))
    return direction


def _search(
    problem: _Problem[F], weights: Vector, value: float, slope: Vector, direction: Vector
) -> tuple[float, tuple[float, Vector]]:
    """A step along `direction` that makes the loss fall enough, halved until it does."""
    step = 1.0
    while True:
        found = problem.loss(weights - step * direction)
        if found[0] <= value - 1e-4 * step * float(slope @ direction) or step < 1e-7:
            return step, found
        step /= 2
