"""The search for a way out agrees with one that tries all orders in which keys can be spent."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planzoo.envs.maze.escapes import FloorPlan, TooManyDoors
from planzoo.envs.maze.state import DOOR, EXIT, FLOOR, ITEM_SHIFT, KEY, WALL
from tests.envs.maze.drawn_mazes import Cell, beside, reached

SIGNS = {"#": WALL, ".": FLOOR, "E": EXIT, "D": DOOR, "k": FLOOR | (KEY + 1) << ITEM_SHIFT}


def plan_of(*rows: str) -> FloorPlan:
    """Reads a plan."""
    return FloorPlan(np.array([[SIGNS[sign] for sign in row] for row in rows], dtype=np.uint8))


def everybody_gets_out(rows: list[str], homes: list[Cell]) -> bool:
    """Opens doors one after the other, in every order, cell by cell."""
    cells = {(row, column): sign for row, line in enumerate(rows) for column, sign in enumerate(line)}

    def may_enter(opened: frozenset[Cell], cell: Cell) -> bool:
        return cells.get(cell, "#") in ".k" or cell in opened

    known, waiting = set(), [frozenset[Cell]()]
    while waiting:
        opened = waiting.pop()
        if opened in known:
            continue
        known.add(opened)
        groups = [set(reached([home], partial(may_enter, opened))) for home in homes]
        if all(any(cells.get(other) == "E" for cell in group for other in beside(cell)) for group in groups):
            return True
        for group in groups:
            keys = sum(cells[cell] == "k" for cell in group) - len(opened & group)
            around = {other for cell in group for other in beside(cell)}
            doors = {cell for cell in around if cells.get(cell) == "D"} - opened
            waiting += [opened | {door} for door in doors if keys > 0]
    return False


@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(
            st.text(alphabet="##...EDDkk", min_size=width, max_size=width), min_size=2, max_size=5
        )
    ),
    st.data(),
)
@settings(max_examples=400, deadline=None)
def test_it_agrees_with_trying_everything(rows: list[str], data: st.DataObject) -> None:
    floor = [
        (row, column) for row, line in enumerate(rows) for column, sign in enumerate(line) if sign in ".k"
    ]
    assume(floor)
    homes = data.draw(st.lists(st.sampled_from(floor), min_size=1, max_size=3))
    stranded = plan_of(*rows).stranded(homes)
    assert (stranded is None) == everybody_gets_out(rows, homes)
    if stranded is not None:
        assert 0 <= stranded < len(homes)


@pytest.mark.parametrize(
    ("row", "gets_out"),
    [
        (".E", True),
        (".DE", False),
        ("k.DE", True),
        ("k.DDE", False),
        ("kkDDE", True),
        ("k.DkDE", True),
        (".#E", False),
    ],
)
def test_keys_open_doors_one_each(row: str, gets_out: bool) -> None:
    assert (plan_of(row).stranded([(0, 0)]) is None) == gets_out


def test_a_key_is_not_wasted_on_the_wrong_door() -> None:
    """Two doors can be opened with one key; behind one is the exit, behind the other nothing."""
    assert plan_of("####", ".Dk.", "###D", "###E").stranded([(1, 3)]) is None


def test_one_lets_the_other_out() -> None:
    plan = plan_of("..Dk.E")
    assert plan.stranded([(0, 0)]) == 0
    assert plan.stranded([(0, 4), (0, 0)]) is None


def test_the_first_who_stays_behind_is_named() -> None:
    assert plan_of("E.#.#.E").stranded([(0, 1), (0, 3), (0, 5)]) == 1


def test_nobody_walks_over_an_exit() -> None:
    plan = plan_of(".E.D.", "####.", "####E")
    assert plan.stranded([(0, 0), (0, 2)]) is None
    assert plan_of("kE.DE").keys == [1, 0, 0]


def test_what_would_take_too_long_is_refused() -> None:
    rows = ["k" * 9 + "." * 27, "D#D" * 12, "#." * 18]
    with pytest.raises(TooManyDoors):
        plan_of(*rows).stranded([(0, 0)])


def test_many_doors_with_a_key_behind_each_are_fine() -> None:
    assert plan_of("k" + "Dk" * 90 + "E").stranded([(0, 0)]) is None
