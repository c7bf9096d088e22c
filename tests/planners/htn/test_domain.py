"""Domains: declarations, and what they refuse."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Domain, Goal, State
from planzoo.planners.htn.domain import ALREADY_TRUE


def noop(state: State, *arguments: Any) -> None:
    pass


def test_a_domain_lists_what_was_declared(travel: Domain) -> None:
    assert list(travel.operators) == ["walk", "wait", "ride"]
    assert {task: [m.name for m in methods] for task, methods in travel.methods.items()} == {
        "travel": ["stay", "by_foot", "by_taxi"]
    }
    assert [method.name for method in travel.goal_methods["at"]] == ["go"]
    assert "travel" in repr(travel)
    with pytest.raises(TypeError):
        travel.operators["walk"] = None  # type: ignore[index]


def test_decorators_give_the_function_back_under_its_own_or_a_given_name() -> None:
    domain = Domain("names")
    assert domain.operator(noop) is noop
    assert domain.operator(name="rest", cost=3)(noop) is noop
    assert domain.method("tour", name="slow")(noop) is noop
    assert domain.goal_method("at", name="direct")(noop) is noop
    assert list(domain.operators) == ["noop", "rest"]
    assert domain.operators["rest"].cost == 3
    assert domain.methods["tour"][0].name == "slow"
    assert domain.goal_methods["at"][0].name == "direct"


def test_taken_names_are_refused() -> None:
    domain = Domain("twice")
    domain.add_operator(noop, "act")
    domain.add_method("task", noop)
    domain.add_goal_method("at", noop)
    with pytest.raises(InputError, match="'twice' already has an operator named 'act'"):
        domain.add_operator(noop, "act")
    with pytest.raises(InputError, match="already has an operator named 'act'"):
        domain.add_method("act", noop)
    with pytest.raises(InputError, match="already has a task with methods named 'task'"):
        domain.add_operator(noop, "task")
    with pytest.raises(InputError, match="already has a method 'noop' for task 'task'"):
        domain.add_method("task", noop)
    with pytest.raises(InputError, match="already has a method 'noop' for goals on 'at'"):
        domain.add_goal_method("at", noop)


def test_a_method_without_a_task_name_is_refused_at_once() -> None:
    with pytest.raises(InputError, match=r"write @domain\.method\('name of the task'\)"):
        Domain("bare").method(noop)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [-1, math.nan, math.inf, "much", None])
def test_costs_and_durations_are_finite_and_not_negative(bad: Any) -> None:
    with pytest.raises(InputError, match="cost of operator 'noop'"):
        Domain("costs").add_operator(noop, cost=bad)
    with pytest.raises(InputError, match="duration of operator 'noop'"):
        Domain("costs").add_operator(noop, duration=bad)
    dynamic = Domain("costs").add_operator(noop, cost=lambda state: bad)
    with pytest.raises(InputError, match="cost of operator 'noop'"):
        dynamic.action(State(), ())


def test_costs_may_depend_on_the_state_before_the_action(travel: Domain, home: State) -> None:
    ride, wait = travel.operators["ride"], travel.operators["wait"]
    assert ride.action(home, ("me", "park")) == Action("ride", ("me", "park"), 10, 1)
    assert wait.action(home, ("me",)) == Action("wait", ("me",), 0, 5)
    assert ride.depends_on_state
    assert not wait.depends_on_state


def test_alternatives_of_generators_and_plain_functions() -> None:
    domain = Domain("forms")

    def generator(state: State) -> Iterator[Any]:
        yield [("a",)]
        yield [("b",)]

    forms = {
        "generator": generator,
        "list": lambda state: [("a",)],
        "empty list": lambda state: [],
        "nothing": lambda state: None,
        "false": lambda state: False,
    }
    found = {}
    for name, function in forms.items():
        method = domain.add_method(name, function, name)
        found[name] = list(method.alternatives(State(), (name,)))
    assert found == {
        "generator": [[("a",)], [("b",)]],
        "list": [[("a",)]],
        "empty list": [[]],
        "nothing": [],
        "false": [],
    }


def test_methods_for_a_goal_depend_on_whether_it_holds(travel: Domain, home: State) -> None:
    assert travel.methods_for(home, Goal(("at", "me"), "home")) == (ALREADY_TRUE,)
    assert travel.methods_for(home, Goal(("at", "me"), "park")) == travel.goal_methods["at"]
    assert travel.methods_for(home, Goal(("cash", "me"), 3)) is None
    assert travel.methods_for(home, ("fly",)) is None
