"""Where the boxes of a drawn tree go.

The drawing reads from left to right, from the problem to the actions, and from above to below in the order of
the plan: the actions take one row after another, a task stands in the row of the first thing that it leads
to, so that the first row is the path from the problem to the first step and every later row shows what is
new. A column is as wide as its widest box. As in the tidy drawings of Reingold and Tilford, Tidier Drawings
of Trees (1981), nodes of one level stand in line, edges never cross and order is kept; what is
given up is the least width, since subtrees pushed into one another would break the order of the steps.

A task whose last subtask bears its own name is a loop written as a recursion: its rounds are drawn beneath
one another in one column, tied by a dashed line, so that a loop of a hundred rounds stays as narrow as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from planzoo.planners.htn.drawing.labels import columns, shortened
from planzoo.planners.htn.drawing.nodes import DrawnNode, Kind
from planzoo.planners.htn.plan import NO_PARENT

MARGIN, GAP = 18.0, 40.0
"""Pixels around the drawing, and between two columns."""
ROW, HEIGHT = 46.0, 36.0
"""Pixels from one row to the next, and of a box."""
LABEL_COLUMN, NOTE_COLUMN = 7.85, 6.65
"""Pixels that a letter takes: 13 and 11 pixels high, 0.6 of that wide as in most fonts of fixed width."""
PADDING = 11.0
"""Pixels between a box's edge and its text."""
HEAD = 34.0
"""Pixels for the line above the tree."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node is drawn; pixels, y grows downwards.

    Attributes:
        node: what is drawn.
        left: its left edge.
        top: its upper edge.
        width: its width; every box is ``HEIGHT`` high.
        parent: the box that an edge comes from; None for the problem's own tasks.
        before: the box of the round before, for a task that is the next round of a loop; it then has no
            parent.
    """

    node: DrawnNode
    left: float
    top: float
    width: float
    parent: int | None
    before: int | None

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def middle(self) -> float:
        """The height at which edges come and go."""
        return self.top + HEIGHT / 2


def layout(nodes: Sequence[DrawnNode], tasks: Sequence[tuple[Any, ...]]) -> list[Box]:
    """Places the boxes of a tree, in time linear in their number and without recursion.

    Args:
        nodes: what to draw, in preorder.
        tasks: the tasks of the decomposition that the nodes come from.

    Returns:
        One box a node, in the same order.
    """
    rounds = _rounds(nodes, tasks)
    levels: list[int] = []
    rows: list[int] = []
    row = -1
    for index, node in enumerate(nodes):
        before = rounds.get(index)
        if before is not None:
            levels.append(levels[before])
        else:
            levels.append(0 if node.parent == NO_PARENT else levels[node.parent] + 1)
        if before is not None or index == 0 or node.parent != index - 1:
            row += 1
        rows.append(row)
    widths = [_width(node) for node in nodes]
    lefts = _column_edges(levels, widths)
    return [
        Box(
            node,
            lefts[levels[index]],
            MARGIN + HEAD + ROW * rows[index],
            widths[index],
            None if node.parent == NO_PARENT or index in rounds else node.parent,
            rounds.get(index),
        )
        for index, node in enumerate(nodes)
    ]


def _rounds(nodes: Sequence[DrawnNode], tasks: Sequence[tuple[Any, ...]]) -> dict[int, int]:
    """Gives the nodes that are the next round of a loop, with the round before."""
    last: dict[int, int] = {}
    for index, node in enumerate(nodes):
        if node.parent != NO_PARENT:
            last[node.parent] = index
    return {
        child: parent
        for parent, child in last.items()
        if nodes[child].kind is not Kind.ACTION
        and _name(tasks[nodes[child].node]) == _name(tasks[nodes[parent].node])
    }


def _name(task: Any) -> tuple[type, Any]:
    return (type(task), task.name if hasattr(task, "name") else task[0])


def _column_edges(levels: Sequence[int], widths: Sequence[float]) -> list[float]:
    widest = [0.0] * (max(levels, default=-1) + 1)
    for level, width in zip(levels, widths, strict=True):
        widest[level] = max(widest[level], width)
    edges, left = [], MARGIN
    for width in widest:
        edges.append(left)
        left += width + GAP
    return edges


def _width(node: DrawnNode) -> float:
    label = LABEL_COLUMN * columns(shortened(node.label))
    note = NOTE_COLUMN * columns(shortened(node.note))
    return strip_width(node) + max(label, note) + 2 * PADDING


def strip_width(node: DrawnNode) -> float:
    """Gives the width of the coloured strip with the step's number; tasks and goals have none."""
    if node.kind is not Kind.ACTION or node.steps is None:
        return 0.0
    return 12.0 + 7.4 * len(str(node.steps[0]))
