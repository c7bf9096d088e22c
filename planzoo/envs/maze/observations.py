"""What an agent observes: itself, its map around it, and what other files add."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.guide import write_guide
from planzoo.envs.maze.layout import CELL_SIZE, OWN_SIZE, PLAN_SIZE, TEAMMATE_SIZE
from planzoo.envs.maze.observed_plans import write_plans
from planzoo.envs.maze.observed_team import write_teammates
from planzoo.envs.maze.places import in_message_range
from planzoo.envs.maze.role_effects import GATHERED_MORE
from planzoo.envs.maze.state import (
    ALIVE,
    GENERALIST,
    GROUND_CODES,
    MODE_NONE,
    MOST_NEED,
    NO_CELL,
    NUM_CODES,
    OBSERVE_GUIDED,
    OBSERVE_MAP,
    SAFE_ROOM,
    SEEN_TEAMMATES,
    Constants,
    Scratch,
    State,
)
from planzoo.envs.simulation.kernel import kernel

_SHARE_OF_NEED = np.float32(1.0 / MOST_NEED)
_SHARE_OF_CODE = np.float32(1.0 / (NUM_CODES - 1))
_ONE = np.float32(1.0)


@kernel
def observation(
    constants: Constants,
    state: State,
    world: int,
    agent: int,
    out: NDArray[np.float32],
    scratch: Scratch,
) -> None:
    """Writes what an agent observes, float32 (D,), laid out as by :mod:`~planzoo.envs.maze.layout`."""
    write_own(constants, state, world, agent, out)
    write_window(constants, state, world, agent, out)
    start = OWN_SIZE + constants.window_offsets.shape[0] * CELL_SIZE
    teammates = min(state.agents.shape[1] - 1, SEEN_TEAMMATES)
    if teammates > 0:
        write_teammates(constants, state, world, agent, out[start:], scratch)
    start += teammates * TEAMMATE_SIZE
    if constants.mode != MODE_NONE:
        write_plans(constants, state, world, agent, out[start:])
        start += state.plans.shape[1] * PLAN_SIZE
    if constants.observation_kind == OBSERVE_GUIDED:
        write_guide(constants, state, world, agent, out[start:], scratch)
    elif constants.observation_kind == OBSERVE_MAP:
        write_map(constants, state, world, agent, out[start:])


@kernel
def write_own(constants: Constants, state: State, world: int, agent: int, out: NDArray[np.float32]) -> None:
    """Writes what an agent knows of itself, OWN_SIZE numbers."""
    body = state.agents[world, agent]
    out[0] = np.float32(constants.rows[body.cell]) / np.float32(constants.height - 1)
    out[1] = np.float32(constants.columns[body.cell]) / np.float32(constants.width - 1)
    for number in range(4):
        out[2 + number] = body.needs[number] * _SHARE_OF_NEED
        out[6 + number] = np.float32(body.items[number]) / np.float32(constants.carried + GATHERED_MORE)
    for role in range(GENERALIST + 1):
        out[10 + role] = body.role == role
    out[16] = _ONE - np.float32(state.steps[world]) / np.float32(constants.max_steps)
    out[17] = body.exit_known != NO_CELL
    out[18] = body.supplies_known > 0
    out[19] = body.frontier_known > 0
    out[20] = shares_with_anybody(state, world, agent)
    out[21] = state.codes[world, body.cell] & GROUND_CODES == SAFE_ROOM


@kernel
def shares_with_anybody(state: State, world: int, agent: int) -> bool:
    """Tells whether an agent is in contact with another."""
    others = 0
    for other in range(state.contact.shape[2]):
        others += state.contact[world, agent, other]
    return others > 0


@kernel
def write_window(
    constants: Constants, state: State, world: int, agent: int, out: NDArray[np.float32]
) -> None:
    """Writes an agent's map around it, CELL_SIZE numbers a cell, and who is there."""
    here = state.agents[world, agent].cell
    place = OWN_SIZE
    for number in range(constants.window_offsets.shape[0]):
        cell = np.uintp(here + constants.window_offsets[number])
        code = np.uintp(state.known[world, agent, cell])
        for feature in range(CELL_SIZE):
            out[np.uintp(place + feature)] = constants.cell_features[code, np.uintp(feature)]
        place += CELL_SIZE
    # Numba takes every attribute of this name for NumPy's method: constants.view can't be read here.
    view = -constants.window_offsets[0] // (constants.steps_ahead[1] + 1)
    side = 2 * view + 1
    for other in range(state.agents.shape[1]):
        body = state.agents[world, other]
        if other == agent or body.status != ALIVE:
            continue
        row = constants.rows[body.cell] - constants.rows[here] + view
        column = constants.columns[body.cell] - constants.columns[here] + view
        inside = 0 <= row < side and 0 <= column < side
        if inside and in_message_range(constants, state, world, agent, other):
            out[OWN_SIZE + (row * side + column + 1) * CELL_SIZE - 1] = _ONE


@kernel
def write_map(constants: Constants, state: State, world: int, agent: int, out: NDArray[np.float32]) -> None:
    """Writes the codes of the whole map that an agent remembers, row by row."""
    across = constants.width + 2 * constants.padding
    place = 0
    for row in range(constants.height):
        first = (row + constants.padding) * across + constants.padding
        for column in range(constants.width):
            code = state.known[world, agent, np.uintp(first + column)]
            out[np.uintp(place)] = np.float32(code) * _SHARE_OF_CODE
            place += 1
