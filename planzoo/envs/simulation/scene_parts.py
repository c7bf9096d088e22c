"""Parts that the scenes of several scenarios have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from planzoo.envs.simulation.scene import Line, Palette, Panel, Point, Row, Shape, Text

Shapes = tuple[Shape, ...]
RULE_WIDTH = 0.02


def scaled(points: Sequence[Point], place: Point, size: float) -> tuple[Point, ...]:
    """Puts points of a unit square where they belong: its upper left corner at a place, in a size."""
    return tuple((place[0] + x * size, place[1] + y * size) for x, y in points)


def rules(width: int, height: int) -> Iterator[Line]:
    """Draws the lines between the cells of a map."""
    for column in range(width + 1):
        yield Line(((column, 0), (column, height)), Palette.RULE, RULE_WIDTH)
    for row in range(height + 1):
        yield Line(((0, row), (width, row)), Palette.RULE, RULE_WIDTH)


def cut(rows: Sequence[Row], most: int) -> list[Row]:
    """Leaves rows out that are too many, and says how many."""
    if len(rows) <= most:
        return list(rows)
    return [*rows[: most - 1], Text(f"and {len(rows) - most + 1} more", colour=Palette.MUTED)]


def happenings_panel(happenings: Iterable[str], most: int, columns: int) -> Panel:
    """Tells what happened in the last step, in always ``most`` lines."""
    lines = list(happenings)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"and {len(lines) - most + 1} more"]
    rows = [Text(line) for line in lines] or [Text("nothing special", colour=Palette.MUTED)]
    rows += [Text("")] * (most - len(rows))
    return Panel("In the last step", tuple(rows), columns)
