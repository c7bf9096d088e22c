"""Agents where they stand, and the places that plans lead to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planzoo.envs.maze import scene_marks
from planzoo.envs.maze.scene_style import GONE, Style, agent_colour, text_colour
from planzoo.envs.maze.scene_things import Agent, TeamPlan
from planzoo.envs.maze.scene_view import View
from planzoo.envs.simulation.scene import Circle, Label, Line, Palette, Point, Shape

RADIUS, PAIR_RADIUS, CROWD_RADIUS, THRONG_RADIUS = 0.34, 0.25, 0.22, 0.16
"""Of an agent alone on its cell, of two, of up to four, of more."""
MOST_IN_A_CELL = 9
"""Of more agents in a cell the last ones are a number."""
BADGE = 1.0
"""Size of a badge in radii of an agent."""


def team(view: View, style: Style) -> Iterator[Shape]:
    """Draws all agents, the living first where several share a cell."""
    cells: dict[tuple[int, int], list[Agent]] = defaultdict(list)
    for agent in sorted(view.agents, key=lambda agent: (agent.status, agent.number)):
        cells[agent.row, agent.column].append(agent)
    for cell, agents in cells.items():
        yield from _crowd(cell, agents, style)


def _crowd(cell: tuple[int, int], agents: list[Agent], style: Style) -> Iterator[Shape]:
    places, radius = seats(len(agents))
    middle = cell[1] + 0.5, cell[0] + 0.5
    seated = list(zip(places, agents, strict=False))
    if len(agents) > MOST_IN_A_CELL:
        seated.pop()
    for place, agent in seated:
        yield from body(agent, _spread(middle, place, style.scale), radius * style.scale, style.near)
    if len(agents) > MOST_IN_A_CELL:
        x, y = _spread(middle, places[-1], style.scale)
        more = f"+{len(agents) - MOST_IN_A_CELL + 1}"
        yield Circle(x, y, radius * style.scale, Palette.INK)
        yield Label(x, y, more, radius * style.scale, Palette.CARD, strong=True)


def _spread(middle: Point, place: Point, scale: float) -> Point:
    return middle[0] + scale * place[0], middle[1] + scale * place[1]


def seats(count: int) -> tuple[tuple[Point, ...], float]:
    """Gives the places of agents that share a cell, relative to its middle, and their radius."""
    if count == 1:
        return ((0.0, 0.0),), RADIUS
    if count == 2:
        return ((-0.23, -0.1), (0.23, 0.1)), PAIR_RADIUS
    if count <= 4:
        return ((-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)), CROWD_RADIUS
    grid = (-0.33, 0.0, 0.33)
    return tuple((x, y) for y in grid for x in grid), THRONG_RADIUS


def body(agent: Agent, centre: Point, radius: float, badges: bool = True) -> Iterator[Shape]:
    """Draws an agent: a disc with its number; the dead are grey, the escaped hollow, with their badges."""
    (x, y), own = centre, agent_colour(agent.number)
    colour = GONE if agent.dead else Palette.CARD if agent.escaped else own
    ring = own if agent.escaped else Palette.INK
    yield Circle(x, y, 1.18 * radius, Palette.CARD)
    yield Circle(x, y, 1.04 * radius, colour, ring, (0.2 if agent.escaped else 0.1) * radius)
    number = str(agent.number)
    size = radius * (1.25 if len(number) == 1 else 1.0)
    yield Label(x, y, number, size, text_colour(colour), strong=True)
    if not agent.alive and not badges:
        yield from _struck(centre, radius, agent)
    elif not agent.alive:
        mark = scene_marks.dead if agent.dead else scene_marks.escaped
        yield from mark((x + 0.2 * radius, y - 1.25 * radius), BADGE * radius)
    if badges and agent.alive:
        yield from scene_marks.role_badge((x + 0.25 * radius, y + 0.3 * radius), BADGE * radius, agent.role)


def _struck(centre: Point, radius: float, agent: Agent) -> Iterator[Shape]:
    """Crosses the dead out where there is no room for badges; the escaped are known by their rings."""
    (x, y), reach = centre, 1.05 * radius
    if agent.dead:
        yield Line(((x - reach, y + reach), (x + reach, y - reach)), Palette.INK, 0.2 * radius)


def targets(view: View, style: Style) -> Iterator[Shape]:
    """Frames the target of each active plan."""
    for row, column in {(plan.row, plan.column) for plan in view.plans}:
        yield from scene_marks.brackets(row, column, 0.02 if style.near else 0.3, 0.07 * style.scale)


def pins(view: View, style: Style) -> Iterator[Shape]:
    """Draws a pin with the number of each active plan at its target, side by side if there are several."""
    cells: dict[tuple[int, int], list[TeamPlan]] = defaultdict(list)
    for plan in view.plans:
        cells[plan.row, plan.column].append(plan)
    size = 0.42 * style.scale if style.near else 0.8 * style.scale
    for (row, column), plans in sorted(cells.items()):
        for place, plan in enumerate(plans):
            x = column + 0.5 + (place - 0.5 * (len(plans) - 1)) * 1.2 * size
            y = max(row + (0.12 if style.near else 0.3), 1.3 * size)
            yield from scene_marks.pin((x, y), size, plan.number, agent_colour(plan.initiator))
