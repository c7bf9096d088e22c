"""What agents observe of each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import ALIVE, NO_ACTION, REST, RIGHT, SCOUT
from tests.envs.maze.maze_oracle import kings
from tests.envs.maze.stage import do, everybody, place_of, random_actions, staged


def teammates(simulator: MazeSimulator, agent: int) -> NDArray[np.float32]:
    """Gives what an agent observes of others, float32 (others, 16)."""
    return np.asarray(simulator.buffers.observations[0, agent, simulator.layout.teammates].reshape(-1, 16))


def test_teammates_by_hand() -> None:
    simulator = staged("#######\n#0.2..#\n#....1#\n#######\n#######", carried=3)
    state = simulator.state
    state.agents["items"][0, 2] = [1, 0, 2, 0]
    state.agents.role[0, 2] = SCOUT
    state.kept[0, 0, 2], state.broken[0, 0, 2] = 3, 1
    simulator.refresh()
    seen = teammates(simulator, 0)
    np.testing.assert_allclose(seen[1, :3], [1, 2 / 6, 0])
    np.testing.assert_allclose(seen[1, 3:7], [1, 1, 1, 1])
    np.testing.assert_allclose(seen[1, 7:11], [1 / 5, 0, 2 / 5, 0])
    np.testing.assert_allclose(seen[1, 11:], [0, 4 / 6, 0, 0, 1], rtol=1e-6)
    np.testing.assert_allclose(seen[0, [0, 1, 2, 11, 12, 15]], [1, 4 / 6, 1 / 4, 1, 1 / 2, 1 / 2])
    np.testing.assert_allclose(teammates(simulator, 1)[:, 15], [0, 1])
    np.testing.assert_allclose(teammates(simulator, 1)[0, 1:3], [-4 / 6, -1 / 4])


def test_escapes_and_deaths_are_known_everywhere() -> None:
    simulator = staged("########\n#0E...1#\n########\n#2######\n########", message_range=2)
    np.testing.assert_allclose(teammates(simulator, 1), [[0] * 15 + [0], [0] * 15 + [1]])
    simulator.state.agents.needs[0, 2, :2] = 0
    assert do(simulator, RIGHT, NO_ACTION, NO_ACTION)[0][-1] == "escaped"
    np.testing.assert_allclose(teammates(simulator, 1)[0], [0] * 13 + [1, 0, 0])
    np.testing.assert_allclose(teammates(simulator, 1)[1], [0] * 13 + [0, 1, 1])
    assert everybody(simulator, REST) == [[], [], []]


def test_large_teams_show_the_nearest() -> None:
    params = MazeParams(height=11, width=11, agents=12, message_range=6)
    simulator, random = MazeSimulator(params), np.random.default_rng(3)
    simulator.reset(3)
    state = simulator.state
    for _ in range(40):
        where = [place_of(simulator, agent) for agent in range(12)]
        for agent in range(12):
            apart = [kings(where[agent], there) for there in where]
            heard = [
                (apart[other], other)
                for other in range(12)
                if other != agent and state.agents.status[0, other] == ALIVE and apart[other] <= 6
            ]
            nearest = [other for _, other in sorted(heard)[:7]]
            seen = teammates(simulator, agent)
            assert seen[:, 0].tolist() == [1] * len(nearest) + [0] * (7 - len(nearest))
            np.testing.assert_allclose(seen[: len(nearest), 15] * 11, nearest, atol=1e-4)
            assert not seen[len(nearest) :].any()
        simulator.step(random_actions(simulator, random))
