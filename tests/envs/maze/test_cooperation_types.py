"""The types have the names and figures of the maze document, which are also those of the state."""

from __future__ import annotations

from planzoo.envs.maze.cooperation_types import AgentRole, PlanStatus, PlanType
from planzoo.envs.maze.state import PLAN_STATUSES, PLAN_TYPES, ROLES


def test_names_are_those_of_the_state() -> None:
    assert tuple(PlanType) == PLAN_TYPES
    assert tuple(AgentRole) == ROLES
    assert tuple(PlanStatus) == PLAN_STATUSES[1:]


def test_durations_and_importance_are_those_of_the_document() -> None:
    figures = {
        PlanType.GROUP_EXIT: (3, 10),
        PlanType.RESCUE_MISSION: (2, 9),
        PlanType.RESOURCE_SHARE: (1, 8),
        PlanType.RENDEZVOUS: (2, 7),
        PlanType.AREA_SWEEP: (10, 6),
        PlanType.SYNCHRONIZED_EXPLORATION: (5, 6),
        PlanType.SUPPLY_RUN: (4, 6),
    }
    assert {each: (each.seconds / 60, each.importance) for each in PlanType} == figures


def test_four_states_are_final() -> None:
    assert [each for each in PlanStatus if each.is_final] == ["COMPLETED", "ABANDONED", "EXPIRED", "REJECTED"]
