"""Pictures of a maze: all agents and plans are on them, they keep their size and fit a screen."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.scene import scene
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import IN_PROGRESS
from planzoo.envs.rendering.image import render_image
from planzoo.envs.rendering.text import render_text
from planzoo.envs.simulation.scene import Label
from tests.envs.maze.scene_stage import hall, put_plan
from tests.envs.maze.stage import random_actions

GOLDEN = """\
Maze · 3 agents

█ █ █ █ █ █ █   Episode
█ 0 * f · S █   Step                             4 / 400
█ 1 2 ! █ · █   In the maze, escaped, dead       3, 0, 0
█ · w · D k E   Seen of the maze  ████████████     100 %
█ █ █ █ █ █ █
                Agents: 100 is best, hunger and thirst too
                          health  hunger  thirst  energy
                Agent 0                  carries nothing
                plan 2       100      96      88     100
                Agent 1                  carries nothing
                plan 2       100     100     100     100
                Agent 2                  carries nothing
                             100     100     100     100

                In the last step
                nothing special



                Active plans
                2: group exit                in progress
                by 1, to 1, 2     ██████████▎░   51 left
                yes: 0, 1 · no: 2"""


def begun(params: MazeParams, worlds: int = 1) -> MazeSimulator:
    """A maze at its beginning."""
    simulator = MazeSimulator(params, num_worlds=worlds)
    simulator.reset(2)
    return simulator


def test_a_small_case_in_characters() -> None:
    simulator = hall()
    state = simulator.state
    state.seen[0], state.steps[0] = True, 4
    state.agents.needs[0, 0] = [100, 96, 88, 100]
    put_plan(
        simulator,
        0,
        (1, 2),
        number=2,
        type=3,
        status=IN_PROGRESS,
        initiator=1,
        accepted=[0, 1],
        rejected=[2],
        deadline=55,
        created_at=-5,
    )
    state.plans.roles[0] = 5
    shown = render_text(scene(simulator))
    assert "\n".join(shown.splitlines()[: len(GOLDEN.splitlines())]) == GOLDEN


@pytest.mark.parametrize(
    "params",
    [
        MazeParams(agents=1, coordination="none"),
        MazeParams(),
        MazeParams.small(agents=8, coordination="roles"),
        MazeParams.large(agents=8, coordination="roles", doors=2),
    ],
    ids=["alone", "default", "eight", "large"],
)
def test_pictures_keep_their_size_and_fit_a_screen(params: MazeParams) -> None:
    simulator, random, shapes = begun(params), np.random.default_rng(1), set()
    for _ in range(4):
        shapes.add(render_image(scene(simulator)).shape)
        for _ in range(6):
            simulator.step(random_actions(simulator, random))
    (shape,) = shapes
    assert shape[0] <= 1080 and shape[1] <= 1920


@pytest.mark.parametrize("agents", [3, 8])
def test_every_agent_and_plan_has_its_number_in_the_maze_and_beside_it(agents: int) -> None:
    simulator = begun(MazeParams.small(agents=agents))
    put_plan(simulator, 1, (1, 1), number=77, accepted=[0])
    drawn = scene(simulator)
    numbers = [shape.text for shape in drawn.shapes if isinstance(shape, Label)]
    assert sorted(numbers) == sorted(["77", *map(str, range(agents))])
    text = render_text(drawn)
    assert all(f"Agent {agent}" in text for agent in range(agents)) and "77: rendezvous" in text


def test_without_plans_there_are_no_panels_about_them() -> None:
    titles = [panel.title for panel in scene(begun(MazeParams(coordination="none"))).panels]
    assert not any("lan" in title for title in titles)


def test_a_seed_maze_and_a_huge_one_are_drawn() -> None:
    for params in (MazeParams.seed(), MazeParams(height=120, width=150, agents=20)):
        drawn = scene(begun(params))
        assert (drawn.height, drawn.width) == (params.height, params.width)
        assert render_image(drawn).shape[1] <= 2600


def test_each_world_has_its_own_picture_and_drawing_changes_nothing() -> None:
    simulator = begun(MazeParams.small(), worlds=2)
    before = simulator.snapshot()
    assert scene(simulator, 0) != scene(simulator, 1)
    assert scene(simulator) == scene(simulator, 0)
    after = simulator.snapshot()
    for old, new in zip(before.state, after.state, strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("mode", ["rgb_array", "ansi"])
def test_environments_show_it(mode: str) -> None:
    env = maze_v0.parallel_env(params=MazeParams.small(), render_mode=mode)
    env.reset(seed=0)
    frame = env.render()
    env.close()
    assert "Maze · 3 agents" in frame if mode == "ansi" else frame.dtype == np.uint8
