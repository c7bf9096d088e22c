"""The validator accepts what the planner gives and finds every kind of fault."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planzoo.planners.htn import (
    NO_PARENT,
    Action,
    Decomposition,
    Domain,
    Goal,
    HierarchicalPlanner,
    Plan,
    State,
    Task,
)
from planzoo.planners.htn import validate as check

TASKS = [Goal(("at", "me"), "shop"), Task("travel", "me", "park"), Goal(("at", "me"), "park")]


@pytest.fixture
def plan(travel: Domain, home: State) -> Plan:
    """Nodes: 0 goal, 1 travel, 2 walk, 3 travel, 4 wait, 5 ride, 6 goal that holds."""
    found = HierarchicalPlanner(travel).solve((home, TASKS)).plan
    assert found is not None
    return found


def with_tree(plan: Plan, **columns: Any) -> Plan:
    return replace(plan, decomposition=replace(plan.decomposition, **columns))


def changed(column: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    return (*column[:index], value, *column[index + 1 :])


def test_a_good_plan_is_valid_and_the_state_stays(travel: Domain, home: State, plan: Plan) -> None:
    before = dict(home)
    assert check(travel, home, TASKS, plan) is None
    assert home == before


def test_wrong_roots(travel: Domain, home: State, plan: Plan) -> None:
    assert "roots" in str(check(travel, home, TASKS[:2], plan))
    assert "roots" in str(check(travel, home, TASKS[::-1], plan))


def test_wrong_actions(travel: Domain, home: State, plan: Plan) -> None:
    walk, wait, ride = plan.actions
    for actions, fault in (
        ((walk, ride, wait), "is not wait(me)"),
        ((walk, wait), "None is not ride"),
        ((walk, wait, ride, wait), "stands in no leaf"),
        ((walk._replace(duration=1.0), wait, ride), "at its cost"),
        ((walk, wait, ride._replace(cost=0.0)), "at its cost"),
    ):
        assert fault in str(check(travel, home, TASKS, replace(plan, actions=actions)))


def test_an_action_that_is_not_applicable(travel: Domain, home: State, plan: Plan) -> None:
    home["cash", "me"] = 1
    assert check(travel, home, TASKS, plan) == "Action ride(me, park) is not applicable when its turn comes."


def test_a_decomposition_that_no_method_gives(travel: Domain, home: State, plan: Plan) -> None:
    methods = plan.decomposition.methods
    for index, method, fault in (
        (1, "by_taxi", "'by_taxi' does not decompose travel(me, shop) into walk(me, shop)"),
        (1, "stay", "'stay' does not decompose"),
        (1, "by_magic", "has no method 'by_magic' for travel(me, shop)"),
        (6, "go", "does not decompose at(me) = park into nothing"),
        (1, None, "Leaf travel(me, shop) is not an operator"),
        (2, "by_foot", "has no method 'by_foot' for walk(me, shop)"),
    ):
        broken = with_tree(plan, methods=changed(methods, index, method))
        assert fault in str(check(travel, home, TASKS, broken))


def test_a_misshapen_tree(travel: Domain, home: State, plan: Plan) -> None:
    tree = plan.decomposition
    assert "differ in length" in str(check(travel, home, TASKS, with_tree(plan, methods=tree.methods[:-1])))
    forward = with_tree(plan, parents=changed(tree.parents, 1, 2))
    assert "before its parent" in str(check(travel, home, TASKS, forward))
    late = with_tree(plan, parents=changed(tree.parents, 5, 1))
    assert check(travel, home, TASKS, late) is not None
    below_an_action = with_tree(plan, parents=changed(tree.parents, 5, 4))
    assert check(travel, home, TASKS, below_an_action) is not None


def test_a_goal_that_does_not_hold_at_its_end(home: State) -> None:
    domain = Domain("lazy")
    domain.add_goal_method("at", lambda state, person, place: [], "hope")
    goal = Goal(("at", "me"), "park")
    plan = Plan((), Decomposition((goal,), (NO_PARENT,), ("hope",)))
    assert (
        check(domain, home, [goal], plan)
        == "Goal at(me) = park does not hold at the end of its decomposition."
    )


def test_a_domain_that_raises_is_a_fault_and_no_exception(home: State) -> None:
    domain = Domain("broken")
    domain.add_operator(lambda state: state["nothing"], "act")
    plan = Plan((Action("act"),), Decomposition((Task("act"),), (NO_PARENT,), (None,)))
    assert "raised KeyError" in str(check(domain, home, [Task("act")], plan))
