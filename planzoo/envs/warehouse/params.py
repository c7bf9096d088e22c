"""The frozen numbers of a warehouse."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from planzoo.envs.warehouse.checks import check_choice, check_params
from planzoo.envs.warehouse.generator import (
    FULFILMENT_SIZES,
    REQUESTS_PER_ROBOT,
    RWARE_SIZES,
    SORTING_SIZES,
    fulfilment_instance,
    rware_instance,
    sorting_instance,
    toy_instance,
)
from planzoo.envs.warehouse.layout import Layout, parse_layout, read_layout
from planzoo.envs.warehouse.movingai import map_layout, read_map
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.robots import RobotKind, as_records, check_whole


@dataclass(frozen=True)
class WarehouseParams:
    """What makes one warehouse differ from another. Every option is off unless it is asked for.

    Attributes:
        layout: the map as text, see :mod:`planzoo.envs.warehouse.layout`.
        robots: N.
        request_queue_size: Q, how many orders are open at a time (at most, for a list or a stream).
        max_steps: an episode is truncated after so many steps.
        reward: ``individual`` (an order's worth for the robots that deliver it), ``global`` (for every robot
            each time) or ``two_stage`` (half for the delivery, half for bringing a shelf back to storage).
        observation: ``local`` (what a robot senses around itself, as rware flattens it), ``compact`` (the
            same in fewer numbers), ``image`` (the same as layers) or ``fleet`` (``local``, and what a fleet
            manager knows).
        sensor_range: how many cells a robot senses in each direction.
        movement: ``turn`` (turn and drive forward, as in rware) or ``cardinal`` (step to any neighbour).
        robot_kinds: kinds of robots with their capabilities, whose counts add up to ``robots``; empty = all
            robots are alike and lift one ordinary shelf.
        orders: ``queue`` (Q are open at any time), ``list`` (a fixed number of orders; the episode terminates
            when all are done) or ``stream`` (they arrive at random).
        items_per_order: K, an order asks for 1 to K shelves.
        priorities: P, an order is worth 1 to P.
        deadline: shortest and longest time, in steps, after which an open order expires; None = never.
        arrival_rate: orders that arrive in a step, on average (stream); those that find the queue full are
            turned away.
        order_list: the orders of a list.
        order_count: length of a list that is drawn anew in each episode, instead of ``order_list``.
        heavy_share: share of the shelves that are heavy.
        heavy_weight: weight of a heavy shelf. A robot whose lift class is lower needs a second one at its
            side.
        battery: units of charge a full battery holds; 0 = robots need none.
        move_drain, turn_drain, carry_drain: units for a move, for a turn, and more for a move with a load.
        charge_rate: units that a robot on a charger gains in a step.
        tools: tools at the cribs that a robot may borrow; reusable.
        tool_share: share of the shelves that only a robot with a tool can lift.
        packages: packages that a workstation can hold; each delivery takes one; 0 = deliveries need none.
        package_period: steps after which a workstation gets one more package.
        budget: money for all actions of an episode; None = no limit.
        move_cost, turn_cost, load_cost: what a move, a turn, a loading or unloading costs; rewards pay it
            too.
        late_penalty: what the fleet loses when an order expires.
        slip: probability that a move fails.
        breakdown: probability, each step, that a robot breaks down.
        repair_steps: steps that a broken robot stands still.
        blocked_aisle: probability, each step, that an aisle cell becomes impassable.
        blocked_steps: for how many steps it does.
        sensor_dropout: probability, each step, that a robot senses nothing around itself.
        order_cancelled: probability, each step, that one of the open orders is cancelled.
        order_changed: probability, each step, that an open order asks for another shelf instead of one.
        message_bits: length of the message that a robot sends with each action.
        message_range: how many cells away it is heard, at most ``sensor_range``; None = as far as that.
        stuck_after: a robot that stood still for so many steps is reported.

    Raises:
        InputError: a value is out of range, contradicts another, or does not fit the layout.
    """

    layout: str
    robots: int = 2
    request_queue_size: int = 2
    max_steps: int = 500
    reward: str = "individual"
    observation: str = "local"
    sensor_range: int = 1
    movement: str = "turn"
    robot_kinds: tuple[RobotKind, ...] = ()
    orders: str = "queue"
    items_per_order: int = 1
    priorities: int = 1
    deadline: tuple[int, int] | None = None
    arrival_rate: float = 0.0
    order_list: tuple[Order, ...] = ()
    order_count: int = 0
    heavy_share: float = 0.0
    heavy_weight: int = 2
    battery: int = 0
    move_drain: int = 1
    turn_drain: int = 1
    carry_drain: int = 1
    charge_rate: int = 10
    tools: int = 0
    tool_share: float = 0.0
    packages: int = 0
    package_period: int = 20
    budget: float | None = None
    move_cost: float = 0.0
    turn_cost: float = 0.0
    load_cost: float = 0.0
    late_penalty: float = 0.0
    slip: float = 0.0
    breakdown: float = 0.0
    repair_steps: int = 20
    blocked_aisle: float = 0.0
    blocked_steps: int = 20
    sensor_dropout: float = 0.0
    order_cancelled: float = 0.0
    order_changed: float = 0.0
    message_bits: int = 0
    message_range: int | None = None
    stuck_after: int = 50

    def __post_init__(self) -> None:
        """Turns plain data into records and checks every value against the others and the layout."""
        object.__setattr__(self, "robot_kinds", as_records(self.robot_kinds, RobotKind, "robot_kinds"))
        object.__setattr__(self, "order_list", as_records(self.order_list, Order, "order_list"))
        if isinstance(self.deadline, list):
            object.__setattr__(self, "deadline", tuple(self.deadline))
        check_params(self)

    @cached_property
    def map(self) -> Layout:
        """The parsed layout."""
        return parse_layout(self.layout)

    @property
    def kind_of_robot(self) -> tuple[RobotKind, ...]:
        """The kind of each robot, N of them."""
        kinds = self.robot_kinds or (RobotKind(self.robots),)
        return tuple(kind for kind in kinds for _ in range(kind.count))

    @property
    def items(self) -> int:
        """Q · K, places for requested shelves."""
        return self.request_queue_size * self.order_size

    @property
    def order_size(self) -> int:
        """The most shelves that an order asks for."""
        return max([self.items_per_order, *(len(order.items) for order in self.order_list)])

    @property
    def plain(self) -> bool:
        """Whether the rules are rware's: no option is on that it lacks (movement and messages aside)."""
        costs = self.move_cost + self.turn_cost + self.load_cost
        return not (self.extended or costs or self.slip or self.order_cancelled or self.order_changed)

    @property
    def extended(self) -> bool:
        """Whether any option is on that rware lacks and that observations must show."""
        switches = (
            self.robot_kinds,
            self.orders != "queue",
            self.order_size > 1,
            self.priorities > 1,
            self.deadline,
            self.heavy_share,
            self.battery,
            self.tools,
            self.tool_share,
            self.packages,
            self.budget is not None,
            self.breakdown,
            self.blocked_aisle,
            self.sensor_dropout,
        )
        return any(bool(switch) for switch in switches)

    @classmethod
    def rware(
        cls,
        size: str = "tiny",
        robots: int = 2,
        difficulty: str = "normal",
        chargers: int = 0,
        crib: bool = False,
        **changes: Any,
    ) -> WarehouseParams:
        """Gives the warehouse ``rware-{size}-{robots}ag[-{difficulty}]-v2`` of the ``rware`` package 2.0.0.

        Source: Papoudakis et al., "Benchmarking Multi-Agent Deep Reinforcement Learning Algorithms in
        Cooperative Tasks", NeurIPS Datasets and Benchmarks 2021. Unlike there, the time limit truncates.

        Args:
            size: tiny, small, medium, large, or our xlarge.
            robots: N.
            difficulty: easy, normal or hard: 2, 1 or 0.5 requests a robot.
            chargers: charger cells to add at the border.
            crib: whether to add a tool crib.
            **changes: other fields of the params.

        Raises:
            InputError: unknown size or difficulty, or a value that does not fit.
        """
        check_choice("size", size, tuple(RWARE_SIZES))
        check_choice("difficulty", difficulty, tuple(REQUESTS_PER_ROBOT))
        check_whole("WarehouseParams.robots", robots, least=1)
        queue = max(1, int(robots * REQUESTS_PER_ROBOT[difficulty]))
        fields: dict[str, Any] = {"robots": robots, "request_queue_size": queue, **changes}
        return cls(layout=rware_instance(size, chargers=chargers, crib=crib), **fields)

    @classmethod
    def fulfilment(
        cls, size: str = "small", robots: int = 4, chargers: int = 2, crib: bool = False, **changes: Any
    ) -> WarehouseParams:
        """Gives a fulfilment centre: blocks of shelves between aisles, workstations along the sides.

        Args:
            size: tiny, small, medium, large or xlarge.
            robots: N; as many orders are open.
            chargers: charger cells.
            crib: whether there is a tool crib.
            **changes: other fields of the params.

        Raises:
            InputError: unknown size, or a value that does not fit.
        """
        check_choice("size", size, tuple(FULFILMENT_SIZES))
        fields: dict[str, Any] = {"robots": robots, "request_queue_size": robots, **changes}
        return cls(layout=fulfilment_instance(size, chargers=chargers, crib=crib), **fields)

    @classmethod
    def sorting(
        cls, size: str = "small", robots: int = 4, chargers: int = 2, crib: bool = False, **changes: Any
    ) -> WarehouseParams:
        """Gives a sorting centre: parcels come in along the sides, chutes stand all over the floor.

        Args:
            size: tiny, small, medium, large or xlarge.
            robots: N; as many orders are open.
            chargers: charger cells.
            crib: whether there is a tool crib.
            **changes: other fields of the params.

        Raises:
            InputError: unknown size, or a value that does not fit.
        """
        check_choice("size", size, tuple(SORTING_SIZES))
        fields: dict[str, Any] = {"robots": robots, "request_queue_size": robots, **changes}
        return cls(layout=sorting_instance(size, chargers=chargers, crib=crib), **fields)

    @classmethod
    def everything(cls, size: str = "small", robots: int = 6, **changes: Any) -> WarehouseParams:
        """Gives an rware-sized warehouse with every option on, for tests, benchmarks and curious people."""
        check_whole("WarehouseParams.everything: robots", robots, least=2)
        strong = max(1, robots // 3)
        fields: dict[str, Any] = {
            "robots": robots,
            "robot_kinds": (
                RobotKind(robots - strong, capacity=2),
                RobotKind(strong, lift_class=2, steps_per_move=2, tool=True),
            ),
            "request_queue_size": robots,
            "orders": "stream",
            "arrival_rate": 0.015 * robots,
            "items_per_order": 2,
            "priorities": 3,
            "deadline": (100, 300),
            "heavy_share": 0.1,
            "battery": 200,
            "tools": max(1, robots // 3),
            "tool_share": 0.1,
            "packages": 8,
            "budget": 500.0 * robots,
            "move_cost": 0.001,
            "turn_cost": 0.001,
            "load_cost": 0.002,
            "late_penalty": 0.5,
            "slip": 0.01,
            "breakdown": 0.001,
            "blocked_aisle": 0.01,
            "sensor_dropout": 0.01,
            "order_cancelled": 0.002,
            "order_changed": 0.002,
            "message_bits": 2,
            **changes,
        }
        return cls(layout=rware_instance(size, chargers=min(7, max(2, robots // 3)), crib=True), **fields)

    @classmethod
    def toy(cls, **changes: Any) -> WarehouseParams:
        """Gives the smallest warehouse worth a plan, for docs and tests."""
        fields: dict[str, Any] = {"robots": 1, "request_queue_size": 1, "max_steps": 100, **changes}
        return cls(layout=toy_instance(), **fields)

    @classmethod
    def from_file(cls, path: str | Path, **changes: Any) -> WarehouseParams:
        """Reads the layout from a text file.

        Raises:
            InputError: the file can't be read or used.
        """
        return cls(layout=read_layout(path), **changes)

    @classmethod
    def from_map(
        cls,
        path: str | Path,
        shelves: int = 50,
        workstations: int = 4,
        chargers: int = 0,
        seed: int = 0,
        **changes: Any,
    ) -> WarehouseParams:
        """Puts a warehouse on a map in MovingAI's format.

        Args:
            path: the ``.map`` file.
            shelves: shelves to place, where they cut nothing off.
            workstations: workstations to place.
            chargers: charger cells to place.
            seed: draws the places of the shelves.
            **changes: other fields of the params.

        Raises:
            InputError: the file can't be read, is no such map, or is too small for all this.
        """
        passable = read_map(path)
        layout = map_layout(passable, shelves, workstations, chargers, seed=seed)
        return cls(layout=layout, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Gives the fields as plain data: strings, numbers, lists and dicts."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
