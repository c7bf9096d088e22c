"""What the robots of a fleet are about, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, FleetView
from planzoo.planners.htn import Action, Plan


class Role(Enum):
    """What an errand is for."""

    FETCH = "fetch"
    """Bring a requested shelf to a workstation."""
    LEAD = "lead"
    """The same with a heavy shelf and a partner: this robot lifts it."""
    ASSIST = "assist"
    """Help another robot to lift a heavy shelf."""
    FOLLOW = "follow"
    """Go along with the heavy shelf that the partner has lifted."""
    CHARGE = "charge"
    """Fill the battery."""
    WAIT = "wait for a bay"
    """Save the battery until a charger is free."""
    RETURN_TOOL = "return tool"
    """Bring a borrowed tool back."""
    REST = "rest"
    """Wait for work."""


@dataclass(frozen=True)
class Errand:
    """Why a robot is on its way.

    Attributes:
        role: what the errand is for.
        cell: the shelf to fetch, the bay to charge in, the place to help or to wait at; None = nowhere.
        place: storage for a delivered shelf on the robot; None = the nearest.
        needs_tool: whether the shelf needs a tool.
        partner: the other robot of a pair, -1 = none.
    """

    role: Role
    cell: Cell | None = None
    place: Cell | None = None
    needs_tool: bool = False
    partner: int = -1

    def __str__(self) -> str:
        words = self.role.value if self.cell is None else f"{self.role.value} {self.cell}"
        return words if self.partner < 0 else f"{words} with robot_{self.partner}"


REST, WAIT = Errand(Role.REST), Errand(Role.WAIT)

Burden = tuple[int, int, int, bool]
"""Shelves that orders wait for, shelves to bring back, partner, tool: when it changes, a robot plans anew."""


@dataclass
class RobotMemory:
    """What one robot is about.

    Attributes:
        errand: what it was given to do.
        bid: the cost for which it got that; NaN where nobody else was asked.
        plan: how its errand was decomposed; None before the first time.
        queue: the plan's actions that it still has to carry out.
        burden: what was on it when it planned.
    """

    errand: Errand = REST
    bid: float = np.nan
    plan: Plan | None = None
    queue: list[Action] = field(default_factory=list)
    burden: Burden | None = None

    def tasks(self) -> list[str]:
        """Names the tasks that the present action is part of, and the methods by which they were done."""
        if self.plan is None or not self.queue:
            return []
        step = len(self.plan.actions) - len(self.queue)
        tree = self.plan.decomposition
        return [
            f"{tree.tasks[node][0]} by {tree.methods[node]}" for node in tree.path(tree.leaves[step])[:-1]
        ]


def cell_of(view: FleetView, robot: int) -> Cell:
    """Gives the cell of a robot."""
    return int(view.positions[robot, 0]), int(view.positions[robot, 1])


def burdens(view: FleetView, tools: NDArray[np.bool_]) -> list[Burden]:
    """Gives what each robot carries.

    Args:
        view: the situation.
        tools: bool (N,), robots that have a tool, their own or a borrowed one.
    """
    wanted: dict[Cell, int] = {}
    for request in view.requests:
        if request.carried:
            wanted[request.cell] = wanted.get(request.cell, 0) + 1
    found = []
    for robot, loads in enumerate(view.loads.tolist()):
        waiting = min(loads, wanted.get(cell_of(view, robot), 0))
        found.append((waiting, loads - waiting, int(view.partners[robot]), bool(tools[robot])))
    return found


def drop_finished(
    memory: RobotMemory, view: FleetView, robot: int, burden: Burden, full_charge: float
) -> None:
    """Takes off the actions that are done.

    Args:
        memory: the robot's, changed.
        view: the situation.
        robot: its number.
        burden: what is on it.
        full_charge: share of a full battery at which it stops charging.
    """
    while memory.queue and is_done(memory.queue[0], view, robot, burden, full_charge):
        del memory.queue[0]


def is_done(action: Action, view: FleetView, robot: int, burden: Burden, full_charge: float) -> bool:
    """Tells whether there is nothing left to do for an action; the arguments are as above."""
    position, (wanted, _, partner, tool) = cell_of(view, robot), burden
    name, cell = action.name, action.arguments[-1]
    return {
        "drive": position == cell,
        "lift": position == cell and not view.standing_shelves[cell],
        "lift_together": partner >= 0,
        "assist": partner >= 0,
        "follow": partner < 0,
        "deliver": wanted == 0,
        "drop": position == cell and bool(view.standing_shelves[cell]),
        "take_tool": tool,
        "give_tool": not tool,
        "charge": bool(view.charge[robot] >= full_charge),
        "rest": False,
    }[name]


def is_impossible(memory: RobotMemory, view: FleetView, requested: set[Cell]) -> bool:
    """Tells whether the shelf to lift is no longer requested, or the place to drop it is taken."""
    for action in memory.queue:
        if action.name in ("lift", "lift_together"):
            return action.arguments[1] not in requested
        if action.name == "drop":
            return bool(view.standing_shelves[action.arguments[1]])
    return False
