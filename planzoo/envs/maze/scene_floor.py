"""The maze: walls and floor, who knows what of it, and what lies or stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

import numpy as np

from planzoo.envs.maze import scene_marks
from planzoo.envs.maze.scene_style import (
    AGENT_COLOURS,
    DIM,
    TINT,
    UNSEEN_FLOOR,
    UNSEEN_WALL,
    Style,
    agent_colour,
)
from planzoo.envs.maze.scene_view import View
from planzoo.envs.maze.state import DOOR, EXIT, GROUND_CODES, HAZARD_CODE, ITEM_SHIFT, SAFE_ROOM
from planzoo.envs.maze.team_views import members
from planzoo.envs.simulation.scene import Colour, Label, Line, Palette, Polygon, Rectangle, Shape
from planzoo.envs.simulation.scene_parts import rules

BAYS: dict[int, scene_marks.Mark] = {
    EXIT: scene_marks.exit_door,
    SAFE_ROOM: scene_marks.safe_room,
    DOOR: scene_marks.door,
}
_BAY_COLOURS = {
    EXIT: scene_marks.EXIT_COLOUR,
    SAFE_ROOM: scene_marks.SAFE_COLOUR,
    DOOR: scene_marks.DOOR_COLOUR,
}
SYMBOL, FAR_SYMBOL, PAIR_SYMBOL, CORNER_SYMBOL = 0.62, 0.84, 0.5, 0.36
"""Sizes of what lies alone, in a small cell, beside another thing, and where agents stand."""
Look = tuple[Colour, ...]
"""The colours of a cell, one below the other; none for plain floor."""


def floor(view: View, style: Style) -> Iterator[Shape]:
    """Draws floor and walls: row by row, as wide as one look goes."""
    yield Rectangle(0, 0, view.width, view.height, Palette.FLOOR)
    looks = floor_looks(view)
    for row, line in enumerate(looks):
        yield from _floor_row(
            row, [() if wall else look for look, wall in zip(line, view.is_wall[row], strict=True)]
        )
    if style.near:
        yield from rules(view.width, view.height)
    for row, (walls, seen) in enumerate(zip(view.is_wall.tolist(), view.seen.tolist(), strict=True)):
        line = [
            (Palette.WALL if there else UNSEEN_WALL,) if wall else ()
            for wall, there in zip(walls, seen, strict=True)
        ]
        yield from _floor_row(row, line)


def floor_looks(view: View) -> list[list[Look]]:
    """Gives the look of every cell's floor.

    What nobody has seen is dim; what some have on their maps has bands in the tints of their colours; what
    all who still play have on them is plain.
    """
    living = [agent.number for agent in view.agents if agent.alive] or list(range(len(view.agents)))
    everybody = view.known_by[living].all(axis=0)
    numbers = np.arange(len(view.agents), dtype=np.uint64)
    teams = (view.known_by.astype(np.uint64) << numbers[:, None, None]).sum(axis=0, dtype=np.uint64)
    each, which = np.unique(teams, return_inverse=True)
    bands = [tints(members(team)) for team in each]
    looks = np.where(everybody, -1, np.where(view.seen, which.reshape(teams.shape), -2))
    choices: dict[int, Look] = {-1: (), -2: (UNSEEN_FLOOR,), **dict(enumerate(bands))}
    return [[choices[look] for look in line] for line in looks.tolist()]


def tints(agents: list[int]) -> Look:
    """Gives the bands of the floor that just these agents know; of many, their colours mixed."""
    colours = [agent_colour(number) for number in agents]
    if len(colours) > len(AGENT_COLOURS):
        mean = np.mean(colours, axis=0)
        colours = [Colour(*(round(float(part)) for part in mean))]
    return tuple(Palette.FLOOR.mixed(colour, TINT) for colour in colours)


def _floor_row(row: int, looks: list[Look]) -> Iterator[Shape]:
    column = 0
    for look, run in groupby(looks):
        width = len(list(run))
        for band, colour in enumerate(look):
            height = 1 / len(look)
            yield Rectangle(column, row + band * height, width, height, colour)
        column += width


def things(view: View, style: Style) -> Iterator[Shape]:
    """Draws exits, safe rooms, doors, hazards and items; what nobody has seen is pale."""
    taken = {(agent.row, agent.column) for agent in view.agents}
    ground = view.codes & GROUND_CODES
    places = np.argwhere(np.isin(ground, list(BAYS)) | (view.codes >= HAZARD_CODE))
    for row, column in places.tolist():
        shapes = cell_shapes(int(view.codes[row, column]), (row, column), style, (row, column) in taken)
        yield from shapes if view.seen[row, column] else dimmed(shapes)


def cell_shapes(code: int, cell: tuple[int, int], style: Style, taken: bool) -> Iterator[Shape]:
    """Draws what is in a cell.

    Args:
        code: of the cell.
        cell: its row and column.
        style: how much room there is.
        taken: whether agents stand on it, so that what lies there moves into a corner.
    """
    if not style.symbols:
        yield from _squares(code, cell)
        return
    row, column = cell
    ground = code & GROUND_CODES
    if ground in BAYS:
        yield from BAYS[ground]((column, row), 1.0)
    lying: list[scene_marks.Mark] = [scene_marks.hazard] if code & HAZARD_CODE else []
    lying += [scene_marks.ITEM_MARKS[(code >> ITEM_SHIFT) - 1]] if code >> ITEM_SHIFT else []
    for mark, (x, y, size) in zip(lying, _spots(len(lying), style, taken), strict=False):
        yield from mark((column + x, row + y), size)


def _spots(count: int, style: Style, taken: bool) -> tuple[tuple[float, float, float], ...]:
    """Gives the corner, relative to the cell's, and the size of each thing that lies on a cell."""
    if taken:
        # The badges of agents are on their right.
        return (0.02, 0.98 - CORNER_SYMBOL, CORNER_SYMBOL), (0.02, 0.02, CORNER_SYMBOL)
    if count > 1:
        return (0.06, 0.06, PAIR_SYMBOL), (0.46, 0.46, PAIR_SYMBOL)
    size = SYMBOL if style.near else FAR_SYMBOL
    return (((1 - size) / 2, (1 - size) / 2, size),)


def _squares(code: int, cell: tuple[int, int]) -> Iterator[Shape]:
    row, column = cell
    ground, item = code & GROUND_CODES, code >> ITEM_SHIFT
    if ground in BAYS:
        yield Rectangle(column - 0.5, row - 0.5, 2, 2, _BAY_COLOURS[ground])
    if code & HAZARD_CODE:
        yield Rectangle(column, row, 1, 1, scene_marks.HAZARD_COLOUR)
    if item:
        yield Rectangle(column + 0.2, row + 0.2, 0.6, 0.6, scene_marks.ITEM_COLOURS[item - 1])


def dimmed(shapes: Iterable[Shape]) -> Iterator[Shape]:
    """Makes shapes pale."""
    for shape in shapes:
        colour = shape.colour.mixed(UNSEEN_FLOOR, DIM)
        if isinstance(shape, Polygon | Line | Label) or shape.outline is None:
            yield replace(shape, colour=colour)
        else:
            yield replace(shape, colour=colour, outline=shape.outline.mixed(UNSEEN_FLOOR, DIM))
