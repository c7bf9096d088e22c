"""The rules of the diagnosis, as compiled functions over one world's rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.state import (
    BUDGET_TOLERANCE,
    NO_ACTION,
    NO_TREATMENT,
    OBSERVE_BELIEF,
    OBSERVE_RESULTS,
    Constants,
    State,
)
from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.simulation.random import random_unit


@kernel
def initial_state(constants: Constants, state: State, world: int) -> None:
    """Draws the hidden condition and the result of every test from their joint distribution."""
    state.steps[world] = 0
    state.ended[world] = False
    state.done[world] = False
    state.remaining[world] = constants.budget
    state.treatment[world] = NO_TREATMENT
    state.last_action[world] = NO_ACTION
    cells = constants.joint.shape[1]
    drawn = draw_cell(constants.cumulative, random_unit(state.random_streams, world))
    state.condition[world] = drawn // cells
    for test in range(state.results.shape[1]):
        state.results[world, test] = outcome_of(constants, drawn % cells, test)
    for condition in range(state.belief.shape[1]):
        state.belief[world, condition] = constants.prior[condition]


@kernel
def draw_cell(cumulative: NDArray[np.float64], unit: float) -> int:
    """Finds the first cell whose running sum is above ``unit`` (in [0, 1)) times the total."""
    target = unit * cumulative[-1]
    low, high = 0, cumulative.shape[0] - 1
    while low < high:
        middle = (low + high) // 2
        if cumulative[middle] > target:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def outcome_of(constants: Constants, cell: int, test: int) -> int:
    """Gives a test's outcome in a cell of the joint table."""
    return int(cell // constants.strides[test] % constants.outcome_counts[test])


@kernel
def transition(constants: Constants, state: State, world: int, actions: NDArray[np.int64]) -> None:
    """Does a test or gives a treatment; ``actions`` int64 (1,), -1 does nothing."""
    state.steps[world] += 1
    action, tests = actions[0], state.done.shape[1]
    state.last_action[world] = action
    if action >= tests:
        state.treatment[world] = action - tests
    elif action >= 0:
        state.done[world, action] = True
        state.remaining[world] -= constants.test_costs[action]
        if constants.observation_kind == OBSERVE_BELIEF:
            update_belief(constants, state, world)
    out_of_time = state.steps[world] >= constants.max_steps
    state.ended[world] = out_of_time or is_terminal(constants, state, world, 0)


@kernel
def update_belief(constants: Constants, state: State, world: int) -> None:
    """Writes the exact posterior of the results so far."""
    total = 0.0
    for condition in range(constants.joint.shape[0]):
        weight = 0.0
        for cell in range(constants.joint.shape[1]):
            if agrees(constants, state, world, cell):
                weight += constants.joint[condition, cell]
        state.belief[world, condition] = weight
        total += weight
    for condition in range(constants.joint.shape[0]):
        state.belief[world, condition] /= total


@kernel
def agrees(constants: Constants, state: State, world: int, cell: int) -> bool:
    """Tells whether a cell of the joint table has the results of the tests that are done."""
    for test in range(state.done.shape[1]):
        if state.done[world, test] and outcome_of(constants, cell, test) != state.results[world, test]:
            return False
    return True


@kernel
def observation(constants: Constants, state: State, world: int, agent: int, out: NDArray[np.float32]) -> None:
    """Writes results or belief, and the share of the budget that is left, into ``out``, float32 (D,)."""
    if constants.observation_kind == OBSERVE_RESULTS:
        write_results(constants, state, world, out)
    else:
        conditions = constants.prior.shape[0]
        for condition in range(conditions):
            out[condition] = state.belief[world, condition]
        for test in range(state.done.shape[1]):
            out[conditions + test] = state.done[world, test]
    out[-1] = max(0.0, state.remaining[world] / constants.budget)


@kernel
def write_results(constants: Constants, state: State, world: int, out: NDArray[np.float32]) -> None:
    """Writes the outcomes of each test one-hot, zeros before it is done."""
    for test in range(state.done.shape[1]):
        start = constants.outcome_starts[test]
        for outcome in range(constants.outcome_counts[test]):
            out[start + outcome] = state.done[world, test] and state.results[world, test] == outcome


@kernel
def reward(constants: Constants, state: State, world: int, out: NDArray[np.float32]) -> None:
    """Writes the last step's reward into ``out``, float32 (1,).

    A test costs, a treatment pays its utility, and so does an end without treatment.
    """
    value, action, condition = 0.0, state.last_action[world], state.condition[world]
    treatment = state.treatment[world]
    if treatment != NO_TREATMENT:
        value += constants.utilities[condition, treatment]
    elif action != NO_ACTION:
        value -= constants.test_costs[action]
    if state.ended[world] and treatment == NO_TREATMENT:
        value += constants.untreated[condition]
    out[0] = value


@kernel
def is_terminal(constants: Constants, state: State, world: int, agent: int) -> bool:
    """Tells whether a treatment was given or the budget is used up."""
    return bool(state.treatment[world] != NO_TREATMENT or state.remaining[world] <= BUDGET_TOLERANCE)


@kernel
def action_mask(constants: Constants, state: State, world: int, agent: int, out: NDArray[np.bool_]) -> None:
    """Allows every treatment, and the tests that are not done and can be paid; ``out`` is bool (A,)."""
    tests = state.done.shape[1]
    affordable = state.remaining[world] + BUDGET_TOLERANCE
    for test in range(tests):
        out[test] = not state.done[world, test] and constants.test_costs[test] <= affordable
    out[tests:] = True
