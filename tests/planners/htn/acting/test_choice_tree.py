"""What the tree of choices learns, and how it widens."""

from __future__ import annotations

import math
from itertools import count
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn import Method
from planzoo.planners.htn.acting.choice_tree import Arm, ChoiceNode, ChoiceRule
from planzoo.planners.htn.acting.ways import Way


def way(number: int) -> Way:
    return (Method("m", print), (("act", number),))


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30))
def test_the_value_is_the_mean(worths: list[float]) -> None:
    arm = Arm(way(0))
    assert (arm.visits, arm.value) == (0, -math.inf)
    for worth in worths:
        arm.learn(worth)
    assert arm.visits == len(worths)
    assert arm.value == pytest.approx(fmean(worths), abs=1e-9)


def test_equal_worths_have_exactly_that_mean() -> None:
    arm = Arm(way(0))
    for _ in range(1000):
        arm.learn(0.1)
    assert arm.value == 0.1


def test_widening_asks_for_one_way_at_a_time() -> None:
    node = ChoiceNode(map(way, range(3)))
    assert [node.widen(2) for _ in range(3)] == [True, True, False]
    assert [node.widen(9) for _ in range(3)] == [True, False, False]
    assert [arm.way for arm in node.arms] == [way(0), way(1), way(2)]


def test_an_endless_source_is_asked_for_no_more_than_the_rule_allows() -> None:
    rule, node = ChoiceRule(breadth=4, widening=0.5), ChoiceNode(map(way, count()))
    for visits in range(400):
        node.widen(rule.allowed(visits))
        assert len(node.arms) <= max(4, math.sqrt(visits))
    assert len(node.arms) == 19


def test_the_best_has_the_highest_mean_then_the_most_visits_then_comes_first() -> None:
    node = ChoiceNode(map(way, range(4)))
    assert node.best() is None
    while node.widen(9):
        pass
    for arm, worths in zip(node.arms, ([1.0], [2.0], [2.0, 2.0], [2.0, 2.0]), strict=True):
        for worth in worths:
            arm.learn(worth)
    assert node.best() is node.arms[2]
