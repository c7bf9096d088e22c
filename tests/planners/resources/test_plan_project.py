"""From a plan to a project: activities, the orders that stay, and constraints by name."""

from __future__ import annotations

import pytest

from planzoo.envs.resources.resource import Resource
from planzoo.planners.htn import Domain, HierarchicalPlanner, Plan, State, Task
from planzoo.planners.htn.joint.joint_plan import Reason
from planzoo.planners.htn.joint.schedule import schedule
from planzoo.planners.resources.action_resources import ActionResources
from planzoo.planners.resources.constraints import Calendar, Constraints, Period, Precedence, TimeWindow
from planzoo.planners.resources.plan_project import needed_orders, plan_project
from planzoo.planners.resources.project import TooLate

SAW = Resource("saw", "reusable", 1)
ACTIONS = ActionResources({"saw": SAW})
STATE = State(boards={}, glued={})


def workshop() -> Domain:
    """Cutting two boards needs the saw in turn; gluing needs both boards."""
    domain = Domain("workshop")

    @domain.operator(duration=2, resources={"saw": 1})
    def cut(state: State, board: str) -> None:
        state.boards[board] = True

    @domain.operator(duration=3)
    def glue(state: State, first: str, second: str) -> bool:
        state.glued[first] = second
        return first in state.boards and second in state.boards

    domain.add_method("make", lambda state: [Task("cut", "a"), Task("cut", "b"), Task("glue", "a", "b")])
    return domain


def make_plan() -> Plan:
    plan = HierarchicalPlanner(workshop()).solve((STATE, [Task("make")])).plan
    assert plan is not None
    return plan


def test_only_the_orders_that_matter_stay() -> None:
    plan = make_plan()
    assert needed_orders(plan, workshop(), STATE) == ((0, 2), (1, 2))
    assert needed_orders(plan, workshop(), None) == ((0, 1), (1, 2))


def test_a_concurrent_plan_brings_its_orders_but_not_whose_turn_it_is() -> None:
    joint = schedule(workshop(), STATE, make_plan(), {"saw": 1})
    assert Reason.RESOURCE in {order.reason for order in joint.orders}
    assert set(needed_orders(joint, workshop(), None)) == {(0, 2), (1, 2)}


def test_actions_become_activities() -> None:
    project = plan_project(make_plan(), ((0, 2), (1, 2)), ACTIONS, Constraints(budget=9, deadline=30))
    assert [activity.name for activity in project.activities] == ["1. cut(a)", "2. cut(b)", "3. glue(a, b)"]
    assert [activity.label for activity in project.activities] == ["cut(a)", "cut(b)", "glue(a, b)"]
    assert [activity.modes[0].duration for activity in project.activities] == [2, 2, 3]
    assert project.links == ((0, 2, 0), (1, 2, 0))
    assert (project.constraints.budget, project.constraints.deadline) == (9, 30)
    assert project.activities[0].modes[0].requirements[0].resource == "saw"


def test_constraints_name_operators_and_whole_actions() -> None:
    constraints = Constraints(
        precedences=(Precedence("cut", "glue", 1.5), Precedence("cut(b)", "cut(a)")),
        windows=(TimeWindow("cut", 1, 20), TimeWindow("glue(a, b)", 9)),
    )
    project = plan_project(make_plan(), (), ACTIONS, constraints)
    assert set(project.links) == {(0, 2, 1.5), (1, 2, 1.5), (1, 0, 0.0)}
    assert project.windows == ((1, 20), (1, 20), (9, float("inf")))


def test_what_is_ignored_has_no_calendar() -> None:
    constraints = Constraints(calendars=(Calendar("saw", (Period(0, 5, 0),)),))
    assert plan_project(make_plan(), (), ACTIONS, constraints).constraints.calendars
    project = plan_project(make_plan(), (), ACTIONS.without("saw"), constraints)
    assert project.constraints.calendars == ()


def test_actions_that_follow_one_another_for_too_long_are_named() -> None:
    with pytest.raises(TooLate, match=r"'3\. glue\(a, b\)' cannot end before 5"):
        plan_project(make_plan(), ((0, 2), (1, 2)), ACTIONS, Constraints(deadline=4))
