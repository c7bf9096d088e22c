"""Goals taken apart: the exact answer on Sussman's anomaly, and invariants on random domains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import Budget, Domain, Goal, HierarchicalPlanner, Multigoal, State, Status
from planzoo.planners.htn.causal.goal_decomposition import GoalDecomposer
from planzoo.planners.htn.causal.goal_tree import GoalTree
from tests.planners.htn.causal.test_landmarks import Operators, free_domain, holds, problems, reachable


def grasp(state: State, block: str) -> bool:
    if not state.clear[block] or state.hand is not None:
        return False
    if state.on[block] != "table":
        state.clear[state.on[block]] = True
    state.on[block], state.hand, state.clear[block] = "hand", block, False
    return True


def put(state: State, block: str, place: str) -> bool:
    if state.hand != block or (place != "table" and not state.clear[place]):
        return False
    if place != "table":
        state.clear[place] = False
    state.on[block], state.hand, state.clear[block] = place, None, True
    return True


def move(state: State, block: str, place: str) -> Iterator[Any]:
    if place == "hand":
        yield [Goal(("clear", block), True), Goal("hand", None), ("grasp", block)]
    elif place == "table":
        yield [Goal(("on", block), "hand"), ("put", block, place)]
    else:
        yield [Goal(("clear", place), True), Goal(("on", block), "hand"), ("put", block, place)]


def uncover(state: State, block: str, wanted: bool) -> Iterator[Any]:
    for other, place in list(state.on.items()):
        if place == block:
            yield [Goal(("on", other), "table")]
    if state.hand == block:
        yield [("put", block, "table")]


def blocks() -> Domain:
    """Blocks by goals on where each is; ``"hand"`` and ``"table"`` are places, too."""
    domain = Domain("blocks")
    domain.add_operator(grasp)
    domain.add_operator(put)
    domain.add_goal_method("on", move)
    domain.add_goal_method("clear", uncover)
    domain.add_goal_method("hand", lambda state, wanted: [("put", state.hand, "table")], "empty")
    return domain


def sussman() -> State:
    return State(
        on={"a": "table", "b": "table", "c": "a"}, clear={"a": False, "b": True, "c": True}, hand=None
    )


def named(tree: GoalTree, kind: str) -> set[tuple[str, str]]:
    marks = tree.landmarks
    return {
        (str(marks[order.earlier]), str(marks[order.later])) for order in tree.orders if order.kind == kind
    }


@pytest.mark.parametrize("reverse", [False, True])
def test_sussman_s_anomaly(reverse: bool) -> None:
    goals = [Goal(("on", "a"), "b"), Goal(("on", "b"), "c")]
    state = sussman()
    tree = GoalDecomposer(blocks()).decompose(state, goals[::-1] if reverse else goals)
    assert state == sussman()
    assert {str(mark) for mark in tree.landmarks} == {
        "hand = c",
        "clear(a) = True",
        "hand = a",
        "hand = b",
        "on(a) = b",
        "on(b) = c",
    }
    assert all(mark.proven for mark in tree.landmarks) and all(order.proven for order in tree.orders)
    assert named(tree, "reasonable") == {("on(b) = c", "on(a) = b")}
    assert {("clear(a) = True", "hand = a"), ("hand = a", "on(a) = b"), ("hand = b", "on(b) = c")} == named(
        tree, "greedy-necessary"
    )
    assert [goal for goal in tree.subgoals if goal in goals] == goals[::-1]
    assert tree.to_text().splitlines()[1].endswith("on(b) = c (goal)")


def reach(domain: Domain, state: State, tree: GoalTree) -> State:
    """Solves the subgoals one after the other."""
    for subgoal in tree.subgoals:
        plan = HierarchicalPlanner(domain).solve((state, [subgoal])).plan
        assert plan is not None
        for action in plan.actions:
            assert domain.operators[action.name].function(state, *action.arguments) is not False
    return state


@settings(max_examples=60, deadline=None)
@given(problems())
def test_random_domains_agree_with_brute_force(
    problem: tuple[Operators, dict[str, bool], dict[str, bool]],
) -> None:
    operators, start, goals = problem
    domain = free_domain(operators)
    tree = GoalDecomposer(domain).decompose(start, goals, Budget(depth=30))
    never = Goal("p", None)
    if not reachable(operators, start, goals, lambda before, after, reached: True, never):
        assert (tree.status, tree.landmarks, tree.plan) == (Status.INFEASIBLE, (), None)
        return
    assert tree.status is Status.SOLVED
    assert {mark.fact for mark in tree.landmarks if mark.is_goal} == {
        Goal(variable, value) for variable, value in goals.items()
    }
    for mark in tree.landmarks:

        def without(before: Any, now: Any, reached: bool, fact: Goal = mark.fact) -> bool:
            return not holds(fact, now)

        assert mark.proven
        assert holds(mark.fact, start) or not reachable(operators, start, goals, without, never)
    assert all(order.proven and order.earlier != order.later for order in tree.orders)
    assert Multigoal({**goals}).holds_in(reach(domain, State(start), tree))
    assert tree.to_data()["expansions"] == tree.expansions > 0 or not tree.landmarks


@settings(max_examples=25, deadline=None)
@given(st.permutations("abcd"), st.permutations("abcd"), st.data())
def test_subgoals_of_random_towers_reach_all_goals(
    built: list[str], wanted: list[str], data: st.DataObject
) -> None:
    """Towers of four; whichever goals are drawn, solving the subgoals in order brings all about."""
    state = State(on={}, clear=dict.fromkeys("abcd", False), hand=None)
    for block, below in zip(built, ["table", *built], strict=False):
        state.on[block] = below
    state.clear[built[-1]] = True
    goals = dict(zip([("on", block) for block in wanted], ["table", *wanted], strict=False))
    chosen = data.draw(st.sets(st.sampled_from(sorted(goals)), min_size=1))
    goals = {variable: goals[variable] for variable in chosen}
    tree = GoalDecomposer(blocks()).decompose(state, goals, Budget(expansions=3000))
    assert tree.status is Status.SOLVED
    assert Multigoal({**goals}).holds_in(reach(blocks(), state, tree))


def test_goals_that_hold_need_nothing() -> None:
    tree = GoalDecomposer(blocks()).decompose(sussman(), {("on", "c"): "a"})
    assert [str(mark) for mark in tree.landmarks] == ["on(c) = a"]
    assert (tree.orders, tree.subgoals) == ((), (Goal(("on", "c"), "a"),))
    assert GoalDecomposer(blocks()).decompose(sussman(), []).to_text().endswith("nothing to do")


def test_what_the_budget_cannot_decide_is_likely() -> None:
    """Before the door is open, ten switches can be set in 2^10 ways; none helps without the key."""
    domain = Domain("switches")
    domain.add_operator(lambda state: state.update(key=True), "find")
    domain.add_operator(lambda state: state.update(door=True) if state.key else False, "open")
    domain.add_operator(lambda state, index: state.update({("set", index): True}), "set")

    @domain.goal_method("door")
    def somehow(state: State, wanted: bool) -> Iterator[Any]:
        yield [("find",), ("open",)]
        for index in range(10):
            if not state.set[index]:
                yield [("set", index), Goal("door", True)]

    state = State(key=False, set=dict.fromkeys(range(10), False))
    tree = GoalDecomposer(domain).decompose(state, {"door": True}, Budget(expansions=300))
    assert [(str(mark), mark.proven) for mark in tree.landmarks] == [
        ("key = True", False),
        ("door = True", True),
    ]
    assert [(order.kind, order.proven) for order in tree.orders] == [("natural", False)]
    assert "1. key = True (likely landmark)" in tree.to_text()
    spent = GoalDecomposer(domain).decompose(state, {"door": True}, Budget(expansions=0))
    assert (spent.status, spent.plan) == (Status.BUDGET_SPENT, None)
    assert "0 expansions" in spent.to_text()


def test_a_plan_that_drops_one_candidate_drops_an_undecided_one_too() -> None:
    """Without the key the budget is lost in guesses; without the card another way is found, without both."""
    domain = Domain("doors")
    for name in ("key", "card"):
        domain.add_operator(lambda state, name=name: state.update({name: True}), name)
    domain.add_operator(lambda state: state.key and state.card and state.update(door=True), "open")
    domain.add_operator(lambda state: state.update(door=True), "force")
    domain.add_operator(lambda state: False, "give up")
    domain.add_goal_method("door", lambda state, wanted: [("key",), ("card",), ("open",)], "properly")
    domain.add_goal_method("door", lambda state, wanted: [("card",), ("guess", 12)], "by guessing")
    domain.add_goal_method("door", lambda state, wanted: [("force",)], "by force")
    for choice in (0, 1):
        domain.add_method(
            "guess", lambda state, left: [("guess", left - 1) if left else ("give up",)], f"digit {choice}"
        )
    state = State(key=False, card=False)
    tree = GoalDecomposer(domain).decompose(state, {"door": True}, Budget(expansions=500))
    assert [str(mark) for mark in tree.landmarks] == ["door = True"]


@pytest.mark.parametrize(
    ("goals", "fault"),
    [
        ([("travel", "me")], "is no goal to decompose"),
        ([Goal("x", 1), Multigoal({"x": 2})], "Goals x = 1 and x = 2 contradict each other"),
    ],
)
def test_goals_that_cannot_be_taken_apart(goals: list[Any], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        GoalDecomposer(blocks()).decompose(sussman(), goals)


def test_goals_that_only_multigoal_methods_know_are_handed_on_as_such() -> None:
    """The two lamps hang on one switch each; the second needs the first."""
    domain = Domain("lamps")
    domain.add_operator(lambda state: state.update(first=True), "switch first")
    domain.add_operator(lambda state: state.first and state.update(second=True), "switch second")
    domain.add_multigoal_method(lambda state, goals: [("switch first",), ("switch second",)])
    tree = GoalDecomposer(domain).decompose({"first": False}, {"second": True, "first": True})
    assert tree.subgoals == (Multigoal({"first": True}), Multigoal({"second": True}))
    assert named(tree, "greedy-necessary") == {("first = True", "second = True")}
    assert reach(domain, State(first=False), tree)["second"]
