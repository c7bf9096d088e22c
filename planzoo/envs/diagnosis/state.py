"""State and constants of the diagnosis, as arrays with the world as first axis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.networks.propagation import BucketTree

NO_ACTION = -1
NO_TREATMENT = -1
NOT_PENDING = -1
BUDGET_TOLERANCE = 1e-9
"""A remaining budget of no more than this is used up."""
OBSERVE_RESULTS, OBSERVE_BELIEF, OBSERVE_MARGINALS = 0, 1, 2
NO_BOUND = 2**31 - 1
"""Stands for a deadline or a capacity where there is none."""


class Constants(NamedTuple):
    """What never changes in an instance.

    V nodes, K conditions, D diseases, T tests, F findings (tests, then symptoms), O outcomes of all findings
    together, S states of all observable nodes together, M treatments.

    Attributes:
        tree: exact inference, see :class:`~planzoo.envs.networks.propagation.BucketTree`.
        state_counts: int64 (V,), states of each node; parents come before their children.
        parent_starts: int64 (V + 1,), where each node's parents begin in the next two.
        parents: int64, positions of nodes.
        parent_strides: int64, what each state of a parent adds to the row of the node's table.
        row_starts: int64 (V,), where each node's table begins in ``rows``.
        rows: float64, running sums of each row of the tables.
        disease_nodes: int64 (D,).
        disease_strides: int64 (D,), what each state of a disease adds to the number of the condition.
        disease_starts: int64 (D + 1,), where each disease's states begin among all diseases' states.
        finding_nodes: int64 (F,), the node that each finding tells of.
        state_starts: int64 (F,), where that node's states begin in a likelihood (S,).
        outcome_counts: int64 (F,).
        outcome_starts: int64 (F + 1,), where each finding's outcomes begin in the counts (O,).
        channel_starts: int64 (F,), where each finding's table begins in ``channels``.
        channels: float64, P(outcome | state of the node), outcomes changing fastest.
        repeats: int64 (F,).
        delays: int64 (T,).
        needs_laboratory: bool (T,).
        costs: float64 (T,).
        harms: float64 (T,).
        treatment_costs: float64 (M,).
        treatment_harms: float64 (K, M).
        present: int64 (K,), bit d is set if disease d is present.
        cured: int64 (K, M), the present diseases that a treatment cures.
        severities: float64 (K, D).
        health_value: of leaving with no disease untreated.
        step_cost: of each step of each patient.
        treatment_ends: whether a treatment ends the patient's episode.
        budget: money for tests; infinite for no bound.
        end_when_spent: whether the test that uses the budget up ends the episode.
        deadline: steps, or NO_BOUND.
        capacity: places of the laboratory, or NO_BOUND.
        max_steps: time limit in steps.
        observation_kind: OBSERVE_RESULTS, OBSERVE_BELIEF or OBSERVE_MARGINALS.
        shows: bool (5,), which further blocks an observation has: pending, given, time, laboratory, doctors.
    """

    tree: BucketTree
    state_counts: NDArray[np.int64]
    parent_starts: NDArray[np.int64]
    parents: NDArray[np.int64]
    parent_strides: NDArray[np.int64]
    row_starts: NDArray[np.int64]
    rows: NDArray[np.float64]
    disease_nodes: NDArray[np.int64]
    disease_strides: NDArray[np.int64]
    disease_starts: NDArray[np.int64]
    finding_nodes: NDArray[np.int64]
    state_starts: NDArray[np.int64]
    outcome_counts: NDArray[np.int64]
    outcome_starts: NDArray[np.int64]
    channel_starts: NDArray[np.int64]
    channels: NDArray[np.float64]
    repeats: NDArray[np.int64]
    delays: NDArray[np.int64]
    needs_laboratory: NDArray[np.bool_]
    costs: NDArray[np.float64]
    harms: NDArray[np.float64]
    treatment_costs: NDArray[np.float64]
    treatment_harms: NDArray[np.float64]
    present: NDArray[np.int64]
    cured: NDArray[np.int64]
    severities: NDArray[np.float64]
    health_value: float
    step_cost: float
    treatment_ends: bool
    budget: float
    end_when_spent: bool
    deadline: int
    capacity: int
    max_steps: int
    observation_kind: int
    shows: NDArray[np.bool_]


class State(NamedTuple):
    """The truth about B worlds of N patients. Letters as in :class:`Constants`.

    Attributes:
        random_streams: uint64 (B, 2), key and counter of each world's random stream.
        steps: int32 (B,), steps since the reset.
        ended: bool (B,).
        remaining: float64 (B,), what is left of the budget.
        nodes: int16 (B, N, V), the hidden state of every node.
        condition: int32 (B, N), the hidden condition.
        counts: int16 (B, N, O), how often each outcome of each finding was seen.
        ordered: int16 (B, N, T), how often each test was asked for.
        arrival: int32 (B, N, T), the step at which the result of a test arrives that is in work, or
            NOT_PENDING.
        given: bool (B, N, M), the treatments that were given.
        treatment: int32 (B, N), the last treatment, or NO_TREATMENT.
        finished: bool (B, N), patients that have left.
        utility: float64 (B, N), what the last step earned.
        last_action: int32 (B, N), the last action that was carried out, or NO_ACTION.
        turned_away: bool (B, N), whether the last action came too late for money or laboratory.
        belief: float64 (B, N, K), the exact posterior; (B, N, 0) when it is not observed.
    """

    random_streams: NDArray[np.uint64]
    steps: NDArray[np.int32]
    ended: NDArray[np.bool_]
    remaining: NDArray[np.float64]
    nodes: NDArray[np.int16]
    condition: NDArray[np.int32]
    counts: NDArray[np.int16]
    ordered: NDArray[np.int16]
    arrival: NDArray[np.int32]
    given: NDArray[np.bool_]
    treatment: NDArray[np.int32]
    finished: NDArray[np.bool_]
    utility: NDArray[np.float64]
    last_action: NDArray[np.int32]
    turned_away: NDArray[np.bool_]
    belief: NDArray[np.float64]
