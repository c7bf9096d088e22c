"""Task assignment on a matrix of costs: each of N robots gets one of M tasks at most, no two the same.

Costs are float (N, M); ``np.inf`` marks a pair that is impossible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planzoo.errors import InputError

NO_TASK = -1
"""The task of a robot that has none."""


@dataclass(frozen=True, eq=False)
class Assignment:
    """Who does what.

    Attributes:
        tasks: int64 (N,), the task of each robot, or ``NO_TASK``.
        cost: sum of the costs of the pairs.
    """

    tasks: NDArray[np.int64]
    cost: float


def nearest_assignment(costs: ArrayLike) -> Assignment:
    """Takes the cheapest pair of a free robot and a free task again and again, until none is possible.

    At worst it costs many times the optimum, and leaves tasks out that could all be done. Ties go to the
    robot, then to the task, with the lower number. O(N M log(N M)).

    Args:
        costs: float (N, M), ``np.inf`` = impossible.

    Raises:
        InputError: not a matrix of numbers, or a cost is NaN or -inf.
    """
    matrix = checked_costs(costs)
    tasks = np.full(matrix.shape[0], NO_TASK, dtype=np.int64)
    taken = np.zeros(matrix.shape[1], dtype=np.bool_)
    possible = np.flatnonzero(np.isfinite(matrix))
    cheapest_first = possible[np.argsort(matrix.ravel()[possible], kind="stable")]
    for robot, task in zip(*np.unravel_index(cheapest_first, matrix.shape), strict=True):
        if tasks[robot] == NO_TASK and not taken[task]:
            tasks[robot] = task
            taken[task] = True
    return _assignment(matrix, tasks)


def hungarian_assignment(costs: ArrayLike) -> Assignment:
    """Finds the cheapest of all assignments that do as many tasks as possible.

    Source: Kuhn, "The Hungarian Method for the Assignment Problem", Naval Research Logistics Quarterly 1955;
    SciPy has it in the shortest-path form of Crouse, "On Implementing 2D Rectangular Assignment Algorithms",
    IEEE Transactions on Aerospace and Electronic Systems 2016. O(K² max(N, M)) for K = min(N, M).

    Impossible pairs get a cost that outweighs all possible ones together, so that one more possible pair is
    worth any detour; then they are dropped.

    Args:
        costs: float (N, M), ``np.inf`` = impossible.

    Raises:
        InputError: not a matrix of numbers, or a cost is NaN or -inf, or costs are too large to be added up.
    """
    from scipy.optimize import linear_sum_assignment

    matrix = checked_costs(costs)
    robots, chosen = linear_sum_assignment(_penalized(matrix))
    possible = np.isfinite(matrix[robots, chosen])
    tasks = np.full(matrix.shape[0], NO_TASK, dtype=np.int64)
    tasks[robots[possible]] = chosen[possible]
    return _assignment(matrix, tasks)


def checked_costs(costs: ArrayLike, name: str = "costs") -> NDArray[np.float64]:
    """Gives costs as a matrix.

    Args:
        costs: float (N, M), ``np.inf`` = impossible.
        name: what to call them in an error.

    Raises:
        InputError: not a matrix of numbers, or a cost is NaN or -inf.
    """
    try:
        raw = np.asarray(costs)
        matrix = raw.astype(np.float64, casting="same_kind" if raw.dtype.kind in "fc" else "unsafe")
    except (TypeError, ValueError) as error:
        raise InputError(f"The {name} must be a matrix of real numbers, one row a robot: {error}.") from error
    if matrix.ndim != 2:
        raise InputError(
            f"The {name} have shape {matrix.shape}; give a matrix with a row for each robot and a column for "
            "each task."
        )
    bad = np.argwhere(np.isnan(matrix) | np.isneginf(matrix))
    if bad.size:
        row, column = (int(index) for index in bad[0])
        raise InputError(
            f"The {name} have {matrix[row, column]} at row {row}, column {column}; give a finite cost, or "
            "inf for an impossible pair."
        )
    return matrix


def _penalized(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gives costs from 0 on, with finite ones for impossible pairs."""
    possible = np.isfinite(matrix)
    if not possible.any():
        return np.zeros_like(matrix)
    low = matrix[possible].min()
    with np.errstate(over="ignore"):
        span = matrix[possible].max() - low
        penalty = (min(matrix.shape) + 1) * span if span > 0 else 1.0
    if not np.isfinite(penalty * min(matrix.shape)):
        raise InputError(f"The costs span {span:g}, too much to be added up exactly: give smaller ones.")
    return np.where(possible, matrix - low, penalty)


def _assignment(matrix: NDArray[np.float64], tasks: NDArray[np.int64]) -> Assignment:
    robots = np.flatnonzero(tasks != NO_TASK)
    return Assignment(tasks, float(matrix[robots, tasks[robots]].sum()))
