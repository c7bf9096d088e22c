"""The assembly domain: its problems have solutions, which several robots carry out at the same time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import HierarchicalPlanner, Plan, State, validate
from planzoo.planners.htn.domains.assembly import CAPACITIES, make_domain, random_problem
from planzoo.planners.htn.joint.joint_validator import check_joint_plan
from planzoo.planners.htn.joint.schedule import schedule

DOMAIN = make_domain()


def solved(size: int, seed: int) -> tuple[State, Plan]:
    state, tasks = random_problem(size, seed)
    plan = HierarchicalPlanner(DOMAIN).solve((state, tasks)).plan
    assert plan is not None and isinstance(state, State)
    assert validate(DOMAIN, state, tasks, plan) is None
    return state, plan


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 12), st.integers(0, 1000))
def test_every_problem_is_solved_by_a_team(size: int, seed: int) -> None:
    state, plan = solved(size, seed)
    assert [action.name for action in plan.actions].count("fasten") == size
    joint = schedule(DOMAIN, state, plan, CAPACITIES)
    assert check_joint_plan(DOMAIN, state, joint, CAPACITIES) is None
    assert joint.makespan <= plan.duration
    assert None not in joint.timelines


def test_a_team_is_much_faster_than_one_after_another() -> None:
    state, plan = solved(30, 0)
    joint = schedule(DOMAIN, state, plan, CAPACITIES)
    assert len(joint.timelines) == 10
    assert joint.makespan < 0.5 * plan.duration


def test_the_rules_of_assembly() -> None:
    state, _ = random_problem(4, 1)
    facts = dict(state) | {("weight", "part_1"): 9, ("strength", "robot_1"): 3, ("pace", "robot_1"): 1.5}
    facts |= {
        ("rests_on", "part_2"): ("part_1",),
        ("distance", "part_1"): 2,
        ("tool_for", "part_1"): "welder",
    }
    facts |= {("has", "robot_1", "welder"): True, ("has", "robot_1", "riveter"): True}
    facts[("tool_for", "part_2")] = "riveter"
    state = State(facts)
    act = {name: operator.function for name, operator in DOMAIN.operators.items()}
    hoist = DOMAIN.operators["hoist"].action(state, ("robot_1", "part_1"))
    assert (hoist.duration, hoist.agent, hoist.resources) == (6, "robot_1", (("crane", 1),))
    assert act["carry"](state, "robot_1", "part_1") is False  # too heavy
    assert act["fasten"](state, "robot_1", "part_1") is False  # not there yet
    assert act["hoist"](state, "robot_1", "part_1") and act["hoist"](state, "robot_2", "part_2")
    assert act["hoist"](state, "robot_2", "part_1") is False  # not in the store any more
    assert act["fasten"](state, "robot_1", "part_2") is False  # what it rests on is loose
    assert act["fasten"](state, "robot_1", "part_1") and act["fasten"](state, "robot_1", "part_2")
    assert state.place["part_2"] == "product"
    assert state.load["robot_1"] == 6 + 1.5 * (state.work["part_1"] + state.work["part_2"])


def test_problems_are_the_same_for_a_seed() -> None:
    assert random_problem(8, 5).state == random_problem(8, 5).state != random_problem(8, 6).state
    with pytest.raises(InputError, match="-1 parts"):
        random_problem(-1)
