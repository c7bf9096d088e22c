"""The picture of a warehouse says what its state says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from planzoo.envs.rendering.image import render_image
from planzoo.envs.rendering.text import render_text
from planzoo.envs.simulation.scene import Circle, Field, Label, Palette, Panel, Polygon, Rectangle, Scene
from planzoo.envs.warehouse.dynamics import FORWARD, TOGGLE_LOAD
from planzoo.envs.warehouse.layout import STORAGE, WORKSTATION
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.scene import LISTED_REQUESTS, REQUESTED, ROBOT, SHELF, scene
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import DELIVERED, DOWN, LEFT, NO_SHELF, RIGHT, UP

LAYOUT = "#....\n..x.x\n..x.x\n....g"


def place_robot(simulator: WarehouseSimulator, row: int, column: int, direction: int) -> None:
    """Puts the only robot of the first world somewhere."""
    constants, state = simulator.constants, simulator.state
    width = constants.width + 2 * constants.padding
    cell = (row + constants.padding) * width + column + constants.padding
    state.robot_at[0, state.robot_cell[0, 0]] = -1
    state.robot_at[0, cell] = 0
    state.robot_cell[0, 0], state.robot_direction[0, 0], state.robot_load[0, 0] = cell, direction, NO_SHELF
    simulator.refresh()


def one_robot(direction: int = RIGHT) -> WarehouseSimulator:
    """One robot at row 1, column 1, before the shelf at row 1, column 2; the shelf is requested."""
    params = WarehouseParams(LAYOUT, robots=1, request_queue_size=1)
    simulator = WarehouseSimulator(params)
    simulator.reset(0)
    state = simulator.state
    state.requested[0] = [True, False, False, False]
    state.requests[0] = 0
    place_robot(simulator, 1, 1, direction)
    return simulator


def panel(drawn: Scene, title: str) -> Panel:
    return next(panel for panel in drawn.panels if panel.title == title)


def fields(drawn: Scene, title: str) -> list[tuple[str, str]]:
    return [(row.label, row.value) for row in panel(drawn, title).rows if isinstance(row, Field)]


def rectangles(drawn: Scene) -> list[Rectangle]:
    return [shape for shape in drawn.shapes if isinstance(shape, Rectangle)]


def test_the_text_shows_the_map() -> None:
    lines = render_text(scene(one_robot())).splitlines()[2:6]
    assert [line[:9] for line in lines] == ["# · · · ·", "· > ■ · □", "· · □ · □", "· · · · G"]


def test_a_loaded_robot_looks_different() -> None:
    simulator = one_robot()
    simulator.step(np.array([[FORWARD]]))
    assert render_text(scene(simulator)).splitlines()[3].startswith("· · > · □")
    simulator.step(np.array([[TOGGLE_LOAD]]))
    drawn = scene(simulator)
    assert render_text(drawn).splitlines()[3].startswith("· · ▶ · □")
    assert fields(drawn, "Requested") == [("Shelf 0", "on robot 0")]
    assert fields(drawn, "Robots") == [("Robot 0 at 1, 2", "brings shelf 0")]
    frames = [
        shape for shape in drawn.shapes if isinstance(shape, Rectangle) and shape.outline == Palette.INK
    ]
    assert [(round(frame.x), round(frame.y), frame.colour) for frame in frames] == [(2, 1, REQUESTED)]


def test_a_delivery_is_marked() -> None:
    simulator = one_robot()
    simulator.state.events[0, 0, DELIVERED] = 1
    simulator.state.robot_load[0, 0] = 3
    simulator.state.deliveries[0, 0] = 1
    drawn = scene(simulator)
    assert fields(drawn, "Robots")[0][1] == "delivered shelf 3"
    assert fields(drawn, "Episode")[1] == ("Deliveries", "1")
    assert Circle(1.5, 1.5, 0.5, Palette.GREEN) in drawn.shapes


def test_a_load_that_nobody_asked_for_is_carried() -> None:
    simulator = one_robot()
    simulator.state.robot_load[0, 0] = 3
    assert fields(scene(simulator), "Robots") == [("Robot 0 at 1, 1", "carries shelf 3")]


@pytest.mark.parametrize(
    ("direction", "step"), [(UP, (0, -1)), (DOWN, (0, 1)), (LEFT, (-1, 0)), (RIGHT, (1, 0))]
)
def test_the_nose_points_where_the_robot_drives(direction: int, step: tuple[int, int]) -> None:
    simulator = one_robot(direction)
    noses = [
        shape for shape in scene(simulator).shapes if isinstance(shape, Polygon) and shape.colour == ROBOT
    ]
    tip = np.subtract(noses[0].points[0], (1.5, 1.5))
    assert np.array_equal(np.sign(np.round(tip, 6)), step)
    before = simulator.state.robot_cell[0, 0]
    simulator.step(np.array([[FORWARD]]))
    width = simulator.constants.width + 2 * simulator.constants.padding
    assert simulator.state.robot_cell[0, 0] - before == step[0] + width * step[1]


def test_pixels_have_the_colours_of_the_legend() -> None:
    drawn = scene(one_robot())
    bare = Scene("", drawn.width, drawn.height, drawn.shapes)
    frame, cell = render_image(bare, 40), 40
    rows, columns = np.nonzero((frame != Palette.PAPER).any(axis=2))
    grid = frame[rows.min() :, columns.min() :]

    def colour(row: float, column: float) -> tuple[int, ...]:
        return tuple(grid[round(row * cell), round(column * cell)].tolist())

    assert colour(1.5, 1.25) == Palette.BLUE
    assert colour(1.25, 2.5) == Palette.ORANGE
    assert colour(2.5, 2.5) == SHELF
    assert colour(0.5, 0.5) == Palette.WALL
    assert colour(0.5, 2.5) == Palette.FLOOR
    assert colour(3.07, 4.5) == Palette.GREEN


def test_only_requested_shelves_in_sight_carry_their_number() -> None:
    simulator = one_robot()
    assert [shape.text for shape in scene(simulator).shapes if isinstance(shape, Label)] == ["0", "0"]
    simulator.step(np.array([[FORWARD]]))
    labels = [shape for shape in scene(simulator).shapes if isinstance(shape, Label)]
    assert [(label.text, label.colour) for label in labels] == [("0", Palette.CARD)]


def test_each_world_has_its_own_scene() -> None:
    params = WarehouseParams.rware("tiny", 2)
    simulator = WarehouseSimulator(params, num_worlds=3)
    simulator.reset(5)
    alone = WarehouseSimulator(params)
    alone.reset(7)
    assert scene(simulator, 2) == scene(alone)
    assert scene(simulator, 0) != scene(simulator, 1)


@pytest.mark.parametrize("robots", [1, 2, 4, 30])
def test_every_object_is_drawn_and_the_size_stays(robots: int) -> None:
    params = WarehouseParams.rware("small", robots, difficulty="easy" if robots > 1 else "normal")
    simulator = WarehouseSimulator(params)
    simulator.reset(1)
    random = np.random.default_rng(0)
    shapes = []
    for _ in range(6):
        drawn = scene(simulator)
        bodies = [s for s in drawn.shapes if isinstance(s, Circle) and s.colour == ROBOT]
        shelves = [
            s
            for s in drawn.shapes
            if isinstance(s, Rectangle) and s.outline and s.colour in (SHELF, REQUESTED)
        ]
        assert len(bodies) == robots
        assert len(shelves) == len(params.map.cells(STORAGE))
        assert sum(s.colour == REQUESTED for s in shelves) == params.request_queue_size
        assert sum(g.character == "G" for g in drawn.glyphs) == len(params.map.cells(WORKSTATION))
        shapes.append(render_image(drawn, 16).shape)
        simulator.step(random.integers(0, 5, (1, robots)))
    assert all(before == after for before, after in pairwise(shapes))


def test_long_lists_are_cut() -> None:
    params = WarehouseParams.rware("small", 30, difficulty="easy")
    simulator = WarehouseSimulator(params)
    simulator.reset(1)
    rows = panel(scene(simulator), "Requested").rows
    assert len(rows) == LISTED_REQUESTS
    assert getattr(rows[-1], "text", "") == "and 51 more"
