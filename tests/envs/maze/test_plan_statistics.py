"""Counts of plans and performances, as a person reads them."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.cooperation_types import AgentRole
from planzoo.envs.maze.plan_statistics import as_performance, plan_statistics
from planzoo.envs.maze.state import RENDEZVOUS, TO_HERE
from tests.envs.maze.plan_hall import Hall


def test_every_status_is_counted_once() -> None:
    hall = Hall(response_steps=2)
    hall.started(RENDEZVOUS, TO_HERE)
    hall.tick(6)
    assert hall.complete(0)
    assert hall.complete(1)
    assert hall.propose(2, RENDEZVOUS, TO_HERE)
    hall.tick(2)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    statistics = plan_statistics(hall.constants, hall.state, 0)
    expected = {"proposed": 3, "accepted": 1, "in_progress": 1, "completed": 1, "abandoned": 0, "expired": 1}
    assert statistics["by_type"]["RENDEZVOUS"] == {**expected, "rejected": 0}
    assert {name: statistics[f"total_{name}"] for name in expected} == expected
    assert statistics["active"] == 1
    assert statistics["success_rate"] == pytest.approx(1 / 3)
    assert statistics["acceptance_rate"] == 0.5
    assert statistics["mean_steps"]["RENDEZVOUS"] == 6.0
    assert statistics["mean_steps"]["AREA_SWEEP"] is None


def test_a_world_without_plans_has_statistics_too() -> None:
    hall = Hall()
    statistics = plan_statistics(hall.constants, hall.state, 0)
    assert (statistics["success_rate"], statistics["acceptance_rate"]) == (0.0, 0.0)
    assert statistics["coordination_score"] == 0.0


def test_performance_in_words() -> None:
    hall = Hall(agents=2)
    hall.started(RENDEZVOUS, TO_HERE)
    assert hall.complete(0)
    record = hall.state.performance[0, 0]
    performance = as_performance("agent_0", AgentRole.SCOUT, record)
    assert (performance.tasks_completed, performance.success_rate, performance.efficiency) == (1, 1.0, 1.0)
    stats = performance.role_specific_stats
    assert (stats["proposed"], stats["COORDINATOR_tasks"], stats["COORDINATOR_successes"]) == (1, 1, 1)
    assert sum(stats.values()) == 3
