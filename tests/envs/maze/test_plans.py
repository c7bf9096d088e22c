"""Team plans within a step."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.maze.plans import plan_mask
from planzoo.envs.maze.state import (
    FIRST_PROPOSAL,
    FOOD,
    GROUP_EXIT,
    HEALTH,
    HUNGER,
    MEDICINE,
    PROPOSALS,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
    TO_EXIT,
    TO_HERE,
    TO_SAFE_ROOM,
    TO_SUPPLY,
    TO_TEAMMATE,
)
from planzoo.envs.simulation.kernel import python_function
from tests.envs.maze.plan_hall import ACT, CARRY, DIE, ESCAPE, GIFT, HOLDS, NEED, Hall


@pytest.mark.parametrize(
    ("proposal", "place"),
    [
        ((RENDEZVOUS, TO_HERE), (4, 4)),
        ((RENDEZVOUS, TO_SAFE_ROOM), (0, 8)),
        ((GROUP_EXIT, TO_EXIT), (0, 0)),
        ((SUPPLY_RUN, TO_SUPPLY), (8, 0)),
    ],
)
def test_targets_are_the_nearest_on_the_map(proposal: tuple[int, int], place: tuple[int, int]) -> None:
    hall = Hall()
    hall.know(0, "exit safe supply")
    assert hall.propose(0, *proposal)
    assert hall.plans[0].target == hall.cell(*place)
    assert hall.plans[0].patient == -1


def test_the_teammate_is_the_neediest_and_a_patient_the_least_healthy() -> None:
    hall = Hall()
    hall.do(CARRY, 0, MEDICINE, 1)
    hall.do(NEED, 1, HUNGER, 10)
    hall.do(NEED, 2, HEALTH, 30)
    hall.put(1, 1, 1)
    hall.put(2, 2, 2)
    assert hall.propose(0, RESOURCE_SHARE, TO_TEAMMATE)
    assert (hall.plans[0].patient, hall.plans[0].target) == (1, hall.cell(1, 1))
    assert hall.reject(1)
    assert hall.reject(2)
    assert hall.propose(0, RESCUE_MISSION, TO_TEAMMATE)
    assert (hall.plans[0].patient, hall.plans[0].target) == (2, hall.cell(2, 2))


def test_only_those_in_range_are_asked() -> None:
    hall = Hall(agents=4, message_range=2)
    hall.put(1, 6, 6)
    hall.put(2, 7, 4)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert hall.plans[0].invited == 0b1011


def test_what_is_not_allowed_does_nothing() -> None:
    hall = Hall()
    before = [array.copy() for array in hall.state]
    for action in range(FIRST_PROPOSAL, hall.params.num_actions):
        proposal = action - FIRST_PROPOSAL
        if proposal >= len(PROPOSALS) or PROPOSALS[proposal] != (RENDEZVOUS, TO_HERE):
            assert not hall.do(ACT, 0, action)
    assert all(np.array_equal(old, new) for old, new in zip(before, hall.state, strict=True))


def test_masks_and_actions_agree_on_a_busy_day() -> None:
    rng = np.random.default_rng(5)
    hall = Hall(agents=3)
    for agent in range(3):
        hall.know(agent, "exit safe supply frontier")
        hall.do(CARRY, agent, FOOD, 1)
    taken = 0
    for _ in range(400):
        agent = int(rng.integers(3))
        mask = hall.masks(agent)
        likely = np.flatnonzero(mask) if mask.any() and rng.random() < 0.5 else np.arange(len(mask))
        action = int(rng.choice(likely))
        allowed = bool(mask[action])
        assert hall.do(ACT, agent, FIRST_PROPOSAL + action) == allowed
        taken += allowed
        if rng.random() < 0.2:
            hall.tick()
    assert taken > 100


def test_moves_and_items_stay_as_they_are_in_the_mask() -> None:
    hall = Hall(coordination="none")
    mask = np.ones(FIRST_PROPOSAL, dtype=np.bool_)
    python_function(plan_mask)(hall.constants, hall.state, 0, 0, mask)
    assert mask.all()


def at_exit() -> Hall:
    """Agent 0 stands at the exit where it wants to meet the two others."""
    hall = Hall()
    hall.know(0, "exit")
    hall.started(GROUP_EXIT, TO_EXIT, (0, 1, 2))
    hall.put(0, 0, 0)
    return hall


def test_participants_wait_at_the_exit_until_all_are_there() -> None:
    hall = at_exit()
    assert hall.do(HOLDS, 0)
    hall.put(1, 0, 0)
    assert hall.do(HOLDS, 0)
    hall.put(2, 0, 1)
    assert hall.do(HOLDS, 0)
    hall.put(2, 0, 0)
    assert not hall.do(HOLDS, 0)
    hall.do(ESCAPE, 0)
    assert not hall.do(HOLDS, 1)


def test_nobody_waits_for_the_dead() -> None:
    hall = at_exit()
    hall.put(1, 0, 0)
    hall.do(DIE, 2)
    assert not hall.do(HOLDS, 0)


def test_others_do_not_wait() -> None:
    hall = Hall()
    hall.know(0, "exit")
    hall.started(GROUP_EXIT, TO_EXIT)
    hall.put(2, 0, 0)
    assert not hall.do(HOLDS, 2)
    hall.put(0, 4, 4)
    assert not hall.do(HOLDS, 0)


def test_waiting_is_over_at_the_deadline() -> None:
    hall = at_exit()
    hall.tick(89)
    assert hall.state.steps[0] == 90
    assert not hall.do(HOLDS, 0)


def test_gifts_outside_of_plans_help_no_plan() -> None:
    hall = Hall()
    hall.do(CARRY, 0, FOOD, 1)
    hall.started(RESOURCE_SHARE, TO_HERE)
    hall.do(GIFT, 2, 0, FOOD)
    hall.do(GIFT, 0, 2, FOOD)
    assert hall.plans[0].helped == 0
    hall.do(GIFT, 1, 0, FOOD)
    assert hall.plans[0].helped == 0b011
