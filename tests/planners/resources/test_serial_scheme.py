"""Every activity starts as early as it can, whatever is used up, made, held and lent by calendars."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from planzoo.envs.simulation.kernel import call
from planzoo.planners.resources.arrays import project_arrays
from planzoo.planners.resources.generation_room import (
    COST,
    LATENESS,
    MAKESPAN,
    SHORTAGE,
    GenerationRoom,
    followers_of,
    generation_room,
)
from planzoo.planners.resources.project import Project
from planzoo.planners.resources.serial_scheme import schedule_serially
from tests.planners.resources.projects import naive_starts, random_project


def random_order(project: Project, random: Random) -> list[int]:
    order: list[int] = []
    while len(order) < len(project.activities):
        ready = [
            place
            for place in range(len(project.activities))
            if place not in order and all(a in order for a, b, _ in project.links if b == place)
        ]
        order.append(random.choice(ready))
    return order


def scheduled(project: Project, order: list[int], modes: list[int]) -> GenerationRoom:
    arrays = project_arrays(project)
    room, rows = generation_room(arrays), arrays.first_modes[:-1] + np.array(modes)
    call(schedule_serially, arrays, followers_of(arrays), np.array(order), rows, room)
    return room


def one_way(seed: int, simple: bool = False) -> tuple[Project, list[int], list[int]]:
    project, random = random_project(seed, simple=simple), Random(seed)
    modes = [random.randrange(len(activity.modes)) for activity in project.activities]
    return project, random_order(project, random), modes


def compare(seed: int) -> bool:
    """Compares with the naive way, and says whether there was a schedule."""
    project, order, modes = one_way(seed, simple=seed % 4 == 0)
    naive, room = naive_starts(project, order, modes), scheduled(project, order, modes)
    assert (naive is None) == (room.figures[SHORTAGE] > 0)
    if naive is None:
        return False
    assert dict(enumerate(room.starts.tolist())) == naive
    chosen = [activity.modes[mode] for activity, mode in zip(project.activities, modes, strict=True)]
    ends = [naive[place] + mode.duration for place, mode in enumerate(chosen)]
    late = sum(max(0.0, end - latest) for end, (_, latest) in zip(ends, project.windows, strict=True))
    cost = sum(mode.total_cost(project.resource_table) for mode in chosen)
    assert room.figures[[MAKESPAN, COST, LATENESS]].tolist() == pytest.approx([max(ends), cost, late])
    return True


def test_starts_are_the_earliest() -> None:
    found = [compare(seed) for seed in range(150)]
    assert 40 < sum(found) < 140  # neither is always the case


@pytest.mark.long
def test_starts_are_the_earliest_in_many_projects() -> None:
    assert sum(compare(seed) for seed in range(1000, 4000)) > 800


@pytest.mark.parametrize("seed", range(20))
def test_times_need_not_be_whole(seed: int) -> None:
    project, order, modes = one_way(seed, simple=True)
    arrays = project_arrays(project)
    thirds = arrays._replace(durations=arrays.durations / 3, lags=arrays.lags / 3)
    rows, whole, room = (
        arrays.first_modes[:-1] + np.array(modes),
        generation_room(arrays),
        generation_room(thirds),
    )
    call(schedule_serially, arrays, followers_of(arrays), np.array(order), rows, whole)
    call(schedule_serially, thirds, followers_of(thirds), np.array(order), rows, room)
    assert room.starts * 3 == pytest.approx(whole.starts)
    assert room.used[0] == whole.used[0]  # what differs by rounding only is one entry of the timeline


def test_lateness_is_counted_against_the_deadline() -> None:
    project, order, modes = one_way(0, simple=True)
    arrays = project_arrays(project)
    windows = arrays.windows.copy()
    windows[:, 1] = 6.0
    room = generation_room(arrays)
    rows = arrays.first_modes[:-1] + np.array(modes)
    call(
        schedule_serially, arrays._replace(windows=windows), followers_of(arrays), np.array(order), rows, room
    )
    assert room.figures[LATENESS] == np.maximum(room.ends - 6.0, 0.0).sum() > 0
