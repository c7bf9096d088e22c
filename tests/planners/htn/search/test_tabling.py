"""The search in fair order: sharing, proofs, and its own bounds."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.planners.htn import Budget, Decomposition, Domain, Goal, State
from planzoo.planners.htn.meter import BudgetSpent, Lost, Meter
from planzoo.planners.htn.search.tabling import Tabling


def run(domain: Domain, state: State, *tasks: Any, budget: Budget | None = None, room: int = 100_000) -> Any:
    return Tabling(domain, state, tasks, Meter(budget or Budget()), room).run()


def toggling() -> Domain:
    """A task that may flip a switch for ever before it ends."""
    domain = Domain("switch")
    domain.add_operator(lambda state: state.update(on=not state["on"]), "flip")
    domain.add_operator(lambda state: state["on"], "shine")
    domain.add_method("play", lambda state: [("flip",), ("play",)], "on and on")
    domain.add_method("play", lambda state: [], "enough")
    return domain


def test_the_tree_is_the_one_that_the_depth_first_search_gives(travel: Domain, home: State) -> None:
    goal = Goal(("at", "me"), "park")
    assert run(travel, home, goal, goal) == Decomposition(
        tasks=(goal, ("travel", "me", "park"), ("wait", "me"), ("ride", "me", "park"), goal),
        parents=(-1, 0, 1, 1, -1),
        methods=("go", "by_taxi", None, None, "already true"),
    )
    assert home["at", "me"] == "home"


def test_recursion_without_end_among_finitely_many_states_is_decided() -> None:
    tree = run(toggling(), State({"on": False}), ("play",), ("shine",))
    assert [task[0] for task, method in zip(tree.tasks, tree.methods, strict=True) if method is None] == [
        "flip",
        "shine",
    ]
    impossible = toggling()
    impossible.add_operator(lambda state: False, "fly")
    assert run(impossible, State({"on": False}), ("play",), ("fly",)) is None


def test_the_same_task_in_the_same_state_is_worked_out_once() -> None:
    """``half(n) → half(n - 1) half(n - 1)`` has 2^40 leaves, but only 41 entries."""
    domain, asked = Domain("halves"), []

    def split(state: State, n: int) -> Any:
        asked.append(n)
        return [("half", n - 1), ("half", n - 1)] if n else []

    domain.add_method("half", split)
    domain.add_operator(lambda state: False, "stop")
    assert run(domain, State(), ("half", 40), ("stop",)) is None
    assert asked == list(range(40, -1, -1))


def test_no_branch_without_end_keeps_another_from_its_turn() -> None:
    domain = Domain("fair")
    domain.add_operator(lambda state: state.update(n=state["n"] + 1), "up")
    domain.add_operator(lambda state: state["n"] == 4, "stop at 4")
    domain.add_method("count", lambda state: [("up",), ("count",)], "on")
    domain.add_method("count", lambda state: [("stop at 4",)], "stop")
    tree = run(domain, State({"n": 0}), ("count",))
    assert tree.methods.count("on") == 4


def test_it_stops_at_its_bounds() -> None:
    domain = toggling()
    domain.add_operator(lambda state: state.update(n=state["n"] + 1), "count")
    domain.add_method("for ever", lambda state: [("count",), ("for ever",)], "on")
    state = State({"on": False, "n": 0})
    with pytest.raises(Lost, match="too large"):
        run(domain, state, ("for ever",), room=2000)
    with pytest.raises(BudgetSpent, match="50 expansions"):
        run(domain, state, ("for ever",), budget=Budget(expansions=50))


def test_tasks_that_cannot_be_hashed_are_not_tabled() -> None:
    domain = toggling()
    domain.add_method("with list", lambda state, items: [("flip",)], "any")
    with pytest.raises(Lost, match="'with list' cannot be hashed"):
        run(domain, State({"on": False}), ("with list", [1, 2]))


def test_with_costs_the_cheapest_plan_comes_first_even_if_it_is_longer() -> None:
    domain = Domain("packing")
    domain.add_operator(
        lambda state, n: state.update(made=state.made + n), "make", cost=lambda state, n: 2 * n - 1
    )
    domain.add_operator(lambda state: state.made == 4, "deliver", cost=0)
    domain.add_method("many", lambda state: [("many",), ("make", 2)], "two more")
    domain.add_method("many", lambda state: [("many",), ("make", 1)], "one more")
    domain.add_method("many", lambda state: [], "none")
    lengths = []
    for measure in (None, lambda action: action.cost):
        table = Tabling(domain, State(made=0), (("many",), ("deliver",)), Meter(Budget()), 100_000)
        table.measure = measure
        tree = table.run()
        assert tree is not None
        lengths.append(len(tree.leaves))
    assert lengths == [3, 5]
