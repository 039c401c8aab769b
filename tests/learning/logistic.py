"""Logistic regression of many answers at once: the weights of sparse clues for each answer.

Deterministic: no random start, no sampling, examples in the order given.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

Table: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
ITERATIONS = 60
ENOUGH = 1e-6  # relative fall of the loss under which the search ends


def fit_all(
    examples: Sequence[Sequence[str]], answers: Sequence[Sequence[str]], ridge: float, least: int
) -> dict[str, dict[str, float]]:
    """Answer → clue → weight. Clues in fewer than `least` examples are left out; `ridge` pulls weights to zero."""
    often = Counter(chain.from_iterable(examples))
    clues = {clue: at for at, clue in enumerate(clue for clue, times in often.items() if times >= least)}
    kinds = sorted(set(chain.from_iterable(answers)))
    seen = _incidence(examples, clues)
    right = _incidence(answers, {kind: at for at, kind in enumerate(kinds)}).toarray()
    weights = _minimal(seen, right, ridge)
    return {kind: dict(zip(clues, weights[:, at].tolist(), strict=True)) for at, kind in enumerate(kinds)}


def _incidence(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> Any:
    """1 where a row has a column."""
    inside = [sorted({columns[one] for one in row if one in columns}) for row in rows]
    starts = np.cumsum([0, *map(len, inside)])
    at = np.array(list(chain.from_iterable(inside)), dtype=np.int64)
    return csr_matrix((np.ones(len(at)), at, starts), shape=(len(rows), len(columns)))


def _minimal(seen: Any, right: Table, ridge: float) -> Table:
    """The weights under which the answers are likeliest, less their penalty."""
    shape = seen.shape[1], right.shape[1]
    by_clue = seen.T.tocsr()

    def loss(flat: Table) -> tuple[float, Table]:
        weights = flat.reshape(shape)
        score = seen @ weights
        value = np.logaddexp(0.0, score).sum() - (right * score).sum() + 0.5 * ridge * (flat @ flat)
        slope = by_clue @ (1 / (1 + np.exp(-score)) - right) + ridge * weights
        return float(value), slope.ravel()

    options = {"maxiter": ITERATIONS, "maxcor": 10, "ftol": ENOUGH}
    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options=options)
    table: Table = found.x.reshape(shape)
    return table
