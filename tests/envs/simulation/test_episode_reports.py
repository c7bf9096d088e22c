"""Facts of ended episodes over all worlds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gymnasium.vector import VectorEnv
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.simulation.episode_reports import EpisodeReports

WORLDS = 5


def facts_of(worlds: NDArray[np.int64], step: int) -> dict[str, NDArray[Any]]:
    """Facts that differ from world to world and from step to step."""
    return {"success": worlds % 2 == 0, "count": worlds + 10 * step, "cost": worlds / 4 + step}


def gymnasium_infos(facts: dict[str, NDArray[Any]], worlds: NDArray[np.int64]) -> dict[str, Any]:
    """What Gymnasium makes of the facts of each world."""
    env: VectorEnv[Any, Any, Any] = VectorEnv()
    env.num_envs = WORLDS
    infos: dict[str, Any] = {}
    for row, world in enumerate(worlds.tolist()):
        env._add_info(infos, {name: column[row].item() for name, column in facts.items()}, world)
    return infos


@pytest.mark.parametrize("copy", [False, True])
@given(steps=st.lists(st.sets(st.integers(0, WORLDS - 1), min_size=1), min_size=1, max_size=6))
def test_they_are_as_gymnasium_would_write_them(copy: bool, steps: list[set[int]]) -> None:
    reports = EpisodeReports(WORLDS)
    for step, chosen in enumerate(steps):
        worlds = np.array(sorted(chosen))
        facts = facts_of(worlds, step)
        infos, expected = reports.write(facts, worlds, copy), gymnasium_infos(facts, worlds)
        assert infos.keys() == expected.keys()
        for name, array in infos.items():
            np.testing.assert_array_equal(array, expected[name])
            assert array.dtype == expected[name].dtype


def test_only_copies_stay_as_they_were() -> None:
    reports = EpisodeReports(WORLDS)
    first, second = np.array([1]), np.array([0, 3])
    kept = reports.write(facts_of(first, 1), first, copy=True)
    shared = reports.write(facts_of(first, 1), first, copy=False)
    reports.write(facts_of(second, 2), second, copy=False)
    assert kept["count"].tolist() == [0, 11, 0, 0, 0] and kept["_count"].tolist() == [0, 1, 0, 0, 0]
    assert shared["count"].tolist() == [20, 0, 0, 23, 0] and shared["_cost"].tolist() == [1, 0, 0, 1, 0]
