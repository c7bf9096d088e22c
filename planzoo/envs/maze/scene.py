"""What to draw of a maze: the maze and who knows what of it; beside it plans, agents and a legend."""

from __future__ import annotations

from planzoo.envs.maze.scene_agents import pins, targets, team
from planzoo.envs.maze.scene_floor import floor, things
from planzoo.envs.maze.scene_glyphs import glyphs, text_legend
from planzoo.envs.maze.scene_legend import legend
from planzoo.envs.maze.scene_panels import agents_panel, episode_panel, events_panel
from planzoo.envs.maze.scene_plans import endings_panel, plans_panel, success_panel
from planzoo.envs.maze.scene_style import Style, style_of
from planzoo.envs.maze.scene_view import View
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import MODE_NONE
from planzoo.envs.simulation.scene import Panel, Scene

LEGIBLE_CELL = 28
"""Pixels of a cell in which badges and numbers are readable."""


def scene(simulator: MazeSimulator, world: int = 0) -> Scene:
    """Says what to draw of one world.

    The floor is dim where nobody has been or looked, plain where everybody who still plays knows it, and has
    a tint of the colours of those who do in between. Agents are discs with a number; those that escaped or
    died stay where they ended. Pins with a number stand where active plans lead. The panels name each plan's
    type, status, initiator, target and time left, who accepted, rejected, has not answered and has done
    their part, how the last plans ended, and how often plans succeed.

    Args:
        simulator: of B worlds.
        world: the one to draw.
    """
    view = View(simulator.constants, simulator.state, world)
    style = style_of(view.width, view.height)
    count = len(view.agents)
    return Scene(
        title=f"Maze · {count} agent{'s' if count > 1 else ''}",
        width=view.width,
        height=view.height,
        shapes=(
            *floor(view, style),
            *things(view, style),
            *targets(view, style),
            *team(view, style),
            *pins(view, style),
        ),
        glyphs=glyphs(view),
        panels=_panels(view, style),
        legible_cell=LEGIBLE_CELL,
    )


def _panels(view: View, style: Style) -> tuple[Panel, ...]:
    planning: tuple[Panel, ...] = ()
    if view.constants.mode != MODE_NONE:
        planning = (plans_panel(view), endings_panel(view), success_panel(view))
    return (
        episode_panel(view),
        agents_panel(view),
        events_panel(view),
        *planning,
        legend(view, style),
        text_legend(view),
    )
