"""Batteries and bays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.warehouse.model import Cell
from planzoo.planners.domains.warehouse_energy import DETOURS, ENOUGH_CHARGE, SLACK, Energy
from planzoo.planners.domains.warehouse_errands import WAIT, Errand, RobotMemory, Role
from planzoo.planners.domains.warehouse_travel import LIGHT
from tests.planners.domains.warehouse_views import drawn_model, fleet_view, travel_in

# One long aisle: a charger at its left end, shelves below, a workstation at its right end.
AISLE = "c........g\nxx........"
BAY = (0, 0)


def energy(positions: list[Cell], charge: list[float], layout: str = AISLE, **changes: Any) -> Energy:
    rules = {"battery": 100, "charge_rate": 10, "movement": "cardinal", "robots": len(positions)}
    model = drawn_model(layout, **rules)
    view = fleet_view(model, positions, charge=np.array(charge), **changes)
    return Energy(model, travel_in(model, view))


def memories(*errands: Errand | None) -> list[RobotMemory]:
    return [RobotMemory() if errand is None else RobotMemory(errand) for errand in errands]


def test_a_robot_charges_while_it_can_still_reach_the_charger() -> None:
    # Eight steps from the charger, one unit each, and the slack.
    line = (8 * DETOURS + 2 * SLACK) / 100
    assert energy([(0, 8)], [line + 0.01]).low().tolist() == [False]
    assert energy([(0, 8)], [line - 0.01]).low().tolist() == [True]
    loaded = {"loads": np.array([1]), "carrying": np.array([True])}
    assert energy([(0, 8)], [line + 0.01], **loaded).low().tolist() == [True], "with a load it takes more"


def test_a_full_battery_is_never_low() -> None:
    far = "c" + "." * 80 + "g\nxx" + "." * 80
    assert energy([(0, 80)], [1.0], far).low().tolist() == [False]
    assert energy([(0, 80)], [0.94], far).low().tolist() == [True]


def test_without_batteries_nothing_is_low() -> None:
    made = energy([(0, 8)], [1.0])
    made.battery = 0
    assert not made.enabled and not made.low().any() and made.give_bays(memories(None), made.low()) == {}
    assert made.suffices([0], np.array([[1e9]]), [(1, 0)]).all()


def test_an_errand_needs_charge_for_the_way_home_too() -> None:
    made = energy([(0, 4)], [1.0])
    fetch = made.travel.steps([0], [(1, 0)], LIGHT)
    # 5 to the shelf, 10 with it, 9 home: 5 + 2 · 19 units and margins.
    need = (DETOURS * (5 + 2 * 19) + 2 * SLACK) / 100
    assert fetch.tolist() == [[5.0]]
    assert made.suffices([0], fetch, [(1, 0)]).all()
    for charge, suffices in ((need + 0.01, True), (need - 0.01, False)):
        assert energy([(0, 4)], [charge]).suffices([0], fetch, [(1, 0)]).all() == suffices


def test_a_bay_goes_to_the_robot_with_the_least_charge() -> None:
    made = energy([(0, 2), (0, 4)], [0.15, 0.1])
    given = made.give_bays(memories(None, None), made.low())
    assert given == {0: WAIT, 1: Errand(Role.CHARGE, BAY)}


def test_two_bays_are_shared_by_distance() -> None:
    made = energy([(0, 8), (0, 2)], [0.1, 0.15], "c........c\nxx.......g")
    given = made.give_bays(memories(None, None), made.low())
    assert given == {0: Errand(Role.CHARGE, (0, 9)), 1: Errand(Role.CHARGE, BAY)}


@pytest.mark.parametrize(("charge", "stays"), [(ENOUGH_CHARGE - 0.1, True), (ENOUGH_CHARGE + 0.1, False)])
def test_who_has_enough_leaves_the_bay_to_one_that_waits(charge: float, stays: bool) -> None:
    made = energy([BAY, (0, 2)], [charge, 0.1])
    holder = Errand(Role.CHARGE, BAY)
    given = made.give_bays(memories(holder, None), made.low())
    assert given.get(0) == (holder if stays else None)
    assert given[1] == (WAIT if stays else holder)
    alone = made.give_bays(memories(holder, None), np.array([False, False]))
    assert alone == {0: holder}, "nobody waits"


def test_a_robot_sets_out_for_a_bay_that_will_be_free() -> None:
    holder = Errand(Role.CHARGE, BAY)
    # It takes four steps to fill the first battery; the other robot is nine steps away.
    made = energy([BAY, (1, 8)], [0.6, 0.1])
    assert made.give_bays(memories(holder, None), made.low())[1] == holder
    near = energy([BAY, (0, 2)], [0.6, 0.1])
    assert near.give_bays(memories(holder, None), near.low())[1] == WAIT


def test_a_dead_robot_blocks_its_bay() -> None:
    made = energy([BAY, (0, 2)], [1.0, 0.1], broken=np.array([True, False]))
    assert made.free_bays([]) == []
    assert made.give_bays(memories(None, None), made.low())[1] == WAIT
