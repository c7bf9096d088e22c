"""What agents observe of themselves and their maps, read back number by number."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.maze.layout import CELL_FEATURES
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import ALIVE, DOWN, GROUND_CODES, NO_CELL, PICK_UP, REST, RIGHT, SAFE_ROOM
from tests.envs.maze.stage import cell_at, do, inside, place_of, random_actions, staged

PLACE = {name: number for number, name in enumerate(CELL_FEATURES)}


def window(simulator: MazeSimulator, agent: int = 0) -> NDArray[np.float32]:
    """Gives an agent's window, float32 (2 * view + 1, 2 * view + 1, 10)."""
    side = 2 * simulator.params.view + 1
    cells = simulator.buffers.observations[0, agent, simulator.layout.window]
    return np.asarray(cells.reshape(side, side, len(CELL_FEATURES)))


def naive_window(simulator: MazeSimulator, agent: int) -> NDArray[np.float32]:
    """The same, cell by cell from the remembered map."""
    params, state = simulator.params, simulator.state
    row, column = place_of(simulator, agent)
    view, living = params.view, np.flatnonzero(state.agents.status[0] == ALIVE)
    cells = np.zeros((2 * view + 1, 2 * view + 1, len(CELL_FEATURES)), dtype=np.float32)
    others = [place_of(simulator, other) for other in living if other != agent]
    for down in range(-view, view + 1):
        for right in range(-view, view + 1):
            code = int(state.known[0, agent, cell_at(simulator, row + down, column + right)])
            features = cells[down + view, right + view]
            names = ["unknown", None, "wall", "exit", "safe_room", "wall"]
            name, item = names[code & GROUND_CODES], code >> 4
            if name is not None:
                features[PLACE[name]] = 0.5 if code & GROUND_CODES == 5 else 1.0
            features[PLACE["hazard"]] = code & 8 > 0
            if item:
                features[PLACE["food"] + item - 1] = 1.0
            near = max(abs(down), abs(right)) <= (params.message_range or 99)
            features[PLACE["teammate"]] = near and (row + down, column + right) in others
    return cells


@pytest.mark.parametrize("message_range", [None, 2])
def test_windows_show_the_remembered_map(message_range: int | None) -> None:
    simulator = MazeSimulator(
        MazeParams(height=9, width=9, doors=2, food=2, water=2, medicine=1, message_range=message_range)
    )
    random = np.random.default_rng(1)
    simulator.reset(1)
    for _ in range(40):
        for agent in range(3):
            np.testing.assert_array_equal(window(simulator, agent), naive_window(simulator, agent))
        simulator.step(random_actions(simulator, random))


def test_oneself_by_hand() -> None:
    simulator = staged("######\n#01fS#\n######\n######\n######", carried=3, map_sharing=True, max_steps=50)
    do(simulator, REST, RIGHT)
    do(simulator, REST, PICK_UP)
    do(simulator, REST, RIGHT)
    own = simulator.buffers.observations[0, 1, simulator.layout.own]
    needs = simulator.state.agents.needs[0, 1] / 100
    np.testing.assert_allclose(own[:2], [1 / 4, 4 / 5])
    np.testing.assert_allclose(own[2:6], needs, rtol=1e-6)
    np.testing.assert_allclose(own[6:10], [1 / 5, 0, 0, 0])
    assert own[10:16].tolist() == [0, 0, 0, 0, 0, 1]
    np.testing.assert_allclose(own[16], 1 - 3 / 50)
    assert own[17:].tolist() == [0, 0, 0, 1, 1]
    assert simulator.buffers.observations[0, 0, 21] == 0


def test_flags_follow_what_is_known() -> None:
    simulator, random = MazeSimulator(MazeParams(share_range=1)), np.random.default_rng(2)
    simulator.reset(2)
    for _ in range(80):
        state, own = simulator.state, simulator.buffers.observations[0, :, :22]
        agents = state.agents[0]
        expected = np.column_stack(
            [
                agents.exit_known != NO_CELL,
                agents.supplies_known > 0,
                agents.frontier_known > 0,
                state.contact[0].any(axis=1),
                state.codes[0, agents.cell] & GROUND_CODES == SAFE_ROOM,
            ]
        )
        np.testing.assert_array_equal(own[:, 17:22], expected)
        simulator.step(random_actions(simulator, random))


def test_maps_are_shown_whole_when_asked() -> None:
    simulator = MazeSimulator(MazeParams(observation="map", height=7, width=9, hazards=1, food=1, water=1))
    simulator.reset(0)
    simulator.step(np.full((1, 3), DOWN))
    known = simulator.state.known[0][:, inside(simulator)]
    shown = simulator.buffers.observations[0][:, simulator.layout.map]
    np.testing.assert_allclose(shown, known / 127, rtol=1e-6)
    assert shown.shape == (3, 63) and shown.max() <= 1
