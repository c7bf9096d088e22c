"""Sight, sharing, needs and masks once more, in plain Python that nobody had to make fast."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import (
    ALIVE,
    DOOR,
    DROP,
    EAT,
    ENERGY,
    EXIT,
    FLOOR,
    FOOD,
    GIVE,
    GROUND_CODES,
    HAZARD_CODE,
    KEY,
    MEDICINE,
    PICK_UP,
    REST,
    SAFE_ROOM,
    WALL,
    WATER,
    State,
)

Place = tuple[int, int]
Memory = tuple[int, int]
"""The code that is remembered of a cell, and the step at which it was seen."""
OPEN = (FLOOR, EXIT, SAFE_ROOM)


class Moment(NamedTuple):
    """What the oracle must know of before a step; maps are ``{(row, column): Memory}``."""

    maps: list[dict[Place, Memory]]
    contacts: set[tuple[int, int]]
    needs: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
    items: np.ndarray[tuple[int, ...], np.dtype[np.int16]]
    alive: list[bool]


def moment(simulator: MazeSimulator) -> Moment:
    """Reads the first world."""
    state = simulator.state
    agents = range(simulator.num_agents)
    return Moment(
        maps=[read_map(simulator, agent) for agent in agents],
        contacts={(one, other) for one in agents for other in agents if state.contact[0, one, other]},
        needs=state.agents.needs[0].copy(),
        items=state.agents["items"][0].copy(),
        alive=(state.agents.status[0] == ALIVE).tolist(),
    )


def place(simulator: MazeSimulator, cell: int) -> Place:
    """Gives a cell's row and column."""
    return int(simulator.constants.rows[cell]), int(simulator.constants.columns[cell])


def read_map(simulator: MazeSimulator, agent: int) -> dict[Place, Memory]:
    """Reads what an agent remembers."""
    known, known_at = simulator.state.known[0, agent], simulator.state.known_at[0, agent]
    cells = np.flatnonzero(known)
    return {place(simulator, cell): (int(known[cell]), int(known_at[cell])) for cell in cells}


def truth(simulator: MazeSimulator) -> dict[Place, int]:
    """Reads what every cell is."""
    return {place(simulator, cell): int(code) for cell, code in enumerate(simulator.state.codes[0])}


def before(offset: Place) -> Place:
    """Gives the cell before another on its line from (0, 0), halves rounded towards the axes."""
    moves = max(map(abs, offset))
    shrunk = [Fraction(coordinate * (moves - 1), moves) for coordinate in offset]
    sizes = [-((Fraction(1, 2) - abs(number)) // 1) for number in shrunk]
    signs = [1 if number > 0 else -1 for number in shrunk]
    return int(sizes[0] * signs[0]), int(sizes[1] * signs[1])


def in_sight(codes: dict[Place, int], here: Place, offset: Place) -> bool:
    """Tells whether light comes from a cell."""
    if offset == (0, 0):
        return True
    through = before(offset)
    ground = codes[here[0] + through[0], here[1] + through[1]] & GROUND_CODES
    clear = through == (0, 0) or ground not in (WALL, DOOR)
    return clear and in_sight(codes, here, through)


def sights(simulator: MazeSimulator, agent: int, known: dict[Place, Memory]) -> Iterator[tuple[Place, int]]:
    """Lists what an agent sees now, given what it remembers."""
    codes, params = truth(simulator), simulator.params
    here = place(simulator, simulator.state.agents.cell[0, agent])
    reach = range(-params.sight, params.sight + 1)
    for offset in ((row, column) for row in reach for column in reach):
        there = here[0] + offset[0], here[1] + offset[1]
        if in_sight(codes, here, offset):
            code = codes[there]
            recognized = max(map(abs, offset)) <= params.hazard_sight
            if not recognized and not known.get(there, (0, 0))[0] & HAZARD_CODE:
                code &= ~HAZARD_CODE
            yield there, code


def expected_maps(simulator: MazeSimulator, past: Moment) -> tuple[list[dict[Place, Memory]], set[Place]]:
    """Tells what the agents remember after the step just made, and which pairs are in contact."""
    state, params = simulator.state, simulator.params
    agents = range(simulator.num_agents)
    maps, now = [dict(known) for known in past.maps], int(state.steps[0])
    alive = [agent for agent in agents if state.agents.status[0, agent] == ALIVE]
    where = [place(simulator, cell) for cell in state.agents.cell[0]]
    contacts = {
        (one, other)
        for one in alive
        for other in alive
        if one != other and params.map_sharing and kings(where[one], where[other]) <= params.share_range
    }
    for agent in alive:
        told = list(sights(simulator, agent, maps[agent]))
        for reader in agents:
            if reader == agent or (agent, reader) in contacts:
                for there, code in told:
                    maps[reader][there] = (code | maps[reader].get(there, (0, 0))[0] & HAZARD_CODE, now)
    for one, other in sorted(contacts - past.contacts):
        if one < other:
            exchange(maps[one], maps[other])
    return maps, contacts


def kings(one: Place, other: Place) -> int:
    """Counts king's moves."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def exchange(mine: dict[Place, Memory], theirs: dict[Place, Memory]) -> None:
    """Gives both the newer memory of every cell."""
    for there in {*mine, *theirs}:
        one, other = mine.get(there, (0, -1)), theirs.get(there, (0, -1))
        newer = one if one[1] >= other[1] else other
        mine[there] = theirs[there] = (newer[0] | (one[0] | other[0]) & HAZARD_CODE, newer[1])


def beside(there: Place) -> list[Place]:
    """Gives the four neighbours of a cell."""
    return [(there[0] + row, there[1] + column) for row, column in ((-1, 0), (1, 0), (0, -1), (0, 1))]


def counts(known: dict[Place, Memory]) -> dict[str, int]:
    """Counts on a map what the simulator keeps count of."""
    opened = [there for there, (code, _) in known.items() if code & GROUND_CODES in OPEN]
    return {
        "cells_known": len(opened),
        "frontier_known": sum(any(near not in known for near in beside(there)) for there in opened),
        "supplies_known": sum(1 <= code >> 4 <= 3 for code, _ in known.values()),
    }


def expected_needs(simulator: MazeSimulator, past: Moment, agent: int, told: list[str]) -> np.ndarray:
    """Tells what an agent needs after a step in which the events that it was told of happened, float32 (4,).

    How far it walked and whether it rested are read off its energy and its cell by the caller's actions.
    """
    params, state = simulator.params, simulator.state
    health, hunger, thirst = (np.float32(number) for number in past.needs[agent, :3])
    most, code = np.float32(100), int(state.codes[0, state.agents.cell[0, agent]])
    hunger = min(most, hunger + np.float32(params.food_gain)) if "ate" in told else hunger
    thirst = min(most, thirst + np.float32(params.water_gain)) if "drank" in told else thirst
    health = min(most, health + np.float32(params.medicine_gain)) if "healed" in told else health
    safe = code & GROUND_CODES == SAFE_ROOM
    if not safe:
        hunger = max(np.float32(0), hunger - np.float32(params.hunger_rate))
        thirst = max(np.float32(0), thirst - np.float32(params.thirst_rate))
    for need in (hunger, thirst):
        health -= np.float32(params.starvation) if need == 0 else np.float32(0)
    if code & HAZARD_CODE and not safe:
        health -= np.float32(params.hazard_damage)
    if hunger > 50 and thirst > 50:
        health += np.float32(params.regeneration)
    return np.array([min(most, max(np.float32(0), health)), hunger, thirst], dtype=np.float32)


def items_anywhere(state: State, world: int) -> int:
    """Counts the items that lie about, are carried, were used and were lost."""
    facts = state.worlds[world]
    lying = int((state.codes[world] >> 4 > 0).sum())
    carried = int(state.agents["items"][world].sum())
    return lying + carried + int(facts.items_used) + int(facts.items_lost)


def expected_mask(simulator: MazeSimulator, agent: int) -> set[int]:
    """Tells which actions before the proposals an agent may take, where no roles have effects."""
    params, state, codes = simulator.params, simulator.state, truth(simulator)
    me = state.agents[0, agent]
    if me.status != ALIVE:
        return {REST}
    here, item_here = place(simulator, me.cell), codes[place(simulator, me.cell)] >> 4
    grounds = [codes[there] & GROUND_CODES for there in beside(here)]
    passable = [ground in OPEN or (ground == DOOR and me["items"][KEY] > 0) for ground in grounds]
    rested = me.needs[ENERGY] >= np.float32(params.move_energy)
    mask = {REST, *(action for action in range(4) if passable[action] and rested)}
    mask |= {PICK_UP} if item_here and me["items"].sum() < params.carried else set()
    mask |= {EAT + item for item in range(KEY) if me["items"][item]}
    mask |= {GIVE + item for item in range(4) if me["items"][item] and receiver(simulator, agent, item) >= 0}
    return mask | {DROP + item for item in range(4) if me["items"][item] and not item_here}


def receiver(simulator: MazeSimulator, agent: int, item: int) -> int:
    """Tells who would get an item from an agent; -1 is nobody."""
    agents, need = simulator.state.agents[0], {FOOD: 1, WATER: 2, MEDICINE: 0}
    here = place(simulator, agents.cell[agent])
    near = [
        other
        for other in range(simulator.num_agents)
        if other != agent
        and agents.status[other] == ALIVE
        and agents["items"][other].sum() < simulator.params.carried
        and place(simulator, agents.cell[other]) in [here, *beside(here)]
    ]
    if not near or item == KEY:
        return min(near, default=-1)
    return min(near, key=lambda other: (agents.needs[other, need[item]], other))
