"""When a robot's errand is done, impossible, or overtaken by events."""

from __future__ import annotations

from planzoo.envs.warehouse.model import Cell, WarehouseModel
from planzoo.planners.domains.local_memory import RobotMemory
from planzoo.planners.domains.local_site import CHARGED
from planzoo.planners.domains.local_traffic import Driver
from planzoo.planners.domains.local_view import LocalView
from planzoo.planners.htn import Action

RESERVE, RESERVE_ACTIONS = 1.5, 16
"""It goes to charge when its battery holds so many times what the way takes, and so many actions more."""
SURELY_ENOUGH = 4
"""A battery for so many times the hall's height and width needs no closer look."""


def is_done(action: Action, view: LocalView, memory: RobotMemory) -> bool:
    """Tells whether the robot has nothing more to do for an action of its plan."""
    name = action.name
    if name == "rest":
        return True
    cell = action.arguments[-1]
    there = bool(view.position == cell)
    if name in ("lift", "call_helper"):
        return there and memory.loads > 0 and not bool(memory.standing[memory.hall.number(cell)])
    if name == "drop":
        return there and bool(memory.standing[memory.hall.number(cell)])
    if name in ("borrow", "give_back"):
        return bool(view.tool == (name == "borrow"))
    if name == "deliver":
        return not memory.carries_requested
    if name == "charge":
        return view.charge >= CHARGED
    if name == "assist":
        return not calls_for_help(view, memory)
    return there


def is_impossible(queue: list[Action], memory: RobotMemory) -> bool:
    """Tells whether the shelf to lift is gone, the place for one taken, or the load no longer asked for."""
    if queue[0].name not in ("drive", "look", "assist", "rest") and memory.position != queue[0].arguments[-1]:
        return True  # it was pulled away
    for action in queue:
        if action.name in ("lift", "call_helper"):
            return not memory.wanted[memory.hall.number(action.arguments[-1])]
        if action.name == "drop":
            return bool(memory.standing[memory.hall.number(action.arguments[-1])])
        if action.name == "deliver" and not memory.carries_requested:
            return True
    return False


def has_news(queue: list[Action], memory: RobotMemory, low: bool) -> bool:
    """Tells whether a better plan may be possible than the one at hand."""
    goes_to_charge = any(action.name == "charge" for action in queue)
    if low and not goes_to_charge:
        return True
    busy = memory.full or goes_to_charge or queue[0].name in ("call_helper", "assist")
    return memory.news and not busy


def calls_for_help(view: LocalView, memory: RobotMemory) -> list[Cell]:
    """Gives the heavy shelves in sight under which a robot seems to wait for a second one."""
    if memory.loads > 0:
        return []
    refused = memory.refused_until
    return [
        each.cell
        for each in memory.neighbours
        if each.heavy and not each.loaded and refused[memory.hall.number(each.cell)] <= memory.step
    ]


def runs_low(model: WarehouseModel, driver: Driver, view: LocalView, memory: RobotMemory) -> bool:
    """Tells whether the robot should charge before it does anything else."""
    params = model.params
    if params.battery == 0 or not model.chargers:
        return False
    if view.position in model.chargers and view.charge < CHARGED:
        return True
    charge = view.charge * params.battery
    drain = max(params.move_drain + (params.carry_drain if memory.loads else 0), params.turn_drain)
    if charge > SURELY_ENOUGH * sum(driver.hall.shape) * drain:
        return False
    actions = driver.actions_to(view, memory, model.chargers)
    return bool(charge <= drain * (RESERVE * actions + RESERVE_ACTIONS))
