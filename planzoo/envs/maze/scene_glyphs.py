"""The maze in characters, one a cell."""

from __future__ import annotations

from collections.abc import Iterator

from planzoo.envs.maze import scene_marks
from planzoo.envs.maze.scene_panels import COLUMNS
from planzoo.envs.maze.scene_style import GONE, agent_colour
from planzoo.envs.maze.scene_view import View
from planzoo.envs.maze.state import (
    DEAD,
    DOOR,
    EXIT,
    FLOOR,
    GROUND_CODES,
    HAZARD_CODE,
    ITEM_SHIFT,
    MODE_NONE,
    SAFE_ROOM,
    WALL,
)
from planzoo.envs.simulation.scene import Colour, Field, Glyph, Palette, Panel

WALL_GLYPH, UNSEEN_WALL_GLYPH, FLOOR_GLYPH, UNSEEN_GLYPH = "█", "▒", "·", " "
HAZARD_GLYPH, TARGET_GLYPH, DEAD_GLYPH, CROWD_GLYPH = "!", "*", "✗", "&"
ITEM_GLYPHS = "fwmk"
_GROUNDS: dict[int, tuple[str, Colour]] = {
    EXIT: ("E", scene_marks.EXIT_COLOUR),
    SAFE_ROOM: ("S", scene_marks.SAFE_COLOUR),
    DOOR: ("D", scene_marks.DOOR_COLOUR),
}
_DIGITS = 10


def glyphs(view: View) -> tuple[Glyph, ...]:
    """Writes the map: cells, targets of plans, agents."""
    return (*_cells(view), *_targets(view), *_agents(view))


def _cells(view: View) -> Iterator[Glyph]:
    for row, line in enumerate(zip(view.codes.tolist(), view.seen.tolist(), strict=True)):
        for column, (code, seen) in enumerate(zip(*line, strict=True)):
            character, colour = cell_glyph(code, seen)
            if character != UNSEEN_GLYPH:
                yield Glyph(row, column, character, colour if seen else Palette.MUTED, strong=seen)


def cell_glyph(code: int, seen: bool) -> tuple[str, Colour]:
    """Gives the character of a cell, and its colour."""
    ground, item = code & GROUND_CODES, code >> ITEM_SHIFT
    if ground == WALL:
        return (WALL_GLYPH if seen else UNSEEN_WALL_GLYPH), Palette.MUTED
    if code & HAZARD_CODE:
        return HAZARD_GLYPH, scene_marks.HAZARD_COLOUR
    if item:
        return ITEM_GLYPHS[item - 1], scene_marks.ITEM_COLOURS[item - 1]
    return _GROUNDS.get(ground, (FLOOR_GLYPH if seen else UNSEEN_GLYPH, Palette.MUTED))


def _targets(view: View) -> Iterator[Glyph]:
    for plan in view.plans:
        if view.codes[plan.row, plan.column] == FLOOR:
            yield Glyph(plan.row, plan.column, TARGET_GLYPH, agent_colour(plan.initiator), strong=True)


def _agents(view: View) -> Iterator[Glyph]:
    here: dict[tuple[int, int], int] = {}
    for agent in view.agents:
        if agent.alive:
            here[agent.row, agent.column] = here.get((agent.row, agent.column), 0) + 1
    for agent in sorted(view.agents, key=lambda agent: agent.status != DEAD):
        if agent.dead:
            yield Glyph(agent.row, agent.column, DEAD_GLYPH, GONE, strong=True)
        elif agent.alive:
            alone = here[agent.row, agent.column] == 1
            character = str(agent.number % _DIGITS) if alone else CROWD_GLYPH
            yield Glyph(
                agent.row, agent.column, character, agent_colour(agent.number) if alone else None, strong=True
            )


def text_legend(view: View) -> Panel:
    """Says what the characters mean, as far as they can occur."""
    plans, doors = view.constants.mode != MODE_NONE, int(view.constants.amounts[5]) > 0
    rows = (
        ("0 1 2 …", "agent" if len(view.agents) <= _DIGITS else "agent, the last digit of its number", True),
        (CROWD_GLYPH, "several agents", len(view.agents) > 1),
        (DEAD_GLYPH, "dead agent", True),
        (TARGET_GLYPH, "where a plan leads", plans),
        ("E S", "exit, safe room", True),
        ("D k", "locked door, key", doors),
        ("f w m", "food, water, medicine", True),
        (HAZARD_GLYPH, "hazard", True),
        (f"{WALL_GLYPH} {UNSEEN_WALL_GLYPH}", "wall, not seen by anybody", True),
        (FLOOR_GLYPH, "floor that somebody has seen", True),
    )
    return Panel("Legend", tuple(Field(sign, what) for sign, what, shown in rows if shown), COLUMNS, "text")
