"""What agents may do and what becomes of it, plans apart."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.memories import remember
from planzoo.envs.maze.needs import need_of, restore
from planzoo.envs.maze.plans import note_gift, note_supply
from planzoo.envs.maze.role_effects import acts_as, capacity, move_cost
from planzoo.envs.maze.state import (
    ALIVE,
    ATE,
    DOOR,
    DRANK,
    DROP,
    DROPPED,
    EAT,
    ENERGY,
    FIRST_PROPOSAL,
    FLOOR,
    GAVE,
    GIVE,
    GROUND_CODES,
    HEALED,
    HEALTH,
    ITEM_CODES,
    ITEM_SHIFT,
    KEY,
    MEDICINE,
    NO_AGENT,
    OPENED_DOOR,
    PICK_UP,
    PICKED_UP,
    PROTECTOR,
    RECEIVED,
    REST,
    RIGHT,
    SAFE_ROOM,
    WALL,
    Constants,
    State,
)
from planzoo.envs.simulation.kernel import kernel

_DONE = (ATE, DRANK, HEALED)


@kernel
def may_act(constants: Constants, state: State, world: int, agent: int, action: int) -> bool:
    """Tells whether a living agent can carry an action out, one before FIRST_PROPOSAL."""
    if action <= RIGHT:
        return may_move(constants, state, world, agent, action)
    if action == PICK_UP:
        return may_pick_up(constants, state, world, agent)
    if EAT <= action < GIVE:
        return bool(state.agents[world, agent].items[action - EAT] > 0)
    if GIVE <= action < DROP:
        return neediest_beside(constants, state, world, agent, action - GIVE) != NO_AGENT
    if DROP <= action < FIRST_PROPOSAL:
        return may_drop(state, world, agent, action - DROP)
    return action == REST


@kernel
def may_move(constants: Constants, state: State, world: int, agent: int, direction: int) -> bool:
    """Tells whether an agent has the energy for a step, and the way is open or opens with its key."""
    mover = state.agents[world, agent]
    ground = state.codes[world, mover.cell + constants.steps_ahead[direction]] & GROUND_CODES
    if ground == WALL or (ground == DOOR and mover.items[KEY] == 0):
        return False
    return bool(mover.needs[ENERGY] >= np.float32(move_cost(constants, state, world, agent)))


@kernel
def may_pick_up(constants: Constants, state: State, world: int, agent: int) -> bool:
    """Tells whether something lies where an agent stands, and it can carry more."""
    if not state.codes[world, state.agents[world, agent].cell] & ITEM_CODES:
        return False
    return has_room(constants, state, world, agent)


@kernel
def has_room(constants: Constants, state: State, world: int, agent: int) -> bool:
    """Tells whether an agent can carry another item."""
    items = state.agents[world, agent].items
    return bool(items[0] + items[1] + items[2] + items[3] < capacity(constants, state, world, agent))


@kernel
def may_drop(state: State, world: int, agent: int, item: int) -> bool:
    """Tells whether an agent has an item and stands where none lies."""
    holder = state.agents[world, agent]
    return bool(holder.items[item] > 0 and not state.codes[world, holder.cell] & ITEM_CODES)


@kernel
def neediest_beside(constants: Constants, state: State, world: int, agent: int, item: int) -> int:
    """Finds who would get an item: of those on the same or a neighbouring cell who most needs it.

    A key goes to the lowest number; NO_AGENT if the agent has no such item, or nobody can take it.
    """
    giver = state.agents[world, agent]
    chosen, least = NO_AGENT, np.float32(np.inf)
    if giver.items[item] == 0:
        return chosen
    for other in range(state.agents.shape[1]):
        taker = state.agents[world, other]
        if other == agent or taker.status != ALIVE or not is_beside(constants, giver.cell, taker.cell):
            continue
        need = np.float32(0.0) if item == KEY else taker.needs[need_of(item)]
        if need < least and has_room(constants, state, world, other):
            chosen, least = other, need
    return chosen


@kernel
def is_beside(constants: Constants, cell: int, other: int) -> bool:
    """Tells whether two cells are the same or have a side in common."""
    apart = abs(cell - other)
    # The padding keeps the end of one row from being beside the beginning of the next.
    return apart <= 1 or apart == constants.steps_ahead[1]


@kernel
def act(constants: Constants, state: State, world: int, agent: int, action: int) -> None:
    """Carries out an action before FIRST_PROPOSAL; it does nothing if others have made it impossible."""
    if action < 0 or not may_act(constants, state, world, agent, action):
        return
    if action <= RIGHT:
        move(constants, state, world, agent, action)
    elif action == REST:
        rest(constants, state, world, agent)
    elif action == PICK_UP:
        pick_up(constants, state, world, agent)
    elif action < GIVE:
        use(constants, state, world, agent, action - EAT)
    elif action < DROP:
        give(constants, state, world, agent, action - GIVE)
    else:
        drop(state, world, agent, action - DROP)


@kernel
def move(constants: Constants, state: State, world: int, agent: int, direction: int) -> None:
    """Takes a step; a door in the way is opened for good."""
    mover = state.agents[world, agent]
    cell = mover.cell + constants.steps_ahead[direction]
    mover.needs[ENERGY] -= np.float32(move_cost(constants, state, world, agent))
    mover.cell = cell
    mover.distance += 1
    if state.codes[world, cell] & GROUND_CODES == DOOR:
        open_door(state, world, agent, cell)


@kernel
def open_door(state: State, world: int, agent: int, cell: int) -> None:
    """Uses a key up and makes a door floor."""
    state.agents[world, agent].items[KEY] -= 1
    state.worlds[world].items_used += 1
    state.codes[world, cell] = (state.codes[world, cell] & (255 - GROUND_CODES)) | FLOOR
    # Nobody can have seen it as open ground before; whoever opens it sees it at the end of the step.
    state.seen[world, cell] = True
    state.worlds[world].cells_seen += 1
    state.agents[world, agent].discovered += 1
    remember(state, world, agent, OPENED_DOOR, NO_AGENT, cell)


@kernel
def rest(constants: Constants, state: State, world: int, agent: int) -> None:
    """Gives energy back, twice as much in a safe room."""
    ground = state.codes[world, state.agents[world, agent].cell] & GROUND_CODES
    restore(state, world, agent, ENERGY, constants.rest_energy * (2.0 if ground == SAFE_ROOM else 1.0))


@kernel
def pick_up(constants: Constants, state: State, world: int, agent: int) -> None:
    """Takes what lies where an agent stands."""
    taker = state.agents[world, agent]
    item = (state.codes[world, taker.cell] >> ITEM_SHIFT) - 1
    state.codes[world, taker.cell] &= 255 - ITEM_CODES
    taker.items[item] += 1
    remember(state, world, agent, PICKED_UP, NO_AGENT, taker.cell)
    if item != KEY:
        note_supply(constants, state, world, agent)


@kernel
def use(constants: Constants, state: State, world: int, agent: int, item: int) -> None:
    """Eats, drinks or takes medicine; what goes beyond 100 is wasted."""
    user = state.agents[world, agent]
    user.items[item] -= 1
    state.worlds[world].items_used += 1
    wasted = restore(state, world, agent, need_of(item), constants.item_gains[item])
    state.worlds[world].amount_wasted += wasted
    remember(state, world, agent, _DONE[item], NO_AGENT, user.cell)


@kernel
def give(constants: Constants, state: State, world: int, agent: int, item: int) -> None:
    """Hands an item to who most needs it; a protector's medicine also helps at once, half as much."""
    other = neediest_beside(constants, state, world, agent, item)
    giver, taker = state.agents[world, agent], state.agents[world, other]
    giver.items[item] -= 1
    taker.items[item] += 1
    giver.gifts += 1
    remember(state, world, agent, GAVE, other, taker.cell)
    remember(state, world, other, RECEIVED, agent, taker.cell)
    note_gift(constants, state, world, agent, other, item)
    if item == MEDICINE and acts_as(constants, state, world, agent, PROTECTOR):
        restore(state, world, other, HEALTH, constants.item_gains[item] / 2)


@kernel
def drop(state: State, world: int, agent: int, item: int) -> None:
    """Lays an item down."""
    holder = state.agents[world, agent]
    holder.items[item] -= 1
    state.codes[world, holder.cell] |= (item + 1) << ITEM_SHIFT
    remember(state, world, agent, DROPPED, NO_AGENT, holder.cell)
