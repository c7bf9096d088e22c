"""Two robots with one heavy shelf."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.warehouse.model import Cell, Request
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.planners.domains.warehouse_pairs import (
    PATIENCE,
    RETREAT,
    PairDriver,
    PairMemory,
    Team,
    form_team,
    is_together,
)
from tests.planners.domains.warehouse_views import drawn_model, fleet_view, travel_in

HALL = "x...x\n.....\n....g\nt...c"
NO_TOOLS = np.zeros(3, dtype=bool)


def team(
    positions: list[Cell],
    lift: tuple[int, ...] = (1, 1, 1),
    weight: int = 2,
    request: Request | None = None,
    tools: np.ndarray = NO_TOOLS,
    layout: str = HALL,
) -> Team | None:
    kinds = tuple(RobotKind(1, lift_class=each) for each in lift)
    model = drawn_model(
        layout, robots=3, robot_kinds=kinds, heavy_share=0.5, heavy_weight=weight, movement="cardinal"
    )
    view = fleet_view(model, positions)
    request = request or Request((0, 0), False, 0, heavy=True)
    return form_team(request, [0, 1, 2], tools, model, travel_in(model, view))


def test_the_two_that_can_be_there_first_lift_it() -> None:
    # Robot 1 needs two steps to the shelf; robot 2 one to the cell right of it.
    assert team([(2, 3), (2, 0), (0, 2)]) == Team(1, 2, (0, 1), 2.0)


def test_together_they_must_be_strong_enough() -> None:
    positions: list[Cell] = [(2, 3), (2, 0), (1, 2)]
    formed = team(positions, lift=(2, 1, 1), weight=3)
    assert formed is not None and 0 in (formed.lifter, formed.helper), "the nearer two are too weak"


def test_who_could_lift_it_alone_does_not_lead() -> None:
    formed = team([(2, 3), (1, 0), (1, 2)], lift=(1, 2, 1))
    assert formed is not None and formed.lifter != 1


def test_the_lifter_needs_the_tool() -> None:
    request = Request((0, 0), False, 0, heavy=True, needs_tool=True)
    positions: list[Cell] = [(2, 3), (2, 0), (1, 2)]
    assert team(positions, request=request) is None
    formed = team(positions, request=request, tools=np.array([False, False, True]))
    assert formed is not None and formed.lifter == 2


def test_nobody_helps_from_below_another_shelf_or_from_a_crib() -> None:
    assert team([(1, 1), (2, 2), (1, 2)], layout="xx..\nx..g\n....") is None
    assert team([(1, 1), (1, 2), (1, 3)], layout="xt.x\nx...\n...g") is None


@pytest.mark.parametrize("movement", ["turn", "cardinal"])
def test_pairs_drive_to_their_goal(movement: str) -> None:
    """Each step is carried out by hand; the shelf gets to the workstation in as few drives as can be."""
    model = drawn_model(HALL, robots=2, heavy_share=0.5, movement=movement)
    view = fleet_view(model, [(0, 0), (1, 0)], loads=np.array([1, 0]), partners=np.array([1, 0]))
    view.standing_shelves[0, 0] = False
    travel = travel_in(model, view)
    driver, memory, driven = PairDriver(model, travel), PairMemory(), 0
    for _ in range(40):
        travel.look(view)
        drive = driver.next_drive(0, (2, 4), memory)
        if drive is None:
            break
        if movement == "turn" and view.directions[drive.leader] != drive.direction:
            view.directions[drive.leader] = drive.direction
            continue
        view.positions[1 - drive.leader] = view.positions[drive.leader]
        view.positions[drive.leader] = drive.target
        driven += 1
        assert np.abs(view.positions[0] - view.positions[1]).sum() == 1, "side by side"
    # The helper stands below; it leads first, and the shelf has six steps to go.
    assert view.positions[0].tolist() == [2, 4] and driven == 6


def test_a_pair_that_is_blocked_backs_away_for_a_while() -> None:
    model = drawn_model("x....x\n#....#\n..g...", robots=3, heavy_share=0.5, movement="cardinal")
    view = fleet_view(
        model, [(1, 2), (1, 1), (1, 3)], loads=np.array([1, 0, 0]), partners=np.array([1, 0, -1])
    )
    travel = travel_in(model, view)
    driver, memory = PairDriver(model, travel), PairMemory()
    drives = [driver.next_drive(0, (0, 4), memory) for _ in range(PATIENCE + 2)]
    assert memory.retreat == RETREAT
    assert all(drive is not None for drive in drives)
    assert drives[-1] is not None and drives[-1].target != (1, 3), "somebody is there"


def test_a_team_loads_when_both_are_in_place_and_ready() -> None:
    model = drawn_model(HALL, robots=2, heavy_share=0.5)
    view = fleet_view(model, [(0, 0), (0, 1)])
    assert is_together(view, 0, 1, (0, 0), (0, 1)) and not is_together(view, 0, 1, (0, 0), (1, 0))
    view.ready[1] = False
    assert not is_together(view, 0, 1, (0, 0), (0, 1))
