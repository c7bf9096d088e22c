"""Methods: generators, plain functions, and the checks at the end of goals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from planzoo.planners.htn import Domain, Goal, HierarchicalPlanner, Method, Multigoal, State, Status, validate
from planzoo.planners.htn.method import ACHIEVED, ONE_AFTER_ANOTHER, GoalMethod


@pytest.mark.parametrize("nothing", [None, False])
def test_a_method_that_does_not_apply_offers_nothing(nothing: Any) -> None:
    assert list(Method("m", lambda state: nothing).alternatives(State(), ("t",))) == []


def test_a_goal_method_ends_with_the_check_of_its_goal() -> None:
    goal = Goal(("at", "a"), 3)
    method = GoalMethod("go", lambda state, thing, value: [("move", thing, value)])
    assert list(method.alternatives(State(), goal)) == [[("move", "a", 3), (ACHIEVED, goal)]]


def stacks() -> tuple[Domain, State]:
    """Three discs on one pole: putting a disc on spoils what stood above its place."""
    domain = Domain("poles")

    @domain.operator
    def put(state: State, disc: int, height: int) -> None:
        for other in list(state.height):
            if state.height[other] is not None and state.height[other] >= height:
                state.height[other] = None
        state.height[disc] = height

    domain.add_goal_method("height", lambda state, disc, value: [("put", disc, value)])
    return domain, State(height={1: None, 2: None, 3: None})


def test_a_multigoal_is_reached_in_whatever_order_that_takes() -> None:
    """The lowest goal comes last in the list, and reaching it would destroy the others."""
    domain, state = stacks()
    tasks = [Multigoal({("height", 3): 3, ("height", 2): 2, ("height", 1): 1})]
    result = HierarchicalPlanner(domain).solve((state, tasks))
    assert result.plan is not None
    assert result.plan.actions[-1].arguments == (3, 3)
    assert validate(domain, state, tasks, result.plan) is None
    assert result.plan.decomposition.methods[0] == ONE_AFTER_ANOTHER.name


def test_a_multigoal_counts_only_if_all_holds_at_its_end() -> None:
    domain, state = stacks()
    impossible = [Multigoal({("height", 1): 1, ("height", 2): 1})]
    domain.add_multigoal_method(lambda state, multigoal: list(multigoal.unmet(state)), "once")
    result = HierarchicalPlanner(domain).solve((state, impossible))
    assert result.status is Status.INFEASIBLE

    @domain.multigoal_method
    def in_reverse(state: State, multigoal: Multigoal) -> Iterator[Any]:
        """The last goal first."""
        yield list(reversed(multigoal.unmet(state)))

    assert [method.name for method in domain.multigoal_methods] == ["once", "in_reverse"]
    assert domain.multigoal_methods[1].description == "The last goal first."
    tasks = [Multigoal({("height", 3): 2, ("height", 2): 1})]
    plan = HierarchicalPlanner(domain).solve((state, tasks)).plan
    assert plan is not None
    assert plan.decomposition.methods[0] == "in_reverse"


def test_a_multigoal_that_holds_needs_nothing() -> None:
    domain, state = stacks()
    state.height[1] = 1
    for facts in ({}, {("height", 1): 1}):
        plan = HierarchicalPlanner(domain).solve((state, [Multigoal(facts)])).plan
        assert plan is not None
        assert plan.actions == ()
