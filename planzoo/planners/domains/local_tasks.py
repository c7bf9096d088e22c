"""A lone robot's work as a hierarchical task network: serve what it knows of, else go and see.

Facts: ``at`` is a cell, ``loads`` the shelves on the robot, ``ordered`` whether one of them is requested,
``coupled`` whether another robot carries with it, ``tool`` whether it has one, ``low`` whether its battery
is, ``site`` the :class:`~planzoo.planners.domains.local_site.Site` that it believes in; ``wanted[cell]`` and
``free[cell]`` are True for requested shelves that it knows of and for storage where it may put one,
``call[cell]`` for a heavy shelf under which another robot waits for help.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from planzoo.envs.warehouse.model import Cell
from planzoo.planners.domains.local_memory import RobotMemory
from planzoo.planners.domains.local_site import Site
from planzoo.planners.htn import Domain, Problem, State, Task
from planzoo.planners.pathfinding import UNREACHABLE

DETOUR = 8
"""Steps that a robot with room for more goes out of its way for a second shelf."""


def local_problem(site: Site, low: bool, tool: bool, calls: Iterable[Cell] = ()) -> Problem:
    """Turns a robot's memory into facts and the task of doing its work.

    Args:
        site: what it believes.
        low: whether its battery is low.
        tool: whether it has a tool.
        calls: heavy shelves under which other robots wait for help.
    """
    memory, hall = site.memory, site.hall
    wanted = hall.cells(memory.wanted & (memory.refused_until <= memory.step))
    state = State(
        at=memory.position,
        loads=memory.loads,
        ordered=memory.carries_requested,
        coupled=memory.coupled,
        tool=tool,
        low=low,
        site=site,
        wanted=dict.fromkeys(wanted, True),
        free=dict.fromkeys(free_storage(memory), True),
        call=dict.fromkeys(calls, True),
    )
    return Problem(state, [Task("work")])


def free_storage(memory: RobotMemory) -> list[Cell]:
    """Gives the storage where the robot may put a shelf down.

    A place from which another robot has taken a shelf is left to that robot, unless there are too few others.
    """
    hall = memory.hall
    empty = hall.storage & ~memory.standing
    homes = [cell for cell in sorted(memory.homes) if empty[hall.number(cell)]]
    nobodys = [cell for cell in hall.cells(empty & ~hall.shelves) if cell not in memory.homes]
    places = homes + nobodys
    return places if len(places) >= memory.loads else hall.cells(empty)


def local_domain() -> Domain:
    """Declares operators and methods; all that differs from one situation to the next is in the facts."""
    domain = Domain("one robot of a warehouse")
    domain.add_operator(drive, cost=_steps, duration=_steps)
    for operator in (lift, call_helper, deliver, drop, charge, borrow, give_back, assist, rest):
        domain.add_operator(operator)
    domain.add_operator(look, cost=_steps, duration=_steps)
    for task, methods in {
        "work": (
            recharge_first,
            finish_loads,
            help_who_waits,
            serve_a_request,
            charge_before_work,
            return_the_tool,
            go_and_see,
            wait_for_work,
        ),
        "recharge": (nearest_charger,),
        "fetch": (equip_drive_and_raise,),
        "equip": (as_it_is, borrow_first),
        "raise": (alone, with_a_helper),
        "finish": (collect_on_the_way, deliver_then_store, store_at_once, wait_for_a_way),
        "store": (all_put_down, nearest_free_storage, look_for_room, wait_for_room),
    }.items():
        for method in methods:
            domain.add_method(task, method)
    return domain


def _full(state: State) -> bool:
    return bool(state.coupled or state.loads >= state.site.abilities.capacity)


def _steps(state: State, cell: Cell) -> float:
    return float(state.site.steps(state.at, cell, _full(state)))


# Operators.


def drive(state: State, cell: Cell) -> bool:
    """Brings the robot to a cell that it can reach."""
    if _steps(state, cell) == UNREACHABLE:
        return False
    state.at = cell
    return True


def look(state: State, cell: Cell) -> bool:
    """Drives towards a cell to see what is on the way."""
    return drive(state, cell)


def lift(state: State, cell: Cell) -> bool:
    """Loads a requested shelf; its place becomes free."""
    if state.at != cell or cell not in state.wanted or _full(state):
        return False
    del state.wanted[cell]
    state.free[cell] = True
    state.loads += 1
    state.ordered = True
    return True


def call_helper(state: State, cell: Cell) -> bool:
    """Waits under a heavy shelf until another robot comes and helps to lift it."""
    if state.loads > 0 or not lift(state, cell):
        return False
    state.coupled = True
    return True


def deliver(state: State, cell: Cell) -> bool:
    """Hands the requested shelves over at a workstation; they stay on the robot."""
    if state.at != cell or not state.ordered:
        return False
    state.ordered = False
    return True


def drop(state: State, cell: Cell) -> bool:
    """Puts a shelf down in free storage."""
    if state.at != cell or cell not in state.free or state.loads == 0:
        return False
    del state.free[cell]
    state.loads -= 1
    state.coupled = False
    return True


def charge(state: State, cell: Cell) -> bool:
    """Fills the battery."""
    state.low = False
    return bool(state.at == cell)


def borrow(state: State, cell: Cell) -> bool:
    """Takes a tool from a crib."""
    if state.at != cell or state.tool or state.loads > 0:
        return False
    state.tool = True
    return True


def give_back(state: State, cell: Cell) -> bool:
    """Returns the borrowed tool to a crib."""
    if state.at != cell or not state.tool or state.loads > 0:
        return False
    state.tool = False
    return True


def assist(state: State, cell: Cell) -> bool:
    """Helps the robot under the heavy shelf on a neighbouring cell to lift it."""
    apart = abs(state.at[0] - cell[0]) + abs(state.at[1] - cell[1])
    return bool(apart == 1 and state.loads == 0)


def rest(state: State) -> bool:
    """Waits for work, or for a way to open."""
    return True


# Methods.


def recharge_first(state: State) -> list[Any] | None:
    """Work: charge while the way to a charger is still paid for."""
    return [("recharge",)] if state.low else None


def finish_loads(state: State) -> list[Any] | None:
    """Work: finish what is on the robot."""
    return [("finish",)] if state.loads > 0 else None


def help_who_waits(state: State) -> Iterator[list[Any]]:
    """Work: help a robot in sight that waits under a heavy shelf."""
    site = state.site
    for cell in state.call:
        row, column = cell
        beside = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
        numbers = {each: site.hall.number(each) for each in beside}
        bare = [
            each
            for each in beside
            if site.hall.passable[numbers[each]] and not site.memory.standing[numbers[each]]
        ]
        for side in site.by_distance(state.at, bare, False):
            yield [("drive", side), ("assist", cell)]


def serve_a_request(state: State) -> Iterator[list[Any]]:
    """Work: fetch the known request that is worth most for its time, and finish with it."""
    for cell in state.site.requests(state.at, list(state.wanted)):
        yield [("fetch", cell), ("finish",)]


def charge_before_work(state: State) -> list[Any] | None:
    """Work: charge where a request is known that the battery does not last for."""
    site, known = state.site, list(state.wanted)
    wide = known and not all(site.affords(cell, site.steps(state.at, cell, False)) for cell in known)
    return [("recharge",)] if wide else None


def return_the_tool(state: State) -> Iterator[list[Any]]:
    """Work: bring a borrowed tool back when none is left for others."""
    site = state.site
    if state.tool and not site.tools_left:
        for cell in site.by_distance(state.at, site.model.cribs, False):
            yield [("drive", cell), ("give_back", cell)]


def go_and_see(state: State) -> list[Any] | None:
    """Work: patrol where most is to be seen that has not been seen for long."""
    lookout = state.site.lookout
    return None if lookout is None else [("look", lookout)]


def wait_for_work(state: State) -> list[Any]:
    """Work, when there is nothing to see: rest."""
    return [("rest",)]


def nearest_charger(state: State) -> Iterator[list[Any]]:
    """Recharge: at the nearest charger that seems free."""
    site = state.site
    for cell in site.by_distance(state.at, site.model.chargers, _full(state)):
        yield [("drive", cell), ("charge", cell)]


def equip_drive_and_raise(state: State, cell: Cell) -> list[Any]:
    """Fetch a shelf, with what it takes."""
    return [("equip", cell), ("drive", cell), ("raise", cell)]


def as_it_is(state: State, cell: Cell) -> list[Any] | None:
    """Equip, when no tool is needed or one is at hand."""
    return [] if state.tool or not state.site.needs_tool(cell) else None


def borrow_first(state: State, cell: Cell) -> Iterator[list[Any]]:
    """Equip: borrow a tool at the nearest crib."""
    site = state.site
    if site.tools_left and state.loads == 0 and not state.tool:
        for crib in site.by_distance(state.at, site.model.cribs, False):
            yield [("drive", crib), ("borrow", crib)]


def alone(state: State, cell: Cell) -> list[Any] | None:
    """Raise a shelf that is not too heavy."""
    return None if state.site.is_heavy(cell) else [("lift", cell)]


def with_a_helper(state: State, cell: Cell) -> list[Any] | None:
    """Raise a heavy shelf together with a robot that comes by."""
    return [("call_helper", cell)] if state.site.abilities.pair_lifts_heavy else None


def collect_on_the_way(state: State) -> Iterator[list[Any]]:
    """Finish, with room for more: fetch a shelf first that is hardly out of the way."""
    site, start = state.site, state.at
    if _full(state):
        return
    for cell in site.requests(start, list(state.wanted)):
        number = site.hall.number(cell)
        onward = site.steps(start, cell, False) + int(site.hall.station_steps[number])
        straight = int(site.hall.station_steps[site.hall.number(start)]) if state.ordered else 0
        if onward - straight <= DETOUR and not site.is_heavy(cell):
            yield [("fetch", cell), ("finish",)]


def deliver_then_store(state: State) -> Iterator[list[Any]]:
    """Finish a requested shelf: workstation first."""
    if state.ordered:
        for cell in state.site.by_distance(state.at, state.site.model.workstations, _full(state)):
            yield [("drive", cell), ("deliver", cell), ("store",)]


def store_at_once(state: State) -> list[Any] | None:
    """Finish a shelf that is not requested: back to storage."""
    return None if state.ordered else [("store",)]


def wait_for_a_way(state: State) -> list[Any]:
    """Finish, when nothing can be reached: wait until something changes."""
    return [("rest",)]


def all_put_down(state: State) -> list[Any] | None:
    """Store, when nothing is left to put down."""
    return [] if state.loads == 0 else None


def nearest_free_storage(state: State) -> Iterator[list[Any]]:
    """Store: one shelf in the nearest place that is its own or nobody's, then the others."""
    for cell in state.site.by_distance(state.at, list(state.free), _full(state)):
        yield [("drive", cell), ("drop", cell), ("store",)]


def look_for_room(state: State) -> list[Any] | None:
    """Store, when no free storage is known: look for some."""
    lookout = state.site.lookout
    return None if lookout is None else [("look", lookout)]


def wait_for_room(state: State) -> list[Any]:
    """Store, when there is nothing to see either: wait until another robot clears a place."""
    return [("rest",)]
