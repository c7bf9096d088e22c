"""One world of the warehouse, read into plain Python, and what must be seen of it.

Written from the documentation of the observations, without their code, to compare the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.warehouse.generator import random_instance
from planzoo.envs.warehouse.layout import AISLE, CHARGER, CRIB, STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import DOWN, LEFT, NO_DEADLINE, NO_SHELF, RIGHT, UP

Place = tuple[int, int]
Image = NDArray[np.float64]

MAP_OF_KIND = {WALL: 0.0, AISLE: 0.25, CHARGER: 0.375, WORKSTATION: 0.5, CRIB: 0.625, STORAGE: 0.75}
TURNS = {UP: 0, RIGHT: 1, DOWN: 2, LEFT: 3}
"""Quarter turns, counterclockwise, that bring what a robot looks at to the upper side."""


@dataclass(frozen=True)
class Body:
    """A robot, with its kind's numbers beside its own."""

    place: Place
    direction: int
    loads: tuple[int, ...]
    partner: int | None
    charge: float
    broken: float
    wait: float
    tool: bool
    blind: bool
    message: int
    kind: RobotKind

    def one_hot(self) -> list[float]:
        return [float(self.direction == direction) for direction in range(4)]


@dataclass(frozen=True)
class OpenOrder:
    """An order that is open, all numbers as shares."""

    worth: float
    time_left: float
    left: float
    size: float


class Reading:
    """One world's state."""

    def __init__(self, simulator: WarehouseSimulator, world: int = 0) -> None:
        self.params = params = simulator.params
        self.padding, self.width = params.sensor_range, params.map.width + 2 * params.sensor_range
        self.kinds, self.state, self.world = params.map.kinds, simulator.state, world
        self.robots = [self._body(robot) for robot in range(params.robots)]
        self.shelves = [self.place(cell) for cell in self.state.shelves.cell[world].tolist()]
        self.requests = [None if s == NO_SHELF else s for s in self.state.requests[world].tolist()]
        self.carried = {shelf for robot in self.robots for shelf in robot.loads}
        self.standing = {
            place: shelf for shelf, place in enumerate(self.shelves) if shelf not in self.carried
        }
        self.at = {robot.place: robot for robot in self.robots}
        self.blocked = {self.place(cell) for cell, _ in self.state.blocked[world].tolist() if cell >= 0}
        self.heavy = (simulator.constants.shelves.weight > 1).tolist()
        self.with_tool = simulator.constants.shelves.tool.tolist()

    def place(self, cell: int) -> Place:
        return cell // self.width - self.padding, cell % self.width - self.padding

    def _body(self, number: int) -> Body:
        params, robot, kind = (
            self.params,
            self.state.robots[self.world][number],
            self.params.kind_of_robot[number],
        )
        loads = self.state.robot_load[self.world, number].tolist()
        assert loads[robot.loads :] == [NO_SHELF] * (kind_capacity(params) - robot.loads)
        return Body(
            place=self.place(int(robot.cell)),
            direction=int(robot.direction),
            loads=tuple(loads[: robot.loads]),
            partner=None if robot.partner < 0 else int(robot.partner),
            charge=robot.battery / params.battery if params.battery else 1.0,
            broken=robot.broken / params.repair_steps,
            wait=robot.wait / kind.steps_per_move,
            tool=bool(robot.tool),
            blind=bool(robot.blind),
            message=int(robot.message),
            kind=kind,
        )

    def order_of(self, shelf: int) -> OpenOrder | None:
        """The open order that asks for a shelf."""
        if shelf not in self.requests:
            return None
        most = self.params.order_size
        order = self.state.orders[self.world][self.requests.index(shelf) // most]
        highest = max([self.params.priorities, *(each.priority for each in self.params.order_list)])
        left = int(order.deadline) - int(self.state.steps[self.world])
        endless = order.deadline == NO_DEADLINE
        time_left = 1.0 if endless else min(1.0, max(0.0, left / self.params.max_steps))
        return OpenOrder(order.priority / highest, time_left, order.left / most, order.asked / most)

    def shelves_on(self, place: Place) -> list[int]:
        """Shelves that stand on a cell or on its robot; the one that a sensor looks at first."""
        standing = [self.standing[place]] if place in self.standing else []
        return standing + list(reversed(self.at[place].loads if place in self.at else ()))

    def requested_on(self, place: Place) -> bool:
        return any(shelf in self.requests for shelf in self.shelves_on(place))

    def scaled(self, place: Place) -> list[float]:
        height, width = self.kinds.shape
        return [place[0] / max(1, height - 1), place[1] / max(1, width - 1)]

    def kind(self, place: Place) -> int:
        inside = 0 <= place[0] < self.kinds.shape[0] and 0 <= place[1] < self.kinds.shape[1]
        return int(self.kinds[place]) if inside else WALL

    # What is shared, and what a robot knows of itself.

    def tools_left(self) -> float:
        return float(self.state.worlds.tools_left[self.world]) / max(1, self.params.tools)

    def money_left(self) -> float:
        budget = self.params.budget
        return 1.0 if budget is None else float(self.state.worlds.money[self.world]) / budget

    def packages_left(self) -> list[float]:
        stations = self.state.packages[self.world].tolist()
        return [number / self.params.packages if self.params.packages else 1.0 for number in stations]

    def self_extras(self, robot: Body) -> list[float]:
        if not self.params.extended:
            return []
        owns, packages = robot.kind.tool or robot.tool, self.packages_left()
        return [
            robot.charge, robot.broken, robot.wait, float(owns), len(robot.loads) / robot.kind.capacity,
            float(robot.partner is not None), 1 - 1 / robot.kind.lift_class, 1 / robot.kind.steps_per_move,
            float(robot.blind), self.tools_left(), sum(packages) / len(packages), self.money_left(),
        ]  # fmt: skip

    # What is sensed on a cell.

    def cell_extras(self, place: Place) -> list[float]:
        if not self.params.extended:
            return []
        numbers = [float(place in self.blocked), 0.0, 0.0, 0.0, 0.0]
        for shelf in self.shelves_on(place)[:1]:
            numbers[1:3] = float(self.heavy[shelf]), float(self.with_tool[shelf])
            order = self.order_of(shelf)
            if order is not None:
                numbers[3:] = order.worth, order.time_left
        return numbers

    def heard(self, listener: Body, place: Place) -> list[float]:
        """The bits, lowest first, that the robot on a cell has said, if it is near enough."""
        reach = self.params.message_range
        reach = self.params.sensor_range if reach is None else reach
        near = distance(listener.place, place) <= reach
        message = self.at[place].message if near and place in self.at else 0
        return [float(message >> bit & 1) for bit in range(self.params.message_bits)]

    def senses(self, robot: Body, place: Place) -> bool:
        """Whether the robot's own sensors work and reach that far."""
        own = robot.kind.sensor_range
        reach = self.params.sensor_range if own is None else own
        return not robot.blind and distance(robot.place, place) <= reach

    def local_cell(self, robot: Body, place: Place) -> list[float]:
        other = self.at.get(place)
        looks = [1.0, 0.0, 0.0, 0.0] if other is None else other.one_hot()
        shelf = [float(bool(self.shelves_on(place))), float(self.requested_on(place))]
        whole = [
            float(other is not None),
            *looks,
            *self.heard(robot, place),
            *shelf,
            *self.cell_extras(place),
        ]
        return whole if self.senses(robot, place) else [0.0] * len(whole)

    def compact_cell(self, robot: Body, place: Place) -> list[float]:
        other = self.at.get(place)
        looks = 0.0 if other is None else (other.direction + 1) / 4
        shelf = 0.5 * bool(self.shelves_on(place)) + 0.5 * self.requested_on(place)
        whole = [looks, shelf, *self.heard(robot, place), *self.cell_extras(place)]
        return whole if self.senses(robot, place) else [0.0] * len(whole)

    def window(self, robot: Body) -> list[Place]:
        """The cells of a window around a robot, row by row."""
        around = range(-self.params.sensor_range, self.params.sensor_range + 1)
        row, column = robot.place
        return [(row + down, column + right) for down in around for right in around]

    # Whole observations.

    def local(self, number: int) -> list[float]:
        robot = self.robots[number]
        row, column = robot.place
        on_aisle = float(self.kind(robot.place) != STORAGE)
        numbers = [column, row, float(bool(robot.loads)), *robot.one_hot(), on_aisle]
        numbers += self.self_extras(robot)
        return numbers + [n for place in self.window(robot) for n in self.local_cell(robot, place)]

    def compact(self, number: int) -> list[float]:
        robot = self.robots[number]
        wanted = float(any(shelf in self.requests for shelf in robot.loads))
        on_storage = float(self.kind(robot.place) == STORAGE)
        numbers = [*self.scaled(robot.place), *robot.one_hot(), float(bool(robot.loads)), wanted, on_storage]
        numbers += self.self_extras(robot)
        return numbers + [n for place in self.window(robot) for n in self.compact_cell(robot, place)]

    def image(self, number: int) -> Image:
        """The layers, turned so that the robot looks up, unless it steps to any neighbour."""
        robot, side = self.robots[number], 2 * self.params.sensor_range + 1
        pixels = [self.pixel(robot, place) for place in self.window(robot)]
        layers = np.array(pixels).T.reshape(-1, side, side)
        if self.params.movement == "turn":
            layers = np.rot90(layers, TURNS[robot.direction], axes=(1, 2))
        planes = [np.full((side, side), value) for value in self.self_extras(robot)]
        return np.concatenate([layers, planes]) if planes else layers

    def pixel(self, robot: Body, place: Place) -> list[float]:
        kind, shelves = self.kind(place), self.shelves_on(place)
        taken = place in self.at
        free = kind != WALL and not taken and place not in self.blocked
        whole: list[Any] = [bool(shelves), self.requested_on(place), taken, kind == WORKSTATION, free]
        if self.params.extended:
            whole += [kind == CHARGER, kind == CRIB, any(self.heavy[shelf] for shelf in shelves[:1])]
        whole += self.heard(robot, place)
        return [float(value) if self.senses(robot, place) else 0.0 for value in whole]

    def fleet(self, number: int) -> list[float]:
        """What a fleet manager knows: robots (oneself first), requests, the map, what is shared."""
        order = [number, *(other for other in range(len(self.robots)) if other != number)]
        numbers = [n for other in order for n in self.fleet_robot(self.robots[other])]
        numbers += [n for shelf in self.requests for n in self.fleet_request(shelf)]
        numbers += [self.map_value(place) for place in np.ndindex(*self.kinds.shape)]
        if self.params.extended:
            numbers += [self.tools_left(), self.money_left(), *self.packages_left()]
        return numbers

    def fleet_robot(self, robot: Body) -> list[float]:
        wanted = float(any(shelf in self.requests for shelf in robot.loads))
        numbers = [*self.scaled(robot.place), *robot.one_hot(), float(bool(robot.loads)), wanted]
        if self.params.extended:
            partner = 0.0 if robot.partner is None else (robot.partner + 1) / len(self.robots)
            share = len(robot.loads) / robot.kind.capacity
            numbers += [robot.charge, robot.broken, robot.wait, float(robot.tool), share, partner]
        return numbers

    def fleet_request(self, shelf: int | None) -> list[float]:
        order = None if shelf is None else self.order_of(shelf)
        if shelf is None or order is None:
            return [0.0] * (10 if self.params.extended else 3)
        numbers = [*self.scaled(self.shelves[shelf]), float(shelf in self.carried)]
        if self.params.extended:
            numbers += [1.0, order.worth, order.time_left, float(self.heavy[shelf])]
            numbers += [float(self.with_tool[shelf]), order.left, order.size]
        return numbers

    def map_value(self, place: Place) -> float:
        if place in self.standing:
            return 1.0
        return 0.125 if place in self.blocked else MAP_OF_KIND[self.kind(place)]

    def observation(self, number: int) -> NDArray[np.float64]:
        """What the parameters ask for, as a vector."""
        if self.params.observation == "image":
            return self.image(number).reshape(-1)
        if self.params.observation == "compact":
            return np.array(self.compact(number))
        fleet = self.fleet(number) if self.params.observation == "fleet" else []
        return np.array(self.local(number) + fleet)


def kind_capacity(params: WarehouseParams) -> int:
    """The most shelves that any robot carries."""
    return max(kind.capacity for kind in params.kind_of_robot)


def distance(one: Place, other: Place) -> int:
    """Cells in the direction in which two cells are farther apart."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def assert_observations(simulator: WarehouseSimulator, world: int = 0) -> None:
    """Compares what every robot of a world sees, and the global state, with a reading of the truth."""
    reading = Reading(simulator, world)
    for robot in range(simulator.num_agents):
        seen = simulator.buffers.observations[world, robot]
        np.testing.assert_allclose(seen, reading.observation(robot), rtol=1e-6, atol=1e-7)
        assert (seen >= simulator.observation_low).all() and (seen <= simulator.observation_high).all()
    state = np.empty(simulator.global_state_size, dtype=np.float32)
    simulator.write_global_state(world, state)
    np.testing.assert_allclose(state, reading.fleet(0), rtol=1e-6, atol=1e-7)


def play(simulator: WarehouseSimulator, random: np.random.Generator) -> None:
    """Lets every robot do something that its mask allows, rather drive and load than wait."""
    masks = simulator.buffers.action_masks
    moves = [0.2, 1, 0.7, 0.7, 1.5] if simulator.params.movement == "turn" else [0.2, 1, 1, 1, 1, 1.5]
    weights = np.tile(moves, masks.shape[2] // len(moves))
    simulator.step((random.random(masks.shape) * masks * weights).argmax(axis=2), autoreset=True)


@st.composite
def option_sets(draw: st.DrawFn, /, **fixed: Any) -> WarehouseParams:
    """Draws small warehouses with any mixture of options; ``fixed`` ones are as given."""

    def maybe(**options: Any) -> dict[str, Any]:
        return options if draw(st.booleans()) else {}

    robots, reach = draw(st.integers(1, 5)), draw(st.integers(1, 2))
    layout = random_instance(draw(st.integers(0, 999)), height=7, width=8, density=1.0, chargers=2, crib=True)
    options: dict[str, Any] = {
        "robots": robots,
        "request_queue_size": draw(st.integers(1, 3)),
        "sensor_range": reach,
        "movement": draw(st.sampled_from(["turn", "cardinal"])),
        "max_steps": draw(st.sampled_from([15, 200])),
        **maybe(robot_kinds=draw(kind_lists(robots, reach))),
        **maybe(items_per_order=2),
        **maybe(priorities=3),
        **maybe(deadline=(3, 20), late_penalty=0.5),
        **maybe(battery=12, charge_rate=5),
        **maybe(tools=2, tool_share=0.5),
        **maybe(packages=2, package_period=6),
        **maybe(budget=2.0, move_cost=0.05, load_cost=0.1),
        **maybe(breakdown=0.1, repair_steps=4, slip=0.1),
        **maybe(blocked_aisle=0.3, blocked_steps=6),
        **maybe(sensor_dropout=0.2),
        **maybe(order_cancelled=0.1, order_changed=0.1),
        **maybe(message_bits=2, message_range=draw(st.integers(1, reach))),
        **draw(
            st.sampled_from(
                [{}, {"orders": "stream", "arrival_rate": 0.3}, {"orders": "list", "order_count": 4}]
            )
        ),
    }
    if robots > 1 and draw(st.booleans()):
        options["heavy_share"] = 0.5
    return WarehouseParams(layout, **{**options, **fixed})


@st.composite
def kind_lists(draw: st.DrawFn, robots: int, reach: int) -> tuple[RobotKind, ...]:
    """Draws one or two kinds of robots."""
    few = draw(st.integers(1, robots))
    return tuple(
        RobotKind(
            count,
            lift_class=draw(st.integers(1, 3)),
            capacity=draw(st.integers(1, 3)),
            steps_per_move=draw(st.integers(1, 3)),
            sensor_range=draw(st.none() | st.integers(0, reach)),
            tool=draw(st.booleans()),
        )
        for count in (few, robots - few)
        if count
    )
