"""Whatever the search draws, crosses or changes stays a list of all activities that keeps precedences."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.simulation.kernel import call
from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.generation import cheapest_modes, quickest_modes
from planzoo.planners.resources.local_search import search_guide
from planzoo.planners.resources.local_search_moves import (
    cross_lists,
    mutate_child,
    sample_modes,
    sample_order,
)
from planzoo.planners.resources.local_search_steps import STRICT
from planzoo.planners.resources.priority_rules import RULES, ordered_by
from planzoo.planners.resources.project import Project
from planzoo.planners.resources.search_room import Guide, SearchRoom, search_room
from tests.planners.resources.projects import random_project

SIZE = 12


def prepared(seed: int) -> tuple[Project, ProjectArrays, SearchRoom, Guide]:
    project = random_project(seed, size=SIZE)
    arrays = project_arrays(project)
    room, guide = search_room(arrays, 2, seed), search_guide(project, arrays, cost_first=False)
    for entry in range(2):
        sample(arrays, room, guide)
        room.population.orders[entry], room.population.modes[entry] = (
            room.child.orders[0],
            room.child.modes[0],
        )
    return project, arrays, room, guide


def sample(arrays: ProjectArrays, room: SearchRoom, guide: Guide, rule: int = 0, bias: float = 0.0) -> None:
    call(sample_order, room, guide, rule, bias)
    call(sample_modes, arrays, room, guide)


def is_list(project: Project, arrays: ProjectArrays, room: SearchRoom) -> bool:
    order, modes = room.child.orders[0].tolist(), room.child.modes[0]
    kept = all(order.index(earlier) < order.index(later) for earlier, later, _ in project.links)
    known = (modes >= arrays.first_modes[:-1]).all() and (modes < arrays.first_modes[1:]).all()
    return kept and bool(known) and sorted(order) == list(range(SIZE))


@pytest.mark.parametrize("seed", range(20))
def test_samples_are_lists_and_differ(seed: int) -> None:
    project, arrays, room, guide = prepared(seed)
    orders = set()
    for number in range(20):
        sample(arrays, room, guide, number % 3, bias=1.0)
        assert is_list(project, arrays, room)
        orders.add(tuple(room.child.orders[0].tolist()))
    assert len(orders) > 10


@pytest.mark.parametrize("rule", range(len(RULES)))
def test_a_strong_bias_leaves_the_rule(rule: int) -> None:
    for seed in range(20):
        _, arrays, room, guide = prepared(seed)
        # Keys without ties, for which the rule alone decides.
        keys = guide.keys[rule] * 100 + np.arange(SIZE)
        sharp = guide._replace(keys=np.array([keys, keys, keys]))
        call(sample_order, room, sharp, rule, STRICT)
        assert room.child.orders[0].tolist() == ordered_by(keys, arrays).tolist()


def test_bias_favours_those_the_rule_puts_first() -> None:
    _, _, room, guide = prepared(3)
    free = [place for place in range(SIZE) if not _precursors(room, place)]
    first = min(free, key=lambda place: guide.keys[1, place])
    counts = []
    for bias in (0.0, 2.0):
        hits = 0
        for _ in range(600):
            call(sample_order, room, guide, 1, bias)
            hits += room.child.orders[0, 0] == first
        counts.append(hits / 600)
    assert counts[0] == pytest.approx(1 / len(free), abs=0.08)
    assert counts[1] > 1.5 * counts[0]


def test_modes_are_drawn_from_all() -> None:
    _, arrays, room, guide = prepared(5)
    seen: list[set[int]] = [set() for _ in range(SIZE)]
    for _ in range(400):
        call(sample_modes, arrays, room, guide)
        for place, mode in enumerate(room.child.modes[0].tolist()):
            seen[place].add(mode)
    assert [len(modes) for modes in seen] == np.diff(arrays.first_modes).tolist()
    assert guide.choices.tolist() == [quickest_modes(arrays).tolist(), cheapest_modes(arrays).tolist()]


@pytest.mark.parametrize("seed", range(20))
def test_children_are_head_and_tail_of_the_mother_around_a_part_of_the_father(seed: int) -> None:
    project, arrays, room, _ = prepared(seed)
    mother, father = room.population.orders.tolist()
    modes, from_father = room.population.modes, 0
    for _ in range(30):
        call(cross_lists, room, 0, 1)
        assert is_list(project, arrays, room)
        child = room.child.orders[0].tolist()
        assert child in [
            head + middle + [place for place in mother if place not in head + middle]
            for first in range(SIZE + 1)
            for head in [mother[:first]]
            for rest in [[place for place in father if place not in head]]
            for middle in (rest[:length] for length in range(SIZE + 1 - first))
        ]
        assert ((room.child.modes[0] == modes[0]) | (room.child.modes[0] == modes[1])).all()
        from_father += child != mother
    assert from_father > 5


@pytest.mark.parametrize("seed", range(20))
def test_mutants_are_lists_close_to_what_they_were(seed: int) -> None:
    project, arrays, room, _ = prepared(seed)
    moved, changed = [], []
    for _ in range(200):
        before, modes = room.child.orders[0].copy(), room.child.modes[0].copy()
        call(mutate_child, arrays, room)
        assert is_list(project, arrays, room)
        moved.append((before != room.child.orders[0]).any())
        changed.append(np.count_nonzero(modes != room.child.modes[0]))
    assert np.mean(moved) > 0.5
    assert 0.1 < np.mean(changed) < 3


def test_activities_move_everywhere_between_what_precedes_and_follows() -> None:
    _, arrays, room, _ = prepared(11)
    reached = set()
    for _ in range(3000):
        call(mutate_child, arrays, room)
        reached.add(tuple(room.child.orders[0].tolist()))
    positions = np.array([np.argsort(order) for order in reached])
    before = np.array([len(_precursors(room, place)) for place in range(SIZE)])
    assert positions.min(axis=0).tolist() == before.tolist()


def _precursors(room: SearchRoom, place: int) -> set[int]:
    direct = set(
        room.precursors.activities[room.precursors.first[place] : room.precursors.first[place + 1]].tolist()
    )
    return direct.union(*(_precursors(room, other) for other in direct))
