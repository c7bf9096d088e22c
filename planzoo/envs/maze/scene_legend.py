"""Says what the shapes mean, by drawing each once; only of what can occur."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planzoo.envs.maze import scene_marks
from planzoo.envs.maze.scene_agents import body
from planzoo.envs.maze.scene_floor import tints
from planzoo.envs.maze.scene_panels import COLUMNS
from planzoo.envs.maze.scene_style import UNSEEN_FLOOR, UNSEEN_WALL, Style, agent_colour
from planzoo.envs.maze.scene_things import Agent
from planzoo.envs.maze.scene_view import View
from planzoo.envs.maze.state import DEAD, ESCAPED, ITEMS, MODE_NONE, SCOUT
from planzoo.envs.simulation.scene import Colour, Field, Icon, Palette, Panel, Rectangle, Shape

Entry = tuple[Iterable[Shape], str, bool]
"""What is drawn, what it means, and whether it can occur."""


def legend(view: View, style: Style) -> Panel:
    """Explains the picture."""
    entries = (*_agent_entries(view, style), *_cell_entries(view, style), *_floor_entries(view))
    rows = tuple(Field(words, mark=Icon(tuple(shapes))) for shapes, words, possible in entries if possible)
    return Panel("Legend", rows, COLUMNS, "picture")


def _agent_entries(view: View, style: Style) -> Iterator[Entry]:
    plans = view.constants.mode != MODE_NONE
    middle = 0.5, 0.5
    yield (
        body(Agent(0, 0, 0, role=SCOUT), middle, 0.42),
        "badge: first letter of the role",
        plans and style.near,
    )
    yield body(Agent(0, 0, 0, ESCAPED), middle, 0.42, style.near), "agent that escaped", True
    yield body(Agent(0, 0, 0, DEAD), middle, 0.42, style.near), "agent that died", True
    pin = scene_marks.pin((0.5, 1.0), 0.76, 3, agent_colour(0))
    yield pin, "target of plan 3, in its initiator's colour", plans


def _cell_entries(view: View, style: Style) -> Iterator[Entry]:
    hazards, safe_rooms, food, water, medicine, doors, _ = view.constants.amounts.tolist()
    grounds = (
        (scene_marks.exit_door, scene_marks.EXIT_COLOUR, "exit", 1),
        (scene_marks.safe_room, scene_marks.SAFE_COLOUR, "safe room", safe_rooms),
        (scene_marks.door, scene_marks.DOOR_COLOUR, "locked door", doors),
        (scene_marks.hazard, scene_marks.HAZARD_COLOUR, "hazard", hazards),
    )
    for mark, colour, words, count in grounds:
        yield _thing(mark, colour, style), words, count > 0
    for item, count in enumerate((food, water, medicine, doors)):
        shapes = _thing(scene_marks.ITEM_MARKS[item], scene_marks.ITEM_COLOURS[item], style)
        yield shapes, ITEMS[item], count > 0


def _thing(mark: scene_marks.Mark, colour: Colour, style: Style) -> Iterable[Shape]:
    return mark((0.04, 0.04), 0.92) if style.symbols else (Rectangle(0.1, 0.1, 0.8, 0.8, colour),)


def _floor_entries(view: View) -> Iterator[Entry]:
    several = len(view.agents) > 1
    plain = (Rectangle(0, 0, 1, 1, Palette.RULE), Rectangle(0.06, 0.06, 0.88, 0.88, Palette.FLOOR))
    bands = tints([0, 1])
    tinted = tuple(Rectangle(0, band / 2, 1, 0.5, colour) for band, colour in enumerate(bands))
    unseen = (Rectangle(0, 0, 0.5, 1, UNSEEN_FLOOR), Rectangle(0.5, 0, 0.5, 1, UNSEEN_WALL))
    yield plain, "known to all who still play" if several else "known to the agent", True
    yield tinted, "known to agents of these colours", several
    yield unseen, "dim: seen by nobody", True
