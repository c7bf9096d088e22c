"""The planner: exact small examples, statuses, budgets, threads, and completeness against brute force."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from planzoo.errors import InputError
from planzoo.planners.htn import (
    Action,
    Budget,
    Decomposition,
    Domain,
    DomainError,
    Goal,
    HierarchicalPlanner,
    Plan,
    Problem,
    State,
    Status,
    Task,
    validate,
)
from tests.planners.htn.networks import Network, can_be_done, domain_of, networks


def names(plan: Plan | None) -> list[str]:
    assert plan is not None
    return [action.name for action in plan.actions]


def test_the_first_applicable_method_is_taken(travel: Domain, home: State) -> None:
    result = HierarchicalPlanner(travel).solve(Problem(home, [Task("travel", "me", "shop")]))
    assert result.status is Status.SOLVED
    assert result.plan == Plan(
        (Action("walk", ("me", "shop"), 1.0, 20.0),),
        Decomposition((Task("travel", "me", "shop"), Task("walk", "me", "shop")), (-1, 0), ("by_foot", None)),
    )
    assert result.expansions == 2
    assert result.seconds > 0
    assert result.reason == ""


def test_a_failed_method_is_backtracked_and_actions_that_change_nothing_stay(
    travel: Domain, home: State
) -> None:
    before = dict(home)
    plan = HierarchicalPlanner(travel).solve((home, [("travel", "me", "park")])).plan
    assert plan is not None
    assert plan.actions == (Action("wait", ("me",), 0.0, 5.0), Action("ride", ("me", "park"), 10.0, 1.0))
    assert (plan.cost, plan.duration) == (10.0, 6.0)
    assert plan.decomposition.methods == ("by_taxi", None, None)
    assert plan.path(1) == (("travel", "me", "park"), ("ride", "me", "park"))
    assert home == before
    assert home.trail is None


def test_the_empty_plan_is_not_the_lack_of_a_plan(travel: Domain, home: State) -> None:
    planner = HierarchicalPlanner(travel)
    for tasks in ([], [("travel", "me", "home")], [Goal(("at", "me"), "home")]):
        result = planner.solve((home, tasks))
        assert result.status is Status.SOLVED
        assert names(result.plan) == []
    home["cash", "me"] = 1
    result = planner.solve((home, [("travel", "me", "park")]))
    assert (result.status, result.plan) == (Status.INFEASIBLE, None)
    assert "furthest at travel(me, park) > ride(me, park)" in result.reason


def test_goals_decompose_by_their_methods_and_must_hold_at_the_end(travel: Domain, home: State) -> None:
    plan = HierarchicalPlanner(travel).solve((home, [Goal(("at", "me"), "shop")])).plan
    assert plan is not None
    assert names(plan) == ["walk"]
    assert plan.decomposition.methods == ("go", "by_foot", None)
    vain = Domain("vain")
    vain.add_operator(lambda state: None, "pray")
    vain.add_operator(lambda state: state.update(rain=True), "dance")
    vain.add_goal_method("rain", lambda state, value: [("pray",)], "prayer")
    result = HierarchicalPlanner(vain).solve((State(), [Goal("rain", True)]))
    assert result.status is Status.INFEASIBLE
    assert "rain = True" in result.reason
    vain.add_goal_method("rain", lambda state, value: [("dance",)], "ritual")
    assert names(HierarchicalPlanner(vain).solve((State(), [Goal("rain", True)])).plan) == ["dance"]


def test_methods_are_asked_only_for_what_is_needed() -> None:
    domain, asked = Domain("lazy"), []

    @domain.method("choose")
    def count(state: State) -> Iterator[Any]:
        for number in range(1000):
            asked.append(number)
            yield [("take", number)]

    @domain.method("choose")
    def never(state: State) -> Any:
        raise AssertionError("asked although the first method had worked")

    domain.add_operator(lambda state, number: number >= 3, "take")
    plan = HierarchicalPlanner(domain).solve(({}, [("choose",)])).plan
    assert plan is not None
    assert plan.actions[0].arguments == (3,)
    assert asked == [0, 1, 2, 3]


def test_a_choice_made_long_ago_is_revised() -> None:
    """Only the last of 8 × 8 combinations passes the test that comes after both choices."""
    domain = Domain("safe")

    @domain.method("turn")
    def any_number(state: State, wheel: str) -> Iterator[Any]:
        for number in range(8):
            yield [("set", wheel, number)]

    @domain.operator(name="set")
    def turn_to(state: State, wheel: str, number: int) -> None:
        state[wheel] = number

    domain.add_operator(lambda state: state["left"] == state["right"] == 7, "open")
    tasks = [("turn", "left"), ("turn", "right"), ("open",)]
    result = HierarchicalPlanner(domain).solve(({"left": 0}, tasks))
    assert result.plan is not None
    assert [action.arguments for action in result.plan.actions] == [("left", 7), ("right", 7), ()]
    assert validate(domain, {"left": 0}, tasks, result.plan) is None


@pytest.mark.parametrize(
    ("problem", "fault"),
    [
        (State(), "pair"),
        (7, "pair"),
        ((7, []), "mapping, not int"),
        (({}, "travel"), "'travel'"),
        (({}, Task("travel", "me", "park")), "list such as"),
        (({"x": []}, []), "'x'"),
    ],
)
def test_a_misshapen_problem_is_refused(travel: Domain, problem: Any, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        HierarchicalPlanner(travel).solve(problem)


def binary_domain() -> Domain:
    """A task whose 2^n decompositions all fail."""
    domain = Domain("binary")

    @domain.method("guess")
    def bits(state: State, left: int) -> Iterator[Any]:
        for bit in (0, 1) if left else ():
            yield [("write", left, bit), ("guess", left - 1)]

    @domain.operator
    def write(state: State, place: int, bit: int) -> None:
        state.bits[place] = bit

    return domain


def test_budgets_stop_the_search_exactly_or_in_time() -> None:
    planner, problem = HierarchicalPlanner(binary_domain()), (State(bits={}), [("guess", 60)])
    result = planner.solve(problem, Budget(expansions=1001))
    assert (result.status, result.plan, result.expansions) == (Status.BUDGET_SPENT, None, 1001)
    assert "1001 expansions" in result.reason
    result = planner.solve(problem, Budget(milliseconds=30))
    assert result.status is Status.BUDGET_SPENT
    assert 0.03 <= result.seconds < 2
    assert "30 ms" in result.reason
    assert planner.solve(problem, Budget(milliseconds=0)).expansions == 0
    assert planner.solve((State(bits={}), [("guess", 6)])).status is Status.INFEASIBLE


def test_a_budget_that_just_suffices(travel: Domain, home: State) -> None:
    planner, problem = HierarchicalPlanner(travel), (home, [("travel", "me", "shop")])
    assert planner.solve(problem, Budget(expansions=2)).status is Status.SOLVED
    assert planner.solve(problem, Budget(expansions=1)).status is Status.BUDGET_SPENT
    assert planner.solve((home, []), Budget(expansions=0)).status is Status.SOLVED


def test_threads_with_different_domains_do_not_mix() -> None:
    """Same names, other meanings; the threads' searches are interleaved by force at each step."""
    barrier, plans = threading.Barrier(2, timeout=10), {}

    def make(step: int) -> Domain:
        domain = Domain(f"steps of {step}")

        @domain.operator
        def climb(state: State, height: int) -> bool:
            barrier.wait()
            state["height"] = state["height"] + step
            return bool(state["height"] == height)

        @domain.method("up")
        def onwards(state: State, rounds: int) -> Any:
            return [("climb", state["height"] + step), ("up", rounds - 1)] if rounds else []

        return domain

    shared = State({"height": 0})

    def work(step: int) -> None:
        plans[step] = (
            HierarchicalPlanner(make(step)).solve((shared, [("up", 20)]), Budget(milliseconds=8000)).plan
        )

    threads = [threading.Thread(target=work, args=(step,)) for step in (1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    for step in (1, 5):
        assert [action.arguments[0] for action in plans[step].actions] == [step * n for n in range(1, 21)]
    assert shared == {"height": 0}


@pytest.mark.parametrize("changing", [True, False])
def test_a_chain_of_20000_tasks_needs_no_recursion(changing: bool) -> None:
    domain = Domain("chain")
    domain.add_operator(lambda state, left: state.update(left=left) if changing else None, "step")

    @domain.method("walk")
    def onwards(state: State, left: int) -> Iterator[Any]:
        yield [("step", left), ("walk", left - 1)] if left else []

    result = HierarchicalPlanner(domain).solve(({}, [("walk", 20_000)]))
    assert result.plan is not None
    assert [action.arguments[0] for action in result.plan.actions] == list(range(20_000, 0, -1))
    assert len(result.plan.path(19_999)) == 20_001
    assert validate(domain, {}, [("walk", 20_000)], result.plan) is None


def test_a_deep_chain_that_fails_at_its_end_is_undone_without_recursion() -> None:
    domain = Domain("dead end")
    domain.add_operator(lambda state, left: state.update(left=left) if left else False, "step")

    @domain.method("walk")
    def onwards(state: State, left: int) -> Any:
        return [("step", left), ("walk", left - 1)]

    result = HierarchicalPlanner(domain).solve(({}, [("walk", 20_000)]))
    assert result.status is Status.INFEASIBLE
    assert "more … > " in result.reason
    assert result.reason.endswith("step(0).")


def test_an_infinite_decomposition_has_a_clear_end() -> None:
    domain = Domain("count")
    domain.add_operator(lambda state, n: state.update(n=n), "say")
    domain.add_method("count", lambda state, n: [("say", n), ("count", n + 1)], "upwards")
    result = HierarchicalPlanner(domain).solve(
        ({}, [("count", 0)]), Budget(milliseconds=30_000, depth=20_000)
    )
    assert result.status is Status.BUDGET_SPENT
    assert "deeper than 20000 tasks" in result.reason
    assert "count(0) [upwards] > count(1) [upwards]" in result.reason
    assert "… 19989 more …" in result.reason


def test_a_task_that_only_leads_to_itself_is_infeasible() -> None:
    domain = Domain("circle")
    domain.add_operator(lambda state: None, "wait")
    domain.add_method("ask a", lambda state: [("ask b",)], "refer")
    domain.add_method("ask b", lambda state: [("wait",), ("ask a",)], "refer back")
    for tasks in ([("ask a",)], [("ask a",), ("wait",)]):
        assert HierarchicalPlanner(domain).solve(({}, tasks)).status is Status.INFEASIBLE
    domain.add_method("ask b", lambda state: [("wait",)], "answer")
    assert names(HierarchicalPlanner(domain).solve(({}, [("ask a",)])).plan) == ["wait"]


def test_left_recursion_finds_what_needs_many_rounds() -> None:
    """``many → many item | nothing``: the plan needs the recursion that the depth-first search cuts."""
    domain = Domain("left")

    @domain.operator
    def item(state: State) -> None:
        state.made += 1

    domain.add_operator(lambda state, wanted: state.made == wanted, "deliver")
    domain.add_method("many", lambda state: [("many",), ("item",)], "one more")
    domain.add_method("many", lambda state: [], "none")
    tasks = [("many",), ("deliver", 7)]
    result = HierarchicalPlanner(domain).solve(({"made": 0}, tasks))
    assert names(result.plan) == ["item"] * 7 + ["deliver"]
    assert result.plan is not None
    assert validate(domain, {"made": 0}, tasks, result.plan) is None
    short = Budget(milliseconds=300)
    assert HierarchicalPlanner(domain).solve(({"made": 8}, tasks), short).status is Status.BUDGET_SPENT


def test_a_cost_function_that_fails_is_told(home: State) -> None:
    domain = Domain("dear")
    domain.add_operator(lambda state, thing: None, "buy", cost=lambda state, thing: state["price", thing])
    with pytest.raises(DomainError, match=r"Step 1, buy\(tea\), has no cost"):
        HierarchicalPlanner(domain).solve((home, [("buy", "tea")]))


def agree_with_brute_force(network: Network, budget: Budget | None) -> None:
    operators, methods, start, names = network
    domain, tasks = domain_of(operators, methods), [(name,) for name in names]
    state = State(start)
    result = HierarchicalPlanner(domain).solve((state, tasks), budget)
    assert result.status is (Status.SOLVED if can_be_done(*network) else Status.INFEASIBLE)
    assert (result.plan is None) == (result.status is Status.INFEASIBLE)
    if result.plan is not None:
        assert validate(domain, start, tasks, result.plan) is None
    assert state == start


@settings(max_examples=300, deadline=None)
@given(networks(recursive=False))
def test_complete_on_random_domains_without_recursion(network: Network) -> None:
    agree_with_brute_force(network, None)


@settings(max_examples=500, deadline=None)
@given(networks(recursive=True))
def test_complete_on_random_domains_with_recursion(network: Network) -> None:
    agree_with_brute_force(network, Budget(depth=40))
