"""A fleet whose robots watch their plans: a manager gives errands out, each robot sees to its own plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, FleetView, WarehouseModel
from planzoo.planners.domains.warehouse import HTNTeamPolicy, TeamMemory
from planzoo.planners.domains.warehouse_energy import FULL_CHARGE
from planzoo.planners.domains.warehouse_errands import Burden, Errand, Role, burdens, cell_of, is_done
from planzoo.planners.domains.warehouse_fleet import only_allowed
from planzoo.planners.domains.warehouse_travel import FULL, LIGHT
from planzoo.planners.htn import Action, Task
from planzoo.planners.htn.acting.acting_policy import Progress
from planzoo.planners.policy import Mask, Observation
from planzoo.planners.replanning.policy import ReplanningPolicy
from planzoo.planners.replanning.team_interface import Situation
from planzoo.planners.replanning.when_names import DEFAULT_WHEN, find_when

IDLE = (Role.REST, Role.WAIT)
"""Errands on which resting is all that there is to do."""

AT_ONCE = ("lift", "drop", "take_tool", "give_tool")
"""Actions that are done in the step in which they are commanded, or have failed."""


@dataclass
class FleetCourse:
    """What the fleet remembers of an episode.

    Attributes:
        team: the manager's memory.
        goals: what each robot's plan is for: its errand, and the place for what it brings back.
        view: the present situation; None before the first.
        burdens: what is on each robot.
        requested: the shelves that orders wait for and that stand in storage.
        masks: bool (N, A), or None.
        messages: how many the manager's last decision took.
        tried: robots that were commanded to load, unload or handle a tool in the last step.
    """

    team: TeamMemory
    goals: list[tuple[Errand, Cell | None]]
    view: FleetView | None = None
    burdens: list[Burden] = field(default_factory=list)
    requested: set[Cell] = field(default_factory=set)
    masks: Mask | None = None
    messages: int = 0
    tried: frozenset[int] = frozenset()


class FleetInterface:
    """The warehouse for a :class:`~planzoo.planners.replanning.policy.ReplanningPolicy`.

    The manager gives errands out as :class:`~planzoo.planners.domains.warehouse.HTNTeamPolicy` does, whenever
    requests, loads, batteries or ways have changed. A robot whose errand is another one has another goal; one
    that has lifted its shelf still has the old one. Paths are planned anew in each step, so that robots do
    not collide, whatever their plans.

    Args:
        model: map and rules of the warehouse; its params have ``observation="fleet"``.
        assignment: see :class:`~planzoo.planners.domains.warehouse.HTNTeamPolicy`.
        paths: as there.

    Raises:
        InputError: the params have another observation, or a name is unknown.
    """

    def __init__(
        self, model: WarehouseModel, assignment: str = "hungarian", paths: str | None = None
    ) -> None:
        self.manager = HTNTeamPolicy(model, assignment, paths)
        self.model, self.travel = model, self.manager.travel
        self.planner = self.manager.planner
        self.agents = self.manager.agents
        self.agent_observation_size = self.manager.agent_observation_size

    def begin(self) -> FleetCourse:
        """Begins an episode without errands."""
        team = self.manager.begin()
        return FleetCourse(team, [(each.errand, None) for each in team.robots])

    def look(
        self, observations: Observation, masks: Mask | None, memory: FleetCourse
    ) -> list[Situation | None]:
        """Has the manager give errands out, and tells each robot's facts and errand."""
        view = self.model.read_fleet(observations[0])
        self.travel.look(view)
        memory.view, memory.masks = view, masks
        memory.burdens = burdens(view, self.manager.tools(view))
        memory.requested = {request.cell for request in view.requests if not request.carried}
        memory.messages = self.manager.give_errands(memory.team, view, memory.burdens)
        for robot, each in enumerate(memory.team.robots):
            each.errand = memory.team.dispatch.errands[robot]
            memory.goals[robot] = self._goal(memory, robot)
        return [self._situation(memory, robot) for robot in range(len(self.agents))]

    def _goal(self, memory: FleetCourse, robot: int) -> tuple[Errand, Cell | None]:
        """Gives what a robot's plan is for; who carries something and got nothing else to do goes on."""
        errand = memory.team.robots[robot].errand
        wanted, served, *_ = memory.burdens[robot]
        aim = memory.goals[robot][0] if wanted + served and errand.role is Role.REST else errand
        return aim, errand.place

    def _situation(self, memory: FleetCourse, robot: int) -> Situation:
        assert memory.view is not None
        state = self.manager.facts(memory.team, memory.view, robot, memory.burdens[robot], memory.requested)
        return Situation(state, (Task("serve", robot),), memory.goals[robot])

    def progress(self, agent: int, action: Action, issued: bool, memory: FleetCourse) -> Progress:
        """Says how an action stands: it is over when nothing is left to do, and fails if it can't be done."""
        view, burden = memory.view, memory.burdens[agent]
        assert view is not None
        if is_done(action, view, agent, burden, FULL_CHARGE):
            return Progress.OVER
        if action.name == "rest":
            idle = memory.team.robots[agent].errand.role in IDLE and not sum(burden[:2])
            return Progress.RUNNING if idle or not issued else Progress.SUCCEEDED
        missed = issued and agent in memory.tried and action.name in AT_ONCE
        return Progress.FAILED if missed or self._is_vain(agent, action, memory) else Progress.RUNNING

    def _is_vain(self, robot: int, action: Action, memory: FleetCourse) -> bool:
        """Tells whether an action can't be done: no way, no shelf to lift, or another one in its place."""
        view, cell = memory.view, action.arguments[-1]
        assert view is not None
        if action.name in ("lift", "lift_together"):
            return cell not in memory.requested
        if action.name == "drop":
            return bool(view.standing_shelves[cell])
        layer = FULL if self.travel.full[robot] else LIGHT
        return bool(
            action.name == "drive"
            and not self.travel.stalled[robot]
            and self.travel.distance(cell_of(view, robot), cell, layer) == np.inf
        )

    def command(self, plans: Sequence[Sequence[Action]], memory: FleetCourse) -> NDArray[np.int64]:
        """Gives every robot's next step; robots without a plan give way to the others."""
        assert memory.view is not None
        for each, plan in zip(memory.team.robots, plans, strict=True):
            each.queue[:] = plan
        self.manager.note_errands(memory.team, memory.view, memory.burdens)
        mover = self.manager.mover
        actions, _ = mover.act(memory.view, memory.team.robots, memory.team.moves)
        actions = only_allowed(actions, memory.masks)
        memory.tried = frozenset(np.flatnonzero(actions == mover.toggle).tolist())
        return actions

    def messages(self, memory: FleetCourse) -> int:
        """Counts the messages of the manager's last decision."""
        return memory.messages


class ReplanningFleet(ReplanningPolicy):
    """The HTN fleet, each robot with a plan that is watched and changed.

    Args:
        model: map and rules of the warehouse; its params have ``observation="fleet"``.
        when: when to replan, see :func:`~planzoo.planners.replanning.when_names.find_when`.
        how: how plans are changed, see :class:`~planzoo.planners.replanning.how.ReplanStrategy`.
        budget: milliseconds of a decision; None for as long as it takes.
        paths: see :class:`~planzoo.planners.domains.warehouse.HTNTeamPolicy`.
        seed: unused, the policy is deterministic.

    Raises:
        InputError: the params have another observation, or a name is unknown.
    """

    def __init__(
        self,
        model: WarehouseModel,
        when: str = DEFAULT_WHEN,
        how: str = "repair",
        budget: float | None = None,
        paths: str | None = None,
        seed: int | None = None,
    ) -> None:
        interface = FleetInterface(model, paths=paths)
        super().__init__(interface, find_when(when, interface.planner), how, budget, seed)
        self.model = model
