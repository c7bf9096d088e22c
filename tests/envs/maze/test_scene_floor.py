"""The floor shows who knows what, and every thing is where it lies."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze import scene_marks
from planzoo.envs.maze.scene_floor import (
    BAYS,
    SYMBOL,
    cell_shapes,
    dimmed,
    floor,
    floor_looks,
    things,
    tints,
)
from planzoo.envs.maze.scene_style import AGENT_COLOURS, TINT, UNSEEN_FLOOR, UNSEEN_WALL, Style, agent_colour
from planzoo.envs.maze.state import (
    DEAD,
    DOOR,
    EXIT,
    FLOOR,
    FOOD,
    HAZARD_CODE,
    ITEM_SHIFT,
    KEY,
    MEDICINE,
    SAFE_ROOM,
    WATER,
)
from planzoo.envs.simulation.scene import Circle, Label, Line, Palette, Polygon, Rectangle
from tests.envs.maze.scene_stage import hall, of_type, view
from tests.envs.maze.stage import cell_at

STYLE = Style()
ITEM_CODES = [FLOOR | (item + 1) << ITEM_SHIFT for item in (FOOD, WATER, MEDICINE, KEY)]


def test_floor_that_all_know_is_plain_and_others_have_bands() -> None:
    simulator = hall()
    cell = cell_at(simulator, 1, 2)
    state = simulator.state
    assert floor_looks(view(simulator))[1][2] == ()
    state.known[0, 1, cell] = 0
    assert floor_looks(view(simulator))[1][2] == tints([0, 2])
    state.agents.status[0, 1] = DEAD
    assert floor_looks(view(simulator))[1][2] == ()
    state.known[0, :, cell], state.seen[0, cell] = 0, False
    assert floor_looks(view(simulator))[1][2] == (UNSEEN_FLOOR,)


def test_when_nobody_is_left_all_count() -> None:
    simulator = hall()
    simulator.state.agents.status[0] = DEAD
    simulator.state.known[0, 0, cell_at(simulator, 1, 2)] = 0
    looks = floor_looks(view(simulator))
    assert looks[1][1] == () and looks[1][2] == tints([1, 2])


def test_tints_are_soft_and_each_agents_own() -> None:
    looks = [tints([number]) for number in range(len(AGENT_COLOURS))]
    assert len(set(looks)) == len(AGENT_COLOURS)
    assert looks[3] == (Palette.FLOOR.mixed(agent_colour(3), TINT),)
    assert tints([0, 3]) == (*looks[0], *looks[3])
    assert tints([]) == ()
    assert len(tints(list(range(30)))) == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_every_cell_has_the_look_of_those_who_know_it(seed: int) -> None:
    simulator = hall()
    random = np.random.default_rng(seed)
    state = simulator.state
    state.known[0] = np.where(random.random(state.known[0].shape) < 0.6, state.codes[0], 0)
    state.seen[0] &= random.random(state.seen[0].shape) < 0.5
    looks, seen = floor_looks(view(simulator)), view(simulator)
    for row, column in np.ndindex(5, 7):
        knowers = np.flatnonzero(seen.known_by[:, row, column]).tolist()
        expected = () if len(knowers) == 3 else tints(knowers) if seen.seen[row, column] else (UNSEEN_FLOOR,)
        assert looks[row][column] == expected


def test_walls_cover_what_is_wall_and_are_dim_where_unseen() -> None:
    simulator = hall()
    simulator.state.seen[0, cell_at(simulator, 0, 0)] = False
    simulator.state.known[0, :, cell_at(simulator, 0, 0)] = 0
    seen = view(simulator)
    covered = np.zeros((5, 7), dtype=int)
    for shape in of_type(floor(seen, STYLE), Rectangle):
        if shape.colour in (Palette.WALL, UNSEEN_WALL):
            covered[int(shape.y), int(shape.x) : int(shape.x + shape.width)] += 1
    assert (covered == seen.is_wall).all()
    first = next(s for s in of_type(floor(seen, STYLE), Rectangle) if s.colour == UNSEEN_WALL)
    assert (first.x, first.y) == (0, 0)


def test_lines_between_cells_only_where_there_is_room() -> None:
    seen = view(hall())
    assert len(of_type(floor(seen, STYLE), Line)) == 8 + 6
    assert of_type(floor(seen, Style(near=False)), Line) == []


def test_neighbours_of_one_look_are_one_shape() -> None:
    simulator = hall()
    simulator.state.seen[0] = True
    seen = view(simulator)
    runs = sum(1 for line in seen.is_wall.tolist() for wall, _ in groupby(line) if wall)
    assert len([s for s in of_type(floor(seen, STYLE), Rectangle) if s.colour == Palette.WALL]) == runs


@pytest.mark.parametrize("code", [*ITEM_CODES, EXIT, SAFE_ROOM, DOOR, FLOOR | HAZARD_CODE])
def test_every_thing_has_a_look_of_its_own(code: int) -> None:
    looks = {
        other: tuple(cell_shapes(other, (0, 0), STYLE, False))
        for other in (*ITEM_CODES, EXIT, SAFE_ROOM, DOOR, FLOOR | HAZARD_CODE)
    }
    assert looks[code]
    kinds = [tuple(type(shape) for shape in look) for look in looks.values()]
    assert len(set(looks.values())) == len(looks) and len(set(kinds)) >= len(looks) - 1


def test_plain_floor_has_nothing_on_it() -> None:
    assert tuple(cell_shapes(FLOOR, (0, 0), STYLE, False)) == ()


def test_things_lie_in_their_cells() -> None:
    seen = view(hall())
    drawn = set(things(seen, STYLE))
    low = (1 - SYMBOL) / 2
    assert set(scene_marks.food((3 + low, 1 + low), SYMBOL)) <= drawn
    assert set(scene_marks.water((2 + low, 3 + low), SYMBOL)) <= drawn
    assert set(scene_marks.hazard((3 + low, 2 + low), SYMBOL)) <= drawn
    assert set(BAYS[SAFE_ROOM]((5, 1), 1.0)) <= drawn


def test_what_nobody_has_seen_is_pale() -> None:
    simulator = hall()
    exit_cell = cell_at(simulator, 3, 6)
    simulator.state.seen[0, exit_cell], simulator.state.known[0, :, exit_cell] = False, 0
    drawn = set(things(view(simulator), STYLE))
    bright = scene_marks.exit_door((6, 3), 1.0)
    assert not set(bright) & drawn
    assert set(dimmed(bright)) <= drawn


def test_an_item_gives_way_to_an_agent() -> None:
    simulator = hall()
    simulator.state.agents.cell[0, 0] = cell_at(simulator, 1, 3)
    circles = [s for s in of_type(things(view(simulator), STYLE), Circle) if s.colour == Palette.ORANGE]
    assert circles and all(circle.y > 1.5 and circle.x < 3.5 for circle in circles)


def test_a_hazard_and_an_item_share_a_cell() -> None:
    both = set(cell_shapes(ITEM_CODES[0] | HAZARD_CODE, (0, 0), STYLE, False))
    assert set(scene_marks.food((0.46, 0.46), 0.5)) | set(scene_marks.hazard((0.06, 0.06), 0.5)) == both


@pytest.mark.parametrize("code", [*ITEM_CODES, EXIT, SAFE_ROOM, DOOR, FLOOR | HAZARD_CODE])
def test_on_large_maps_things_are_squares(code: int) -> None:
    shapes = tuple(cell_shapes(code, (4, 4), Style(near=False, symbols=False), False))
    assert len(shapes) == 1 and isinstance(shapes[0], Rectangle)


def test_dimming_keeps_shapes_and_moves_colours() -> None:
    shapes = (
        Rectangle(0, 0, 1, 1, Palette.BLUE, outline=Palette.INK),
        Circle(0, 0, 1, Palette.BLUE),
        Polygon(((0, 0), (1, 0), (0, 1)), Palette.BLUE),
        Label(0, 0, "a"),
    )
    pale = tuple(dimmed(shapes))
    assert [type(shape) for shape in pale] == [type(shape) for shape in shapes]
    assert pale[1].colour == Palette.BLUE.mixed(UNSEEN_FLOOR, 0.6)
    first = pale[0]
    assert isinstance(first, Rectangle) and first.outline not in (None, Palette.INK)
