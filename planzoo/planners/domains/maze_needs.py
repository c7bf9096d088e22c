"""An agent's own needs, and what it carries and knows against them."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    FOOD,
    GATHERER,
    HEALTH,
    HUNGER,
    ITEMS,
    KEY,
    MEDICINE,
    NEEDS,
    PROTECTOR,
    THIRST,
    UNKNOWN,
    WATER,
)
from planzoo.planners.domains.maze_masks import capacity, has_room
from planzoo.planners.domains.maze_site import MazeSite
from planzoo.planners.domains.maze_view import MazeView, Teammate

NEED_OF = {FOOD: HUNGER, WATER: THIRST, MEDICINE: HEALTH}
"""The need that an item is for."""
LOW, VERY_LOW = 50.0, 25.0
"""Needs below these are met when it is easy, and at any cost."""
NEAR = 2
"""Steps that an agent goes out of its way for something that it may need later; a gatherer twice as far."""
HOPED_LONGER = 1.5
"""How much longer the way to an exit may be whose way is not known."""
UNSURE = 2.0
"""How much longer than guessed looking for the way out may take."""
FAR = 30
"""Steps beyond which a supply is fetched only in the last moment."""
LEAST_HEALTH = 15.0
"""The health with which an agent means to get out at the worst."""


def name_of(need: int) -> str:
    """Gives the name of a need."""
    return NEEDS[need]


def gains(params: MazeParams) -> dict[int, float]:
    """Gives what one item of each kind restores."""
    return {FOOD: params.food_gain, WATER: params.water_gain, MEDICINE: params.medicine_gain}


def usable(view: MazeView, params: MazeParams) -> list[int]:
    """Lists the items carried of which little would be wasted now, the lowest need first."""
    items = [
        item
        for item, gain in gains(params).items()
        if view.items[item] and view.needs[NEED_OF[item]] <= max(100.0 - gain, VERY_LOW)
    ]
    return sorted(items, key=lambda item: view.needs[NEED_OF[item]])


def lasting(view: MazeView, params: MazeParams, item: int) -> float:
    """Gives the steps until the need that an item is for is at 0; for medicine infinite unless starving."""
    rates = {FOOD: params.hunger_rate, WATER: params.thirst_rate}
    rate = rates.get(item, 0.0)
    return view.needs[NEED_OF[item]] / rate if rate > 0 else float("inf")


def wanted_here(site: MazeSite) -> int:
    """Gives the item where the agent stands, if it can take it and has a use for it; else -1."""
    view, params = site.view, site.params
    item = view.item(view.cell)
    if item < 0 or not has_room(view.items, view.role, params):
        return -1
    return item if is_useful(site, item) else -1


def is_useful(site: MazeSite, item: int) -> bool:
    """Tells whether the agent has a use for one more item of a kind.

    Keys are for the doors that stand on its way out; supplies for as long as it does not know of a way out
    on which they are not needed.
    """
    view, params = site.view, site.params
    carried = view.items[item]
    if item == KEY:
        return carried < 1 + bool(site.doors) and (site.way_out is None or bool(site.doors))
    if not gathers(view) and site.way_out is not None and survives(site, site.way_out):
        return view.needs[NEED_OF[item]] < LOW and carried == 0
    if not gathers(view) and supplied(view, params, item) > UNSURE * searching(site):
        return False
    missing = sum(view.items[kind] == 0 for kind in (FOOD, WATER) if kind != item)
    return sum(view.items) + 1 + missing <= capacity(view.role, params) and carried < 2


def searching(site: MazeSite) -> float:
    """Guesses the steps until the agent knows a way out: half of the cells that it does not know."""
    return float(np.count_nonzero(site.ground == UNKNOWN)) / 2


def supplied(view: MazeView, params: MazeParams, item: int) -> float:
    """Gives the steps for which a need is met with what is carried; medicine is never enough."""
    rates = {FOOD: params.hunger_rate, WATER: params.thirst_rate}
    rate = rates.get(item, 0.0)
    if rate == 0:
        return 0.0 if item == MEDICINE else float("inf")
    return (view.needs[NEED_OF[item]] + view.items[item] * gains(params)[item]) / rate


def gathers(view: MazeView) -> bool:
    """Tells whether gathering is its role in a plan in progress."""
    return view.busy and view.role == GATHERER


def survives(site: MazeSite, cell: int) -> bool:
    """Tells whether the agent would reach a cell in tolerable health, without eating or drinking."""
    return site.health_at(cell) >= min(LEAST_HEALTH, site.view.health - 1.0)


def lives_through(site: MazeSite, steps: float) -> bool:
    """The same for so many steps, wherever they lead."""
    return site.health_after(site.time_for(steps)) >= min(LEAST_HEALTH, site.view.health - 1.0)


def wants(site: MazeSite) -> list[int]:
    """Lists the supplies that the agent should fetch now, what runs out first at the head.

    A need is fetched for when it is so low that the supply is reached hardly before it runs out, when it is
    low and the way is short, or when the agent would not live through the way out.
    """
    view, params = site.view, site.params
    if site.way_out is not None and survives(site, site.way_out):
        return []
    hoped = site.hoped_way_out
    if hoped is not None and lives_through(site, HOPED_LONGER * site.hopeful_steps(hoped)):
        return []
    wanted = []
    for item, need in NEED_OF.items():
        if view.items[item] or view.needs[need] >= LOW:
            continue
        nearest = site.with_item(item)
        if nearest and is_due(view, params, item, site.steps(nearest[0])) and site.health_at(nearest[0]) > 0:
            wanted.append(item)
    return sorted(wanted, key=lambda item: lasting(view, params, item))


def is_due(view: MazeView, params: MazeParams, item: int, steps: float) -> bool:
    """Tells whether it is time to go for an item that is so many steps away.

    Far away is gone only for what is all but used up: the way out, or other supplies, may be nearer.
    """
    need = view.needs[NEED_OF[item]]
    if item == MEDICINE:
        return need < LOW and steps <= (100.0 - need) / 4
    if steps > FAR:
        return lasting(view, params, item) < NEAR
    return steps <= 2 * NEAR or lasting(view, params, item) < steps + 2 * NEAR


def recovers(view: MazeView, params: MazeParams) -> bool:
    """Tells whether health comes back by itself."""
    return params.regeneration > 0 and min(view.needs[HUNGER], view.needs[THIRST]) > LOW


def at_hand(site: MazeSite) -> list[tuple[int, int]]:
    """Lists useful things beside the way: (cell, item), the nearest first."""
    reach = NEAR * (2 if gathers(site.view) else 1)
    if not has_room(site.view.items, site.view.role, site.params):
        return []
    found = [(cell, item) for item in range(len(ITEMS)) for cell in site.with_item(item)[:1]]
    near = [(cell, item) for cell, item in found if 0 < site.steps(cell) <= reach and is_useful(site, item)]
    return sorted(near, key=lambda each: site.steps(each[0]))


def spare(view: MazeView, params: MazeParams, item: int) -> bool:
    """Tells whether the agent can do without an item that it carries."""
    if item == KEY:
        return view.items[KEY] > 1
    need = view.needs[NEED_OF[item]]
    return view.items[item] > 0 and (view.items[item] > 1 or need > LOW)


def gift(view: MazeView, params: MazeParams, mate: Teammate) -> int:
    """Gives the item that the agent can spare and the teammate needs most; -1 if there is none.

    A protector gives before a need is low.
    """
    bound = 70.0 if view.busy and view.role == PROTECTOR else LOW
    chosen, least = -1, bound
    for item, need in NEED_OF.items():
        lacks = mate.items[item] == 0 and mate.needs[need] < view.needs[need]
        if lacks and mate.needs[need] < least and spare(view, params, item):
            chosen, least = item, mate.needs[need]
    return chosen
