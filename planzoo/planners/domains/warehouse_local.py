"""A decentralized warehouse team: each robot plans for itself from what it alone senses and remembers."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, WarehouseModel
from planzoo.envs.warehouse.movement import CARDINAL_ACTIONS, TURN_ACTIONS
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.state import NOOP
from planzoo.planners.domains.local_errands import calls_for_help, has_news, is_done, is_impossible, runs_low
from planzoo.planners.domains.local_memory import Hall, RobotMemory
from planzoo.planners.domains.local_pairs import move_together
from planzoo.planners.domains.local_site import HELP_STEPS, Abilities, Site
from planzoo.planners.domains.local_tasks import local_domain, local_problem
from planzoo.planners.domains.local_traffic import Driver
from planzoo.planners.domains.local_view import LocalReader, LocalView
from planzoo.planners.htn import HierarchicalPlanner
from planzoo.planners.policy import Access, DecisionInfo, Explanation, Mask, Observation, TeamPolicy

MOST_TRIES = 3
"""Steps that lifting or putting down is tried; then the place is left alone for a while."""
REFUSED_STEPS = 80
"""Steps for which a robot leaves a request alone that it has failed at."""
STATION_STEPS = 12
"""Steps that a robot waits on a workstation without packages before it tries another."""


class LocalHTNPolicy(TeamPolicy):
    """Each robot decomposes its own work by a task network and drives by rules of the road.

    A robot's action depends on its own row of the observation, on its memory of the episode and on the map
    and the rules; robots share nothing. It serves requests that it has seen, else it patrols.

    Args:
        model: map and rules of the warehouse; its params have ``observation="local"`` or ``"compact"``.
        seed: seeds the choices by chance that resolve jams; each robot of each episode draws its own.

    Raises:
        InputError: the params have another observation.
    """

    access: ClassVar[Access] = Access.MODEL

    def __init__(self, model: WarehouseModel, seed: int | None = None) -> None:
        params = model.params
        self.reader = LocalReader(params)
        super().__init__(tuple(f"robot_{number}" for number in range(params.robots)), self.reader.size, seed)
        self.model = model
        self.hall = Hall(model)
        self.kinds = params.kind_of_robot
        self.load_action = (CARDINAL_ACTIONS if params.movement == "cardinal" else TURN_ACTIONS) - 1
        self.abilities = [_abilities(model, robot) for robot in range(params.robots)]
        self._drivers = [self._driver(kind) for kind in self.kinds]
        self._planner = HierarchicalPlanner(local_domain())
        self._seed = int(self.random.integers(2**62))
        self._last: list[RobotMemory] = []

    def _driver(self, kind: RobotKind) -> Driver:
        params = self.model.params
        reach = params.sensor_range if kind.sensor_range is None else kind.sensor_range
        return Driver(self.hall, params.movement == "cardinal", min(reach, params.sensor_range))

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._seed = int(self.random.integers(2**62))
        self._last = []

    def begin(self) -> list[RobotMemory]:
        """Begins an episode: every robot knows the map with the shelves at their places, and nothing else."""
        return [
            RobotMemory(self.hall, kind.capacity, (self._seed, robot))
            for robot, kind in enumerate(self.kinds)
        ]

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Chooses each robot's action by itself."""
        self._last, self.last_decision = memory, DecisionInfo()
        return np.array(
            [
                self._decide(robot, row, memory[robot], None if masks is None else masks[robot])
                for robot, row in enumerate(observations)
            ],
            dtype=np.int64,
        )

    def _decide(self, robot: int, row: Observation, memory: RobotMemory, mask: Mask | None) -> int:
        view = self.reader.read(row, robot)
        memory.observe(view)
        action = self._act(robot, view, memory)
        if mask is None or mask[action]:
            return action
        self._drivers[robot].note_forbidden(view, memory, action)
        return NOOP

    def explain(self) -> Explanation:
        """Tells what each robot does, the tasks that it is part of, and what the robot remembers."""
        if not self._last:
            return Explanation("No decision has been made yet.", {})
        data = {agent: _account(memory) for agent, memory in zip(self.agents, self._last, strict=True)}
        words = [
            f"{agent}: {each['errand']}" + (f", for {' → '.join(each['tasks'])}" if each["tasks"] else "")
            for agent, each in data.items()
        ]
        return Explanation("; ".join(words) + ".", data)

    def _act(self, robot: int, view: LocalView, memory: RobotMemory) -> int:
        if not view.ready or view.blind:
            return NOOP
        if view.coupled and memory.loads == 0:
            return move_together(self._drivers[robot], view, memory)
        low = runs_low(self.model, self._drivers[robot], view, memory)
        self._review(robot, view, memory, low)
        return self._carry_on(robot, view, memory)

    def _review(self, robot: int, view: LocalView, memory: RobotMemory, low: bool) -> None:
        """Takes off what is done; plans anew where the plan is at its end, or events have overtaken it."""
        queue = memory.errand.queue
        while queue and is_done(queue[0], view, memory):
            del queue[0]
            memory.errand.tries = 0
        if not queue or is_impossible(queue, memory) or has_news(queue, memory, low):
            self._plan(robot, view, memory, low)

    def _plan(self, robot: int, view: LocalView, memory: RobotMemory, low: bool) -> None:
        calls = calls_for_help(view, memory)
        for cell in calls:
            memory.closed_until[self.hall.number(cell)] = memory.step + HELP_STEPS
        lookout = self._drivers[robot].lookout(view, memory)
        site = Site(self.model, memory, self.abilities[robot], lookout, view.tools_left > 0)
        problem = local_problem(site, low, view.tool, calls)
        result = self._planner.solve(problem)
        errand = memory.errand
        errand.plan, errand.tries = result.plan, 0
        errand.queue = [] if result.plan is None else list(result.plan.actions)
        memory.traffic.aside = None
        last = self.last_decision
        self.last_decision = DecisionInfo(
            expansions=last.expansions + result.expansions, replans=last.replans + 1
        )
        while errand.queue and is_done(errand.queue[0], view, memory):
            del errand.queue[0]

    def _carry_on(self, robot: int, view: LocalView, memory: RobotMemory) -> int:
        """Gives the action that the first of the errand's actions asks for now."""
        errand = memory.errand
        if not errand.queue or errand.queue[0].name == "rest":
            return NOOP
        name, cell = errand.queue[0].name, errand.queue[0].arguments[-1]
        if name in ("drive", "look"):
            return self._drivers[robot].drive(view, memory, cell)
        errand.tries += 1
        if errand.tries > self._most_tries(name):
            self._give_up(name, cell, memory)
            return NOOP
        return NOOP if name in ("deliver", "charge") else self.load_action

    def _most_tries(self, name: str) -> int:
        if name == "charge":
            return self.model.params.max_steps
        if name == "deliver":
            return STATION_STEPS
        return HELP_STEPS if name in ("call_helper", "assist") else MOST_TRIES

    def _give_up(self, name: str, cell: Cell, memory: RobotMemory) -> None:
        """Leaves a place alone for a while, and lets the robot plan anew in the next step."""
        wait = REFUSED_STEPS + int(memory.random.integers(REFUSED_STEPS))
        number = self.hall.number(cell)
        memory.refused_until[number] = memory.step + wait
        if name == "deliver":
            memory.closed_until[number] = memory.step + STATION_STEPS
        memory.errand.queue = []


def _abilities(model: WarehouseModel, robot: int) -> Abilities:
    kinds, weight = model.params.kind_of_robot, model.params.heavy_weight
    own = kinds[robot].lift_class
    others = [kind.lift_class for number, kind in enumerate(kinds) if number != robot]
    return Abilities(kinds[robot].capacity, own >= weight, own + max(others, default=-weight) >= weight)


def _account(memory: RobotMemory) -> dict[str, Any]:
    """Tells in plain data what a robot does, for which tasks, and what it remembers."""
    errand, hall = memory.errand, memory.hall
    chain: list[str] = []
    if errand.plan is not None and errand.queue:
        tree = errand.plan.decomposition
        nodes = tree.path(tree.leaves[-len(errand.queue)])[:-1]
        chain = [f"{tree.tasks[node][0]} by {tree.methods[node]}" for node in nodes]
    ages = {
        str(cell): memory.step - int(memory.wanted_at[hall.number(cell)])
        for cell in hall.cells(memory.wanted)
    }
    return {
        "errand": str(errand.queue[0]) if errand.queue else "rest",
        "tasks": chain,
        "gives_way": memory.traffic.aside is not None,
        "remembers": {
            "requests_seen_steps_ago": ages,
            "gaps_in_storage": [list(cell) for cell in hall.cells(hall.storage & ~memory.standing)],
            "own_places": [list(cell) for cell in sorted(memory.homes)],
            "robots_in_sight": [list(each.cell) for each in memory.neighbours],
        },
    }
