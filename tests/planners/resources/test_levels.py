"""What is left while activities are placed and taken back."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from planzoo.planners.resources.arrays import project_arrays
from planzoo.planners.resources.constraints import Calendar, Constraints, Period
from planzoo.planners.resources.levels import Levels
from planzoo.planners.resources.plan_checks import check_plans
from tests.planners.resources.small_projects import small_project


@pytest.mark.parametrize("seed", range(30))
def test_the_earliest_start_is_the_first_that_breaks_nothing(seed: int) -> None:
    project = small_project(seed).changed(budget=np.inf, precedences=(), windows=(), deadline=np.inf)
    arrays = project_arrays(project)
    arrays = arrays._replace(limits=np.full_like(arrays.limits, np.inf))
    levels, random = Levels(arrays), Random(seed)
    rows = [random.randrange(first, last) for first, last in pairwise(arrays.first_modes.tolist())]
    starts: list[float] = []
    for row in rows:
        first = random.randrange(4)
        feasible = [start for start in range(first, 40) if _keeps(arrays, rows, [*starts, start])]
        found = levels.earliest(row, first)
        assert found == (min(feasible) if feasible else np.inf)
        if found == np.inf:
            return
        levels.add(row, found)
        starts.append(found)
    assert levels.is_kept()


def _keeps(arrays: object, rows: list[int], starts: list[float]) -> bool:
    modes = np.full((1, len(rows)), -1)
    modes[0, : len(starts)] = rows[: len(starts)]
    padded = np.zeros((1, len(rows)))
    padded[0, : len(starts)] = starts
    return bool(check_plans(arrays, modes, padded).shortages.sum() == 0)  # type: ignore[arg-type]


def test_what_is_taken_back_leaves_no_trace() -> None:
    project = small_project(1).changed(calendars=(Calendar("crew", (Period(2, 4, 0),)),))
    levels = Levels(project_arrays(project))
    before = list(levels.changes)
    levels.add(0, 1.0)
    levels.add(1, 1.0)
    levels.remove(0, 1.0)
    levels.remove(1, 1.0)
    assert levels.changes == before
    assert Constraints().calendars == ()


def test_a_full_store_is_noticed_at_the_end_but_not_before() -> None:
    seed = next(seed for seed in range(99) if np.isfinite(project_arrays(small_project(seed)).limits).any())
    arrays = project_arrays(small_project(seed))
    store = int(np.flatnonzero(np.isfinite(arrays.limits))[0])
    changes = np.zeros_like(arrays.changes)
    changes[0, store, 1] = arrays.limits[store] + 1  # made at the end, more than there is room for
    changes[1, store, 0] = -1
    levels = Levels(arrays._replace(changes=changes, calendar_times=np.zeros(0)))
    levels.add(0, 0.0)
    assert not levels.is_kept()
    assert levels.is_final_up_to(0.0, 1)  # somebody may still take of it in time
