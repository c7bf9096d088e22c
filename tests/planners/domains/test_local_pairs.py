"""How a helper behaves beside the carrier of a heavy shelf."""

from __future__ import annotations

from typing import Any

import numpy as np

from planzoo.envs.warehouse.model import Cell
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import FORWARD, NOOP
from planzoo.planners.domains.local_pairs import PATIENCE, move_together
from planzoo.planners.domains.local_traffic import Driver
from planzoo.planners.domains.warehouse_local import LocalHTNPolicy
from tests.planners.domains.local_world import DOWN, UP, marked, memory_of, model_of, view_of

HALL = "....\n.xx.\n.xx.\n.xx.\n...g"


class Helper:
    """A helper in a hall, asked for its action."""

    def __init__(self) -> None:
        self.memory = memory_of(model_of(HALL, robots=2, heavy_share=0.5))
        self.driver = Driver(self.memory.hall, cardinal=False, reach=1)

    def ask(self, position: Cell, carrier: Cell, gone: Cell, requested: bool = True, **own: Any) -> int:
        """Gives the action beside a carrier whose shelf came from the cell ``gone``."""
        self.memory.standing[self.memory.hall.number(gone)] = False
        view = view_of(
            self.memory,
            position,
            [carrier] if requested else [],
            robots={carrier: UP},
            shelves={carrier: True},
            heavy=marked(position, [carrier]),
            coupled=True,
            **own,
        )
        self.memory.observe(view)
        return move_together(self.driver, view, self.memory)


def test_it_lets_itself_be_pulled() -> None:
    assert Helper().ask((0, 1), (0, 2), (1, 1)) == NOOP


def test_it_leads_a_carrier_out_of_storage_away_from_the_workstation() -> None:
    helper = Helper()
    assert helper.ask((2, 0), (2, 1), (2, 1), direction=UP) == FORWARD
    assert helper.ask((2, 0), (2, 1), (2, 1), direction=DOWN) != FORWARD, "it turns first"


def test_it_stays_while_the_carrier_puts_its_shelf_down() -> None:
    assert Helper().ask((2, 0), (2, 1), (2, 1), requested=False) == NOOP


def test_after_a_long_wait_it_leads_in_any_case() -> None:
    helper = Helper()
    actions = [helper.ask((0, 1), (0, 2), (1, 1)) for _ in range(PATIENCE + 3)]
    assert actions[:PATIENCE] == [NOOP] * PATIENCE and actions[-1] != NOOP


def test_without_a_carrier_in_sight_it_stands_still() -> None:
    helper = Helper()
    view = view_of(helper.memory, (0, 1), coupled=True)
    helper.memory.observe(view)
    assert move_together(helper.driver, view, helper.memory) == NOOP


def test_two_weak_robots_deliver_heavy_shelves_and_bring_them_back() -> None:
    """Every shelf is heavy, so that each delivery takes two."""
    for movement in ("turn", "cardinal"):
        params = WarehouseParams.rware("tiny", 4, heavy_share=1.0, max_steps=400, movement=movement)
        policy = LocalHTNPolicy(model_of(params.layout, **shared(params)), seed=0)
        simulator = WarehouseSimulator(params)
        simulator.reset([1])
        state, returned = None, 0
        for _ in range(400):
            masks = simulator.buffers.action_masks[0].reshape(-1)
            observation = simulator.buffers.observations[0].reshape(-1)
            actions, state = policy.predict(observation, state, action_masks=masks)
            simulator.step(np.asarray(actions)[None])
            returned += int(simulator.state.robots.returned[0].sum())
        assert simulator.episode_info(0)["deliveries"] >= 4 and returned >= 3


def shared(params: WarehouseParams) -> dict[str, Any]:
    names = ("robots", "request_queue_size", "heavy_share", "max_steps", "movement")
    return {name: getattr(params, name) for name in names}
