"""The picture of a warehouse says what its state says, in every mode and at every size."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from planzoo.envs import warehouse_v0
from planzoo.envs.rendering.image import render_image
from planzoo.envs.rendering.text import render_text
from planzoo.envs.simulation.scene import Circle, Label, Palette, Rectangle, Scene
from planzoo.envs.warehouse.layout import STORAGE, WORKSTATION
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.scene import MARKED_CELL, PLAIN_CELL, scene
from planzoo.envs.warehouse.scene_style import REQUESTED, ROBOT, SHELF, style_of
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import BLOCKED_CELL, BROKE_DOWN, FORWARD, TOGGLE_LOAD
from tests.envs.warehouse.stage import cell, fields, load, order, panel, staged

OPTIONS: dict[str, Any] = {
    "chargers": 12,
    "battery": 300,
    "tools": 5,
    "tool_share": 0.1,
    "heavy_share": 0.1,
    "breakdown": 0.01,
    "deadline": (100, 400),
    "priorities": 3,
    "orders": "stream",
    "arrival_rate": 0.9,
    "blocked_aisle": 0.1,
    "sensor_dropout": 0.1,
    "message_bits": 2,
    "budget": 900.0,
    "move_cost": 0.1,
}
GOLDEN = """\
Warehouse · 2 robots

# · · ▒ ·   Episode
· ▶ ▫ · □   Step                                   130 / 500
· · ■ · □   Deliveries                                     0
C · ✗ · G   Orders completed                               0
· · □ · □   Orders open                                1 / 1
            Orders expired, turned away                 0, 0

            Open orders
            Shelf 2                            20 steps left

            Robots
            Robot 0 at 1, 1 · 65%            carries shelf 0
            Robot 1 at 3, 2 · 50%         broken for 12 more

            In the last step
            Robot 1 broke down





            Legend
            ^ > v <                                    robot
            ▲ ▶ ▼ ◀                        robot with a load
            ✗                           robot that can't act
            ■ □                      shelf, requested or not
            ▫                                  empty storage
            G                                    workstation
            C                                        charger
            ▒                            blocked for a while
            #                                           wall"""


def played(params: WarehouseParams, steps: int = 6) -> WarehouseSimulator:
    """Plays at random."""
    simulator, random = WarehouseSimulator(params), np.random.default_rng(0)
    simulator.reset(1)
    for _ in range(steps):
        simulator.step(random.integers(0, simulator.num_actions, (1, params.robots)))
    return simulator


def test_a_small_case_in_characters() -> None:
    simulator = staged([(1, 1), (3, 2)], battery=200, breakdown=0.1, blocked_aisle=0.1, deadline=(30, 40))
    state = simulator.state
    load(simulator, 0, 0)
    order(simulator, 0, [2], deadline=150)
    state.steps[0], state.robots.battery[0] = 130, [130, 100]
    state.robots.broken[0, 1], state.robot_events[0, 1] = 12, 1 << BROKE_DOWN
    state.blocked[0, 0, BLOCKED_CELL] = cell(simulator, 0, 3)
    assert render_text(scene(simulator)) == GOLDEN


def test_the_picture_follows_a_robot_that_lifts() -> None:
    simulator = staged(orders="queue")
    simulator.set_requests(0, [0])
    assert render_text(scene(simulator)).splitlines()[3].startswith("· > ■ · □")
    simulator.step(np.array([[FORWARD]]))
    simulator.step(np.array([[TOGGLE_LOAD]]))
    drawn = scene(simulator)
    assert render_text(drawn).splitlines()[3].startswith("· · ▶ · □")
    assert fields(panel(drawn, "Requested")) == [("Shelf 0", "on robot 0")]
    assert fields(panel(drawn, "Robots")) == [("Robot 0 at 1, 2", "brings shelf 0")]


def test_pixels_have_the_colours_of_the_legend() -> None:
    simulator = staged(orders="queue")
    simulator.set_requests(0, [0])
    drawn = scene(simulator)
    frame, size = render_image(Scene("", drawn.width, drawn.height, drawn.shapes), 40), 40
    rows, columns = np.nonzero((frame != Palette.PAPER).any(axis=2))
    grid = frame[rows.min() :, columns.min() :]

    def colour(row: float, column: float) -> tuple[int, ...]:
        return tuple(grid[round(row * size), round(column * size)].tolist())

    assert colour(1.5, 1.25) == ROBOT
    assert colour(1.25, 2.5) == REQUESTED
    assert colour(2.5, 2.5) == SHELF
    assert colour(0.5, 0.5) == Palette.WALL
    assert colour(0.5, 2.5) == Palette.FLOOR
    assert colour(3.07, 4.5) == Palette.GREEN


def test_plain_warehouses_have_no_events_and_smaller_cells() -> None:
    plain, full = (
        scene(played(p)) for p in (WarehouseParams.rware("tiny"), WarehouseParams.everything("tiny"))
    )
    assert [p.title for p in plain.panels] == ["Episode", "Requested", "Robots", "Legend", "Legend"]
    assert [p.title for p in full.panels][:4] == ["Episode", "Open orders", "Robots", "In the last step"]
    assert (plain.legible_cell, full.legible_cell) == (PLAIN_CELL, MARKED_CELL)


def test_each_world_has_its_own_scene() -> None:
    params = WarehouseParams.rware("tiny", 2)
    simulator = WarehouseSimulator(params, num_worlds=3)
    simulator.reset(5)
    alone = WarehouseSimulator(params)
    alone.reset(7)
    assert scene(simulator, 2) == scene(alone)
    assert scene(simulator, 0) != scene(simulator, 1)


@pytest.mark.parametrize("robots", [1, 4, 30])
def test_every_object_is_drawn_and_the_size_stays(robots: int) -> None:
    params = WarehouseParams.rware("small", robots, difficulty="easy" if robots > 1 else "normal")
    sizes = []
    for steps in range(4):
        drawn = scene(played(params, steps))
        bodies = [s for s in drawn.shapes if isinstance(s, Circle) and s.colour == ROBOT]
        squares = [s for s in drawn.shapes if isinstance(s, Rectangle) and s.outline]
        shelves = [square for square in squares if square.colour in (SHELF, REQUESTED)]
        assert len(bodies) == robots
        assert len(shelves) == len(params.map.cells(STORAGE))
        assert sum(square.colour == REQUESTED for square in shelves) == params.request_queue_size
        assert sum(g.character == "G" for g in drawn.glyphs) == len(params.map.cells(WORKSTATION))
        sizes.append(render_image(drawn, 16).shape)
    assert all(before == after for before, after in pairwise(sizes))


@pytest.mark.parametrize(
    "params",
    [
        WarehouseParams.fulfilment("large", 60),
        WarehouseParams.fulfilment("xlarge", 100),
        WarehouseParams.fulfilment("xlarge", 100, crib=True, **OPTIONS),
    ],
    ids=["60 robots", "100 robots", "100 robots with all options"],
)
def test_large_fleets_are_drawn_whole_in_a_bounded_frame(params: WarehouseParams) -> None:
    drawn = scene(played(params, 3))
    numbers = [s for s in drawn.shapes if isinstance(s, Label) and s.colour == Palette.CARD]
    assert {str(robot) for robot in range(params.robots)} <= {label.text for label in numbers}
    height, width, _ = render_image(drawn).shape
    assert height <= 1300
    assert width <= 2600
    text = re.sub(r"\x1b\[[0-9;]*m", "", render_text(drawn, colour=True))
    assert sum(text.count(arrow) for arrow in "▲▶▼◀") <= params.robots + 4
    assert max(len(line) for line in text.splitlines()) < 2 * drawn.width + 60


@pytest.mark.parametrize("mode", ["human", "rgb_array", "ansi"])
def test_a_hundred_robots_in_every_mode(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    params = WarehouseParams.fulfilment("xlarge", 100)
    env = warehouse_v0.parallel_env(params=params, render_mode=mode)
    env.reset(seed=0)
    frame = env.render()
    env.close()
    if mode == "rgb_array":
        assert frame.dtype == np.uint8 and frame.ndim == 3
    elif mode == "ansi":
        assert "Warehouse · 100 robots" in frame


@pytest.mark.parametrize(
    ("columns", "rows"), [(10, 11), (29, 21), (47, 33), (115, 57), (161, 63), (400, 300)]
)
def test_numbers_stay_legible(columns: int, rows: int) -> None:
    style = style_of(columns, rows)
    cell_pixels = max(min(1080 // columns, 720 // rows), min(24, 1600 // columns, 960 // rows))
    assert style.number * style.scale * cell_pixels >= 9
    assert style.near is (cell_pixels >= 24)


def test_small_maps_keep_their_look() -> None:
    assert style_of(10, 20) == style_of(5, 5)
    assert style_of(29, 21).robot < style_of(47, 33).robot < 0.4
