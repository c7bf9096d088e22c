"""Where the labels of a scatter plot stand: beside their points, and not on other labels or points."""

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
