"""Editions of maps tell what need not be compared, and change nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze import arrays
from planzoo.envs.maze.checks import MOST_STEPS
from planzoo.envs.maze.editions import MERGED, SEEN, new_edition
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import MAP_BLOCK, MOST_AGENTS
from planzoo.envs.simulation.kernel import python_function
from tests.envs.maze.stage import random_actions

CROWD: dict[str, Any] = {
    **{"height": 21, "width": 19, "agents": 9, "together": True, "share_range": 2, "max_steps": 60},
    **{"hazards": 25, "hazard_sight": 0, "hazard_damage": 2.0, "coordination": "roles", "doors": 2},
}


def crowd(monkeypatch: pytest.MonkeyPatch, small: int, **changes: Any) -> MazeSimulator:
    """A crowd whose maps are large if they have more cells than is called small."""
    monkeypatch.setattr(arrays, "SMALL_MAP", small)
    simulator = MazeSimulator(MazeParams(**{**CROWD, **changes}), 2)
    simulator.reset(3)
    return simulator


def test_large_maps_have_editions() -> None:
    for side, blocks in ((15, 0), (56, 0), (57, -(-65 * 65 // MAP_BLOCK))):
        simulator = MazeSimulator(MazeParams(height=side, width=side, sight=4))
        assert simulator.state.editions.shape == (1, 3, blocks)


@pytest.mark.parametrize("changes", [{}, {"share_range": 0}, {"share_range": 30, "together": False}])
def test_with_and_without_editions_everything_is_the_same(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    plain, kept = (crowd(monkeypatch, small, **changes) for small in (10**6, 0))
    assert not plain.state.editions.size and kept.state.editions.size
    random = np.random.default_rng(1)
    for _ in range(150):
        actions = random_actions(plain, random)
        for simulator in (plain, kept):
            simulator.step(actions, autoreset=True)
        for name, one, other in zip(plain.state._fields, plain.state, kept.state, strict=True):
            assert name == "editions" or np.array_equal(one, other), name


def test_equal_editions_are_equal_contents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all blocks of all pairs; and some are equal that have been written on."""
    simulator, random = crowd(monkeypatch, 0, share_range=1), np.random.default_rng(2)
    state, written = simulator.state, 0
    blocks = state.editions.shape[2]
    empty = blocks * MAP_BLOCK - state.known.shape[2]
    for _ in range(80):
        simulator.step(random_actions(simulator, random), autoreset=True)
        for maps in (state.known, state.known_at):
            cut = np.pad(maps[0], ((0, 0), (0, empty))).reshape(-1, blocks, MAP_BLOCK)
            equal = state.editions[0][:, None] == state.editions[0]
            assert (cut[:, None] == cut)[equal].all()
        ever = state.editions[0] > 0
        written += int((equal & ever).sum() - ever.sum())
    assert written > 0


def test_a_new_episode_begins_with_blank_editions(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator, random = crowd(monkeypatch, 0), np.random.default_rng(0)
    first = simulator.state.editions.copy()
    for _ in range(5):
        simulator.step(random_actions(simulator, random))
    assert not np.array_equal(simulator.state.editions, first)
    simulator.reset(3)
    np.testing.assert_array_equal(simulator.state.editions, first)


def test_every_edition_has_a_number_of_its_own() -> None:
    number = python_function(new_edition)

    def of(agents: int, step: int, kind: int, agent: int, other: int) -> int:
        state = SimpleNamespace(agents=np.zeros((1, agents)), steps=np.array([step], dtype=np.int32))
        return int(number(state, 0, kind, agent, other))

    each = [
        (step, kind, a, b) for step in range(3) for kind in (SEEN, MERGED) for a in range(3) for b in range(3)
    ]
    assert len({of(3, *one) for one in each} | {0}) == len(each) + 1
    last = of(MOST_AGENTS, MOST_STEPS, MERGED, MOST_AGENTS - 1, MOST_AGENTS - 1)
    assert 0 < last < np.iinfo(np.int32).max
