"""The truth in numbers, read back."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.maze.global_state import AGENT_SIZE, PLAN_NUMBERS, global_state_size
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import GROUP_EXIT, RIGHT, SCOUT
from tests.envs.maze.stage import cell_at, do, inside, plan_in_progress, random_actions, staged


def test_numbers_by_hand() -> None:
    simulator = staged("#####\n#0.E#\n#1..#\n#####\n#####", carried=3, max_steps=10, plan_slots=2)
    do(simulator, RIGHT, RIGHT)
    do(simulator, RIGHT, RIGHT)
    plan_in_progress(simulator, GROUP_EXIT, cell_at(simulator, 1, 3), {1: SCOUT, 0: SCOUT})
    simulator.state.plans.deadline[0, 0] = 4
    simulator.state.agents["items"][0, 1] = [1, 0, 0, 2]
    out = np.full(simulator.global_state_size, -1, dtype=np.float32)
    simulator.write_global_state(0, out)
    np.testing.assert_allclose(out[:25] * 127, simulator.state.codes[0][inside(simulator)], rtol=1e-5)
    agents = out[25 : 25 + 2 * AGENT_SIZE].reshape(2, AGENT_SIZE)
    np.testing.assert_allclose(agents[:, :2], [[1 / 4, 3 / 4], [2 / 4, 3 / 4]])
    np.testing.assert_allclose(agents[:, 2:6], simulator.state.agents.needs[0] / 100)
    np.testing.assert_allclose(agents[1, 6:10], [0.2, 0, 0, 0.4])
    np.testing.assert_allclose(agents[:, 10:], [[1, 0, 0], [0, 0, 0]])
    plans = out[25 + 2 * AGENT_SIZE : -1].reshape(2, PLAN_NUMBERS)
    np.testing.assert_allclose(plans, [[3 / 6, 1, 1, 2 / 4], [0, 0, 0, 0]])
    assert out[-1] == np.float32(0.8)


@pytest.mark.parametrize("changes", [{}, {"coordination": "none"}, {"agents": 1, "coordination": "none"}])
def test_numbers_are_shares(changes: dict[str, object]) -> None:
    params = MazeParams(**changes)  # type: ignore[arg-type]
    simulator, random = MazeSimulator(params, num_worlds=3), np.random.default_rng(0)
    simulator.reset(0)
    out = np.zeros(global_state_size(params), dtype=np.float32)
    for _ in range(60):
        simulator.step(random_actions(simulator, random))
        for world in range(3):
            simulator.write_global_state(world, out)
            assert (out >= 0).all() and (out <= 1).all()
