"""State and constants of the diagnosis, as arrays with the world as first axis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NO_ACTION = -1
NO_TREATMENT = -1
BUDGET_TOLERANCE = 1e-9
"""A remaining budget of no more than this is used up."""
OBSERVE_RESULTS, OBSERVE_BELIEF = 0, 1


class Constants(NamedTuple):
    """What never changes in an instance.

    K = conditions, T = tests, M = treatments, R = product of the tests' numbers of outcomes.

    Attributes:
        joint: float64 (K, R), P(condition, results of all tests).
        cumulative: float64 (K·R,), running sum of ``joint``.
        prior: float64 (K,), P(condition).
        outcome_counts: int64 (T,).
        strides: int64 (T,); in cell r of ``joint`` test t has the outcome r // strides[t] %
            outcome_counts[t].
        outcome_starts: int64 (T,), where a test's outcomes begin in the observed results.
        test_costs: float64 (T,).
        utilities: float64 (K, M).
        untreated: float64 (K,).
        budget: money for tests.
        max_steps: time limit in steps.
        observation_kind: OBSERVE_RESULTS or OBSERVE_BELIEF.
    """

    joint: NDArray[np.float64]
    cumulative: NDArray[np.float64]
    prior: NDArray[np.float64]
    outcome_counts: NDArray[np.int64]
    strides: NDArray[np.int64]
    outcome_starts: NDArray[np.int64]
    test_costs: NDArray[np.float64]
    utilities: NDArray[np.float64]
    untreated: NDArray[np.float64]
    budget: float
    max_steps: int
    observation_kind: int


class State(NamedTuple):
    """The truth about B worlds. K = conditions, T = tests.

    Attributes:
        random_streams: uint64 (B, 2), key and counter of each world's random stream.
        steps: int32 (B,), steps since the reset.
        ended: bool (B,).
        condition: int32 (B,), the hidden condition.
        results: int16 (B, T), the hidden result of every test, done or not.
        done: bool (B, T), tests that are done.
        remaining: float64 (B,), what is left of the budget.
        treatment: int32 (B,), the treatment that was given, or NO_TREATMENT.
        last_action: int32 (B,), the last action, or NO_ACTION.
        belief: float64 (B, K), the exact posterior of the results so far; (B, 0) when it is not observed.
    """

    random_streams: NDArray[np.uint64]
    steps: NDArray[np.int32]
    ended: NDArray[np.bool_]
    condition: NDArray[np.int32]
    results: NDArray[np.int16]
    done: NDArray[np.bool_]
    remaining: NDArray[np.float64]
    treatment: NDArray[np.int32]
    last_action: NDArray[np.int32]
    belief: NDArray[np.float64]
