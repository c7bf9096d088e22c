"""Agents in the maze who carry their plans on, and change them when what they know has changed too far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import REST, UNKNOWN
from planzoo.planners.domains.maze_case import Case
from planzoo.planners.domains.maze_masks import allowed_actions
from planzoo.planners.domains.maze_memory import MazeMemory, signs_of
from planzoo.planners.domains.maze_site import MazeSite
from planzoo.planners.domains.maze_tasks import maze_problem
from planzoo.planners.domains.maze_team import MOVING, TALKING, CoordinatedPolicy, IndependentPolicy
from planzoo.planners.domains.maze_view import MazeView
from planzoo.planners.htn import Action, State
from planzoo.planners.htn.acting.acting_policy import Progress
from planzoo.planners.policy import Mask, Observation
from planzoo.planners.replanning.policy import ReplanningPolicy
from planzoo.planners.replanning.team_interface import Situation
from planzoo.planners.replanning.when_names import DEFAULT_WHEN, find_when


class KnownSite(MazeSite):
    """A map and body that know how far they are from another one."""

    def distance_to(self, other: Any) -> float:
        """Gives the largest of three shares: cells known differently, needs that differ, items that do.

        The cells are counted against those that either map knows.
        """
        if not isinstance(other, MazeSite) or len(other.ground) != len(self.ground):
            return 1.0
        known = np.count_nonzero((self.ground != UNKNOWN) | (other.ground != UNKNOWN))
        cells = np.count_nonzero(self.view.codes != other.view.codes) / max(int(known), 1)
        needs = np.abs(np.subtract(self.view.needs, other.view.needs)).max() / FULL_NEED
        carried = max(sum(self.view.items), sum(other.view.items), 1)
        items = sum(abs(a - b) for a, b in zip(self.view.items, other.view.items, strict=True)) / carried
        return float(min(1.0, max(cells, needs, items)))


FULL_NEED = 100.0
"""All needs are measured from 0 to this."""


@dataclass
class AgentCourse:
    """What one agent remembers of an episode.

    Attributes:
        mind: the policy's memory.
        site: its map and body in this step; None where it has left.
        allowed: bool (A,), what it may do.
        case: what was weighed up last.
        signs: what that was made from.
        talks: whether its last action was part of a talk about plans.
    """

    mind: MazeMemory = field(default_factory=MazeMemory)
    site: KnownSite | None = None
    allowed: Mask | None = None
    case: Case = field(default_factory=Case)
    signs: tuple[Any, ...] = ()
    talks: bool = False


class MazeInterface:
    """The maze for a :class:`~planzoo.planners.replanning.policy.ReplanningPolicy`.

    The tasks and methods are those of :class:`~planzoo.planners.domains.maze_team.IndependentPolicy` and
    ``CoordinatedPolicy``. What an agent knows of the maze and of its body is one fact with a distance of its
    own, see :class:`KnownSite`; a team plan that is proposed, answered or over is another goal.

    Args:
        params: the rules; their observation is ``map``.
        cooperative: whether agents make plans together.

    Raises:
        InputError: the params have another observation.
    """

    def __init__(self, params: MazeParams, cooperative: bool = True) -> None:
        self.team = CoordinatedPolicy(params) if cooperative else IndependentPolicy(params)
        self.params = params
        self.planner = self.team.planner
        self.agents = self.team.agents
        self.agent_observation_size = self.team.agent_observation_size

    def begin(self) -> list[AgentCourse]:
        """Begins an episode: nobody knows anything."""
        return [AgentCourse() for _ in self.agents]

    def look(
        self, observations: Observation, masks: Mask | None, memory: list[AgentCourse]
    ) -> list[Situation | None]:
        """Reads each agent's map, and weighs up what has changed on it."""
        return [
            self._situation(number, row, None if masks is None else masks[number], memory[number])
            for number, row in enumerate(observations)
        ]

    def _situation(
        self, number: int, row: Observation, mask: Mask | None, course: AgentCourse
    ) -> Situation | None:
        course.site, course.talks = None, False
        if not row.any():  # it has left, and nothing is observed any more
            return None
        view, mind = self.team.reader.read(row, number), course.mind
        mind.observe(view, self.params)
        if view.ended:
            return None
        told = mind.exits if self.team.cooperative else ()
        course.site = KnownSite(view, self.params, told)
        course.allowed = allowed_actions(view, self.params, mind.step >= mind.next_proposal)
        if mask is not None:
            course.allowed &= mask
        signs = signs_of(view, mind)
        if signs != course.signs:
            course.case = self.team.weigh_up(course.site, mind, course.allowed)
            course.signs = signs
            mind.aim = -1 if course.case.aim is None else course.case.aim
        problem = maze_problem(course.site, course.case)
        return Situation(State(problem.state), tuple(problem.tasks), _team_plans(view))

    def progress(self, agent: int, action: Action, issued: bool, memory: list[AgentCourse]) -> Progress:
        """Says how an action stands: ways are walked until their end, all else is done in a step."""
        site = memory[agent].site
        assert site is not None
        if action.name not in MOVING:
            return Progress.OVER if issued else Progress.RUNNING
        cell = action.arguments[0]
        if cell == site.view.cell:
            return Progress.SUCCEEDED
        open_way = site.reaches(cell) if action.name == "walk" else site.hopeful_steps(cell) < np.inf
        return Progress.RUNNING if open_way else Progress.FAILED

    def command(self, plans: Sequence[Sequence[Action]], memory: list[AgentCourse]) -> NDArray[np.int64]:
        """Gives each agent's next step; who has no plan rests."""
        actions = [self._action(plan, course) for plan, course in zip(plans, memory, strict=True)]
        return np.array(actions, dtype=np.int64)

    def _action(self, plan: Sequence[Action], course: AgentCourse) -> int:
        site, mind = course.site, course.mind
        if site is None or course.allowed is None:
            return REST
        course.talks = bool(plan) and plan[0].name in TALKING
        mind.queue = list(plan)
        action = self.team.next_action(site, mind)
        mind.waited = mind.waited + 1 if action == REST else 0
        if not course.allowed[action]:
            return REST
        mind.note_action(action, site.view, self.params)
        return action

    def messages(self, memory: list[AgentCourse]) -> int:
        """Counts the agents that are talking."""
        return sum(course.talks for course in memory)


def _team_plans(view: MazeView) -> tuple[Any, ...]:
    """Gives what the team has agreed on, or asks of the agent."""
    return tuple((plan.slot, plan.status, plan.awaits, plan.completable) for plan in view.plans)


class ReplanningAgents(ReplanningPolicy):
    """The team in the maze, each agent with a plan that is watched and changed.

    Args:
        params: the rules; their observation is ``map``.
        when: when to replan, see :func:`~planzoo.planners.replanning.when_names.find_when`.
        how: how plans are changed, see :class:`~planzoo.planners.replanning.how.ReplanStrategy`.
        budget: milliseconds of a decision; None for as long as it takes.
        cooperative: whether agents make plans together.
        seed: unused, the policy is deterministic.

    Raises:
        InputError: the params have another observation, or a name is unknown.
    """

    def __init__(
        self,
        params: MazeParams,
        when: str = DEFAULT_WHEN,
        how: str = "repair",
        budget: float | None = None,
        cooperative: bool = True,
        seed: int | None = None,
    ) -> None:
        interface = MazeInterface(params, cooperative)
        super().__init__(interface, find_when(when, interface.planner), how, budget, seed)
        self.params = params
