from __future__ import annotations

from typing import Any

import pytest

from planzoo.planners.htn import Multigoal, State
from planzoo.planners.htn.domains.arrangement import TABLE, Arrangement

PILES = {"a": TABLE, "b": "a", "c": "b", "d": TABLE, "e": "d"}


def arranged(wanted: dict[str, Any], pos: dict[str, Any] = PILES) -> Arrangement | None:
    state = State(pos=pos, clear={block: block not in pos.values() for block in pos})
    return Arrangement.of(state, Multigoal({("pos", block): below for block, below in wanted.items()}))


@pytest.mark.parametrize(
    ("wanted", "settled"),
    [
        ({}, "abcde"),
        (PILES, "abcde"),
        ({"b": TABLE}, "ade"),
        ({"a": "d"}, "d"),
        ({"b": "a", "c": TABLE}, "abde"),
        ({"c": "d"}, "abd"),  # e stands where c shall
        ({"e": "c"}, "abcd"),
    ],
)
def test_blocks_that_stay(wanted: dict[str, Any], settled: str) -> None:
    arrangement = arranged(wanted)
    assert arrangement is not None
    assert arrangement.settled == set(settled)


@pytest.mark.parametrize(
    "wanted",
    [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "c", "b": "c"}, {"a": "x"}, {"x": "a"}, {"a": "hand"}],
)
def test_what_are_no_piles(wanted: dict[str, Any]) -> None:
    assert arranged(wanted) is None


def test_numbers_stay_sorted() -> None:
    arrangement = arranged({})
    assert arrangement is not None
    numbers: tuple[int, ...] = ()
    for block in "dbeac":
        numbers = arrangement.sorted_in(numbers, block)
    assert numbers == (0, 1, 2, 3, 4)
    assert repr(arrangement) == "arrangement of 5 blocks"


def test_who_may_be_set_free_by_a_move() -> None:
    arrangement = arranged({"a": "c", "e": "b", "b": TABLE})
    assert arrangement is not None
    state = State(pos=PILES, clear={})
    assert arrangement.changed_by(state, "c") == ("b", "a", "e")  # below it; on it; on the one below it
    assert arrangement.changed_by(state, "e") == ("d", None, None)


def test_equal_when_goal_and_settled_blocks_are() -> None:
    one, other, third = arranged({"b": TABLE}), arranged({"b": TABLE}), arranged({"c": TABLE})
    assert one == other != third
    assert hash(one) == hash(other)
