"""One world of a warehouse as a person would describe it: in rows and columns, not in padded cells."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from planzoo.envs.warehouse.layout import CHARGER, CRIB
from planzoo.envs.warehouse.scene_things import Kind, Order, Robot, Shelf
from planzoo.envs.warehouse.state import (
    BLOCKED_CELL,
    NO_DEADLINE,
    NO_ROBOT,
    NO_SHELF,
    Constants,
    State,
)

_ROBOT_FIELDS = (
    "cell",
    "direction",
    "battery",
    "still",
    "partner",
    "wait",
    "broken",
    "message",
    "delivered",
    "tool",
    "blind",
)


class View:
    """One world.

    Args:
        constants: of the instance.
        state: of all worlds.
        world: the one to look at.
    """

    def __init__(self, constants: Constants, state: State, world: int) -> None:
        self.constants, self.state, self.world = constants, state, world
        self.padded_width = constants.width + 2 * constants.padding

    def place(self, cell: int) -> tuple[int, int]:
        """Gives the (row, column) of a padded cell number."""
        row, column = divmod(int(cell), self.padded_width)
        return row - self.constants.padding, column - self.constants.padding

    @cached_property
    def cells(self) -> tuple[tuple[int, int, int], ...]:
        """(row, column, kind) of every cell of the map."""
        height, width, padding = self.constants.height, self.constants.width, self.constants.padding
        kinds = self.constants.kinds.reshape(-1, self.padded_width)
        kinds = kinds[padding : padding + height, padding : padding + width]
        return tuple(
            (row, column, kind) for row, line in enumerate(kinds.tolist()) for column, kind in enumerate(line)
        )

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """The open orders, place by place."""
        requests = self.state.requests[self.world].reshape(self.state.orders.shape[1], -1).tolist()
        left = self.state.orders.left[self.world].tolist()
        return tuple(self._order(place, requests[place]) for place in range(len(left)) if left[place] > 0)

    def _order(self, place: int, requests: list[int]) -> Order:
        record = self.state.orders[self.world, place]
        deadline, size, priority = int(record.deadline), int(record.asked), int(record.priority)
        shelves = tuple(shelf for shelf in requests if shelf != NO_SHELF)
        if deadline == NO_DEADLINE:
            return Order(place, shelves, size, priority)
        time_left = max(0, deadline - int(self.state.steps[self.world]))
        return Order(
            place, shelves, size, priority, time_left, min(1.0, time_left / max(1, self.longest_time))
        )

    @cached_property
    def longest_time(self) -> int:
        """The longest time, in steps, that an order is given; 0 where none expires."""
        listed = self.constants.listed_numbers
        due = listed[listed[:, 2] != NO_DEADLINE]
        return max([self.constants.longest_deadline, *(due[:, 2] - due[:, 1]).tolist()])

    @cached_property
    def shelves(self) -> tuple[Shelf, ...]:
        """All shelves, standing and carried."""
        order_of = {shelf: order for order in self.orders for shelf in order.shelves}
        carrier_of = {shelf: robot for robot, loads in enumerate(self.loads) for shelf in loads}
        taken = set(self.state.robots.cell[self.world].tolist())
        kinds, cells = self.constants.shelves, self.state.shelves.cell[self.world]
        columns = zip(cells.tolist(), (kinds.weight > 1).tolist(), kinds.tool.tolist(), strict=True)
        return tuple(
            Shelf(
                number,
                *self.place(cell),
                heavy=heavy,
                tool=tool,
                order=order_of.get(number),
                carrier=carrier_of.get(number),
                hidden=cell in taken,
            )
            for number, (cell, heavy, tool) in enumerate(columns)
        )

    @cached_property
    def loads(self) -> tuple[tuple[int, ...], ...]:
        """The shelves on each robot, the lowest first."""
        rows = zip(
            self.state.robot_load[self.world].tolist(), self.state.robots.loads[self.world], strict=True
        )
        return tuple(tuple(row[:count]) for row, count in rows)

    @cached_property
    def robots(self) -> tuple[Robot, ...]:
        """All robots."""
        records = self.state.robots[self.world]
        columns = zip(*(records[name].tolist() for name in _ROBOT_FIELDS), strict=True)
        return tuple(
            self._robot(number, dict(zip(_ROBOT_FIELDS, values, strict=True)))
            for number, values in enumerate(columns)
        )

    def _robot(self, number: int, record: dict[str, Any]) -> Robot:
        constants, kind = self.constants, self.kinds[number]
        loads = self.loads[number]
        charge = record["battery"] / constants.battery if constants.battery else None
        on_charger = charge is not None and constants.kinds[record["cell"]] == CHARGER
        return Robot(
            number,
            *self.place(record["cell"]),
            record["direction"],
            kind=kind,
            loads=loads,
            requested=any(self.shelves[shelf].order is not None for shelf in loads),
            charge=charge,
            charging=bool(on_charger and record["battery"] < constants.battery),
            broken=record["broken"],
            wait=record["wait"],
            blind=record["blind"],
            stuck=record["still"] >= constants.stuck_after,
            still=record["still"],
            tool=self.has_tools and (record["tool"] or kind.tool),
            partner=None if record["partner"] == NO_ROBOT else record["partner"],
            message=self._message(record["message"]),
            delivered=record["delivered"],
            events=int(self.state.robot_events[self.world, number]),
        )

    def _message(self, number: int) -> str:
        if number == 0:
            return ""
        return "".join(str(number >> bit & 1) for bit in range(self.constants.message_bits))

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The kind of each robot."""
        columns = (self.constants.robots[name].tolist() for name in Kind._fields)
        return tuple(Kind(*values) for values in zip(*columns, strict=True))

    @cached_property
    def blocked(self) -> tuple[tuple[int, int], ...]:
        """(row, column) of the blocked aisle cells."""
        cells = self.state.blocked[self.world, :, BLOCKED_CELL].tolist()
        return tuple(self.place(cell) for cell in cells if cell >= 0)

    @cached_property
    def packages(self) -> dict[tuple[int, int], int]:
        """Packages left at the workstation at each (row, column); empty where deliveries need none."""
        if self.constants.packages == 0:
            return {}
        left = self.state.packages[self.world].tolist()
        return {
            self.place(cell): count for cell, count in zip(self.constants.workstations, left, strict=True)
        }

    @property
    def deliveries(self) -> int:
        """Shelves that all robots delivered since the reset."""
        return int(self.state.robots.deliveries[self.world].sum())

    def count(self, event: int) -> int:
        """Gives how often an event happened since the reset."""
        return int(self.state.event_counts[self.world, event])

    @cached_property
    def has_batteries(self) -> bool:
        """Whether robots need charge."""
        return self.constants.battery > 0

    @cached_property
    def has_heavy_shelves(self) -> bool:
        """Whether some shelves are heavier than ordinary ones."""
        return bool((self.constants.shelves.weight > 1).any())

    @cached_property
    def has_tools(self) -> bool:
        """Whether there is anything that needs a tool, or tools to borrow."""
        return self.constants.tools > 0 or bool(self.constants.shelves.tool.any())

    @cached_property
    def idle_kinds(self) -> frozenset[int]:
        """Kinds of cells that no rule of this instance uses, so that they are drawn as plain floor."""
        unused = {CHARGER: self.has_batteries, CRIB: self.has_tools}
        return frozenset(kind for kind, used in unused.items() if not used)
