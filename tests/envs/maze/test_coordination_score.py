"""How well a team coordinates, as one number."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.maze.coordination_score import coordination_scores
from planzoo.envs.maze.state import RENDEZVOUS, TO_HERE
from tests.envs.maze.plan_hall import Hall


def score(hall: Hall) -> float:
    """The score of the hall."""
    return float(coordination_scores(hall.constants, hall.state, np.array([0]))[0])


def test_nothing_proposed_nothing_scored() -> None:
    assert score(Hall()) == 0.0


def test_completion_answers_and_time_count() -> None:
    hall = Hall()
    hall.started(RENDEZVOUS, TO_HERE)
    # One of two answers accepted, nothing completed.
    assert score(hall) == pytest.approx(0.3 * 0.5)
    hall.tick(15)
    assert hall.complete(0)
    assert hall.complete(1)
    assert score(hall) == pytest.approx(0.5 + 0.3 * 0.5 + 0.2 * (1 - 15 / 60))
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert score(hall) == pytest.approx(0.25 + 0.3 * 0.5 + 0.2 * (1 - 15 / 60))


def test_at_once_with_everybody_is_a_score_of_one() -> None:
    hall = Hall(agents=2)
    hall.started(RENDEZVOUS, TO_HERE)
    assert hall.complete(0)
    assert hall.complete(1)
    assert score(hall) == pytest.approx(1.0)
