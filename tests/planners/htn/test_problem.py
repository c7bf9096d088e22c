"""What a search is given, and the plan made of what it finds."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Decomposition, Domain, DomainError, Goal, Multigoal, State, Task
from planzoo.planners.htn.problem import checked_problem, plan_of


def test_the_state_is_copied() -> None:
    state = State(at={"a": 1}, time=3)
    copy, tasks = checked_problem((state, [Task("go")]))
    copy.at["a"] = copy.time = 2
    assert dict(state) == {("at", "a"): 1, "time": 3}
    assert tasks == (("go",),)
    assert dict(checked_problem(({"x": 1}, ()))[0]) == {"x": 1}


@pytest.mark.parametrize("tasks", ["go", Task("go"), Goal("x", 1), Multigoal({"x": 1}), None, {"go"}])
def test_tasks_are_a_list(tasks: Any) -> None:
    with pytest.raises(InputError, match="list such as"):
        checked_problem(({}, tasks))


def test_costs_are_those_of_the_states_on_the_way(travel: Domain, home: State) -> None:
    tree = Decomposition((Task("walk", "me", "shop"), Task("ride", "me", "park")), (-1, -1), (None, None))
    plan = plan_of(travel, home, tree)
    assert [action.cost for action in plan.actions] == [1, 9]
    assert [action.duration for action in plan.actions] == [20, 1]
    assert home.at["me"] == "park"


def test_without_such_costs_nothing_is_executed() -> None:
    domain = Domain("plain")
    domain.add_operator(lambda state: state.update(done=True), "act")
    state = State(done=False)
    assert plan_of(domain, state, Decomposition((Task("act"),), (-1,), (None,))).cost == 1
    assert not state.done


def test_a_cost_that_fails_names_the_step(travel: Domain) -> None:
    tree = Decomposition((Task("ride", "me", "park"),), (-1,), (None,))
    with pytest.raises(DomainError, match=r"Step 1, ride\(me, park\), has no cost"):
        plan_of(travel, State(), tree)
