"""What a planner may know of a warehouse: its rules, and how to read the fleet observation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.simulator_model import SimulatorModel
from planzoo.envs.warehouse.layout import STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.observations import MAP_SHELF
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator, fleet_size, local_size
from planzoo.envs.warehouse.state import FLEET_REQUEST, FLEET_ROBOT

Cell = tuple[int, int]


@dataclass(frozen=True)
class FleetView:
    """A fleet observation, read. N = robots, Q = requests.

    Attributes:
        positions: int64 (N, 2), row and column.
        directions: int64 (N,), up 0, down 1, left 2, right 3.
        carrying: bool (N,).
        carrying_requested: bool (N,).
        requests: (row, column) of each requested shelf.
        request_carried: bool (Q,), whether that shelf is on a robot.
        standing_shelves: bool (H, W), shelves that no robot carries.
    """

    positions: NDArray[np.int64]
    directions: NDArray[np.int64]
    carrying: NDArray[np.bool_]
    carrying_requested: NDArray[np.bool_]
    requests: list[Cell]
    request_carried: NDArray[np.bool_]
    standing_shelves: NDArray[np.bool_]


class WarehouseModel:
    """The map and the rules of a warehouse; nothing of any state.

    Attributes:
        passable: bool (H, W), cells that are not wall.
        storage: (row, column) of every storage cell.
        workstations: (row, column) of every workstation.
    """

    def __init__(self, params: WarehouseParams) -> None:
        self.params = params
        self.passable: NDArray[np.bool_] = params.map.kinds != WALL
        self.storage: list[Cell] = params.map.cells(STORAGE)
        self.workstations: list[Cell] = params.map.cells(WORKSTATION)

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
        observation = observation[local_size(params) :]
        scale = np.array([max(1, params.map.height - 1), max(1, params.map.width - 1)])
        end_of_robots = FLEET_ROBOT * params.robots
        robots = observation[:end_of_robots].reshape(params.robots, FLEET_ROBOT)
        end_of_requests = end_of_robots + FLEET_REQUEST * params.request_queue_size
        requests = observation[end_of_robots:end_of_requests].reshape(-1, FLEET_REQUEST)
        cells = np.rint(requests[:, :2] * scale).astype(np.int64)
        return FleetView(
            positions=np.rint(robots[:, :2] * scale).astype(np.int64),
            directions=robots[:, 2:6].argmax(axis=1),
            carrying=robots[:, 6] > 0.5,
            carrying_requested=robots[:, 7] > 0.5,
            requests=[(int(row), int(column)) for row, column in cells],
            request_carried=requests[:, 2] > 0.5,
            standing_shelves=observation[end_of_requests:].reshape(params.map.kinds.shape) == MAP_SHELF,
        )
