"""The depth-first search: its proofs, and how it notices recursion."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.htn import Budget, Domain, State
from planzoo.planners.htn.meter import Lost, Meter
from planzoo.planners.htn.search.depth_first import CLOSE, Search
from tests.planners.htn.networks import Network, domain_of, networks


def search_for(domain: Domain, *tasks: Any, depth: int = 1000) -> Search:
    return Search(domain, State({"n": 0}), tasks, Meter(Budget()), depth)


def test_the_state_holds_the_outcome_until_it_is_undone(travel: Domain, home: State) -> None:
    search = Search(travel, home, (("travel", "me", "park"),), Meter(Budget()), 10)
    before = dict(home)
    assert search.run()
    assert (home["at", "me"], home["cash", "me"]) == ("park", 10)
    home.undo(search.start)
    assert home == before


def test_a_repetition_before_the_same_rest_is_dropped_and_proves_that_there_is_no_plan() -> None:
    domain = Domain("tail")
    domain.add_method("a", lambda state: [("a",)], "again")
    search = search_for(domain, ("a",), ("a",))
    assert search.run() is False
    assert search.meter.expansions == 2


def test_a_repetition_before_another_rest_proves_nothing() -> None:
    domain = Domain("left")
    domain.add_operator(lambda state: False, "act")
    domain.add_method("a", lambda state: [("a",), ("act",)], "again")
    with pytest.raises(Lost, match=r"itself without any change.*path: a\(\) \[again\] > a\(\)\)"):
        search_for(domain, ("a",)).run()


@pytest.mark.parametrize("period", [1, 2, CLOSE - 1, CLOSE, CLOSE + 1, 5 * CLOSE])
def test_circles_of_any_length_are_noticed_soon(period: int) -> None:
    domain = Domain("circle")
    domain.add_method("a", lambda state, n: [("a", (n + 1) % period)], "next")
    search = search_for(domain, ("a", 0))
    assert search.run() is False
    assert search.meter.expansions <= 4 * max(period, CLOSE)


def test_a_change_of_state_makes_a_repetition_legal() -> None:
    domain = Domain("count down")
    domain.add_operator(lambda state: state.update(n=state["n"] + 1), "up")
    domain.add_method("a", lambda state: [("up",), ("a",)] if state["n"] < 50 else [], "again")
    search = search_for(domain, ("a",))
    assert search.run()
    assert search.state["n"] == 50


@pytest.mark.parametrize("depth", [0, 1, 5])
def test_the_depth_bound_counts_tasks_above_one_another(depth: int) -> None:
    domain = Domain("deep")
    domain.add_method("a", lambda state, n: [("a", n - 1)] if n > 1 else [], "down")
    assert search_for(domain, ("a", depth), depth=max(depth, 1)).run()
    with pytest.raises(Lost, match=f"deeper than {depth} tasks"):
        search_for(domain, ("a", depth + 1), depth=depth).run()


def bits(state: State) -> list[Any]:
    return [(variable, type(value), repr(value)) for variable, value in state.items()]


@settings(max_examples=150, deadline=None)
@given(networks(recursive=False), st.integers(0, 3))
def test_undo_leaves_the_state_bit_equal_after_any_number_of_plans(network: Network, plans: int) -> None:
    operators, methods, start, names = network
    state = State(start)
    before = bits(state)
    search = Search(domain_of(operators, methods), state, tuple((name,) for name in names), Meter(Budget()))
    found = search.run()
    while found and plans:
        found = search.resume()
        plans -= 1
    state.undo(search.start)
    assert bits(state) == before


def test_resuming_gives_every_plan_once_and_then_none() -> None:
    domain = Domain("choices")
    domain.add_operator(lambda state, *digits: state.update(n=digits), "say")
    domain.add_method(
        "pick", lambda state, *done: ([("pick", *done, d)] for d in "ab" if len(done) < 3), "one more"
    )
    domain.add_method("pick", lambda state, *done: [("say", *done)] if len(done) == 3 else None, "enough")
    search = search_for(domain, ("pick",))
    found, said = search.run(), []
    while found:
        said.append("".join(search.state["n"]))
        assert search.decomposition().tasks[-1] == ("say", *said[-1])
        found = search.resume()
    assert said == ["aaa", "aab", "aba", "abb", "baa", "bab", "bba", "bbb"]
