"""When an errand is done, impossible, or overtaken."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.planners.domains.local_errands import calls_for_help, has_news, is_done, is_impossible, runs_low
from planzoo.planners.domains.local_memory import RobotMemory
from planzoo.planners.domains.local_traffic import Driver
from planzoo.planners.htn import Action
from tests.planners.domains.local_world import UP, marked, memory_of, model_of, view_of

CHARGER_HALL = "c..........\n.xx........\n...........\n.......xx..\ng.........."


def act(name: str, *cell: int) -> Action:
    return Action(name, (cell,) if cell else ())


def lifted() -> RobotMemory:
    memory = memory_of(model_of())
    memory.observe(view_of(memory, (1, 1), [(1, 1)]))
    memory.observe(view_of(memory, (1, 1), [(1, 1)], loads=1))
    return memory


def test_drives_and_lifts_are_done_on_the_spot() -> None:
    memory = memory_of(model_of())
    view = view_of(memory, (1, 1), [(1, 1)])
    memory.observe(view)
    assert is_done(act("drive", 1, 1), view, memory) and not is_done(act("look", 0, 1), view, memory)
    assert not is_done(act("lift", 1, 1), view, memory) and is_done(act("rest"), view, memory)
    memory = lifted()
    view = view_of(memory, (1, 1), [(1, 1)], loads=1)
    assert is_done(act("lift", 1, 1), view, memory) and not is_done(act("deliver", 4, 2), view, memory)
    assert not is_done(act("drop", 1, 1), view, memory)


def test_deliveries_and_drops_are_done_when_they_show() -> None:
    memory = lifted()
    view = view_of(memory, (4, 2), shelves={(4, 2): True}, loads=1)
    memory.observe(view)
    assert is_done(act("deliver", 4, 2), view, memory)
    memory.observe(view_of(memory, (1, 1), shelves={(1, 1): True}, loads=1))
    view = view_of(memory, (1, 1), shelves={(1, 1): True})
    memory.observe(view)
    assert is_done(act("drop", 1, 1), view, memory)


@pytest.mark.parametrize(
    ("name", "own", "done"),
    [
        ("borrow", {"tool": True}, True),
        ("borrow", {"tool": False}, False),
        ("give_back", {"tool": True}, False),
        ("charge", {"charge": 0.91}, True),
        ("charge", {"charge": 0.8}, False),
    ],
)
def test_tools_and_charge_are_read_off(name: str, own: dict[str, Any], done: bool) -> None:
    memory = memory_of(model_of())
    view = view_of(memory, (0, 0), **own)
    memory.observe(view)
    assert is_done(act(name, 0, 0), view, memory) is done


def test_a_plan_is_impossible_when_its_object_is_gone() -> None:
    memory = memory_of(model_of())
    memory.observe(view_of(memory, (0, 0), [(1, 1)]))
    fetch = [act("drive", 1, 1), act("lift", 1, 1), act("drive", 4, 2)]
    assert not is_impossible(fetch, memory)
    memory.observe(view_of(memory, (0, 0)))
    assert is_impossible(fetch, memory), "no longer requested"
    memory = lifted()
    bring = [act("drive", 4, 2), act("deliver", 4, 2), act("drive", 1, 1), act("drop", 1, 1)]
    assert not is_impossible(bring, memory)
    memory.observe(view_of(memory, (1, 0), shelves={(1, 0): True, (1, 1): True}, loads=1))
    assert is_impossible(bring, memory), "the order was cancelled"
    assert is_impossible(bring[2:], memory), "its place is taken"
    assert is_impossible([act("charge", 0, 0)], memory), "it was pulled away"


def test_news_interrupts_who_is_free_to_choose() -> None:
    memory = memory_of(model_of())
    memory.observe(view_of(memory, (0, 0), [(1, 1)]))
    assert has_news([act("look", 2, 2)], memory, low=False)
    assert not has_news([act("call_helper", 0, 0)], memory, low=False)
    assert not has_news([act("drive", 0, 0), act("charge", 0, 0)], memory, low=True)
    memory.observe(view_of(memory, (0, 0), [(1, 1)]))
    assert not has_news([act("look", 2, 2)], memory, low=False)
    assert has_news([act("look", 2, 2)], memory, low=True)


def test_a_robot_under_a_heavy_shelf_calls_one_that_carries_it_does_not() -> None:
    memory = memory_of(model_of(robots=2, heavy_share=0.5))
    heavy = marked((0, 0), [(1, 1)])
    view = view_of(memory, (0, 0), robots={(1, 1): UP}, heavy=heavy)
    memory.observe(view)
    assert calls_for_help(view, memory) == [(1, 1)]
    assert not is_done(act("assist", 1, 1), view, memory)
    memory.refused_until[memory.hall.number((1, 1))] = 9
    assert calls_for_help(view, memory) == [], "it has tried for long enough"
    robots, heavy = {(0, 1): UP}, marked((0, 0), [(0, 1)])
    view = view_of(memory, (0, 0), robots=robots, shelves={(0, 1): True}, heavy=heavy)
    memory.observe(view)
    assert calls_for_help(view, memory) == []


@pytest.mark.parametrize(("charge", "low"), [(0.9, False), (0.6, False), (0.2, True)])
def test_the_battery_is_low_when_the_way_to_the_charger_takes_much_of_it(charge: float, low: bool) -> None:
    model = model_of(CHARGER_HALL, battery=120)
    memory = memory_of(model)
    driver = Driver(memory.hall, cardinal=False, reach=1)
    view = view_of(memory, (2, 6), charge=charge)
    memory.observe(view)
    assert runs_low(model, driver, view, memory) is low


def test_a_robot_on_a_charger_stays_until_it_is_full() -> None:
    model = model_of(CHARGER_HALL, battery=120)
    memory = memory_of(model)
    driver = Driver(memory.hall, cardinal=False, reach=1)
    for charge, low in ((0.6, True), (0.95, False)):
        view = view_of(memory, (0, 0), charge=charge)
        memory.observe(view)
        assert runs_low(model, driver, view, memory) is low
    assert not runs_low(model_of(), driver, view_of(memory, (0, 0), charge=0.0), memory), "no batteries"
