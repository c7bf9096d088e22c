"""Distances and the worth of requests, as one robot believes."""

from __future__ import annotations

import pytest

from planzoo.envs.warehouse.model import WarehouseModel
from planzoo.planners.domains.local_memory import RobotMemory
from planzoo.planners.domains.local_site import HELP_STEPS, Abilities, Site
from planzoo.planners.pathfinding import UNREACHABLE
from tests.planners.domains.local_world import memory_of, model_of, view_of

CHARGER_HALL = "c........\n.xx......\n.........\n.......xx\ng........"


def site_of(model: WarehouseModel, memory: RobotMemory, abilities: Abilities | None = None) -> Site:
    return Site(model, memory, abilities or Abilities())


def note(memory: RobotMemory, *cells: tuple[int, int], due: int = 500) -> None:
    for cell in cells:
        number = memory.hall.number(cell)
        memory.wanted[number], memory.wanted_at[number], memory.due[number] = True, memory.step, due


def test_full_robots_go_around_shelves_but_reach_a_place_that_is_taken() -> None:
    model = model_of("....\n.xx.\n.xx.\n...g")
    memory = memory_of(model)
    memory.observe(view_of(memory, (1, 0)))
    site = site_of(model, memory)
    assert site.steps((1, 0), (1, 3), full=False) == 3
    assert site.steps((1, 0), (1, 3), full=True) == 5
    assert site.steps((1, 0), (1, 1), full=True) == 1
    assert site.steps((1, 1), (3, 3), full=True) == 6, "it may leave the place where it has just lifted"
    assert site.by_distance((0, 0), [(3, 3), (0, 3), (0, 1)], full=True) == [(0, 1), (0, 3), (3, 3)]


def test_what_is_closed_is_not_reached() -> None:
    model = model_of("..#\n.xx\n..g")
    memory = memory_of(model)
    memory.observe(view_of(memory, (0, 0)))
    memory.closed_until[memory.hall.number((2, 1))] = memory.closed_until[memory.hall.number((1, 1))] = 9
    assert site_of(model, memory).steps((0, 0), (2, 2), full=False) == UNREACHABLE
    assert site_of(model, memory).by_distance((0, 0), [(2, 2), (0, 1)], full=False) == [(0, 1)]


def test_requests_are_sorted_by_worth_for_their_time() -> None:
    model = model_of()
    memory = memory_of(model)
    memory.observe(view_of(memory, (0, 0)))
    note(memory, (1, 1), (2, 3))
    site = site_of(model, memory)
    assert site.requests((0, 0), [(2, 3), (1, 1)]) == [(1, 1), (2, 3)]
    memory.worth[memory.hall.number((1, 1))] = 0.2
    assert site.requests((0, 0), [(2, 3), (1, 1)]) == [(2, 3), (1, 1)]


def test_requests_that_are_late_stale_or_out_of_reach_are_left_out() -> None:
    model = model_of()
    memory = memory_of(model)
    memory.observe(view_of(memory, (0, 0)))
    note(memory, (1, 1))
    site = site_of(model, memory)
    here = memory.hall.number((1, 1))
    memory.due[here] = memory.step + 6
    assert site.requests((0, 0), [(1, 1)]) == [], "two steps there and four to the workstation"
    memory.due[here] = memory.step + 7
    assert site.requests((0, 0), [(1, 1)]) == [(1, 1)]
    memory.wanted_at[here] = memory.step - 2 * memory.hall.turnover
    assert site.requests((0, 0), [(1, 1)]) == []


def test_a_heavy_shelf_counts_the_time_until_help_comes() -> None:
    model = model_of()
    memory = memory_of(model)
    memory.observe(view_of(memory, (0, 0)))
    note(memory, (1, 1), (2, 3))
    memory.heavy[memory.hall.number((1, 1))] = True
    assert site_of(model, memory).is_heavy((1, 1))
    assert site_of(model, memory).requests((0, 0), [(1, 1), (2, 3)]) == [(2, 3), (1, 1)]
    strong = site_of(model, memory, Abilities(lifts_heavy=True))
    assert not strong.is_heavy((1, 1)) and strong.requests((0, 0), [(1, 1), (2, 3)]) == [(1, 1), (2, 3)]
    assert HELP_STEPS > 0


@pytest.mark.parametrize(("charge", "enough"), [(0.95, True), (0.5, True), (0.3, False)])
def test_a_job_needs_charge_for_the_way_back(charge: float, enough: bool) -> None:
    model = model_of(CHARGER_HALL, battery=100)
    memory = memory_of(model)
    memory.observe(view_of(memory, (2, 6), charge=charge))
    note(memory, (3, 7))
    # Two steps there, 8 to the workstation and 4 to the charger at two units each: 26 units, more for turns.
    assert site_of(model, memory).affords((3, 7), 2) is enough
    assert site_of(model, memory).requests((2, 6), [(3, 7)]) == ([(3, 7)] if enough else [])


def test_without_batteries_every_job_is_affordable() -> None:
    model = model_of()
    memory = memory_of(model)
    memory.observe(view_of(memory, (0, 0), charge=0.0))
    assert site_of(model, memory).affords((1, 1), 2)
