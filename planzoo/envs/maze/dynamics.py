"""The rules of the maze, as compiled functions over one world's rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.acting import act, may_act
from planzoo.envs.maze.mazes import generate_maze
from planzoo.envs.maze.memories import remember
from planzoo.envs.maze.needs import die, is_spent, spend_needs
from planzoo.envs.maze.plans import (
    begin_plans,
    holds_exit,
    note_end,
    plan_action,
    plan_mask,
    update_plans,
)
from planzoo.envs.maze.sharing import see_and_share
from planzoo.envs.maze.state import (
    ALIVE,
    DEAD,
    ESCAPE,
    ESCAPED,
    EXIT,
    FIRST_PROPOSAL,
    GROUND_CODES,
    MODE_NONE,
    MOST_NEED,
    NO_AGENT,
    NO_CELL,
    REST,
    Constants,
    Scratch,
    State,
)
from planzoo.envs.simulation.kernel import kernel

_MOST = np.float32(MOST_NEED)
_NOTHING = np.float32(0.0)


@kernel
def initial_state(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Draws a maze and lets the agents look around where they stand in it."""
    state.steps[world] = 0
    state.ended[world] = False
    state.worlds[world].cells_seen = 0
    state.worlds[world].items_used = 0
    state.worlds[world].amount_wasted = 0.0
    state.worlds[world].items_lost = 0
    state.seen[world] = False
    state.known[world] = 0
    state.known_at[world] = -1
    state.editions[world] = 0
    state.contact[world] = False
    generate_maze(constants, state, world, scratch)
    for agent in range(state.agents.shape[1]):
        begin_agent(state, world, agent)
    begin_plans(constants, state, world)
    see_and_share(constants, state, world, scratch)
    for agent in range(state.agents.shape[1]):
        state.agents[world, agent].events = 0
        state.agents[world, agent].discovered = 0


@kernel
def begin_agent(state: State, world: int, agent: int) -> None:
    """Gives an agent all that it begins with but its place, its role and its plans."""
    body = state.agents[world, agent]
    for number in range(4):
        body.needs[number] = _MOST
        body.items[number] = 0
    body.status = ALIVE
    body.events = 0
    body.exit_known = NO_CELL
    body.safe_known = NO_CELL
    body.supplies_known = 0
    body.frontier_known = 0
    body.cells_known = 0
    body.discovered = 0
    body.ended_at = -1
    body.gifts = 0
    body.distance = 0
    body.reward = _NOTHING


@kernel
def transition(
    constants: Constants, state: State, world: int, actions: NDArray[np.int64], scratch: Scratch
) -> None:
    """Lets every agent act, int64 (N,) with -1 doing nothing, and a step of time pass.

    Who comes first changes from step to step.
    """
    state.steps[world] += 1
    agents = actions.shape[0]
    for agent in range(agents):
        state.agents[world, agent].events = 0
        state.agents[world, agent].discovered = 0
        state.agents[world, agent].reward = _NOTHING
    first = state.steps[world] % agents
    for turn in range(agents):
        agent = (first + turn) % agents
        if state.agents[world, agent].status == ALIVE:
            act_or_plan(constants, state, world, agent, actions[agent], scratch)
    pass_time(constants, state, world)
    let_escape(constants, state, world)
    see_and_share(constants, state, world, scratch)
    update_plans(constants, state, world)
    earn(constants, state, world)
    end(constants, state, world)


@kernel
def act_or_plan(
    constants: Constants, state: State, world: int, agent: int, action: int, scratch: Scratch
) -> None:
    """Carries one agent's action out."""
    if action < FIRST_PROPOSAL:
        act(constants, state, world, agent, action)
    elif constants.mode != MODE_NONE:
        plan_action(constants, state, world, agent, action, scratch)


@kernel
def pass_time(constants: Constants, state: State, world: int) -> None:
    """Takes from everybody's needs; then those die who have no health left."""
    for agent in range(state.agents.shape[1]):
        if state.agents[world, agent].status == ALIVE:
            spend_needs(constants, state, world, agent)
    for agent in range(state.agents.shape[1]):
        if state.agents[world, agent].status == ALIVE and is_spent(state, world, agent):
            die(state, world, agent)
            note_end(constants, state, world, agent)


@kernel
def let_escape(constants: Constants, state: State, world: int) -> None:
    """Lets those out who stand on an exit and have nobody to wait for."""
    for agent in range(state.agents.shape[1]):
        body = state.agents[world, agent]
        on_exit = state.codes[world, body.cell] & GROUND_CODES == EXIT
        if body.status == ALIVE and on_exit and not holds_exit(constants, state, world, agent):
            body.status = ESCAPED
            body.ended_at = state.steps[world]
            remember(state, world, agent, ESCAPE, NO_AGENT, body.cell)
            note_end(constants, state, world, agent)


@kernel
def earn(constants: Constants, state: State, world: int) -> None:
    """Adds up what the step brought each agent, beside what plans have given already."""
    now = state.steps[world]
    for agent in range(state.agents.shape[1]):
        body = state.agents[world, agent]
        if not took_part(state, world, agent):
            continue
        earned = constants.exploration_reward * body.discovered - constants.step_cost
        if body.status == ESCAPED and body.ended_at == now:
            earned += constants.escape_reward
        elif body.status == DEAD and body.ended_at == now:
            earned -= constants.death_penalty
        body.reward += np.float32(earned)


@kernel
def took_part(state: State, world: int, agent: int) -> bool:
    """Tells whether an agent lived when the step began."""
    body = state.agents[world, agent]
    return bool(body.status == ALIVE or body.ended_at == state.steps[world])


@kernel
def end(constants: Constants, state: State, world: int) -> None:
    """Ends the episode when nobody is left, or time is up."""
    state.ended[world] = state.steps[world] >= constants.max_steps or not anybody_lives(state, world)


@kernel
def anybody_lives(state: State, world: int) -> bool:
    """Tells whether any agent has neither escaped nor died."""
    living = 0
    for agent in range(state.agents.shape[1]):
        living += state.agents[world, agent].status == ALIVE
    return living > 0


@kernel
def reward(constants: Constants, state: State, world: int, out: NDArray[np.float32]) -> None:
    """Writes what the last step earned each agent into ``out``, float32 (N,).

    Those who took part in the step share as much of it as ``team_share`` says; the others get nothing.
    """
    total, count = 0.0, 0
    for agent in range(out.shape[0]):
        out[agent] = _NOTHING
        if took_part(state, world, agent):
            total += state.agents[world, agent].reward
            count += 1
    for agent in range(out.shape[0]):
        if took_part(state, world, agent):
            own = (1.0 - constants.team_share) * np.float64(state.agents[world, agent].reward)
            out[agent] = own + constants.team_share * total / count


@kernel
def is_terminal(constants: Constants, state: State, world: int, agent: int) -> bool:
    """Tells whether an agent has escaped or died."""
    return bool(state.agents[world, agent].status != ALIVE)


@kernel
def action_mask(constants: Constants, state: State, world: int, agent: int, out: NDArray[np.bool_]) -> None:
    """Allows what an agent can do now, bool (A,); whoever has ended can only rest."""
    if state.agents[world, agent].status != ALIVE:
        out[:] = False
        out[REST] = True
        return
    for action in range(FIRST_PROPOSAL):
        out[action] = may_act(constants, state, world, agent, action)
    if out.shape[0] > FIRST_PROPOSAL:
        plan_mask(constants, state, world, agent, out)
