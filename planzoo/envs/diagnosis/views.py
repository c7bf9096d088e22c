"""What a doctor observes, block by block; the order stands in :mod:`planzoo.envs.diagnosis.layout`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.dynamics import places_taken, times_done
from planzoo.envs.diagnosis.state import (
    NOT_PENDING,
    OBSERVE_BELIEF,
    OBSERVE_RESULTS,
    Constants,
    State,
)
from planzoo.envs.simulation.kernel import kernel

PENDING, GIVEN, TIME, LABORATORY, DOCTORS = range(5)
"""Positions of the further blocks in ``Constants.shows``."""


@kernel
def observation(constants: Constants, state: State, world: int, agent: int, out: NDArray[np.float32]) -> None:
    """Writes one doctor's observation into ``out``, float32 (D,)."""
    if constants.observation_kind == OBSERVE_RESULTS:
        position = write_results(constants, state, world, agent, out)
    else:
        position = write_belief(constants, state, world, agent, out)
    tests, treatments = constants.costs.shape[0], constants.treatment_costs.shape[0]
    if constants.shows[PENDING]:
        for test in range(tests):
            arrival = state.arrival[world, agent, test]
            left = 0.0 if arrival == NOT_PENDING else arrival - state.steps[world]
            out[position + test] = left / max(1, constants.delays[test])
        position += tests
    if constants.shows[GIVEN]:
        for treatment in range(treatments):
            out[position + treatment] = state.given[world, agent, treatment]
        position += treatments
    write_shares(constants, state, world, out, position)


@kernel
def write_shares(
    constants: Constants, state: State, world: int, out: NDArray[np.float32], position: int
) -> None:
    """Writes what is left of budget, time, laboratory and colleagues, each as a share in [0, 1]."""
    out[position] = 1.0
    if constants.budget < np.inf:
        out[position] = max(0.0, state.remaining[world] / constants.budget)
    position += 1
    if constants.shows[TIME]:
        out[position] = max(0.0, 1.0 - state.steps[world] / constants.deadline)
        position += 1
    if constants.shows[LABORATORY]:
        out[position] = 1.0 - places_taken(constants, state, world) / constants.capacity
        position += 1
    if constants.shows[DOCTORS]:
        there = 0
        for agent in range(state.finished.shape[1]):
            there += not state.finished[world, agent]
        out[position] = there / state.finished.shape[1]


@kernel
def write_results(
    constants: Constants, state: State, world: int, agent: int, out: NDArray[np.float32]
) -> int:
    """Writes how often each outcome was seen, as a share of how often its finding can be had."""
    for finding in range(constants.outcome_counts.shape[0]):
        for outcome in range(constants.outcome_starts[finding], constants.outcome_starts[finding + 1]):
            out[outcome] = state.counts[world, agent, outcome] / constants.repeats[finding]
    return int(constants.outcome_starts[-1])


@kernel
def write_belief(constants: Constants, state: State, world: int, agent: int, out: NDArray[np.float32]) -> int:
    """Writes the posterior, then how often each test was done, as a share of how often it can be."""
    conditions = state.belief.shape[2]
    if constants.observation_kind == OBSERVE_BELIEF:
        position = conditions
        for condition in range(conditions):
            out[condition] = min(1.0, state.belief[world, agent, condition])
    else:
        position = write_marginals(constants, state.belief[world, agent], out)
    for test in range(constants.costs.shape[0]):
        done = times_done(constants, state, world, agent, test)
        out[position + test] = done / constants.repeats[test]
    return position + constants.costs.shape[0]


@kernel
def write_marginals(constants: Constants, belief: NDArray[np.float64], out: NDArray[np.float32]) -> int:
    """Writes the posterior of each disease's states."""
    end = constants.disease_starts[-1]
    for entry in range(end):
        out[entry] = 0.0
    for condition in range(belief.shape[0]):
        for disease in range(constants.disease_nodes.shape[0]):
            start = constants.disease_starts[disease]
            count = constants.disease_starts[disease + 1] - start
            shown = condition // constants.disease_strides[disease] % count
            out[start + shown] += belief[condition]
    for entry in range(end):
        out[entry] = min(np.float32(1.0), out[entry])
    return int(end)
