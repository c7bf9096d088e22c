"""What is left of the resources while activities are placed one after another, the latest taken back."""

from __future__ import annotations

from bisect import bisect_left, insort

import numpy as np
from numpy.typing import NDArray

from planzoo.planners.resources.arrays import ProjectArrays
from planzoo.planners.resources.project import ROUNDING


class Levels:
    """What is left over time, for some activities that have been placed.

    Args:
        arrays: resources, modes and calendars.
    """

    def __init__(self, arrays: ProjectArrays) -> None:
        self.arrays = arrays
        self.slacks = ROUNDING * np.maximum(
            np.abs(arrays.changes).max(axis=(0, 2), initial=0.0), arrays.initial
        )
        self.changes: list[tuple[float, int, int]] = []
        """(time, row, side) of what is placed, in the order of time; side 2 is a calendar's change."""
        for number, moment in enumerate(arrays.calendar_times.tolist()):
            self.changes.append((moment, number, 2))

    def add(self, row: int, start: float) -> None:
        """Places an activity in a mode."""
        insort(self.changes, (start, row, 0))
        insort(self.changes, (start + float(self.arrays.durations[row]), row, 1))

    def remove(self, row: int, start: float) -> None:
        """Takes an activity back."""
        for entry in ((start, row, 0), (start + float(self.arrays.durations[row]), row, 1)):
            del self.changes[bisect_left(self.changes, entry)]

    def earliest(self, row: int, first: float) -> float:
        """Gives the earliest start from ``first`` on that leaves enough; infinite if none does."""
        duration = float(self.arrays.durations[row])
        times = [moment for moment, *_ in self.changes]
        candidates = {first, *times, *(moment - duration for moment in times)}
        for start in sorted(candidate for candidate in candidates if candidate >= first):
            self.add(row, start)
            enough = self._is_kept(start, np.inf, upper=False)
            self.remove(row, start)
            if enough:
                return start
        return float("inf")

    def is_final_up_to(self, start: float, row: int) -> bool:
        """Says whether nothing before a start is broken, where nothing more will be placed.

        What of reusable resources is held in the activity's own time is looked at as well: it only grows.
        """
        if not self._is_kept(0.0, start, upper=True):
            return False
        self.add(row, start)
        enough = self._is_kept(start, np.inf, upper=False, only_held=True)
        self.remove(row, start)
        return enough

    def is_kept(self) -> bool:
        """Says whether there is enough, and not too much, of everything at all times."""
        return self._is_kept(0.0, np.inf, upper=True)

    def _is_kept(self, start: float, end: float, upper: bool, only_held: bool = False) -> bool:
        """Checks the levels after each event in ``[start, end)``."""
        arrays = self.arrays
        left = arrays.initial.copy()
        looked = np.isinf(arrays.limits) & ~self._made if only_held else np.ones(len(left), dtype=bool)
        for place, (moment, row, side) in enumerate(self.changes):
            left += arrays.calendar_changes[row] if side == 2 else arrays.changes[row, :, side]
            following = self.changes[place + 1][0] if place + 1 < len(self.changes) else np.inf
            if following - moment <= ROUNDING * max(1.0, abs(moment)) or not start <= following:
                continue
            if moment >= end:
                return True
            if (left < -self.slacks)[looked].any() or (upper and (left > arrays.limits + self.slacks).any()):
                return False
        return True

    @property
    def _made(self) -> NDArray[np.bool_]:
        """Which resources some mode makes more of, (R,)."""
        return (self.arrays.changes.sum(axis=2) > 0).any(axis=0)
