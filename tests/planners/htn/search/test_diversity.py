"""Several plans: all that there are, and as far apart as asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import (
    Action,
    Budget,
    Decomposition,
    Domain,
    HierarchicalPlanner,
    Plan,
    State,
    Status,
    plan_distance,
    validate,
)


def locks(count: int) -> tuple[Domain, list[Any]]:
    """Three ways for each lock: 3^count plans."""
    domain = Domain("locks")
    domain.add_operator(lambda state, way, lock: state.open.update({lock: way}), "open")

    @domain.method("unlock")
    def any_way(state: State, lock: int) -> Iterator[Any]:
        for way in ("key", "pick", "drill"):
            yield [("open", way, lock)]

    return domain, [("unlock", lock) for lock in range(count)]


def test_all_plans_are_found_and_then_no_more() -> None:
    domain, tasks = locks(3)
    found = HierarchicalPlanner(domain).plans((State(open={}), tasks), 100)
    assert found.status is Status.INFEASIBLE
    assert len({plan.actions for plan in found.plans}) == len(found.plans) == 27
    assert all(validate(domain, State(open={}), tasks, plan) is None for plan in found.plans)
    some = HierarchicalPlanner(domain).plans((State(open={}), tasks), 4)
    assert (some.status, some.plans, some.reason) == (Status.SOLVED, found.plans[:4], "")


@pytest.mark.parametrize(("distance", "most"), [(1.0, 3), (0.8, 9)])
def test_plans_are_as_far_apart_as_asked(distance: float, most: int) -> None:
    """Plans of 3 locks with no way in common: 3; with at most one of 3 (union 5, distance 0.8): 9 at best."""
    domain, tasks = locks(3)
    found = HierarchicalPlanner(domain).plans(
        (State(open={}), tasks), most + 1, Budget(expansions=20_000), distance
    )
    assert 3 <= len(found.plans) <= most
    assert found.status is Status.INFEASIBLE
    assert all(plan_distance(*pair) >= distance for pair in combinations(found.plans, 2))


def test_far_apart_plans_are_found_soon_where_there_are_many() -> None:
    """3^30 plans, of which the next ones differ in the last lock only."""
    domain, tasks = locks(30)
    found = HierarchicalPlanner(domain).plans((State(open={}), tasks), 3, Budget(expansions=50_000), 1.0)
    assert found.status is Status.SOLVED
    assert {action.arguments[0] for action in found.plans[0].actions} == {"key"}


def test_a_spent_budget_gives_what_was_found() -> None:
    domain, tasks = locks(8)
    found = HierarchicalPlanner(domain).plans((State(open={}), tasks), 5000, Budget(expansions=500))
    assert found.status is Status.BUDGET_SPENT
    assert 10 < len(found.plans) < 500
    assert "500 expansions" in found.reason


def test_one_sequence_of_actions_counts_once() -> None:
    domain = Domain("twice")
    domain.add_operator(lambda state: None, "wait")
    for name in ("a", "b"):
        domain.add_method("rest", lambda state: [("wait",)], name)
    found = HierarchicalPlanner(domain).plans(({}, [("rest",)]), 5)
    assert (found.status, len(found.plans)) == (Status.INFEASIBLE, 1)


def test_the_distance_of_plans() -> None:
    def plan(*names: str) -> Plan:
        return Plan(tuple(Action(name) for name in names), Decomposition((), (), ()))

    assert plan_distance(plan(), plan()) == 0
    assert plan_distance(plan("a", "b"), plan("b", "a")) == 0
    assert plan_distance(plan("a"), plan("b")) == 1
    assert plan_distance(plan("a", "a"), plan("a")) == 0.5


@pytest.mark.parametrize(("count", "distance"), [(0, 0.0), (1, -0.1), (1, 1.5)])
def test_impossible_wishes_are_refused(count: int, distance: float) -> None:
    domain, tasks = locks(1)
    with pytest.raises(InputError, match="count is at least 1"):
        HierarchicalPlanner(domain).plans((State(open={}), tasks), count, None, distance)
