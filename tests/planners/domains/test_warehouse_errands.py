"""How far robots have come with their errands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planzoo.envs.warehouse.model import Cell, Request
from planzoo.planners.domains.warehouse_errands import (
    Burden,
    Errand,
    RobotMemory,
    Role,
    burdens,
    cell_of,
    drop_finished,
    is_impossible,
)
from planzoo.planners.htn import Action
from tests.planners.domains.warehouse_views import fleet_view, toy_model

NOTHING: Burden = (0, 0, -1, False)
MODEL = toy_model()


def memory(*actions: tuple[str, Cell]) -> RobotMemory:
    return RobotMemory(queue=[Action(name, (0, cell), 1.0, 1.0) for name, cell in actions])


def left(made: RobotMemory, at: Cell, burden: Burden = NOTHING, **changes: Any) -> list[str]:
    view = fleet_view(MODEL, [at], **changes)
    drop_finished(made, view, 0, burden, full_charge=0.9)
    return [action.name for action in made.queue]


def without_shelf(cell: Cell) -> np.ndarray:
    standing = MODEL.params.map.shelves.copy()
    standing[cell] = False
    return standing


def test_a_drive_is_done_on_arrival() -> None:
    assert left(memory(("drive", (0, 1)), ("rest", (0, 1))), (0, 0)) == ["drive", "rest"]
    assert left(memory(("drive", (0, 1)), ("rest", (0, 1))), (0, 1)) == ["rest"]


def test_lifting_is_done_when_the_shelf_stands_there_no_more() -> None:
    assert left(memory(("lift", (1, 1))), (1, 1)) == ["lift"]
    assert left(memory(("lift", (1, 1))), (1, 1), standing_shelves=without_shelf((1, 1))) == []


def test_an_exchange_lifts_first_and_drops_then() -> None:
    gone = without_shelf((1, 1))
    assert left(memory(("lift", (1, 1)), ("drop", (1, 1))), (1, 1), standing_shelves=gone) == ["drop"]
    assert left(memory(("drop", (1, 1))), (1, 1)) == []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("deliver", (1, 0, -1, False), (0, 1, -1, False)),
        ("lift_together", NOTHING, (1, 0, 1, False)),
        ("assist", NOTHING, (0, 0, 1, False)),
        ("follow", (0, 0, 1, False), NOTHING),
        ("take_tool", NOTHING, (0, 0, -1, True)),
        ("give_tool", (0, 0, -1, True), NOTHING),
    ],
)
def test_what_the_burden_tells(name: str, before: Burden, after: Burden) -> None:
    assert left(memory((name, (0, 0))), (0, 0), before) == [name]
    assert left(memory((name, (0, 0))), (0, 0), after) == []


def test_charging_ends_when_the_battery_is_full_and_rest_never() -> None:
    assert left(memory(("charge", (0, 0))), (0, 0), charge=np.array([0.8])) == ["charge"]
    assert left(memory(("charge", (0, 0))), (0, 0), charge=np.array([0.9])) == []
    assert left(memory(("rest", (0, 0))), (0, 0)) == ["rest"]


def test_burdens_tell_wanted_from_served_shelves() -> None:
    requests = [Request((0, 0), True, 0), Request((0, 0), True, 1), Request((0, 1), False, 2)]
    view = fleet_view(MODEL, [(0, 0), (0, 1)], loads=np.array([3, 0]), partners=np.array([-1, 0]))
    view = replace(view, requests=requests)
    assert burdens(view, np.array([True, False])) == [(2, 1, -1, True), (0, 0, 0, False)]
    assert cell_of(view, 1) == (0, 1)


def test_plans_fail_when_a_request_vanishes_or_a_place_is_taken() -> None:
    view = fleet_view(MODEL, [(0, 0)])
    fetch, store = memory(("drive", (1, 1)), ("lift", (1, 1))), memory(("drop", (1, 3)))
    assert not is_impossible(fetch, view, {(1, 1)}) and is_impossible(fetch, view, {(1, 3)})
    assert is_impossible(store, view, set())
    view.standing_shelves[1, 3] = False
    assert not is_impossible(store, view, set()) and not is_impossible(memory(), view, set())


def test_errands_speak_for_themselves() -> None:
    assert str(Errand(Role.REST)) == "rest"
    assert str(Errand(Role.LEAD, (1, 2), partner=3)) == "lead (1, 2) with robot_3"
    assert RobotMemory().tasks() == []
