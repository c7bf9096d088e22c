"""Where the labels of a plot stand: beside what they name, and not on other labels or points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HEIGHT = 0.07
"""Height of a label, as a share of the axis."""
GAP = 0.018
"""Space between a point and its label, as a share of the axis."""
_OUTSIDE = 1.12
"""How far to the right labels may reach: the picture is wider than its axes."""
_SHIFTS = 8


@dataclass(frozen=True)
class Box:
    """A rectangle; all sides are shares of the axes, 0 left and below, 1 right and above."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return (self.bottom + self.top) / 2

    def overlaps(self, other: Box) -> bool:
        """Tells whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )


def place_labels(anchors: Sequence[Box], widths: Sequence[float], obstacles: Sequence[Box]) -> list[Box]:
    """Finds a place for each label, one after the other.

    A label stands right of its anchor at the same height if nothing is there, else left of it, else as little
    higher or lower as can be. Where all is full it stands on the right, on whatever is there.

    Args:
        anchors: the points with their horizontal intervals.
        widths: the labels' widths.
        obstacles: what no label shall stand on.

    Returns:
        The labels' boxes, in the order of the anchors.
    """
    placed: list[Box] = []
    for anchor, width in zip(anchors, widths, strict=True):
        taken = (*obstacles, *placed)
        free = (box for box in _candidates(anchor, width) if not any(box.overlaps(other) for other in taken))
        placed.append(next(free, _box(anchor.right + GAP, anchor.middle, width)))
    return placed


def _candidates(anchor: Box, width: float) -> Iterator[Box]:
    for shift in sorted(range(-_SHIFTS, _SHIFTS + 1), key=abs):
        middle = anchor.middle + shift * HEIGHT / 2
        for left in (anchor.right + GAP, anchor.left - GAP - width):
            if left >= 0 and left + width <= _OUTSIDE and 0 <= middle <= 1:
                yield _box(left, middle, width)


def _box(left: float, middle: float, width: float) -> Box:
    return Box(left, middle - HEIGHT / 2, left + width, middle + HEIGHT / 2)


def spread_apart(positions: Sequence[float], gap: float) -> list[float]:
    """Moves positions apart until neighbours are at least ``gap`` away from each other, keeping their order.

    Args:
        positions: where labels would like to stand.
        gap: the least distance.

    Returns:
        The new positions, in the order of the old ones; a crowded group stays centred on where it was.
    """
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    groups: list[tuple[list[int], float]] = []
    for index in order:
        members, centre = [index], positions[index]
        while groups and centre - groups[-1][1] < gap * (len(members) + len(groups[-1][0])) / 2:
            before, other = groups.pop()
            centre = (centre * len(members) + other * len(before)) / (len(members) + len(before))
            members = before + members
        groups.append((members, centre))
    moved = [0.0] * len(positions)
    for members, centre in groups:
        for rank, index in enumerate(members):
            moved[index] = centre + gap * (rank - (len(members) - 1) / 2)
    return moved
