"""Plans, proposals, answers and performances as a person reads them, with the names of the maze document."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from planzoo.envs.maze.state import PLAN_IMPORTANCE, PLAN_SECONDS, PLAN_TYPES

Location = tuple[int, int]
"""x and y of a cell: its column and its row, from 0 on."""


class PlanType(StrEnum):
    """What agents can plan together."""

    RENDEZVOUS = "RENDEZVOUS"
    RESOURCE_SHARE = "RESOURCE_SHARE"
    SYNCHRONIZED_EXPLORATION = "SYNCHRONIZED_EXPLORATION"
    GROUP_EXIT = "GROUP_EXIT"
    RESCUE_MISSION = "RESCUE_MISSION"
    AREA_SWEEP = "AREA_SWEEP"
    SUPPLY_RUN = "SUPPLY_RUN"

    @property
    def seconds(self) -> int:
        """How long such a plan may take, from its proposal on."""
        return PLAN_SECONDS[PLAN_TYPES.index(self)]

    @property
    def importance(self) -> int:
        """How much such a plan matters, 1 to 10."""
        return PLAN_IMPORTANCE[PLAN_TYPES.index(self)]


class AgentRole(StrEnum):
    """What an agent is to the team: each role but the last is better at something."""

    SCOUT = "SCOUT"
    GATHERER = "GATHERER"
    NAVIGATOR = "NAVIGATOR"
    COORDINATOR = "COORDINATOR"
    PROTECTOR = "PROTECTOR"
    GENERALIST = "GENERALIST"


class PlanStatus(StrEnum):
    """Where a plan is in its life; the last four are final."""

    PROPOSED = "PROPOSED"
    ACCEPTED = "ACCEPTED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    ABANDONED = "ABANDONED"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"

    @property
    def is_final(self) -> bool:
        """Whether a plan with this status has ended."""
        return self in (self.COMPLETED, self.ABANDONED, self.EXPIRED, self.REJECTED)


@dataclass(frozen=True)
class CooperativePlan:
    """A plan at the moment when it was asked for.

    Attributes:
        id: ``plan_0``, ``plan_1`` … in the order of proposal.
        plan_type: what is to be done together.
        initiator: the agent that proposed it.
        initiator_name: what people call that agent.
        participants: the agents asked to take part, the initiator among them.
        objective: in words.
        target_location: where, as column and row.
        target_time: the step until which it should be done, if the proposal named one.
        duration: steps that it may take, from the proposal on.
        role_assignments: role of each agent that takes part, once it has started.
        requirements: what must hold for such a plan, in words.
        status: where it is in its life.
        created_at: step of the proposal.
        accepted_by: the agents that take part, the initiator among them.
        rejected_by: the agents that said no, or left it for another plan before it started.
        completed_by: participants whose part is done.
        success: whether it was completed.
        completion_time: the step at which it ended.
        outcome: how it ended, in words.
        reasons: what agents gave as reasons for their answers.
    """

    id: str
    plan_type: PlanType
    initiator: str
    initiator_name: str
    participants: tuple[str, ...]
    objective: str
    target_location: Location | None
    target_time: int | None
    duration: int
    role_assignments: dict[str, AgentRole]
    requirements: tuple[str, ...]
    status: PlanStatus
    created_at: int
    accepted_by: frozenset[str]
    rejected_by: frozenset[str]
    completed_by: frozenset[str]
    success: bool = False
    completion_time: int | None = None
    outcome: str | None = None
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanProposal:
    """What an agent tells those whom it asks.

    Attributes:
        plan: as proposed.
        message: in the words of the initiator.
    """

    plan: CooperativePlan
    message: str


@dataclass(frozen=True)
class PlanAcceptance:
    """An answer to a proposal.

    Attributes:
        plan_id: of the plan.
        agent_id: who answers.
        agent_name: what people call that agent.
        accepted: whether it takes part.
        reason: in words.
        answered_at: step.
        message: what the agent says.
    """

    plan_id: str
    agent_id: str
    agent_name: str
    accepted: bool
    reason: str
    answered_at: int
    message: str


@dataclass(frozen=True)
class TeamCoordination:
    """What a team has planned and done together.

    Attributes:
        team_id: ``world_0`` …
        members: all agents, also those that have ended.
        active_plans: plans that have not ended.
        completed_plans: of this episode.
        total_plans_proposed: since statistics began: the reset, or before where memory is kept.
        total_plans_completed: the same.
        success_rate: completed / proposed; 0 before the first proposal.
        coordination_score: see :func:`~planzoo.envs.maze.coordination_score.coordination_scores`.
    """

    team_id: str
    members: tuple[str, ...]
    active_plans: tuple[CooperativePlan, ...]
    completed_plans: tuple[CooperativePlan, ...]
    total_plans_proposed: int
    total_plans_completed: int
    success_rate: float
    coordination_score: float


@dataclass(frozen=True)
class RolePerformance:
    """How an agent does its parts of plans.

    A part that ends is a task: ``success_rate = (old * (tasks - 1) + success) / tasks``, and a success adds
    0.1 to the reliability.

    Attributes:
        agent_id: whose it is.
        role: the current one.
        tasks_completed: parts that ended, well or not.
        success_rate: share of them that ended well.
        efficiency: mean share of the plan's time that was left at successes, counted from the plan's start.
        helpfulness: 0.1 for each gift to somebody in need and each rescue, at most 1.
        reliability: 0.5 at first, 0.1 more for each success, at most 1.
        role_specific_stats: ``SCOUT_tasks`` and ``SCOUT_successes``, likewise for each role; ``proposed``,
            ``accepted`` and ``rejected`` plans.
    """

    agent_id: str
    role: AgentRole
    tasks_completed: int
    success_rate: float
    efficiency: float
    helpfulness: float
    reliability: float
    role_specific_stats: dict[str, float]
