"""The rules of the diagnosis, as compiled functions over one world's rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.chance import draw_outcome, draw_patient
from planzoo.envs.diagnosis.state import (
    BUDGET_TOLERANCE,
    NO_ACTION,
    NO_TREATMENT,
    NOT_PENDING,
    Constants,
    State,
)
from planzoo.envs.simulation.kernel import kernel


@kernel
def initial_state(constants: Constants, state: State, world: int) -> None:
    """Draws the patients and shows their symptoms."""
    state.steps[world] = 0
    state.ended[world] = False
    state.remaining[world] = constants.budget
    for agent in range(state.finished.shape[1]):
        state.counts[world, agent] = 0
        state.ordered[world, agent] = 0
        state.arrival[world, agent] = NOT_PENDING
        state.given[world, agent] = False
        state.treatment[world, agent] = NO_TREATMENT
        state.finished[world, agent] = False
        state.utility[world, agent] = 0.0
        state.last_action[world, agent] = NO_ACTION
        state.turned_away[world, agent] = False
        draw_patient(constants, state, world, agent)
        for finding in range(constants.costs.shape[0], constants.outcome_counts.shape[0]):
            see(constants, state, world, agent, finding)


@kernel
def see(constants: Constants, state: State, world: int, agent: int, finding: int) -> None:
    """Draws a finding's outcome and notes it."""
    outcome = draw_outcome(constants, state, world, agent, finding)
    state.counts[world, agent, constants.outcome_starts[finding] + outcome] += 1


@kernel
def transition(constants: Constants, state: State, world: int, actions: NDArray[np.int64]) -> None:
    """Lets every doctor act, int64 (N,) with -1 doing nothing, then hands out the results that are there.

    Who comes first changes from step to step, so that nobody is always first at a full laboratory.
    """
    state.steps[world] += 1
    agents = actions.shape[0]
    first = state.steps[world] % agents
    for turn in range(agents):
        agent = (first + turn) % agents
        state.utility[world, agent] = 0.0
        state.turned_away[world, agent] = False
        state.last_action[world, agent] = NO_ACTION
        if not state.finished[world, agent]:
            state.utility[world, agent] = -constants.step_cost
            act(constants, state, world, agent, actions[agent])
    spent = constants.end_when_spent and state.remaining[world] <= BUDGET_TOLERANCE
    if spent or state.steps[world] >= constants.deadline:
        leave_all(constants, state, world)
    deliver(constants, state, world)
    end(constants, state, world)


@kernel
def act(constants: Constants, state: State, world: int, agent: int, action: int) -> None:
    """Carries one doctor's action out."""
    tests, treatments = constants.costs.shape[0], constants.treatment_costs.shape[0]
    if 0 <= action < tests:
        if not can_test(constants, state, world, agent, action):
            state.turned_away[world, agent] = True
            return
        ask_for(constants, state, world, agent, action)
    elif tests <= action < tests + treatments:
        treat(constants, state, world, agent, action - tests)
    elif action == tests + treatments:
        leave(constants, state, world, agent)
    state.last_action[world, agent] = action


@kernel
def ask_for(constants: Constants, state: State, world: int, agent: int, test: int) -> None:
    """Pays for a test and begins it."""
    state.remaining[world] -= constants.costs[test]
    state.utility[world, agent] -= constants.costs[test] + constants.harms[test]
    state.ordered[world, agent, test] += 1
    state.arrival[world, agent, test] = state.steps[world] + constants.delays[test]


@kernel
def treat(constants: Constants, state: State, world: int, agent: int, treatment: int) -> None:
    """Gives a treatment; the patient leaves if that is the rule, or if nothing is left untreated."""
    condition = state.condition[world, agent]
    state.given[world, agent, treatment] = True
    state.treatment[world, agent] = treatment
    harm = constants.treatment_harms[condition, treatment]
    state.utility[world, agent] -= constants.treatment_costs[treatment] + harm
    if constants.treatment_ends or untreated(constants, state, world, agent) == 0:
        leave(constants, state, world, agent)


@kernel
def untreated(constants: Constants, state: State, world: int, agent: int) -> int:
    """Gives the patient's diseases that no treatment has cured, as bits."""
    condition = state.condition[world, agent]
    left = constants.present[condition]
    for treatment in range(constants.treatment_costs.shape[0]):
        if state.given[world, agent, treatment]:
            left &= ~constants.cured[condition, treatment]
    return int(left)


@kernel
def leave(constants: Constants, state: State, world: int, agent: int) -> None:
    """Lets a patient go, with what is left untreated; results on their way are of no use any more."""
    state.finished[world, agent] = True
    state.arrival[world, agent] = NOT_PENDING
    state.utility[world, agent] += parting_utility(constants, state, world, agent)


@kernel
def parting_utility(constants: Constants, state: State, world: int, agent: int) -> float:
    """Gives the value of health if nothing is left untreated, else minus the severities of what is."""
    left = untreated(constants, state, world, agent)
    if left == 0:
        return constants.health_value
    value = 0.0
    condition = state.condition[world, agent]
    for disease in range(constants.severities.shape[1]):
        if left >> disease & 1:
            value -= constants.severities[condition, disease]
    return value


@kernel
def leave_all(constants: Constants, state: State, world: int) -> None:
    """Ends the treatment of all patients."""
    for agent in range(state.finished.shape[1]):
        if not state.finished[world, agent]:
            leave(constants, state, world, agent)


@kernel
def deliver(constants: Constants, state: State, world: int) -> None:
    """Shows the results that arrive now."""
    for agent in range(state.finished.shape[1]):
        for test in range(state.arrival.shape[2]):
            arrival = state.arrival[world, agent, test]
            if arrival != NOT_PENDING and arrival <= state.steps[world]:
                state.arrival[world, agent, test] = NOT_PENDING
                see(constants, state, world, agent, test)


@kernel
def end(constants: Constants, state: State, world: int) -> None:
    """Ends the episode when every patient has left, or at the time limit: then whoever is there loses it."""
    finished = True
    for agent in range(state.finished.shape[1]):
        finished = finished and state.finished[world, agent]
    state.ended[world] = finished or state.steps[world] >= constants.max_steps
    if state.ended[world]:
        for agent in range(state.finished.shape[1]):
            if not state.finished[world, agent]:
                state.utility[world, agent] += parting_utility(constants, state, world, agent)


@kernel
def can_test(constants: Constants, state: State, world: int, agent: int, test: int) -> bool:
    """Tells whether a test can be done now: not too often, not twice at a time, money and a place left."""
    if state.arrival[world, agent, test] != NOT_PENDING:
        return False
    if constants.costs[test] > state.remaining[world] + BUDGET_TOLERANCE:
        return False
    if state.ordered[world, agent, test] >= constants.repeats[test]:
        return False
    return not constants.needs_laboratory[test] or places_taken(constants, state, world) < constants.capacity


@kernel
def times_done(constants: Constants, state: State, world: int, agent: int, finding: int) -> int:
    """Counts the results of a finding."""
    times = 0
    for outcome in range(constants.outcome_starts[finding], constants.outcome_starts[finding + 1]):
        times += state.counts[world, agent, outcome]
    return times


@kernel
def places_taken(constants: Constants, state: State, world: int) -> int:
    """Counts the tests that the laboratory has in work."""
    taken = 0
    for agent in range(state.finished.shape[1]):
        for test in range(state.arrival.shape[2]):
            if constants.needs_laboratory[test] and state.arrival[world, agent, test] != NOT_PENDING:
                taken += 1
    return taken


@kernel
def reward(constants: Constants, state: State, world: int, out: NDArray[np.float32]) -> None:
    """Writes what the last step earned each doctor into ``out``, float32 (N,)."""
    for agent in range(out.shape[0]):
        out[agent] = state.utility[world, agent]


@kernel
def is_terminal(constants: Constants, state: State, world: int, agent: int) -> bool:
    """Tells whether a patient has left."""
    return bool(state.finished[world, agent])


@kernel
def action_mask(constants: Constants, state: State, world: int, agent: int, out: NDArray[np.bool_]) -> None:
    """Allows the tests that can be done, treatments not yet given, stopping, and waiting for what is in work.

    ``out`` is bool (A,). Whoever has left can only stop.
    """
    tests, treatments = constants.costs.shape[0], constants.treatment_costs.shape[0]
    there = not state.finished[world, agent]
    for test in range(tests):
        out[test] = there and can_test(constants, state, world, agent, test)
    for treatment in range(treatments):
        out[tests + treatment] = there and not state.given[world, agent, treatment]
    out[tests + treatments] = True
    if out.shape[0] > tests + treatments + 1:
        out[tests + treatments + 1] = there and anything_pending(state, world)


@kernel
def anything_pending(state: State, world: int) -> bool:
    """Tells whether any result of the world is on its way."""
    for agent in range(state.finished.shape[1]):
        for test in range(state.arrival.shape[2]):
            if state.arrival[world, agent, test] != NOT_PENDING:
                return True
    return False
