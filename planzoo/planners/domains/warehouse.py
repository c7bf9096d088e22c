"""Team policies for the warehouse that read the fleet observation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.dynamics import FORWARD, NOOP, TOGGLE_LOAD, TURN_LEFT, TURN_RIGHT
from planzoo.envs.warehouse.model import Cell, FleetView, WarehouseModel
from planzoo.errors import InputError
from planzoo.planners.domains.warehouse_tasks import Travel, fleet_domain, fleet_problem
from planzoo.planners.htn import Action, HierarchicalPlanner, Plan
from planzoo.planners.pathfinding import UNREACHABLE, FleetMemory, FleetPathPlanner, FleetSituation
from planzoo.planners.policy import Access, DecisionInfo, Explanation, Mask, Observation, TeamPolicy

DIRECTION_STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))
LEFT_OF = (2, 3, 1, 0)


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


@dataclass
class TeamMemory:
    """What the HTN team remembers of an episode.

    Attributes:
        paths: the path planner's memory.
        queues: for each robot the actions of the plan that it still has to carry out.
        requests: the shelves to fetch that the plan knew.
        plan: the plan, None before the first one.
    """

    paths: FleetMemory
    queues: list[list[Action]]
    requests: frozenset[Cell] = frozenset()
    plan: Plan | None = None
    steps: list[list[int]] = field(default_factory=list)


class HTNTeamPolicy(FleetPolicy):
    """A hierarchical planner gives robots errands; a fleet path planner moves them without collisions.

    The team is planned anew when a robot has carried out its part, when new requests arrive while a robot is
    idle, or when an errand has become impossible.

    Args:
        model: map and rules of the warehouse; its params have ``observation="fleet"``.
        window: how many steps ahead paths are kept free of collisions.
        seed: unused, the policy is deterministic.
    """

    def __init__(self, model: WarehouseModel, window: int = 16, seed: int | None = None) -> None:
        super().__init__(model, seed)
        self.paths = FleetPathPlanner(model.passable, window)
        self._last: tuple[TeamMemory, list[str]] | None = None

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._last = None

    def begin(self) -> TeamMemory:
        """Begins an episode without a plan."""
        robots = self.model.params.robots
        return TeamMemory(self.paths.begin(robots), [[] for _ in range(robots)])

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Carries the plan on, or makes a new one; then finds the next step of every robot."""
        view = self.model.read_fleet(observations[0])
        requests = open_requests(view)
        for robot, queue in enumerate(memory.queues):
            _drop_finished(queue, view, robot)
        expansions, replans = 0, 0
        if self._needs_plan(memory, view, requests):
            expansions, replans = self._plan(memory, view, requests), 1
        plan = self.paths.plan(_situation(memory, view), memory.paths)
        self.last_decision = DecisionInfo(expansions=expansions + plan.expansions, replans=replans)
        toggles = [bool(queue) and queue[0].name in ("lift", "drop") for queue in memory.queues]
        self._last = memory, [str(queue[0]) if queue else "rest" for queue in memory.queues]
        return np.where(toggles, TOGGLE_LOAD, plan.actions)

    def explain(self) -> Explanation:
        """Tells each robot's errand and the tasks that it is part of."""
        if self._last is None:
            return Explanation("No decision has been made yet.", {})
        memory, errands = self._last
        chains = [self._chain(memory, robot) for robot in range(len(errands))]
        words = [
            f"{agent}: {errand}" + (f", for {' → '.join(chain)}" if chain else "")
            for agent, errand, chain in zip(self.agents, errands, chains, strict=True)
        ]
        data = {
            agent: {"errand": errand, "tasks": chain}
            for agent, errand, chain in zip(self.agents, errands, chains, strict=True)
        }
        return Explanation("; ".join(words) + ".", data)

    def _chain(self, memory: TeamMemory, robot: int) -> list[str]:
        queue = memory.queues[robot]
        if memory.plan is None or not queue:
            return []
        step = memory.steps[robot][-len(queue)]
        tree = memory.plan.decomposition
        nodes = tree.path(tree.leaves[step])[:-1]
        return [f"{tree.tasks[node][0]} by {tree.methods[node]}" for node in nodes]

    def _needs_plan(self, memory: TeamMemory, view: FleetView, requests: frozenset[Cell]) -> bool:
        idle = [not queue or queue[0].name == "rest" for queue in memory.queues]
        if any(not queue for queue in memory.queues):
            return True
        if any(idle) and requests != memory.requests:
            return True
        return any(_is_impossible(queue, view, requests) for queue in memory.queues)

    def _plan(self, memory: TeamMemory, view: FleetView, requests: frozenset[Cell]) -> int:
        domain = fleet_domain(self.model, Travel(self.model, view.standing_shelves))
        result = HierarchicalPlanner(domain).solve(fleet_problem(self.model, view))
        actions = () if result.plan is None else result.plan.actions
        robots = range(len(memory.queues))
        memory.plan, memory.requests = result.plan, requests
        memory.steps = [
            [step for step, action in enumerate(actions) if action.arguments[0] == robot] for robot in robots
        ]
        for robot in robots:
            memory.queues[robot][:] = [actions[step] for step in memory.steps[robot]]
            _drop_finished(memory.queues[robot], view, robot)
        return result.expansions


def open_requests(view: FleetView) -> frozenset[Cell]:
    """Gives the cells of requested shelves that nobody carries."""
    return frozenset(
        cell for cell, carried in zip(view.requests, view.request_carried, strict=True) if not carried
    )


def _drop_finished(queue: list[Action], view: FleetView, robot: int) -> None:
    """Takes off the actions that are done."""
    position = (int(view.positions[robot, 0]), int(view.positions[robot, 1]))
    while queue:
        name, cell = queue[0].name, queue[0].arguments[-1]
        done = {
            "drive": position == cell,
            "lift": bool(view.carrying[robot]),
            "deliver": not view.carrying_requested[robot],
            "drop": not view.carrying[robot],
            "rest": False,
        }[name]
        if not done:
            return
        del queue[0]


def _is_impossible(queue: list[Action], view: FleetView, requests: frozenset[Cell]) -> bool:
    """Tells whether the shelf to lift is no longer requested, or the place to drop it is taken."""
    for action in queue:
        if action.name == "lift":
            return action.arguments[1] not in requests
        if action.name == "drop":
            return bool(view.standing_shelves[action.arguments[1]])
    return False


def _situation(memory: TeamMemory, view: FleetView) -> FleetSituation:
    goals = view.positions.copy()
    holding = np.zeros(len(goals), dtype=np.bool_)
    for robot, queue in enumerate(memory.queues):
        if queue and queue[0].name == "drive":
            goals[robot] = queue[0].arguments[1]
        holding[robot] = bool(queue) and queue[0].name in ("lift", "drop")
    return FleetSituation(
        positions=view.positions,
        directions=view.directions,
        goals=goals,
        loaded=view.carrying,
        standing_shelves=view.standing_shelves,
        priorities=view.carrying.astype(np.float64),
        holding=holding,
    )


class GreedyTeamPolicy(FleetPolicy):
    """Each robot goes the shortest way to what is nearest for it, as if it were alone.

    Without a load that is a requested shelf, with a requested shelf a workstation, else free storage.

    Args:
        model: map and rules of the warehouse; its params have ``observation="fleet"``.
        seed: unused, the policy is deterministic.
    """

    def __init__(self, model: WarehouseModel, seed: int | None = None) -> None:
        super().__init__(model, seed)
        self._targets: dict[str, Cell | None] = {}

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._targets = {}

    def begin(self) -> None:
        """Needs no memory: the observation shows everything."""

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Chooses each robot's action by itself."""
        view = self.model.read_fleet(observations[0])
        travel = Travel(self.model, view.standing_shelves)
        robots = range(len(self.agents))
        return np.array([self._act(view, travel, robot) for robot in robots], dtype=np.int64)

    def explain(self) -> Explanation:
        """Tells which cell each robot is after."""
        if not self._targets:
            return Explanation("No decision has been made yet.", {})
        words = [
            f"{agent} has nowhere to go" if cell is None else f"{agent} goes to {cell}, its nearest goal"
            for agent, cell in self._targets.items()
        ]
        return Explanation("; ".join(words) + ".", dict(self._targets))

    def _act(self, view: FleetView, travel: Travel, robot: int) -> int:
        position = (int(view.positions[robot, 0]), int(view.positions[robot, 1]))
        loaded = bool(view.carrying[robot])
        goals = travel.by_distance(position, self._goals(view, robot), loaded)
        self._targets[self.agents[robot]] = goals[0] if goals else None
        if not goals:
            return NOOP
        if goals[0] == position:
            return NOOP if view.carrying_requested[robot] else TOGGLE_LOAD
        return _step_towards(position, int(view.directions[robot]), travel.field(goals[0], loaded))

    def _goals(self, view: FleetView, robot: int) -> list[Cell]:
        if view.carrying_requested[robot]:
            return self.model.workstations
        if view.carrying[robot]:
            return [cell for cell in self.model.storage if not view.standing_shelves[cell]]
        return sorted(open_requests(view))


def _step_towards(position: Cell, direction: int, field: NDArray[np.int32]) -> int:
    """Turns towards, or steps into, the neighbour that is nearest to the goal; straight on where equal."""
    height, width = field.shape
    best, best_direction = UNREACHABLE, direction
    for candidate in sorted(range(4), key=lambda each: each != direction):
        row, column = position[0] + DIRECTION_STEPS[candidate][0], position[1] + DIRECTION_STEPS[candidate][1]
        if 0 <= row < height and 0 <= column < width and field[row, column] < best:
            best, best_direction = field[row, column], candidate
    if best_direction == direction:
        return FORWARD
    return TURN_LEFT if LEFT_OF[direction] == best_direction else TURN_RIGHT
