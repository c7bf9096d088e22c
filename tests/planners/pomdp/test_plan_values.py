from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import (
    Action,
    Domain,
    DomainError,
    Goal,
    HierarchicalPlanner,
    Multigoal,
    State,
    Task,
)
from planzoo.planners.pomdp.plan_values import (
    PlanEvaluator,
    Valuation,
    applied_to,
    execute_in_thought,
    tasks_of,
)
from tests.planners.pomdp.boxes import box_belief, box_domain, door_belief, door_domain

BOXES = PlanEvaluator(HierarchicalPlanner(box_domain()), Valuation())


def test_goals_are_written_in_many_ways() -> None:
    held = Goal("held", True)
    assert tasks_of(held) == (held,)
    assert tasks_of([held, ("fetch", 1)]) == (held, Task("fetch", 1))
    assert tasks_of({"held": True}) == (Multigoal({"held": True}),)
    assert tasks_of("fetch") == tasks_of(("fetch",)) == tasks_of([("fetch",)]) == (Task("fetch"),)
    assert tasks_of([]) == ()
    for wrong in (3, None, [3], [()], ["fetch"]):
        with pytest.raises(InputError, match="A goal is"):
            tasks_of(wrong)


def test_a_plan_runs_until_an_action_is_not_applicable() -> None:
    start = {"part": "b", "opened": {}, "held": False}
    actions = [Action("open_box", ("a",)), Action("take", ("a",)), Action("open_box", ("b",))]
    run = execute_in_thought(box_domain(), start, actions)
    assert run.costs == [2]
    assert [dict(state.opened) for state in run.states] == [{}, {"a": True}]
    assert start == {"part": "b", "opened": {}, "held": False}


def test_operators_that_fail_leave_nothing_behind_and_errors_name_the_action() -> None:
    domain = Domain("clumsy")

    @domain.operator
    def drop(state: State) -> bool:
        state.broken = True
        return False

    @domain.operator
    def crash(state: State) -> None:
        raise KeyError("hand")

    state = State(broken=False)
    assert applied_to(domain, state, Action("drop")) is None and not state.broken
    with pytest.raises(DomainError, match="crash"):
        applied_to(domain, state, Action("crash"))
    with pytest.raises(InputError, match="no operator 'fly'"):
        applied_to(domain, state, Action("fly"))


def test_costs_are_those_of_the_state_before_the_action() -> None:
    domain = Domain("fuel")

    @domain.operator(cost=lambda state: state.price)
    def buy(state: State) -> None:
        state.price += 1

    assert execute_in_thought(domain, {"price": 3}, [Action("buy")] * 3).costs == [3, 4, 5]


def test_the_table_of_the_boxes() -> None:
    table = BOXES.table("fetch", box_belief().states)
    assert [[action.arguments[0] for action in plan] for plan in table.plans] == [
        [],
        ["a", "a"],
        ["b", "b"],
        ["c", "c"],
    ]
    right, wrong = 97.0, -2.0
    assert table.utilities.tolist() == [
        [0, 0, 0],
        [right, wrong, wrong],
        [wrong, right, wrong],
        [wrong, wrong, right],
    ]
    assert table.costs[1].tolist() == [3, 2, 2]
    assert table.achieved[1:].tolist() == np.eye(3, dtype=bool).tolist()
    plan, value = table.best(box_belief().probabilities)
    assert plan == 1 and value == pytest.approx(47.5)


def test_goals_count_even_when_the_plan_breaks_off_and_tasks_do_not() -> None:
    valuation, held = Valuation(), State(held=True)
    goal, task = Goal("held", True), Task("fetch")
    assert valuation.is_achieved([goal], held, finished=False)
    assert not valuation.is_achieved([task], held, finished=False)
    assert not valuation.is_achieved([task, goal], held, finished=False)
    assert valuation.is_achieved([task, goal], held, finished=True)
    assert not valuation.is_achieved([goal], State(held=False), finished=True)
    assert Valuation(achieved=lambda state: not state.held).is_achieved([], State(held=False), False)


def test_ends_are_worth_what_the_user_says() -> None:
    assert Valuation(reward=7, failure=-3).utility(State(), True) == 7
    assert Valuation(reward=7, failure=-3).utility(State(), False) == -3
    assert Valuation(worth=lambda state: state.gold * 2).utility(State(gold=4), False) == 8


def test_nothing_to_do_is_success_only_where_the_planner_says_so() -> None:
    domain = Domain("idle")
    domain.add_operator(lambda state: None, "work", cost=4)
    domain.add_method("rest", lambda state: [] if state.free else [("work",)])
    evaluator = PlanEvaluator(HierarchicalPlanner(domain), Valuation(reward=10))
    table = evaluator.table("rest", [{"free": True}, {"free": False}])
    assert table.utilities.tolist() == [[10, 0], [6, 6]]


def test_states_without_a_plan_add_none() -> None:
    domain = door_domain()
    domain.add_method("enter", lambda state: None if state.locked["door"] else [("through_door",)])
    table = PlanEvaluator(HierarchicalPlanner(domain), Valuation()).table("enter", door_belief().states)
    assert [len(plan) for plan in table.plans] == [0, 1]
    assert table.utilities[1].tolist() == [0, 99]


def test_states_of_any_kind_are_completed() -> None:
    def complete(box: str) -> dict[str, Any]:
        return {"part": box, "opened": {}, "held": False}

    evaluator = PlanEvaluator(HierarchicalPlanner(box_domain()), Valuation(), complete)
    table = evaluator.table("fetch", ["a", "b", "c"])
    assert table.utilities.tolist() == BOXES.table("fetch", box_belief().states).utilities.tolist()
    with pytest.raises(InputError, match="complete="):
        BOXES.table("fetch", ["a", "b"])


def test_unknown_goals_are_the_base_planners_errors() -> None:
    with pytest.raises(DomainError, match="fech"):
        BOXES.table("fech", box_belief().states)
