"""What team policies for the warehouse share: they read the fleet observation."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import FleetView, WarehouseModel
from planzoo.errors import InputError
from planzoo.planners.policy import Access, Mask, TeamPolicy


class FleetPolicy(TeamPolicy):
    """Reads the fleet observation before it decides.

    Args:
        model: map and rules of the warehouse; its params have ``observation="fleet"``.
        seed: seeds the policy's own random choices.

    Raises:
        InputError: the params have another observation.
    """

    access: ClassVar[Access] = Access.MODEL

    def __init__(self, model: WarehouseModel, seed: int | None = None) -> None:
        if model.params.observation != "fleet":
            raise InputError(
                f"{type(self).__name__} reads the fleet observation: "
                'set observation="fleet" in WarehouseParams.'
            )
        agents = tuple(f"robot_{number}" for number in range(model.params.robots))
        super().__init__(agents, model.fleet_size, seed)
        self.model = model
        kinds = model.params.kind_of_robot
        self.own_tools: NDArray[np.bool_] = np.array([kind.tool for kind in kinds])

    def tools(self, view: FleetView) -> NDArray[np.bool_]:
        """Tells which robots have a tool, their own or a borrowed one, bool (N,)."""
        return self.own_tools | view.tools


def only_allowed(actions: NDArray[np.int64], masks: Mask | None) -> NDArray[np.int64]:
    """Replaces actions that the masks forbid by standing still (action 0)."""
    if masks is None:
        return actions
    return np.where(masks[np.arange(len(actions)), actions], actions, 0)
