"""The HTN team: a fleet of robots under one manager that reads the fleet observation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, FleetView, WarehouseModel
from planzoo.planners.domains.warehouse_dispatch import Dispatch, Dispatcher
from planzoo.planners.domains.warehouse_energy import FULL_CHARGE
from planzoo.planners.domains.warehouse_errands import (
    Burden,
    RobotMemory,
    Role,
    burdens,
    cell_of,
    drop_finished,
    is_impossible,
)
from planzoo.planners.domains.warehouse_fleet import FleetPolicy, only_allowed
from planzoo.planners.domains.warehouse_greedy import GreedyTeamPolicy
from planzoo.planners.domains.warehouse_moves import FleetMover, MoveMemory
from planzoo.planners.domains.warehouse_tasks import fleet_domain
from planzoo.planners.htn import HierarchicalPlanner, Problem, State, Task
from planzoo.planners.policy import DecisionInfo, Explanation, Mask, Observation
from planzoo.planners.sight import Sight

__all__ = ["FleetPolicy", "GreedyTeamPolicy", "HTNTeamPolicy", "TeamMemory"]

Signature = tuple[Any, ...]


@dataclass
class TeamMemory:
    """What the HTN team remembers of an episode.

    Attributes:
        moves: the path planners' memory.
        robots: what each robot is about.
        signature: what the manager saw when it last gave errands out.
        ways: which cells are closed for a while.
        dispatch: what it decided then.
        sight: what was seen last.
    """

    moves: MoveMemory
    robots: list[RobotMemory]
    signature: Signature = ()
    ways: Signature = ()
    dispatch: Dispatch = field(default_factory=Dispatch)
    sight: Sight = field(default_factory=Sight)


class HTNTeamPolicy(FleetPolicy):
    """A manager assigns errands, a hierarchical planner decomposes them, a path planner moves the robots.

    Errands are given out anew when something has changed: requests, loads, breakdowns, batteries. Robots
    whose errand has changed, or who have come to the end of their plan, plan anew. The next steps of all
    robots are planned together in every step, so that no two of them collide. When an observation gets lost
    (all zeros), the team goes by the last one; before there is any, it stands still.

    Args:
        model: map and rules of the warehouse; its params have ``observation="fleet"``.
        assignment: who fetches which shelf: ``"hungarian"`` (least total time), ``"nearest"`` (nearest pair
            first) or ``"contract_net"`` (the robots bid).
        paths: ``"pibt"``, ``"windowed"`` (looks ahead; robots that turn and carry alone), or None: windowed
            for small fleets of such robots.
        seed: unused, the policy is deterministic.

    Raises:
        InputError: the params have another observation, or a name is unknown.
    """

    def __init__(
        self,
        model: WarehouseModel,
        assignment: str = "hungarian",
        paths: str | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(model, seed)
        self.mover = FleetMover(model, paths)
        self.travel = self.mover.travel
        self.dispatcher = Dispatcher(model, self.travel, assignment)
        self.planner = HierarchicalPlanner(fleet_domain(model, self.travel))
        self._last: TeamMemory | None = None

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._last = None

    def begin(self) -> TeamMemory:
        """Begins an episode without errands."""
        return TeamMemory(self.mover.begin(), [RobotMemory() for _ in self.agents])

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Carries errands on, or gives out new ones; then finds the next step of every robot."""
        seen = memory.sight.complete(observations, masks)
        if not seen[0].any():
            self.last_decision = DecisionInfo()
            return np.zeros(len(self.agents), dtype=np.int64)
        view = self.model.read_fleet(seen[0])
        self.travel.look(view)
        loads = burdens(view, self.tools(view))
        expansions, replans, messages = self._update_errands(memory, view, loads)
        actions, searched = self.mover.act(view, memory.robots, memory.moves)
        self.last_decision = DecisionInfo(
            expansions=expansions + searched, replans=replans, messages=messages
        )
        self._last = memory
        return only_allowed(actions, masks)

    def explain(self) -> Explanation:
        """Tells each robot's errand, the tasks that it is part of, and the bid for which the robot got it."""
        if self._last is None:
            return Explanation("No decision has been made yet.", {})
        data, words = {}, []
        for robot, (agent, memory) in enumerate(zip(self.agents, self._last.robots, strict=True)):
            action = str(memory.queue[0]) if memory.queue else "rest"
            chain, why = memory.tasks(), self._last.dispatch.reasons.get(robot)
            data[agent] = {"action": action, "errand": str(memory.errand), "tasks": chain, "why": why}
            words.append(
                f"{agent}: {action}"
                + (f", for {' → '.join(chain)}" if chain else "")
                + (f" (bid {why['bid']:.1f})" if why else "")
            )
        return Explanation("; ".join(words) + ".", data)

    def _update_errands(
        self, memory: TeamMemory, view: FleetView, loads: list[Burden]
    ) -> tuple[int, int, int]:
        """Brings errands and plans up to date; gives expansions, plans made and messages."""
        for robot, each in enumerate(memory.robots):
            drop_finished(each, view, robot, loads[robot], FULL_CHARGE)
        if memory.ways != self._ways(view):
            # Any plan may lead along a way that has closed, or leave one out that has opened.
            for each in memory.robots:
                each.queue.clear()
        requested = {request.cell for request in view.requests if not request.carried}
        messages = self.give_errands(memory, view, loads)
        changed = [
            robot
            for robot, each in enumerate(memory.robots)
            if self._needs_plan(each, memory.dispatch, robot, loads[robot])
            or is_impossible(each, view, requested)
        ]
        expansions = sum(self._plan(memory, view, robot, loads[robot], requested) for robot in changed)
        self.note_errands(memory, view, loads)
        return expansions, len(changed), messages

    def give_errands(self, memory: TeamMemory, view: FleetView, loads: list[Burden]) -> int:
        """Gives errands out if what they depend on has changed; gives the messages that this took."""
        memory.ways = self._ways(view)
        if self._signature(memory, view, loads) == memory.signature:
            return 0
        memory.dispatch = self.dispatcher.decide(view, memory.robots, loads, self.dispatcher.energy.low())
        return memory.dispatch.messages

    def note_errands(self, memory: TeamMemory, view: FleetView, loads: list[Burden]) -> None:
        """Notes what the errands depend on, when all robots have taken theirs up."""
        memory.signature = self._signature(memory, view, loads)

    def _ways(self, view: FleetView) -> Signature:
        return view.blocked.tobytes(), self.travel.stalled.tobytes()

    def _signature(self, memory: TeamMemory, view: FleetView, loads: list[Burden]) -> Signature:
        """Sums up what errands depend on."""
        low = self.dispatcher.energy.low()
        charged = tuple(each.errand.role is Role.CHARGE and not each.queue for each in memory.robots)
        requests = frozenset(
            (request.cell, request.order) for request in view.requests if not request.carried
        )
        idle = tuple(not each.queue for each in memory.robots)
        return (requests, tuple(loads), charged, idle, view.tools_left, memory.ways, low.tobytes())

    def _needs_plan(self, memory: RobotMemory, dispatch: Dispatch, robot: int, burden: Burden) -> bool:
        unfinished = not memory.queue or (
            memory.queue[0].name == "rest" and memory.errand.role not in (Role.REST, Role.WAIT)
        )
        return dispatch.errands[robot] != memory.errand or burden != memory.burden or unfinished

    def _plan(
        self, memory: TeamMemory, view: FleetView, robot: int, burden: Burden, requested: set[Cell]
    ) -> int:
        """Decomposes a robot's errand; gives the planner's expansions."""
        errand, each = memory.dispatch.errands[robot], memory.robots[robot]
        state = self.facts(memory, view, robot, burden, requested)
        result = self.planner.solve(Problem(state, [Task("serve", robot)]))
        each.plan, each.errand, each.burden = result.plan, errand, burden
        each.queue[:] = [] if result.plan is None else result.plan.actions
        drop_finished(each, view, robot, burden, FULL_CHARGE)
        return result.expansions

    def facts(
        self, memory: TeamMemory, view: FleetView, robot: int, burden: Burden, requested: set[Cell]
    ) -> State:
        """Gives what a robot plans from, see :mod:`planzoo.planners.domains.warehouse_tasks`.

        Args:
            memory: the manager's, whose errands are given out.
            view: the situation.
            robot: its number.
            burden: what is on it.
            requested: the shelves that orders wait for and that stand in storage.
        """
        wanted, served, _, tool = burden
        errand = memory.dispatch.errands[robot]
        free: list[Cell] = []
        if wanted + served > 0 or errand.place is not None:
            others = [other for number, other in memory.dispatch.errands.items() if number != robot]
            taken = [other.cell if other.role is Role.ASSIST else other.place for other in others]
            free = self.dispatcher.free_storage(view, taken)
        return State(
            at={robot: cell_of(view, robot)},
            wanted={robot: wanted},
            served={robot: served},
            room={robot: int(self.travel.capacities[robot]) - wanted - served},
            tool={robot: tool},
            errand={robot: errand},
            requested={errand.cell: True} if errand.cell in requested else {},
            free=dict.fromkeys(free, True),
        )
