"""What a planner may know of a warehouse: its rules, and how to read the fleet observation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.simulator_model import SimulatorModel
from planzoo.envs.warehouse.layout import CHARGER, CRIB, STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.observations import MAP_BLOCKED, MAP_SHELF
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.sizes import fleet_size, local_size
from planzoo.envs.warehouse.state import FLEET_REQUEST, FLEET_ROBOT, REQUEST_EXTRAS, ROBOT_EXTRAS

Cell = tuple[int, int]


@dataclass(frozen=True)
class Request:
    """A shelf that an open order waits for.

    Attributes:
        cell: row and column, of the robot if one carries it.
        carried: whether it is on a robot.
        order: number of the order's place in the queue.
        worth: the order's priority as a share of the highest.
        steps_left: until the order expires; the length of an episode, or infinite, where it never does.
        heavy: whether it weighs more than an ordinary shelf.
        needs_tool: whether only a robot with a tool lifts it.
    """

    cell: Cell
    carried: bool
    order: int
    worth: float = 1.0
    steps_left: float = np.inf
    heavy: bool = False
    needs_tool: bool = False


@dataclass(frozen=True)
class FleetView:
    """A fleet observation, read. N = robots.

    Attributes:
        positions: int64 (N, 2), row and column.
        directions: int64 (N,), up 0, down 1, left 2, right 3.
        carrying: bool (N,).
        carrying_requested: bool (N,).
        requests: the shelves that open orders wait for.
        standing_shelves: bool (H, W), shelves that no robot carries.
        blocked: bool (H, W), cells that are impassable for a while.
        charge: float64 (N,), share of a full battery; 1 where batteries are off.
        ready: bool (N,), robots that are neither broken, nor dry, nor still busy with a slow move.
        broken: bool (N,).
        tools: bool (N,), robots that have borrowed a tool.
        loads: int64 (N,), shelves on each robot.
        partners: int64 (N,), the robot that it carries a heavy shelf with, -1 = none.
        tools_left: share of the tools that are at the cribs.
        money_left: share of the budget; 1 where there is no limit.
        packages_left: float64 (G,), share of the packages left at each workstation.
    """

    positions: NDArray[np.int64]
    directions: NDArray[np.int64]
    carrying: NDArray[np.bool_]
    carrying_requested: NDArray[np.bool_]
    requests: list[Request]
    standing_shelves: NDArray[np.bool_]
    blocked: NDArray[np.bool_]
    charge: NDArray[np.float64]
    ready: NDArray[np.bool_]
    broken: NDArray[np.bool_]
    tools: NDArray[np.bool_]
    loads: NDArray[np.int64]
    partners: NDArray[np.int64]
    tools_left: float
    money_left: float
    packages_left: NDArray[np.float64]


class WarehouseModel:
    """The map and the rules of a warehouse; nothing of any state.

    Attributes:
        passable: bool (H, W), cells that are not wall.
        storage: (row, column) of every storage cell.
        workstations, chargers, cribs: (row, column) of each, row by row.
    """

    def __init__(self, params: WarehouseParams) -> None:
        self.params = params
        self.passable: NDArray[np.bool_] = params.map.kinds != WALL
        self.storage: list[Cell] = params.map.cells(STORAGE)
        self.workstations: list[Cell] = params.map.cells(WORKSTATION)
        self.chargers: list[Cell] = params.map.cells(CHARGER)
        self.cribs: list[Cell] = params.map.cells(CRIB)

    @property
    def fleet_size(self) -> int:
        """D of the fleet observation."""
        return local_size(self.params) + fleet_size(self.params)

    def generative(self) -> SimulatorModel:
        """Gives a generative model of the whole fleet under centralized control."""
        return SimulatorModel(WarehouseSimulator(self.params))

    def read_fleet(self, observation: NDArray[np.float32]) -> FleetView:
        """Reads the first robot's fleet observation, in which the robots stand in their order.

        Args:
            observation: float32 (D,), of an environment whose parameters say ``observation="fleet"``.
        """
        params = self.params
        extras = (ROBOT_EXTRAS, REQUEST_EXTRAS) if params.extended else (0, 0)
        numbers: NDArray[np.float64] = observation[local_size(params) :].astype(np.float64)
        lengths = params.robots * (FLEET_ROBOT + extras[0]), params.items * (FLEET_REQUEST + extras[1])
        robots = numbers[: lengths[0]].reshape(params.robots, -1)
        requests = numbers[lengths[0] : sum(lengths)].reshape(params.items, -1)
        shape = params.map.kinds.shape
        cells = numbers[sum(lengths) : sum(lengths) + shape[0] * shape[1]].reshape(shape)
        shared = numbers[sum(lengths) + cells.size :]
        own = (
            robots[:, FLEET_ROBOT:] if params.extended else np.tile([1.0, 0, 0, 0, 0, 0], (params.robots, 1))
        )
        carrying = robots[:, 6] > 0.5
        capacities = np.array([kind.capacity for kind in params.kind_of_robot])
        return FleetView(
            positions=self._cells(robots[:, :2]),
            directions=robots[:, 2:6].argmax(axis=1),
            carrying=carrying,
            carrying_requested=robots[:, 7] > 0.5,
            requests=self._requests(requests),
            standing_shelves=cells == MAP_SHELF,
            blocked=cells == MAP_BLOCKED,
            charge=own[:, 0],
            ready=(own[:, 0] > 0) & (own[:, 1] == 0) & (own[:, 2] == 0),
            broken=own[:, 1] > 0,
            tools=own[:, 3] > 0.5,
            loads=np.rint(own[:, 4] * capacities).astype(np.int64) if params.extended else carrying * 1,
            partners=np.rint(own[:, 5] * params.robots).astype(np.int64) - 1,
            tools_left=float(shared[0]) if params.extended else 0.0,
            money_left=float(shared[1]) if params.extended else 1.0,
            packages_left=shared[2:] if params.extended else np.ones(len(self.workstations)),
        )

    def _cells(self, scaled: NDArray[np.float64]) -> NDArray[np.int64]:
        height, width = self.params.map.kinds.shape
        return np.rint(scaled * [max(1, height - 1), max(1, width - 1)]).astype(np.int64)

    def _requests(self, numbers: NDArray[np.float64]) -> list[Request]:
        params, cells = self.params, self._cells(numbers[:, :2]).tolist()
        steps = float(params.max_steps)
        requests = []
        for place, (row, column) in enumerate(cells):
            carried = bool(numbers[place, 2] > 0.5)
            extras = numbers[place, FLEET_REQUEST:].tolist()
            order = place // params.order_size
            if not extras:
                requests.append(Request((row, column), carried, order))
            elif extras[0] > 0.5:
                rest = extras[1], extras[2] * steps, extras[3] > 0.5, extras[4] > 0.5
                requests.append(Request((row, column), carried, order, *rest))
        return requests
