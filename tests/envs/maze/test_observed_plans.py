"""What agents observe of plans."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import (
    FIRST_PROPOSAL,
    NO_ACTION,
    PROPOSALS,
    RENDEZVOUS,
    RESCUE_MISSION,
    REST,
    SCOUT,
    SUPPLY_RUN,
    TO_HERE,
    TO_SUPPLY,
)
from tests.envs.maze.stage import allowed, cell_at, do, plan_in_progress, staged

HALL = "########\n#0...1f#\n#......#\n#2.....#\n########"
ANSWERS = FIRST_PROPOSAL + len(PROPOSALS)


def plans(simulator: MazeSimulator, agent: int) -> NDArray[np.float32]:
    """Gives what an agent observes of plans, float32 (P, 26)."""
    return np.asarray(simulator.buffers.observations[0, agent, simulator.layout.plans].reshape(-1, 26))


def test_a_proposal_by_hand() -> None:
    simulator = staged(HALL, message_range=4, seconds_per_step=2.0)
    assert not simulator.buffers.observations[0, :, simulator.layout.plans].any()
    do(simulator, NO_ACTION, FIRST_PROPOSAL + PROPOSALS.index((SUPPLY_RUN, TO_SUPPLY)), NO_ACTION)
    mine, asked = plans(simulator, 1)[0], plans(simulator, 0)[0]
    assert np.flatnonzero(asked[:11]).tolist() == [0, 1 + SUPPLY_RUN, 8]
    assert asked[11:15].tolist() == [0, 1, 0, 0] and mine[11:15].tolist() == [1, 0, 1, 0]
    np.testing.assert_allclose(asked[15:18], [1 / 3, 5 / 7, 0], rtol=1e-6)
    np.testing.assert_allclose(mine[15:18], [1 / 3, 1 / 7, 0], rtol=1e-6)
    np.testing.assert_allclose(mine[[20, 21, 22, 23, 24, 25]], [1 / 2, 0, 0, 0, 0, 0.6], rtol=1e-6)
    assert 0.9 < asked[18] <= 1
    assert not plans(simulator, 0)[1:].any()


def test_who_is_not_asked_sees_nothing() -> None:
    simulator = staged("########\n#01....#\n#......#\n#.....2#\n########", message_range=2)
    do(simulator, FIRST_PROPOSAL + PROPOSALS.index((RENDEZVOUS, TO_HERE)), NO_ACTION, NO_ACTION)
    assert plans(simulator, 1).any() and not plans(simulator, 2).any()


@pytest.mark.parametrize("answer", [0, 1])
def test_answers_change_what_is_seen(answer: int) -> None:
    simulator = staged(HALL)
    slots = simulator.params.plan_slots
    do(simulator, FIRST_PROPOSAL + PROPOSALS.index((RENDEZVOUS, TO_HERE)), NO_ACTION, NO_ACTION)
    assert ANSWERS in allowed(simulator, 1) and ANSWERS + slots in allowed(simulator, 1)
    do(simulator, NO_ACTION, ANSWERS + answer * slots, NO_ACTION)
    seen = plans(simulator, 1)[0]
    assert seen[12] == 0 and seen[13] == (answer == 0)
    assert seen[9] == (answer == 0), "accepted as soon as two take part"
    np.testing.assert_allclose(seen[15], (2 - answer) / 3, rtol=1e-6)


def test_a_plan_in_progress_shows_roles_patients_and_what_may_be_completed() -> None:
    simulator = staged(HALL)
    plan_in_progress(simulator, RESCUE_MISSION, cell_at(simulator, 3, 1), {0: SCOUT, 2: SCOUT})
    plan = simulator.state.plans[0, 0]
    plan.patient, plan.invited = 2, 7
    simulator.refresh()
    rescuer, patient, other = (plans(simulator, agent)[0] for agent in (0, 2, 1))
    assert rescuer[10] == 1 and rescuer[14] == 1, "nobody is in need: the part is done"
    complete = ANSWERS + 2 * simulator.params.plan_slots
    assert complete in allowed(simulator, 0)
    assert rescuer[[19, 21, 22, 24]].tolist() == [0, 1, 1, 0] and patient[24] == 1
    assert other[13] == other[14] == 0
    do(simulator, complete, REST, REST)
    assert plans(simulator, 0)[0, [13, 14, 23]].tolist() == [1, 0, 1]
