"""Mazes that tests draw cell by cell, and agents put where a test wants them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import (
    ACCEPTED,
    ALIVE,
    DOOR,
    EXIT,
    FLOOR,
    FOOD,
    HAZARD_CODE,
    IN_PROGRESS,
    ITEM_SHIFT,
    KEY,
    MEDICINE,
    NO_ACTION,
    NO_AGENT,
    NO_CELL,
    PROPOSED,
    REST,
    SAFE_ROOM,
    WALL,
    WATER,
)

CODES = {
    "#": WALL,
    ".": FLOOR,
    "E": EXIT,
    "S": SAFE_ROOM,
    "D": DOOR,
    "^": FLOOR | HAZARD_CODE,
    "f": FLOOR | (FOOD + 1) << ITEM_SHIFT,
    "w": FLOOR | (WATER + 1) << ITEM_SHIFT,
    "m": FLOOR | (MEDICINE + 1) << ITEM_SHIFT,
    "k": FLOOR | (KEY + 1) << ITEM_SHIFT,
}
"""What a letter of a drawing stands for; digits are agents on floor."""
EMPTY: dict[str, Any] = {"safe_rooms": 0, "hazards": 0, "food": 0, "water": 0, "medicine": 0}


def staged(drawing: str, **changes: Any) -> MazeSimulator:
    """Gives a maze of one world with one agent for each digit, who have looked around and lack nothing.

    Args:
        drawing: lines of letters of CODES and of the agents' digits.
        changes: fields of the params.
    """
    lines = drawing.split()
    places = {letter: (row, column) for row, line in enumerate(lines) for column, letter in enumerate(line)}
    agents = sum(letter.isdigit() for letter in places)
    plans = {} if agents > 1 else {"coordination": "none"}
    sizes = {"height": len(lines), "width": len(lines[0]), "agents": agents}
    simulator = MazeSimulator(MazeParams(**{**EMPTY, **plans, **sizes, **changes}))
    simulator.reset(0)
    codes = simulator.state.codes[0]
    codes[:] = WALL
    for row, line in enumerate(lines):
        for column, letter in enumerate(line):
            codes[cell_at(simulator, row, column)] = CODES.get(letter, FLOOR)
    for agent in range(agents):
        simulator.state.agents.cell[0, agent] = cell_at(simulator, *places[str(agent)])
    begin_anew(simulator)
    return simulator


def begin_anew(simulator: MazeSimulator) -> None:
    """Makes everybody forget what was seen so far, look around, and be as at the beginning."""
    state = simulator.state
    state.known[0], state.known_at[0], state.seen[0], state.contact[0] = 0, -1, False, False
    for name in ("supplies_known", "frontier_known", "cells_known"):
        state.agents[name][0] = 0
    for name in ("exit_known", "safe_known"):
        state.agents[name][0] = NO_CELL
    state.agents.status[0], state.worlds.cells_seen[0] = ALIVE, 0
    state.agents.ended_at[0], state.ended[0], state.steps[0] = -1, False, 0
    simulator.refresh()
    everybody(simulator, REST)
    state.agents.needs[0] = 100.0
    state.agents.events[0] = 0
    state.memory_counts[0] = 0
    state.known_at[0][state.known[0] > 0] = 0
    state.steps[0] = 0
    simulator.refresh()


def cell_at(simulator: MazeSimulator, row: int, column: int) -> int:
    """Gives the number of a cell on the map."""
    constants = simulator.constants
    across = constants.width + 2 * constants.padding
    return (row + constants.padding) * across + column + constants.padding


def place_of(simulator: MazeSimulator, agent: int) -> tuple[int, int]:
    """Gives the row and column of an agent."""
    cell = simulator.state.agents.cell[0, agent]
    return int(simulator.constants.rows[cell]), int(simulator.constants.columns[cell])


def inside(simulator: MazeSimulator) -> NDArray[np.bool_]:
    """Tells which of the padded cells are on the map, bool (C,)."""
    constants = simulator.constants
    rows, columns = constants.rows, constants.columns
    on_map = (rows >= 0) & (rows < constants.height) & (columns >= 0) & (columns < constants.width)
    return np.asarray(on_map)


def do(simulator: MazeSimulator, *actions: int) -> list[list[str]]:
    """Steps with an action of each agent, which the masks must allow (NO_ACTION: nothing).

    Returns:
        The events of each agent.
    """
    for agent, action in enumerate(actions):
        assert action == NO_ACTION or simulator.buffers.action_masks[0, agent, action], (agent, action)
    simulator.step(np.array([actions]))
    return simulator.events(0)


def everybody(simulator: MazeSimulator, action: int) -> list[list[str]]:
    """Steps with the same action of all agents."""
    simulator.step(np.full((1, simulator.num_agents), action))
    return simulator.events(0)


def allowed(simulator: MazeSimulator, agent: int = 0) -> set[int]:
    """Gives the actions that an agent's mask allows."""
    return set(np.flatnonzero(simulator.buffers.action_masks[0, agent]).tolist())


def random_actions(simulator: MazeSimulator, random: np.random.Generator) -> NDArray[np.int64]:
    """Draws actions that the masks allow, int64 (B, N)."""
    masks = simulator.buffers.action_masks
    return np.asarray((random.random(masks.shape) * masks).argmax(axis=2))


def plan_in_progress(simulator: MazeSimulator, plan_type: int, target: int, roles: dict[int, int]) -> None:
    """Puts a plan in progress in the first slot, and its participants in their roles."""
    plan = simulator.state.plans[0, 0]
    team = sum(1 << agent for agent in roles)
    plan.type, plan.status, plan.target, plan.patient = plan_type, IN_PROGRESS, target, NO_AGENT
    plan.invited = plan.accepted = team
    plan.rejected = plan.completed = plan.failed = plan.helped = 0
    plan.number = plan.initiator = plan.created_at = plan.started_at = 0
    plan.deadline, plan.ended_at, plan.minimum = 1000, -1, 2
    simulator.state.worlds.plans_proposed[0] = 1
    simulator.state.type_counts[0, plan_type, PROPOSED : ACCEPTED + 2] = 1
    for agent, role in roles.items():
        plan.roles[agent] = role
        simulator.state.agents.role[0, agent] = role
    simulator.refresh()
