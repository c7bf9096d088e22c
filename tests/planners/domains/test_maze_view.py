"""Reading an agent's observation gives back the truth that it was written from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import ALIVE, DEAD, ESCAPED, NO_STATUS
from planzoo.errors import InputError
from planzoo.planners.domains.maze_view import MazeReader, MazeView
from tests.planners.domains.maze_play import random_worlds, views

PARAMS = MazeParams(
    observation="map",
    height=9,
    width=11,
    coordination="roles",
    agents=4,
    message_range=5,
    food=3,
    max_steps=160,
)


def place(simulator: Any, cell: int) -> tuple[int, int]:
    """Row and column of one of the environment's cells."""
    return int(simulator.constants.rows[cell]), int(simulator.constants.columns[cell])


def check_team(simulator: Any, view: MazeView) -> None:
    for mate in view.teammates:
        body = simulator.state.agents[0, mate.number]
        assert (mate.escaped, mate.dead) == (body["status"] == ESCAPED, body["status"] == DEAD)
        if mate.observed:
            assert body["status"] == ALIVE and view.place(mate.cell) == place(simulator, body["cell"])
            assert mate.needs == pytest.approx(body["needs"].tolist(), abs=1e-3)
            assert list(mate.items) == body["items"].tolist() and mate.role == body["role"]
            assert 0 < mate.trust < 1


def check_plans(simulator: Any, view: MazeView) -> None:
    plans = simulator.state.plans[0]
    invited = [
        slot
        for slot, plan in enumerate(plans)
        if plan["status"] != NO_STATUS and int(plan["invited"]) >> view.number & 1
    ]
    assert [plan.slot for plan in view.plans] == invited
    for plan in view.plans:
        truth = plans[plan.slot]
        assert (plan.type, plan.status, plan.initiator, plan.patient) == tuple(
            int(truth[name]) for name in ("type", "status", "initiator", "patient")
        )
        assert view.place(plan.target) == place(simulator, truth["target"])
        assert plan.takes_part == bool(int(truth["accepted"]) >> view.number & 1)
        assert plan.role == truth["roles"][view.number] and plan.mine == (plan.initiator == view.number)


def test_views_are_the_truth_that_agents_may_know() -> None:
    """Itself, its map, those whom it hears and the plans that it is asked to join."""
    for simulator in random_worlds(PARAMS, 5, 120):
        for view in views(simulator):
            body = simulator.state.agents[0, view.number]
            assert view.place(view.cell) == place(simulator, body["cell"])
            assert view.needs == pytest.approx(body["needs"].tolist(), abs=1e-3)
            assert list(view.items) == body["items"].tolist() and view.role == body["role"]
            assert view.steps_left == PARAMS.max_steps - simulator.state.steps[0]
            padding, across = simulator.constants.padding, PARAMS.width + 2 * simulator.constants.padding
            known = simulator.state.known[0, view.number].reshape(-1, across)[
                padding:-padding, padding:-padding
            ]
            np.testing.assert_array_equal(view.codes.reshape(-1, view.across)[1:-1, 1:-1], known)
            assert view.in_contact == simulator.state.contact[0, view.number].any()
            check_team(simulator, view)
            check_plans(simulator, view)


def test_large_teams_show_the_nearest() -> None:
    """Of ten agents each is shown seven at most, and nobody twice."""
    params = MazeParams(observation="map", agents=10, message_range=6, height=21, width=21)
    for simulator in random_worlds(params, 2, 10):
        for view in views(simulator):
            numbers = [mate.number for mate in view.teammates]
            assert len(set(numbers)) == len(numbers) <= 7 and view.number not in numbers
            assert all(mate.observed for mate in view.teammates)


def test_agents_that_died_or_got_out_have_ended() -> None:
    """So it is seen from one's own observation alone."""
    changes = {"hazards": 3, "food": 0, "water": 0, "thirst_rate": 1.0, "exits": 3, "max_steps": 300}
    params = MazeParams(observation="map", height=7, width=7, **changes)
    ends = set()
    for seed in range(4):
        for simulator in random_worlds(params, seed, 300):
            for view in views(simulator):
                status = int(simulator.state.agents[0, view.number]["status"])
                assert view.ended == (status != ALIVE), (view, status)
                ends.add(status)
    assert ends == {ALIVE, ESCAPED, DEAD}


def test_other_observations_are_refused() -> None:
    """In one sentence that says what to set."""
    with pytest.raises(InputError, match='set observation="map" in MazeParams') as caught:
        MazeReader(MazeParams())
    assert str(caught.value).count(". ") == 0
