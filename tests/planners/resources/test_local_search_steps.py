"""The loop of the search: what is scored, what is kept, and when it begins anew."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.simulation.kernel import call, python_function
from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.constraints import Precedence
from planzoo.planners.resources.generation_room import MAKESPAN
from planzoo.planners.resources.local_search import search_guide
from planzoo.planners.resources.local_search_steps import draw_parent, is_better, schedule_child, search_on
from planzoo.planners.resources.project import Mode, Project, project_of
from planzoo.planners.resources.search_room import (
    FILLED,
    IMPROVED,
    SCHEDULES,
    STALE,
    Guide,
    SearchRoom,
    search_room,
)
from planzoo.planners.resources.serial_scheme import schedule_serially
from tests.planners.resources.projects import random_project


def prepared(project: Project, cost_first: bool = False) -> tuple[ProjectArrays, SearchRoom, Guide]:
    arrays = project_arrays(project)
    return arrays, search_room(arrays, 10, seed=1), search_guide(project, arrays, cost_first)


def test_the_first_difference_decides() -> None:
    compare = python_function(is_better)
    scores = np.array([0.0, 0.0, 7.0, 3.0, 50.0])
    for entry in range(5):
        worse = scores.copy()
        worse[entry] += 1
        worse[entry + 1 :] = -9
        assert compare(scores, worse)
        assert not compare(worse, scores)
    assert not compare(scores, scores * (1 + 1e-12))
    assert compare(scores, np.full(5, np.inf))


@pytest.mark.parametrize("cost_first", [False, True])
def test_the_population_is_what_its_scores_say(cost_first: bool) -> None:
    for seed in range(20):
        arrays, room, guide = prepared(random_project(seed, size=10), cost_first)
        call(search_on, arrays, room, guide, 300)
        for entry in range(room.counts[FILLED]):
            generation = room.generation
            order, modes = room.population.orders[entry], room.population.modes[entry]
            call(schedule_serially, arrays, room.followers, order, modes, generation)
            makespan, cost, lateness, shortage = generation.figures.tolist()
            objectives = (cost, makespan) if cost_first else (makespan, cost)
            expected = [shortage, lateness / guide.time_scale, *objectives, generation.ends.sum()]
            assert room.population.scores[entry].tolist() == pytest.approx(expected)


def test_what_exceeds_the_budget_counts_before_time() -> None:
    project = random_project(0, size=10, simple=True)
    arrays, room, guide = prepared(project.changed(budget=1))
    call(search_on, arrays, room, guide, 30)
    cost = arrays.costs.sum()
    assert room.best.scores[0, 1] == pytest.approx((cost - 1) / guide.cost_scale)
    assert guide.cost_scale == pytest.approx(cost)


def test_better_parents_are_drawn_more_often() -> None:
    _, room, _ = prepared(random_project(0, size=10))
    room.counts[FILLED] = 10
    room.population.scores[:, 2] = np.arange(10)
    drawn = [call(draw_parent, room) for _ in range(2000)]
    # The better one of two: 19 of 100 times the best, once the worst.
    assert drawn.count(0) / 2000 == pytest.approx(0.19, abs=0.03)
    assert drawn.count(9) / 2000 == pytest.approx(0.01, abs=0.01)


def test_what_takes_no_time_stays_in_order_when_time_is_mirrored() -> None:
    crew, moment = Resource("crew", "reusable", 2), Mode(0)
    work = Mode(2, (ResourceRequirement("crew", 1),))
    modes = {"z": moment, "b": work, "y": moment, "x": moment, "a": work, "w": moment}
    links = [Precedence(*pair) for pair in ("wx", "xy", "yz", "az", "zb")]
    arrays, room, guide = prepared(project_of((crew,), modes, precedences=links))
    assert guide.mirrors
    for schedules in range(3, 300, 3):
        call(search_on, arrays, room, guide, schedules)
        order = room.child.orders[0].tolist()
        assert all(order.index(earlier) < order.index(later) for earlier, later in arrays.links.tolist())
    assert room.best.scores[0, 2] == 4


@pytest.mark.parametrize("seed", range(15))
def test_justified_schedules_are_never_longer(seed: int) -> None:
    arrays, room, guide = prepared(random_project(seed, size=25, simple=True))
    assert guide.mirrors
    call(search_on, arrays, room, guide, 3)
    shorter = []
    for order in np.random.default_rng(seed).permuted(np.tile(np.arange(25), (20, 1)), axis=1):
        room.child.orders[0] = _sorted_by(order, arrays)
        call(schedule_child, arrays, room, guide._replace(mirrors=False))
        single = room.generation.figures[MAKESPAN]
        call(schedule_child, arrays, room, guide)
        shorter.append(room.generation.figures[MAKESPAN] < single)
        assert room.generation.figures[MAKESPAN] <= single
    assert sum(shorter) > 5


def _sorted_by(order: NDArray[np.int64], arrays: ProjectArrays) -> list[int]:
    listed: list[int] = []
    while len(listed) < len(order):
        waiting = {later for earlier, later in arrays.links.tolist() if earlier not in listed}
        listed.append(next(int(place) for place in order if place not in waiting and place not in listed))
    return listed


def test_the_population_holds_no_two_alike_and_only_gets_better() -> None:
    arrays, room, guide = prepared(random_project(1, size=20, simple=True))
    call(search_on, arrays, room, guide._replace(patience=10**9), 90)
    worst = np.inf
    for schedules in range(200, 4000, 200):
        call(search_on, arrays, room, guide._replace(patience=10**9), schedules)
        assert len({tuple(row) for row in room.population.scores.tolist()}) == 10
        assert room.population.scores[:, 2].max() <= worst
        worst = room.population.scores[:, 2].max()


def test_it_begins_anew_but_keeps_the_best() -> None:
    arrays, room, guide = prepared(random_project(1, size=20, simple=True))
    impatient, fills, best = guide._replace(patience=5), [], np.inf
    for schedules in range(3, 3000, 3):
        call(search_on, arrays, room, impatient, schedules)
        fills.append(int(room.counts[FILLED]))
        assert room.best.scores[0, 2] <= best
        assert room.counts[STALE] < 5
        best = float(room.best.scores[0, 2])
    assert fills.count(0) > 5
    assert room.counts[IMPROVED] >= 1
    assert room.counts[SCHEDULES] == 2997
