"""What a step should have paid, reckoned from the moments before and after it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.layout import WORKSTATION
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import EVENTS, NO_ROBOT, NO_SHELF, State

Array = NDArray[Any]


class Ledger:
    """Keeps the moment before a step and checks what the step paid.

    Attributes:
        worth: float64 (B,), worth of all that was delivered.
        costs: float64 (B,), what all actions cost.
        penalties: float64 (B,), what expired orders cost.
        rewards: float64 (B,), sum of all robots' rewards.
    """

    def __init__(self, simulator: WarehouseSimulator) -> None:
        self.simulator = simulator
        self.before: State = State(*(array.copy() for array in simulator.state))
        self.worth, self.costs, self.penalties, self.rewards = np.zeros((4, simulator.num_worlds))

    def check_step(self) -> None:
        """Checks the rewards of the step that was just played, and keeps the moment for the next one."""
        for world in np.flatnonzero(~self.before.ended).tolist():
            self._check_world(world)
        self.before = State(*(array.copy() for array in self.simulator.state))

    def _check_world(self, world: int) -> None:
        simulator, params = self.simulator, self.simulator.params
        credit, cost = self._credit(world), self._costs(world)
        penalty = self._since(world, "order_expired") * params.late_penalty
        own = credit - cost - penalty / params.robots
        if params.reward == "two_stage":
            own = 0.5 * credit + 0.5 * self._returned(world) - cost - penalty / params.robots
        expected = np.full(params.robots, own.sum()) if params.reward == "global" else own
        rewards = simulator.buffers.rewards[world]
        np.testing.assert_allclose(rewards, expected, atol=1e-5)
        self.worth[world] += credit.sum()
        self.costs[world] += cost.sum()
        self.penalties[world] += penalty
        self.rewards[world] += rewards.sum(dtype=np.float64)

    def _since(self, world: int, event: str) -> int:
        """Counts how often something happened in the step."""
        number = EVENTS.index(event)
        return int((self.simulator.state.event_counts - self.before.event_counts)[world, number])

    def _credit(self, world: int) -> Array:
        """Gives the worth of what each robot delivered, its partner's share included."""
        simulator, before, after = self.simulator, self.before, self.simulator.state
        credit = np.zeros(simulator.num_agents)
        refilled = self._since(world, "order_completed") > 0 and simulator.params.orders == "queue"
        for robot in range(simulator.num_agents):
            worths = self._deliverable(world, robot)
            delivered = int(after.robots.deliveries[world, robot] - before.robots.deliveries[world, robot])
            partner = before.robots.partner[world, robot]
            share = 1.0 if partner == NO_ROBOT else 0.5
            if delivered > len(worths):
                # A queue's new order may ask for a shelf at a workstation, which is delivered at once.
                assert refilled
                worths.append(after.robots.credit[world, robot] / share - sum(worths))
                assert worths[-1] > 0
            else:
                assert delivered == len(worths)
                if (
                    delivered
                    and refilled
                    and simulator.params.packages
                    and simulator.params.orders == "queue"
                ):
                    # The new order's shelf may lie further forward in the load, and takes the package.
                    worths = [after.robots.credit[world, robot] / share]
            credit[robot] += share * sum(worths)
            if partner != NO_ROBOT:
                credit[partner] += 0.5 * sum(worths)
        return credit

    def _deliverable(self, world: int, robot: int) -> list[float]:
        """Gives the worth of each requested shelf on a robot that has come to a workstation."""
        before, after, params = self.before, self.simulator.state, self.simulator.params
        cell = after.robots.cell[world, robot]
        if self.simulator.constants.kinds[cell] != WORKSTATION:
            return []
        load = before.robot_load[world, robot]
        shelves = [shelf for shelf in load[load != NO_SHELF] if before.shelves.requested[world, shelf]]
        if params.packages:
            station = int(np.flatnonzero(self.simulator.constants.workstations == cell)[0])
            shelves = shelves[: before.packages[world, station]]
        orders = before.orders[world][
            before.shelves.slot[world, shelves] // (params.items // len(before.orders[world]))
        ]
        return (orders.priority / orders.asked).tolist() if shelves else []

    def _returned(self, world: int) -> Array:
        """Counts the delivered shelves that each robot put back."""
        before, after = self.before, self.simulator.state
        returned = np.zeros(self.simulator.num_agents)
        for robot, load in enumerate(before.robot_load[world]):
            shelves = load[load != NO_SHELF]
            put_down = np.isin(shelves, after.standing[world])
            returned[robot] = (put_down & before.shelves.served[world, shelves]).sum()
        return returned

    def _costs(self, world: int) -> Array:
        """Takes the price of what each robot did, one after the other, from the money that was left."""
        params, after = self.simulator.params, self.simulator.state
        money = float(self.before.worlds.money[world])
        costs = np.zeros(self.simulator.num_agents)
        for robot, action in enumerate(self.simulator.buffers.accepted_actions[world].tolist()):
            price = self._price(action)
            if params.budget is not None and price > money + 1e-9:
                continue
            costs[robot] = price
            money = max(0.0, money - price)
        if params.budget is not None:
            assert abs(after.worlds.money[world] - money) < 1e-5
        return costs

    def _price(self, action: int) -> float:
        params, moves = (
            self.simulator.params,
            self.simulator.num_actions >> self.simulator.params.message_bits,
        )
        action = action % moves if action > 0 else 0
        if action == 0:
            return 0.0
        if action == moves - 1:
            return params.load_cost
        return params.turn_cost if params.movement == "turn" and action > 1 else params.move_cost
