"""Robots that see to their own plans deliver as the team does, and notice what goes wrong."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from planzoo.baselines.policies import POLICIES
from planzoo.baselines.rollout import rollout
from planzoo.baselines.scenarios import Place
from planzoo.envs import warehouse_v0
from planzoo.envs.warehouse.model import WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.planners.domains.warehouse_replanning import ReplanningFleet
from planzoo.planners.pathfinding.motion import FORWARD
from planzoo.planners.replanning.execution import ReplanTrigger

PARAMS = WarehouseParams.rware("tiny", 2, "easy", observation="fleet", max_steps=200)
MODEL = WarehouseModel(PARAMS)


def delivered(policy: Any, params: WarehouseParams = PARAMS, seeds: range = range(4)) -> float:
    place = Place("warehouse_v0", params)
    return float(np.mean([rollout(place.environment(), policy, seed).episode_return for seed in seeds]))


@pytest.mark.parametrize("how", ["full", "repair", "continuation", "opportunistic"])
def test_undisturbed_it_delivers_as_much_as_the_team(how: str) -> None:
    team = POLICIES["htn"].make(Place("warehouse_v0", PARAMS), {})
    assert delivered(ReplanningFleet(MODEL, how=how)) == pytest.approx(delivered(team), abs=0.6)


def test_with_all_options_it_keeps_up_with_the_team() -> None:
    params = WarehouseParams.everything(observation="fleet", max_steps=300)
    place = Place("warehouse_v0", params)
    team = delivered(POLICIES["htn"].make(place, {}), params, range(2))
    assert delivered(ReplanningFleet(WarehouseModel(params)), params, range(2)) >= 0.8 * team


def triggers_of(policy: ReplanningFleet, spoilt: int | None = None) -> Counter[ReplanTrigger]:
    """Counts the triggers of an episode in which actions of one number are not executed."""
    env = warehouse_v0.gymnasium_env(PARAMS)
    observation, _ = env.reset(seed=1)
    memory, found = None, Counter[ReplanTrigger]()
    for _ in range(PARAMS.max_steps):
        actions, memory = policy.predict(observation, memory)
        found.update(report.trigger for report in policy.last_reports if report.trigger is not None)
        observation, *_ = env.step(np.where(actions == spoilt, 0, actions))
    return found


def test_an_errand_that_changes_is_another_goal_and_a_lifted_shelf_is_none() -> None:
    """What a robot gains by lifting is no divergence; that others were given its place is."""
    found = triggers_of(ReplanningFleet(MODEL))
    assert found[ReplanTrigger.NEW_GOAL] > 10
    assert found[ReplanTrigger.FAILURE] + found[ReplanTrigger.DIVERGENCE] <= 5


def test_a_lift_that_does_not_happen_is_a_failure() -> None:
    policy = ReplanningFleet(MODEL, "failure")
    assert triggers_of(policy, policy.planner.manager.mover.toggle)[ReplanTrigger.FAILURE] > 50
    assert "lift(" in policy.explain().words


def test_a_robot_that_is_held_up_for_long_is_out_of_time() -> None:
    policy = ReplanningFleet(MODEL, "overrun:2")
    assert triggers_of(policy, FORWARD)[ReplanTrigger.TIMEOUT] > 5


def test_it_tells_errands_as_tasks() -> None:
    policy = ReplanningFleet(MODEL)
    env = warehouse_v0.gymnasium_env(PARAMS)
    observation, _ = env.reset(seed=1)
    policy.predict(observation)
    told = policy.explain()
    assert "robot_0: drive(0," in told.words
    assert told.data["robot_0"]["tasks"][0][0] == "serve(0)"
