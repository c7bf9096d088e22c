"""Landmarks and orders are those that brute force over all sequences of operators finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import Budget, Domain, Goal, Multigoal, State
from planzoo.planners.htn.causal.landmarks import REACHED, LandmarkProver, restricted

PROPOSITIONS = ("p", "q", "r", "s")
PARTIAL = st.dictionaries(st.sampled_from(PROPOSITIONS), st.booleans(), max_size=2)
Operators = list[tuple[dict[str, bool], dict[str, bool]]]
Facts = frozenset[tuple[str, bool]]


def free_domain(operators: Operators) -> Domain:
    """Goals are reached by any operators in any order: the methods forbid nothing."""
    domain = Domain("free")

    def add(name: str, condition: dict[str, bool], effects: dict[str, bool]) -> None:
        def act(state: State) -> bool:
            if any(state[each] != value for each, value in condition.items()):
                return False
            state.update(effects)
            return True

        domain.add_operator(act, name)

    def anything(state: State, *arguments: Any, goal: Goal) -> Iterator[Any]:
        for name in domain.operators:
            yield [(name,), goal]

    for index, (condition, effects) in enumerate(operators):
        add(f"o{index}", condition, effects)
    for proposition in PROPOSITIONS:
        domain.add_goal_method(
            proposition,
            lambda state, value, proposition=proposition: anything(state, goal=Goal(proposition, value)),
            "anything",
        )
    return domain


SHALLOW = Budget(depth=20)
"""Free domains recur without end: the depth-first search need not go far into that."""
Step = Callable[[dict[str, bool], dict[str, bool], bool], bool]


def reachable(
    operators: Operators, start: dict[str, bool], goals: dict[str, bool], allowed: Step, later: Goal
) -> bool:
    """Breadth-first over states (and whether ``later`` has ever held); only allowed transitions."""
    begin = (frozenset(start.items()), False)
    seen, queue = {begin}, [begin]
    while queue:
        facts, reached = queue.pop()
        before = dict(facts)
        if goals.items() <= before.items():
            return True
        for condition, effects in operators:
            if condition.items() <= before.items():
                after = before | effects
                if allowed(before, after, reached):
                    now = reached or after[str(later.variable)] == later.value
                    place = (frozenset(after.items()), now)
                    if place not in seen:
                        seen.add(place)
                        queue.append(place)
    return False


def holds(fact: Goal, facts: dict[str, bool]) -> bool:
    return bool(facts[str(fact.variable)] == fact.value)


@st.composite
def problems(draw: st.DrawFn) -> tuple[Operators, dict[str, bool], dict[str, bool]]:
    operators = draw(st.lists(st.tuples(PARTIAL, PARTIAL), min_size=2, max_size=6))
    start = {proposition: draw(st.booleans()) for proposition in PROPOSITIONS}
    goals = draw(st.dictionaries(st.sampled_from(PROPOSITIONS), st.booleans(), min_size=1, max_size=2))
    return operators, start, goals


@settings(max_examples=60, deadline=None)
@given(problems())
def test_landmarks_are_those_of_brute_force(
    problem: tuple[Operators, dict[str, bool], dict[str, bool]],
) -> None:
    operators, start, goals = problem
    prover = LandmarkProver(free_domain(operators), State(start), (Multigoal({**goals}),), SHALLOW)
    for variable, value in start.items():
        fact = Goal(variable, not value)

        def without(before: Any, now: Any, reached: bool, fact: Goal = fact) -> bool:
            return not holds(fact, now)

        assert prover.is_landmark(fact) is not reachable(operators, start, goals, without, fact)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_orders_are_those_of_brute_force(
    problem: tuple[Operators, dict[str, bool], dict[str, bool]],
) -> None:
    operators, start, goals = problem
    prover = LandmarkProver(free_domain(operators), State(start), (Multigoal({**goals}),), SHALLOW)
    facts = [Goal(variable, not value) for variable, value in start.items()]
    for first, second in product(facts, facts):
        if first == second:
            continue

        def after(before: Any, now: Any, reached: bool, first: Goal = first, second: Goal = second) -> bool:
            return not holds(first, now) or reached or holds(second, now)

        def not_just(b: Any, now: Any, reached: bool, first: Goal = first, second: Goal = second) -> bool:
            return reached or not holds(second, now) or not holds(first, b)

        def kept(before: Any, now: Any, reached: bool, first: Goal = first, second: Goal = second) -> bool:
            lost = holds(second, before) and not holds(second, now)
            begins = holds(first, now) and not holds(first, before)
            return not lost and (not begins or holds(second, now))

        for verdict, allowed in (
            (prover.is_before, after),
            (prover.is_just_before, not_just),
            (prover.is_reasonably_before, kept),
        ):
            assert verdict(first, second) is not reachable(operators, start, goals, allowed, second)


LADDER: Operators = [({}, {"p": True}), ({"p": True}, {"q": True}), ({"q": True}, {"r": True, "p": False})]
START = dict.fromkeys(PROPOSITIONS, False)
P, Q, R, S = (Goal(proposition, True) for proposition in PROPOSITIONS)


def ladder(budget: Budget | None = None) -> LandmarkProver:
    return LandmarkProver(free_domain(LADDER), State(START), (R,), budget or SHALLOW)


def test_a_ladder() -> None:
    prover = ladder()
    assert [prover.is_landmark(fact) for fact in (P, Q, R, S)] == [True, True, True, False]
    assert prover.is_just_before(P, Q) and prover.is_just_before(Q, R) and prover.is_before(P, R)
    assert prover.is_before(Q, P) is False
    assert prover.is_before(R, Q) is False
    assert len(prover.plans) == 3
    assert prover.expansions > 0


@pytest.mark.parametrize(
    ("operators", "start", "goals", "verdicts"),
    [
        # q before p would do as well, and p is still true when both are needed: no order
        (
            [({}, {"p": True}), ({}, {"q": True}), ({"p": True, "q": True}, {"r": True})],
            {},
            {"r": True},
            "---",
        ),
        # p is true at the beginning and stays; the way to q has a stage in between
        ([({}, {"s": True}), ({"s": True}, {"q": True})], {"p": True}, {"p": True, "q": True}, "---"),
        # only from q can p be had, and that costs q: whoever has q first has to make it twice
        (
            [({}, {"q": True}), ({"q": True}, {"s": True, "q": False}), ({"s": True}, {"p": True})],
            {},
            {"p": True, "q": True},
            "--r",
        ),
        # p makes q possible, by way of s, which takes p away
        (
            [({}, {"p": True}), ({"p": True}, {"s": True, "p": False}), ({"s": True}, {"q": True})],
            {},
            {"q": True},
            "b-r",
        ),
        # q is destroyed by p's maker
        ([({}, {"p": True, "q": False}), ({}, {"q": True})], {}, {"p": True, "q": True}, "--r"),
    ],
)
def test_orders_of_p_and_q_by_hand(
    operators: Operators, start: dict[str, bool], goals: dict[str, bool], verdicts: str
) -> None:
    prover = LandmarkProver(free_domain(operators), State(START | start), (Multigoal({**goals}),), SHALLOW)
    asked = [prover.is_reasonably_before(P, Q)]
    if not start:
        asked = [prover.is_before(P, Q), prover.is_just_before(P, Q), *asked]
    assert asked == [letter != "-" for letter in verdicts[-len(asked) :]]


def test_a_budget_that_does_not_suffice_decides_nothing() -> None:
    prover = ladder(Budget(expansions=1))
    assert prover.is_landmark(P) is prover.is_before(P, Q) is prover.is_just_before(P, Q) is None
    assert prover.expansions == 3


def test_a_method_that_fails_off_the_usual_way_decides_nothing() -> None:
    domain = Domain("picky")
    domain.add_operator(lambda state: state.update(key=True), "find")
    domain.add_operator(lambda state: state.update(open=True), "open")
    domain.add_goal_method("open", lambda state, value: [("find",), ("open",)], "with key")
    domain.add_goal_method("open", lambda state, value: [("open",) if state["key"] else ()], "at once")
    prover = LandmarkProver(domain, State(key=False), (Goal("open", True),), Budget())
    assert prover.is_landmark(Goal("key", True)) is None


def test_a_restricted_domain_is_otherwise_the_same() -> None:
    domain = Domain("lamp", "lights")
    domain.type("lamp")
    domain.variable("on", "lamp", values=[True, False])

    @domain.operator(cost=3, duration=2, agent=0, resources={"power": 1})
    def press(state: State, lamp: str) -> None:
        state.on[lamp] = True

    domain.add_method("light", lambda state: [("press", lamp) for lamp in state.objects("lamp")], "all")
    domain.add_multigoal_method(lambda state, goals: [("light",)], "light all")
    twin = restricted(domain, (Goal(("on", "x"), True),), lambda state, before, after: not after[0])
    state = twin.state(objects={"lamp": ["x", "y"]})
    assert twin.operators["press"].function(state.copy(), "x") is False
    assert twin.operators["press"].function(state.copy(), "y") is True
    assert domain.operators["press"].function(state.copy(), "x") is None
    assert (twin.name, twin.description, twin.schema) == ("lamp", "lights", domain.schema)
    assert (twin.methods, twin.multigoal_methods) == (domain.methods, domain.multigoal_methods)
    action, original = (each.operators["press"].action(state, ("y",)) for each in (twin, domain))
    assert action == original


def test_orders_in_a_domain_that_declares_its_variables() -> None:
    domain = Domain("declared")
    domain.type("lamp")
    domain.variable("on", "lamp")
    domain.add_operator(lambda state, lamp: state.update({("on", lamp): True}), "press")
    domain.add_goal_method(
        "on", lambda state, lamp, value: [("press", each) for each in state.objects("lamp")], "in order"
    )
    state = domain.state(objects={"lamp": ["x", "y"]})
    x, y = (Goal(("on", lamp), True) for lamp in "xy")
    prover = LandmarkProver(domain, state, (y,), Budget())
    assert prover.is_before(x, y) is prover.is_just_before(x, y) is True
    assert prover.is_before(y, x) is False
    assert len(state) == 0
    with pytest.raises(InputError, match="is kept for the search"):
        LandmarkProver(domain, State({REACHED: 1}), (y,), Budget()).is_before(x, y)
