"""The first plan: which search decides, and what is said when none does."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.planners.htn import Budget, Domain, State, Status
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.search.first_plan import FirstPlan


def solve(domain: Domain, state: State, tasks: tuple[Any, ...], budget: Budget | None = None) -> Any:
    return FirstPlan(domain, state, tasks, Meter(budget or Budget())).result()


@pytest.fixture
def counting() -> Domain:
    """``many`` is left-recursive: only the search in fair order gets through."""
    domain = Domain("counting")
    domain.add_operator(lambda state: state.update(made=state.made + 1), "make")
    domain.add_operator(lambda state, wanted: state.made == wanted, "deliver")
    domain.add_method("many", lambda state: [("many",), ("make",)] if state.made < 9 else None, "more")
    domain.add_method("many", lambda state: [], "none")
    return domain


def test_the_search_in_fair_order_takes_over_from_an_unchanged_state(counting: Domain) -> None:
    state = State(made=0)
    result = solve(counting, state, (("many",), ("deliver", 3)))
    assert result.status is Status.SOLVED
    assert [action.name for action in result.plan.actions] == ["make"] * 3 + ["deliver"]
    assert dict(state) == {"made": 0}


def test_what_cannot_be_decided_is_said_with_both_reasons() -> None:
    domain = Domain("endless")
    domain.add_operator(lambda state: state.update(made=state.made + 1), "make")
    domain.add_method("on", lambda state: [("make",), ("on",)], "and on")
    result = solve(domain, State(made=0), (("on",),), Budget(depth=50))
    assert (result.status, result.plan) == (Status.BUDGET_SPENT, None)
    assert "deeper than 50 tasks" in result.reason
    assert "has grown too large" in result.reason


def test_tasks_that_cannot_be_tabled_are_said_so() -> None:
    domain = Domain("lists")
    domain.add_method("ask", lambda state, names: [("ask", names), ("ask", names)], "again")
    result = solve(domain, State(), (("ask", ["a"]),))
    assert result.status is Status.BUDGET_SPENT
    assert "cannot be hashed" in result.reason


def test_the_state_is_as_before_whatever_happens(counting: Domain) -> None:
    for tasks, budget in (
        ((("make",), ("deliver", 5)), Budget()),
        ((("make",), ("make",)), Budget()),
        ((("make",), ("make",)), Budget(expansions=1)),
    ):
        state = State(made=0)
        solve(counting, state, tasks, budget)
        assert dict(state) == {"made": 0}
