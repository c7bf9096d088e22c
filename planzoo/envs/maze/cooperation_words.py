"""What agents say about plans, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planzoo.envs.maze.cooperation_types import CooperativePlan, Location, PlanStatus, PlanType
from planzoo.envs.maze.state import (
    ABANDONED,
    ACCEPTED,
    COMPLETED,
    EXPIRED,
    IN_PROGRESS,
    NO_STATUS,
    PLAN_STATUSES,
    PLAN_TYPES,
    PROPOSED,
)
from planzoo.envs.maze.team_views import TeamView, members

OBJECTIVES: dict[PlanType, str] = {
    PlanType.RENDEZVOUS: "Meet to share what we know",
    PlanType.RESOURCE_SHARE: "Meet to share resources",
    PlanType.SYNCHRONIZED_EXPLORATION: "Explore together for safety",
    PlanType.GROUP_EXIT: "Leave the maze together",
    PlanType.RESCUE_MISSION: "Save a teammate who is in danger",
    PlanType.AREA_SWEEP: "Search the area for all that is there",
    PlanType.SUPPLY_RUN: "Gather what we need",
}
"""What plans are for whose initiator has not said it: those proposed by an action."""
REQUIREMENTS: dict[PlanType, tuple[str, ...]] = {
    PlanType.RENDEZVOUS: ("Location is reachable",),
    PlanType.RESOURCE_SHARE: ("Somebody has resources to share",),
    PlanType.SYNCHRONIZED_EXPLORATION: ("Participants are nearby", "Area is unexplored"),
    PlanType.GROUP_EXIT: ("All participants are alive", "Exit location is known"),
    PlanType.RESCUE_MISSION: ("Rescuer has resources to help", "Somebody is in danger"),
    PlanType.AREA_SWEEP: ("Area is unexplored",),
    PlanType.SUPPLY_RUN: ("Resource location is known",),
}
SPOKEN_REQUIREMENTS: dict[PlanType, int] = {PlanType.GROUP_EXIT: 2, PlanType.RESCUE_MISSION: 1}
"""How many of the requirements a proposal names."""
_ENDS = {"COMPLETED": "completed", "ABANDONED": "abandoned", "EXPIRED": "expired", "REJECTED": "rejected"}


@dataclass
class PlanWords:
    """What was said about a plan, which is all that the state does not know of it.

    Attributes:
        objective: what it is for.
        location: where to meet, if the proposal named a place.
        target_time: the step until which it should be done, if the proposal named one.
        reasons: of the answers, by agent.
    """

    objective: str
    location: Location | None = None
    target_time: int | None = None
    reasons: dict[str, str] = field(default_factory=dict)


def default_words(plan: Any) -> PlanWords:
    """Gives words for a plan (a PLAN record) that was proposed by an action."""
    return PlanWords(OBJECTIVES[PlanType(PLAN_TYPES[plan.type])])


def proposal_message(plan_type: PlanType, words: PlanWords) -> str:
    """Gives the words of a proposal."""
    parts = [f"I propose we coordinate a {plan_type} plan: {words.objective.rstrip('.')}."]
    if words.location is not None:
        parts.append(f"Let's meet at [{words.location[0]}, {words.location[1]}].")
    spoken = REQUIREMENTS[plan_type][: SPOKEN_REQUIREMENTS.get(plan_type, 0)]
    if spoken:
        parts.append(f"Requirements: {', '.join(spoken)}.")
    return " ".join([*parts, "Are you in?"])


def answer_message(plan_type: PlanType, accepted: bool, reason: str) -> str:
    """Gives the words of an answer."""
    decision = "agreed" if accepted else "declined"
    return f"I {decision} to join the {plan_type} plan. {reason}".rstrip()


def outcome_words(plan: Any) -> str | None:
    """Tells how a plan (a PLAN record) ended; None while it lasts."""
    status, asked = plan.status, len(members(plan.invited))
    if status == COMPLETED:
        return f"completed by {len(members(plan.completed))} of {len(members(plan.accepted))} participants"
    if status == ABANDONED:
        return "abandoned with too few participants left who could do their part"
    if status == EXPIRED:
        return f"expired after {plan.ended_at - plan.created_at} steps"
    return f"rejected by {len(members(plan.rejected))} of {asked}" if plan.ended_at >= 0 else None


def as_plan(view: TeamView, plan: Any, words: PlanWords) -> CooperativePlan:
    """Reads a plan (a PLAN record)."""
    plan_type, ended = PlanType(PLAN_TYPES[plan.type]), int(plan.ended_at) >= 0
    started = int(plan.started_at) >= 0
    return CooperativePlan(
        id=f"plan_{plan.number}",
        plan_type=plan_type,
        initiator=view.ids[plan.initiator],
        initiator_name=view.names[plan.initiator],
        participants=view.named(plan.invited, first=int(plan.initiator)),
        objective=words.objective,
        target_location=view.location(int(plan.target)),
        target_time=words.target_time,
        duration=int(plan.deadline - plan.created_at),
        role_assignments=view.roles(plan) if started else {},
        requirements=REQUIREMENTS[plan_type],
        status=PlanStatus(PLAN_STATUSES[plan.status]),
        created_at=int(plan.created_at),
        accepted_by=frozenset(view.named(plan.accepted)),
        rejected_by=frozenset(view.named(plan.rejected)),
        completed_by=frozenset(view.named(plan.completed)),
        success=bool(plan.status == COMPLETED),
        completion_time=int(plan.ended_at) if ended else None,
        outcome=outcome_words(plan),
        reasons=dict(words.reasons),
    )


def was_accepted(plan: Any) -> bool:
    """Tells whether a plan (a PLAN record) ever had enough participants."""
    if plan.status in (ACCEPTED, IN_PROGRESS, COMPLETED, ABANDONED) or plan.started_at >= 0:
        return True
    return bool(plan.status == EXPIRED and len(members(plan.accepted)) >= plan.minimum)


def news(view: TeamView, before: Any, after: Any, objective: str) -> Iterator[str]:
    """Tells what happened to a plan between two looks at it (PLAN records; None before the first look)."""
    if before is None:
        yield f'{view.names[after.initiator]} proposed {PLAN_TYPES[after.type]} plan: "{objective}"'
        before = np.zeros(1, dtype=after.dtype).view(np.recarray)[0]
        before.accepted, before.status = np.uint64(1) << np.uint64(after.initiator), PROPOSED
        before.started_at = -1
    for field_name, done in (("accepted", "accepted"), ("rejected", "rejected")):
        for agent in members(after[field_name] & ~before[field_name]):
            yield f"{view.names[agent]} {done} plan: {objective}"
    if was_accepted(after) and not was_accepted(before):
        yield f'Plan "{objective}" accepted by {len(members(after.accepted))} agents'
    if after.started_at >= 0 > before.started_at:
        yield f'Plan started: "{objective}" with {len(members(after.accepted))} participants'
    for field_name in ("completed", "failed"):
        for agent in members(after[field_name] & ~before[field_name]):
            yield f"{view.names[agent]} {field_name} their part of plan: {objective}"
    if after.status != NO_STATUS and PLAN_STATUSES[after.status] in _ENDS:
        yield f'Plan {_ENDS[PLAN_STATUSES[after.status]]}: "{objective}"'
