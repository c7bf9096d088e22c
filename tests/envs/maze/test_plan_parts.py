"""When an agent's part of a plan is done."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.plan_parts import NEW_CELLS
from planzoo.envs.maze.state import (
    AREA_SWEEP,
    COMPLETED,
    FOOD,
    GROUP_EXIT,
    HEALTH,
    HUNGER,
    MEDICINE,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
    SYNCHRONIZED_EXPLORATION,
    THIRST,
    TO_EXIT,
    TO_FRONTIER,
    TO_HERE,
    TO_SUPPLY,
    TO_TEAMMATE,
)
from tests.envs.maze.plan_hall import CARRY, DIE, DISCOVER, ESCAPE, FORGET, GIFT, NEED, SUPPLY, Hall


def done(hall: Hall) -> list[bool]:
    """Whose part of the plan in slot 0 may be completed."""
    return [bool(hall.masks(agent)[-hall.params.plan_slots]) for agent in range(hall.params.agents)]


def test_a_rendezvous_is_done_when_all_are_there() -> None:
    hall = Hall()
    hall.put(1, 4, 6)
    hall.started(RENDEZVOUS, TO_HERE)
    assert done(hall) == [False, False, False]
    hall.put(1, 5, 5)
    assert done(hall) == [True, True, False]
    assert hall.complete(0)
    hall.put(0, 0, 0)
    assert done(hall) == [False, True, False]
    assert hall.complete(1)
    assert hall.last.status == COMPLETED


def test_the_dead_are_not_waited_for() -> None:
    hall = Hall()
    hall.put(2, 0, 0)
    hall.started(RENDEZVOUS, TO_HERE, (0, 1, 2))
    assert done(hall) == [False, False, False]
    hall.do(DIE, 2)
    assert done(hall) == [True, True, False]


def test_sharing_is_done_by_giving_to_a_participant() -> None:
    hall = Hall(agents=4)
    hall.do(CARRY, 0, FOOD, 1)
    hall.do(NEED, 1, HUNGER, 20)
    hall.started(RESOURCE_SHARE, TO_TEAMMATE, (0, 1, 2))
    hall.do(GIFT, 0, 3, FOOD)
    assert done(hall) == [False, False, False, False]
    hall.do(GIFT, 0, 1, FOOD)
    assert done(hall) == [True, True, False, False]


@pytest.mark.parametrize("need", [HUNGER, THIRST])
def test_sharing_is_done_when_all_are_together_and_nobody_hungers(need: int) -> None:
    hall = Hall(agents=2)
    hall.do(CARRY, 0, FOOD, 1)
    hall.do(NEED, 1, need, 49)
    hall.started(RESOURCE_SHARE, TO_HERE)
    assert done(hall) == [False, False]
    hall.do(NEED, 1, need, 50)
    assert done(hall) == [True, True]
    hall.put(0, 4, 6)
    assert done(hall) == [False, False]


def test_exploring_is_done_after_some_new_cells_or_when_nothing_is_left() -> None:
    hall = Hall(agents=2)
    hall.do(DISCOVER, 0, 40)
    for agent in (0, 1):
        hall.know(agent, "frontier")
    hall.do(FORGET, 0, hall.cell(2, 2))
    hall.started(SYNCHRONIZED_EXPLORATION, TO_FRONTIER)
    hall.do(DISCOVER, 0, NEW_CELLS - 1)
    assert done(hall) == [False, False]
    hall.know(1, "")
    assert done(hall) == [False, True]
    hall.do(DISCOVER, 0, 1)
    assert done(hall) == [True, True]


def test_a_group_exit_is_done_by_escaping_only() -> None:
    hall = Hall(agents=2)
    hall.know(0, "exit")
    hall.started(GROUP_EXIT, TO_EXIT)
    for agent in (0, 1):
        hall.put(agent, 0, 0)
    assert done(hall) == [False, False]
    hall.do(ESCAPE, 0)
    assert hall.plans[0].completed == 1
    hall.do(ESCAPE, 1)
    assert hall.last.status == COMPLETED


def in_danger() -> Hall:
    """Agent 1 is in danger, and agent 0 has started to rescue it, with agent 2."""
    hall = Hall()
    hall.do(CARRY, 0, MEDICINE, 1)
    hall.do(NEED, 1, HEALTH, 15)
    hall.do(NEED, 1, HUNGER, 30)
    hall.started(RESCUE_MISSION, TO_TEAMMATE, (0, 1, 2))
    return hall


def test_a_rescue_is_done_when_the_patient_is_well() -> None:
    hall = in_danger()
    assert hall.plans[0].patient == 1
    hall.do(NEED, 1, HEALTH, 65)
    assert done(hall) == [False, False, False]
    hall.do(NEED, 1, HUNGER, 40)
    assert done(hall) == [True, True, True]


def test_a_rescue_is_done_for_those_who_helped() -> None:
    hall = in_danger()
    hall.do(GIFT, 2, 0, MEDICINE)
    assert done(hall) == [False, False, False]
    hall.do(GIFT, 0, 1, MEDICINE)
    assert done(hall) == [True, True, False]


@pytest.mark.parametrize("end", [DIE, ESCAPE])
def test_without_its_patient_a_rescue_is_over(end: int) -> None:
    hall = in_danger()
    hall.do(end, 1)
    assert hall.plans[0].status == 0
    assert hall.state.worlds.plans_ended[0] == 1


def test_who_helped_a_patient_in_vain_can_still_say_so() -> None:
    hall = in_danger()
    hall.do(GIFT, 0, 1, MEDICINE)
    hall.do(GIFT, 2, 1, MEDICINE)
    hall.do(DIE, 1)
    assert done(hall) == [True, False, True]


def test_an_area_is_swept_when_no_frontier_is_near() -> None:
    hall = Hall(agents=2)
    hall.know(0, "frontier")
    hall.do(FORGET, 0, hall.cell(8, 8))
    hall.do(FORGET, 1, hall.cell(0, 4))
    hall.put(0, 3, 3)
    hall.started(AREA_SWEEP, TO_HERE)
    # Seen from (3, 3) the cells beside (8, 8) are 5 moves away, those beside (0, 4) are 3.
    assert done(hall) == [True, False]


def test_a_supply_run_is_done_by_picking_up_since_its_start() -> None:
    hall = Hall(agents=2)
    hall.know(0, "supply")
    hall.do(SUPPLY, 0)
    hall.started(SUPPLY_RUN, TO_SUPPLY)
    assert hall.plans[0].target == hall.cell(8, 0)
    assert done(hall) == [False, False]
    hall.do(SUPPLY, 1)
    assert done(hall) == [False, True]


def test_a_part_is_completed_once_and_by_participants() -> None:
    hall = Hall()
    hall.started(RENDEZVOUS, TO_HERE)
    assert not hall.complete(2)
    assert hall.complete(0)
    assert not hall.complete(0)
