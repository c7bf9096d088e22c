"""What to draw of a warehouse: the hall, its shelves and robots; beside it orders, events and a legend."""

from __future__ import annotations

from planzoo.envs.simulation.scene import Panel, Scene
from planzoo.envs.warehouse.scene_floor import floor, standing_shelves
from planzoo.envs.warehouse.scene_glyphs import glyphs, text_legend
from planzoo.envs.warehouse.scene_legend import legend
from planzoo.envs.warehouse.scene_panels import (
    columns_of,
    episode_panel,
    events_panel,
    orders_panel,
    robots_panel,
)
from planzoo.envs.warehouse.scene_robots import fleet
from planzoo.envs.warehouse.scene_style import Style, style_of
from planzoo.envs.warehouse.scene_view import View
from planzoo.envs.warehouse.simulator import WarehouseSimulator

PLAIN_CELL, MARKED_CELL = 24, 40
"""Pixels of a cell in which everything is readable, without and with options that rware lacks."""


def scene(simulator: WarehouseSimulator, world: int = 0) -> Scene:
    """Says what to draw of one world.

    Robots are blue bodies with a nose and a number, square if they lift heavy shelves; a shelf on a robot has
    a black frame. Requested shelves are orange and carry their number. Whatever else is switched on has a
    mark, which the legend explains. On large maps small marks are left out, and large fleets are summed up.

    Args:
        simulator: of B worlds.
        world: the one to draw.
    """
    view = View(simulator.constants, simulator.state, world)
    count = len(view.robots)
    style = style_of(view.constants.width, view.constants.height)
    return Scene(
        title=f"Warehouse · {count} robot{'s' if count > 1 else ''}",
        width=view.constants.width,
        height=view.constants.height,
        shapes=(*floor(view, style), *standing_shelves(view, style), *fleet(view, style)),
        glyphs=glyphs(view),
        panels=_panels(view, style),
        legible_cell=PLAIN_CELL if view.constants.plain else MARKED_CELL,
    )


def _panels(view: View, style: Style) -> tuple[Panel, ...]:
    columns = columns_of(view)
    events = () if view.constants.plain else (events_panel(view),)
    return (
        episode_panel(view),
        orders_panel(view),
        robots_panel(view),
        *events,
        legend(view, style, columns),
        text_legend(view, columns),
    )
