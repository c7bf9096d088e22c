"""What is drawn of a warehouse: robots, orders and shelves, each with what a person would say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

URGENT = 0.25
"""An order is urgent when so little of the longest time that orders are given is left."""


class Kind(NamedTuple):
    """What robots of one kind can do, see :data:`~planzoo.envs.warehouse.state.ROBOT_KIND`."""

    lift: int = 1
    capacity: int = 1
    pace: int = 1
    sensors: int = 1
    tool: bool = False


ORDINARY = Kind()


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot as it is drawn.

    Attributes:
        number, row, column, direction: which, where, and where its nose points.
        kind: what it can do.
        loads: the shelves on it, the lowest first.
        requested: whether one of them is requested.
        charge: share of a full battery; None where robots need none.
        charging: whether it stands on a charger with a battery that is not full.
        broken, wait: steps until it is repaired, and until a slow robot can act again.
        blind: whether its sensors are out.
        stuck: whether it has not moved for so long that it is reported.
        still: steps since it was last in another cell.
        tool: whether it has a tool, borrowed or its own.
        partner: the robot that it carries a heavy shelf with.
        message: the bits of what it said last, lowest first; empty for silence.
        delivered: shelves that it delivered in the last step.
        events: bits of what happened to it in the last step.
    """

    number: int
    row: int
    column: int
    direction: int
    kind: Kind = ORDINARY
    loads: tuple[int, ...] = ()
    requested: bool = False
    charge: float | None = None
    charging: bool = False
    broken: int = 0
    wait: int = 0
    blind: bool = False
    stuck: bool = False
    still: int = 0
    tool: bool = False
    partner: int | None = None
    message: str = ""
    delivered: int = 0
    events: int = 0

    @property
    def dry(self) -> bool:
        """Whether its battery is empty."""
        return self.charge == 0.0

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) in cells."""
        return self.column + 0.5, self.row + 0.5


@dataclass(frozen=True, slots=True)
class Order:
    """An open order.

    Attributes:
        place: its number among the open orders.
        shelves: those that it still waits for.
        size: how many it asked for at the beginning.
        priority: what it is worth.
        time_left: steps until it expires; None = it never does.
        fraction_left: the same as share of the longest time that orders are given, 1 where they have forever.
    """

    place: int
    shelves: tuple[int, ...]
    size: int = 1
    priority: int = 1
    time_left: int | None = None
    fraction_left: float = 1.0

    @property
    def urgent(self) -> bool:
        """Whether little time is left."""
        return self.fraction_left < URGENT


@dataclass(frozen=True, slots=True)
class Shelf:
    """A shelf as it is drawn.

    Attributes:
        number, row, column: which and where.
        heavy: whether it weighs more than an ordinary one.
        tool: whether only a robot with a tool lifts it.
        order: the order that asks for it.
        carrier: the robot that it is on.
        hidden: whether a robot is under it.
    """

    number: int
    row: int
    column: int
    heavy: bool = False
    tool: bool = False
    order: Order | None = None
    carrier: int | None = None
    hidden: bool = False
