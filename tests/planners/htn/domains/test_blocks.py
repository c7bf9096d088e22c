from __future__ import annotations

import math
import random
import sys
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import HierarchicalPlanner, Multigoal, Problem, State, Status, validate
from planzoo.planners.htn.domains.blocks import TABLE, make_domain, random_problem

DOMAIN = make_domain()
PLANNER = HierarchicalPlanner(DOMAIN)


def state_of(pos: dict[Any, Any]) -> State:
    covered = set(pos.values())
    clear = {block: block not in covered for block in pos}
    return DOMAIN.state(objects={"block": pos}, pos=pos, clear=clear, holding=None)


def goal_of(pos: dict[Any, Any]) -> Multigoal:
    return Multigoal({("pos", block): below for block, below in pos.items()})


def stays(block: Any, pos: dict[Any, Any], goal: dict[Any, Any]) -> bool:
    """Whether a block and all blocks below it are where they are wanted, if anywhere, and in nobody's way."""
    while block != TABLE:
        others = [other for other, below in goal.items() if below == pos[block] != TABLE and other != block]
        if others or goal.get(block, pos[block]) != pos[block]:
            return False
        block = pos[block]
    return True


def rescanned_plan(pos: dict[Any, Any], goal: dict[Any, Any]) -> list[tuple[Any, ...]]:
    """The procedure of Gupta and Nau that looks through all blocks for every move."""
    pos, plan = dict(pos), []
    while True:
        clear = [block for block in pos if block not in pos.values() and not stays(block, pos, goal)]
        for block in clear:
            below = goal.get(block, TABLE)
            if below == TABLE or (below not in pos.values() and stays(below, pos, goal)):
                break
        else:
            block = next((block for block in clear if pos[block] != TABLE), None)
            below = TABLE
        if block is None:
            return plan
        plan.append(("pickup", block) if pos[block] == TABLE else ("unstack", block, pos[block]))
        plan.append(("putdown", block) if below == TABLE else ("stack", block, below))
        pos[block] = below


def actions_of(problem: Problem) -> list[tuple[Any, ...]]:
    result = PLANNER.solve(problem)
    assert result.status is Status.SOLVED, result.reason
    assert result.plan is not None
    assert validate(DOMAIN, *problem, result.plan) is None
    return [(action.name, *action.arguments) for action in result.plan.actions]


def test_sussman_anomaly() -> None:
    problem = Problem(state_of({"a": TABLE, "b": TABLE, "c": "a"}), [goal_of({"a": "b", "b": "c"})])
    assert actions_of(problem) == [
        ("unstack", "c", "a"),
        ("putdown", "c"),
        ("pickup", "b"),
        ("stack", "b", "c"),
        ("pickup", "a"),
        ("stack", "a", "b"),
    ]


@settings(max_examples=150, deadline=None)
@given(size=st.integers(1, 25), seed=st.integers(0, 10**6), kept=st.sampled_from([0.2, 0.7, 0.9, 1.0]))
def test_same_plan_as_with_a_look_at_every_block(size: int, seed: int, kept: float) -> None:
    state, (wanted,) = random_problem(size, seed)
    start = {block: state["pos", block] for block in state.pos}
    facts = wanted.facts
    goal = {variable[1]: below for variable, below in facts.items()}
    generator = random.Random(seed)
    goal = {block: below for block, below in goal.items() if generator.random() <= kept}
    assert actions_of(Problem(state_of(start), [goal_of(goal)])) == rescanned_plan(start, goal)


def test_block_without_a_place_leaves_the_place_of_another() -> None:
    # c may be anywhere, but it is where a shall be: a program that leaves c alone never gets there.
    problem = Problem(state_of({"a": TABLE, "b": TABLE, "c": "b"}), [goal_of({"a": "b"})])
    assert actions_of(problem) == [
        ("unstack", "c", "b"),
        ("putdown", "c"),
        ("pickup", "a"),
        ("stack", "a", "b"),
    ]


def test_hand_is_emptied_first() -> None:
    state = state_of({"a": "hand", "b": TABLE})
    state.clear["a"], state.holding = False, "a"
    assert actions_of(Problem(state, [goal_of({"a": "b"})]))[0] == ("putdown", "a")


@pytest.mark.parametrize(
    "goal",
    [
        {"a": "b", "b": "a"},
        {"a": "c", "b": "c"},
        {"a": "a"},
        {"a": "nobody"},
        {"a": "hand"},
        {"a": "b", "b": "c", "c": "a"},
    ],
)
def test_impossible_piles_are_infeasible_at_once(goal: dict[str, str]) -> None:
    problem = Problem(state_of({"a": TABLE, "b": "a", "c": TABLE}), [goal_of(goal)])
    result = PLANNER.solve(problem)
    assert result.status is Status.INFEASIBLE
    assert result.expansions < 10


@pytest.mark.parametrize(
    "action",
    [
        ("pickup", "b"),
        ("pickup", "a"),
        ("unstack", "b", "c"),
        ("unstack", "c", TABLE),
        ("putdown", "c"),
        ("stack", "c", "b"),
    ],
)
def test_preconditions_are_checked(action: tuple[Any, ...]) -> None:
    state = state_of({"a": TABLE, "b": "a", "c": TABLE})
    before = dict(state)
    assert PLANNER.solve(Problem(state, [action])).status is Status.INFEASIBLE
    assert dict(state) == before


def test_one_decomposition_a_move_without_recursion() -> None:
    problem = random_problem(900, 1)
    result = PLANNER.solve(problem)
    assert result.plan is not None
    tree = result.plan.decomposition
    moves = len(result.plan.actions) // 2
    assert sum(task[0] == "rearrange" for task in tree.tasks) == moves + 1
    assert max(tree.depths()) > sys.getrecursionlimit()


def test_states_are_drawn_uniformly() -> None:
    drawn: Counter[Any] = Counter()
    for seed in range(2600):
        state, (goal,) = random_problem(3, seed)
        drawn[tuple(sorted(state.pos.items()))] += 1
        drawn[tuple(sorted((variable[1], below) for variable, below in goal.facts.items()))] += 1
    assert len(drawn) == 13  # 6 piles of three, 6 of two and one, and all on the table
    expected = 5200 / 13
    chi_square = sum((count - expected) ** 2 / expected for count in drawn.values())
    assert chi_square < 12 + 5 * math.sqrt(24)


def test_problems_are_reproducible_and_need_a_block() -> None:
    assert random_problem(7, 3) == random_problem(7, 3) != random_problem(7, 4)
    with pytest.raises(InputError, match="size 0"):
        random_problem(0, 1)
