"""Says what the shapes mean, by drawing each once; only of what is switched on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from planzoo.envs.simulation.scene import Circle, Field, Icon, Palette, Panel, Shape
from planzoo.envs.warehouse import scene_floor, scene_marks, scene_robots
from planzoo.envs.warehouse.layout import CHARGER, CRIB
from planzoo.envs.warehouse.scene_style import ROBOT, Style
from planzoo.envs.warehouse.scene_things import Kind, Order, Robot, Shelf
from planzoo.envs.warehouse.scene_view import View
from planzoo.envs.warehouse.state import RIGHT

Entry = tuple[Iterable[Shape], str, bool]
"""What is drawn, what it means, and whether it can occur."""
LISTED_KINDS = 6
"""Most kinds of robots that the legend describes."""
_ROBOT, _SHELF = Robot(0, 0, 0, RIGHT), Shelf(0, 0, 0)
_ICON_STYLE = Style(robot=0.34, number=0.0, shelf_number=0.0)
_FAR_ICON_STYLE = replace(_ICON_STYLE, near=False, scale=0.8)


def legend(view: View, style: Style, columns: int) -> Panel:
    """Explains the picture."""
    entries = [*_robot_entries(view), *_shelf_entries(view, style), *_cell_entries(view)]
    entries += [*_state_entries(view, style)]
    rows = tuple(Field(words, mark=_icon(shapes)) for shapes, words, possible in entries if possible)
    return Panel("Legend", rows, columns, "picture")


def _icon(shapes: Iterable[Shape]) -> Icon:
    return Icon(tuple(shapes))


def _robot(**facts: Any) -> tuple[Shape, ...]:
    return scene_robots.single(replace(_ROBOT, **facts), _ICON_STYLE)


def _robot_entries(view: View) -> Iterable[Entry]:
    kinds = dict.fromkeys(view.kinds)
    for kind in list(kinds)[:LISTED_KINDS]:
        words = "robot, its nose ahead" if len(kinds) == 1 else describe_kind(kind, view)
        yield _robot(kind=kind), words, True
    stacks = max(kind.capacity for kind in kinds) > 1
    yield _robot(loads=(0,)), "black frame: shelf on a robot", True
    yield _robot(loads=(0,), delivered=1), "green ring: it has just delivered", True
    yield _robot(loads=(0, 1)), "shelves stacked on a robot, with their count", stacks
    pair = (Circle(0.15, 0.5, 0.28, ROBOT), Circle(0.85, 0.5, 0.28, ROBOT))
    yield (
        (*pair, *scene_robots.coupling((0.0, 0.5), (1.0, 0.5))),
        "two robots carry a heavy shelf",
        view.has_heavy_shelves,
    )


def describe_kind(kind: Kind, view: View) -> str:
    """Says which robots are of a kind, and what sets them apart."""
    numbers = [number for number, own in enumerate(view.kinds) if own == kind]
    alone, in_a_row = len(numbers) == 1, numbers[-1] - numbers[0] == len(numbers) - 1
    names = f"{numbers[0]} to {numbers[-1]}" if in_a_row and not alone else ", ".join(map(str, numbers))
    name, s = (f"robot {names}", "s") if alone else (f"robots {names}", "")
    facts = [
        f"lift{s} {kind.lift}" if view.has_heavy_shelves or kind.lift > 1 else "",
        f"{'carries' if alone else 'carry'} {kind.capacity}" if kind.capacity > 1 else "",
        f"{kind.pace} steps a move" if kind.pace > 1 else "",
        f"sense{s} {kind.sensors}" if len({own.sensors for own in view.kinds}) > 1 else "",
        "own tool" if kind.tool else "",
    ]
    return ": ".join([name, ", ".join(fact for fact in facts if fact) or "ordinary"])


def _shelf(**facts: Any) -> tuple[Shape, ...]:
    return tuple(scene_floor.standing_shelf(replace(_SHELF, **facts), _ICON_STYLE))


def _shelf_entries(view: View, style: Style) -> Iterable[Entry]:
    timed = Order(0, (0,), time_left=6, fraction_left=0.6)
    urgent = Order(0, (0,), time_left=2, fraction_left=0.2)
    number = ", with its number" if style.near else ""
    yield _shelf(order=Order(0, (0,))), f"requested shelf{number}", True
    yield (
        _shelf(order=Order(0, (0,), priority=3)),
        "dots: what it is worth",
        style.near and view.constants.priorities > 1,
    )
    yield _shelf(order=timed), "ring: time that is left for it", style.near and view.longest_time > 0
    yield _shelf(order=urgent), "thick frame: due soon", view.longest_time > 0
    yield _shelf(), "other shelf", True
    yield _shelf(heavy=True), "heavy shelf", style.near and view.has_heavy_shelves
    yield _shelf(tool=True), "shelf that needs a tool", style.near and bool(view.constants.shelves.tool.any())


def _cell_entries(view: View) -> Iterable[Entry]:
    kinds = {kind for _, _, kind in view.cells} - view.idle_kinds
    station = (*scene_floor.workstation(0, 0), *scene_floor.packages(0, 0, view.constants.packages))
    if view.packages:
        yield station, "workstation, with its packages left", True
    else:
        yield scene_floor.workstation(0, 0), "workstation: deliver here", True
    yield scene_floor.charger(0, 0), "charger", CHARGER in kinds
    yield scene_floor.crib(0, 0), "tool crib", CRIB in kinds
    yield scene_marks.barrier(0, 0), "aisle that is blocked for a while", view.constants.block_odds > 0


def _state_entries(view: View, style: Style) -> Iterable[Entry]:
    constants, near = view.constants, style.near
    slow = max(kind.pace for kind in view.kinds) > 1
    wrench = scene_marks.wrench((0.1, 0.1), 0.8, Palette.CARD)
    yield (
        scene_marks.gauge((0.0, 0.34), 1.0, 0.6, 0.32),
        "battery" if near else "battery, almost empty",
        view.has_batteries,
    )
    yield wrench, "robot with a tool", near and view.has_tools
    yield scene_marks.speech((0.05, 0.75), 0.45, "01"), "message", near and constants.message_bits > 0
    yield scene_marks.charging((0.1, 0.1), 0.8), "charging", near and view.has_batteries
    crossed = scene_robots.single(replace(_ROBOT, broken=1), _FAR_ICON_STYLE)
    yield scene_marks.broken((0.1, 0.1), 0.8) if near else crossed, "broken", constants.breakdown_odds > 0
    yield scene_marks.dry((0.1, 0.1), 0.8), "out of power", near and view.has_batteries
    yield scene_marks.blind((0.1, 0.1), 0.8), "sees nothing in this step", near and constants.dropout_odds > 0
    yield scene_marks.waiting((0.1, 0.1), 0.8), "slow: still moving", near and slow
    yield scene_marks.stuck((0.1, 0.1), 0.8), f"stuck: {constants.stuck_after} steps in one cell", True
