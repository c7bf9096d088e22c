"""Faults of a domain are told in one sentence, with the path through the decomposition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import (
    BestFirst,
    Budget,
    Domain,
    DomainError,
    Goal,
    HierarchicalPlanner,
    State,
    Status,
)
from planzoo.planners.htn.faults import path_text
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.search.tabling import Tabling


def depth_first(domain: Domain, tasks: list[Any]) -> Any:
    return HierarchicalPlanner(domain).solve(({"x": 1}, tasks))


def in_fair_order(domain: Domain, tasks: list[Any]) -> Any:
    return Tabling(domain, State({"x": 1}), tuple(tasks), Meter(Budget()), 10_000).run()


@pytest.fixture(params=[depth_first, in_fair_order])
def solve(request: pytest.FixtureRequest) -> Callable[[Domain, list[Any]], Any]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def domain() -> Domain:
    domain = Domain("faulty")
    domain.add_operator(lambda state, a, b: None, "act")
    domain.add_operator(lambda state: 1 / 0, "explode")
    domain.add_method("outer", lambda state, *inner: [("act", 1, 2), tuple(inner)], "wrap")
    return domain


def fault(solve: Callable[[Domain, list[Any]], Any], domain: Domain, *tasks: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        solve(domain, list(tasks))
    assert isinstance(caught.value, InputError)
    assert str(caught.value).count("path: ") == 1
    return caught.value


def test_an_unknown_task(solve: Any, domain: Domain) -> None:
    error = fault(solve, domain, ("outer", "outer", "explod"))
    assert str(error) == (
        "Domain 'faulty' has no operator or task 'explod'; did you mean 'explode' "
        "(path: outer(outer, explod) [wrap] > outer(explod) [wrap] > explod())."
    )
    assert error.path == (("outer", "outer", "explod"), ("outer", "explod"), ("explod",))


def test_an_unknown_task_of_the_problem_itself(solve: Any, domain: Domain) -> None:
    error = fault(solve, domain, ("fly", "home"))
    assert str(error) == "Domain 'faulty' has no operator or task 'fly'; declare it (path: fly(home))."


def test_a_goal_without_methods(solve: Any, domain: Domain) -> None:
    error = fault(solve, domain, Goal(("at", "me"), "park"))
    assert "no goal methods for variable 'at'" in str(error)
    assert "at(me) = park" in str(error)


@pytest.mark.parametrize("subtask", ["act", 5, (), (7, 8), ([], 1)])
def test_something_that_is_no_task(solve: Any, domain: Domain, subtask: Any) -> None:
    domain.add_method("bad", lambda state: [subtask], "typo")
    error = fault(solve, domain, ("bad",))
    assert f"{subtask!r} is not a task" in str(error)
    assert "bad() [typo] > " in str(error)


def test_a_wrong_number_of_arguments_for_an_operator(solve: Any, domain: Domain) -> None:
    error = fault(solve, domain, ("outer", "act", 1))
    assert "Operator 'act' takes 2 arguments (a, b) after the state, but is given 1" in str(error)
    assert "outer(act, 1) [wrap] > act(1)" in str(error)


@pytest.mark.parametrize("lazy", [True, False])
def test_a_wrong_number_of_arguments_for_a_method(solve: Any, domain: Domain, lazy: bool) -> None:
    def generator(state: State) -> Iterator[Any]:
        yield []

    domain.add_method("simple", generator if lazy else lambda state: [], "plain")
    error = fault(solve, domain, ("outer", "simple", 1))
    assert "Method 'plain' takes no arguments after the state, but is given 1" in str(error)
    assert "outer(simple, 1) [wrap] > simple(1) [plain]" in str(error)


def test_a_wrong_number_of_arguments_for_a_goal_method(solve: Any, domain: Domain) -> None:
    domain.add_goal_method("at", lambda state, value: [], "short")
    assert "takes 1 arguments (value) after the state, but is given 2" in str(
        fault(solve, domain, Goal(("at", "me"), "park"))
    )


def test_an_operator_that_raises(solve: Any, domain: Domain) -> None:
    error = fault(solve, domain, ("outer", "explode"))
    assert "Operator 'explode' raised ZeroDivisionError: division by zero (path: outer(explode)" in str(error)
    assert isinstance(error.__cause__, ZeroDivisionError)


def test_a_generator_that_raises_when_it_is_resumed(solve: Any, domain: Domain) -> None:
    def late(state: State) -> Iterator[Any]:
        yield [("act", 1, 2), ("fail",)]
        raise RuntimeError("Out of ideas.")

    domain.add_operator(lambda state: False, "fail")
    domain.add_method("think", late)
    error = fault(solve, domain, ("outer", "think"))
    assert (
        "Method 'late' raised RuntimeError: Out of ideas (path: outer(think) [wrap] > think() [late])."
        in str(error)
    )


@pytest.mark.parametrize("answer", [7, "act", ("act", 1, 2)])
def test_a_method_that_gives_no_list(solve: Any, domain: Domain, answer: Any) -> None:
    domain.add_method("bad", lambda state: answer, "odd")
    error = fault(solve, domain, ("bad",))
    assert "odd" in str(error)
    assert "not" in str(error)


@pytest.mark.parametrize("gives", [None, []])
def test_a_method_that_writes_into_the_state(domain: Domain, gives: Any) -> None:
    def meddle(state: State) -> Any:
        state["x"] = 2
        return gives

    domain.add_method("peek", meddle)
    error = fault(depth_first, domain, ("outer", "peek"))
    assert "Method 'meddle' wrote into the state" in str(error)
    assert "outer(peek) [wrap] > peek() [meddle]" in str(error)


def test_an_effect_that_the_trail_cannot_see(solve: Any, domain: Domain) -> None:
    domain.add_operator(lambda state: state.update(x=[1]), "collect")
    assert "raised InputError: State variable 'x' was given a list" in str(fault(solve, domain, ("collect",)))


def test_long_paths_are_shortened() -> None:
    text = path_text([(("a", n), "m") for n in range(100)])
    assert text.startswith("a(0) [m] > a(1) [m]")
    assert " > … 88 more … > a(94) [m]" in text
    assert text.endswith("a(99) [m]")


def test_a_method_that_gives_nothing_for_ever() -> None:
    def never(state: State) -> Iterator[None]:
        while True:
            yield None

    domain = Domain("endless")
    domain.add_method("wait", never)
    error = fault(depth_first, domain, ("wait",))
    assert "Method 'never' gives None again and again; end the generator" in str(error)
    result = HierarchicalPlanner(domain).solve(({}, [("wait",)]), Budget(milliseconds=20))
    assert result.status is Status.BUDGET_SPENT
    assert result.seconds < 1


def test_a_goal_that_cannot_be_looked_up() -> None:
    class Odd(Goal):
        def holds_in(self, state: State) -> bool:
            raise InputError("There is no such place")

    domain = Domain("odd")
    domain.add_method("go", lambda state: [Odd("at", 1)], "there")
    error = fault(depth_first, domain, ("go",))
    assert str(error) == "Goal at = 1 is faulty: There is no such place (path: go() [there] > at = 1)."


def endless_domain(act: Callable[..., Any]) -> Domain:
    domain = Domain("endless")
    domain.add_operator(act, "take")

    def any_number(state: State) -> Iterator[Any]:
        number = 0
        while True:
            number += 1
            yield [("take", number)]

    domain.add_method("choose", any_number)
    domain.add_method("count", lambda state, n: [("take", n), ("count", n + 1)], "upwards")
    return domain


def test_endless_alternatives_end_without_a_budget_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planzoo.planners.htn.search.depth_first.MOST_IN_VAIN", 1000)
    monkeypatch.setattr("planzoo.planners.htn.search.best_first.MOST_WEIGHED", 10_000)
    domain = endless_domain(lambda state, number: False)
    planner, problem = HierarchicalPlanner(domain), ({}, [("choose",)])
    result = planner.solve(problem)
    assert result.status is Status.BUDGET_SPENT
    assert "more than 1,000 alternatives, all in vain" in result.reason
    assert "path: choose() [any_number]" in result.reason
    led = planner.solve_best_first(problem, BestFirst(lambda state, tasks: 0.0))
    assert led.status is Status.BUDGET_SPENT
    assert "give a Budget if it shall go on" in led.reason
    late = endless_domain(lambda state, number: number > 5000)
    assert HierarchicalPlanner(late).solve(problem, Budget(milliseconds=20_000)).status is Status.SOLVED


def test_endless_depth_ends_every_search_with_the_path() -> None:
    planner = HierarchicalPlanner(endless_domain(lambda state, number: state.update(last=number)))
    problem, budget = (State(last=0), [("count", 0)]), Budget(depth=200)
    results = [
        planner.solve(problem, budget),
        planner.optimize(problem, budget=budget),
        planner.solve_best_first(problem, BestFirst(lambda state, tasks: 0.0), budget),
    ]
    for result in results:
        assert result.status is Status.BUDGET_SPENT
        assert "deeper than 200 tasks" in result.reason
        assert "count(0) [upwards] > count(1) [upwards]" in result.reason
    assert planner.plans(problem, 3, budget).status is Status.BUDGET_SPENT
