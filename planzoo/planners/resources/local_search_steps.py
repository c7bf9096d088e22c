"""The loop of the local search, compiled: lists are made, scheduled, scored and kept or not.

Sources: Hartmann, A competitive genetic algorithm for resource-constrained project scheduling (Naval Research
Logistics 45, 1998); Valls, Ballestín and Quintanilla, Justification and RCPSP: a technique that pays (EJOR
165, 2005) for scheduling backward and forward again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.simulation.random import random_below, random_unit
from planzoo.planners.resources.arrays import ProjectArrays
from planzoo.planners.resources.generation_room import COST, LATENESS, MAKESPAN, SHORTAGE
from planzoo.planners.resources.local_search_moves import (
    cross_lists,
    mutate_child,
    sample_modes,
    sample_order,
)
from planzoo.planners.resources.project import ROUNDING
from planzoo.planners.resources.search_room import FILLED, IMPROVED, SCHEDULES, STALE, Guide, SearchRoom
from planzoo.planners.resources.serial_scheme import schedule_serially

RULED = 6
"""So many first lists follow priority rules strictly, with the modes best at the objective and then
with those best at the other one."""
STRICT = 1e6
"""The bias of samples that leaves nothing to chance but who comes first of those with one key."""
ALMOST = 1e-9
"""Scores that differ by such a share are one."""


@kernel
def is_better(scores: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    """Says whether scores are less than others: the first difference decides."""
    for entry in range(scores.shape[0]):
        difference = scores[entry] - others[entry]
        # Infinite scores are those of no list at all; then the difference is infinite, too.
        if abs(difference) > ALMOST * max(1.0, abs(scores[entry])):
            return difference < 0
    return False


@kernel
def score_child(arrays: ProjectArrays, room: SearchRoom, guide: Guide) -> None:
    """Scores the schedule that was made last."""
    figures, scores = room.generation.figures, room.child.scores[0]
    excess = 0.0
    if figures[COST] > arrays.budget * (1 + ROUNDING):
        excess = (figures[COST] - arrays.budget) / guide.cost_scale
    scores[0] = figures[SHORTAGE]
    scores[1] = excess + figures[LATENESS] / guide.time_scale
    scores[2] = figures[COST] if guide.cost_first else figures[MAKESPAN]
    scores[3] = figures[MAKESPAN] if guide.cost_first else figures[COST]
    scores[4] = 0.0
    for activity in range(room.generation.ends.shape[0]):
        scores[4] += room.generation.ends[activity]


@kernel
def reverse_by_ends(room: SearchRoom, order: NDArray[np.int64], line: NDArray[np.int64]) -> None:
    """Writes an order into a line, last ends first; of equal ends the one listed last comes first."""
    ends, activities = room.generation.ends, order.shape[0]
    for position in range(activities):
        activity = order[activities - 1 - position]
        slot = position
        while slot > 0 and ends[line[slot - 1]] < ends[activity]:
            line[slot] = line[slot - 1]
            slot -= 1
        line[slot] = activity


@driver
def schedule_child(arrays: ProjectArrays, room: SearchRoom, guide: Guide) -> None:
    """Schedules the child; where time may be mirrored, backward from its end and then forward again."""
    order, modes = room.child.orders[0], room.child.modes[0]
    schedule_serially(arrays, room.followers, order, modes, room.generation)
    room.counts[SCHEDULES] += 1
    if guide.mirrors and room.generation.figures[SHORTAGE] == 0:
        reverse_by_ends(room, order, room.line)
        schedule_serially(arrays, room.precursors, room.line, modes, room.generation)
        reverse_by_ends(room, room.line, order)
        schedule_serially(arrays, room.followers, order, modes, room.generation)
        room.counts[SCHEDULES] += 2
    score_child(arrays, room, guide)


@kernel
def sample_child(arrays: ProjectArrays, room: SearchRoom, guide: Guide) -> None:
    """Draws a child that has no parents; the first of all follow priority rules."""
    number, rules = room.counts[FILLED], guide.keys.shape[0]
    if number < RULED and room.counts[SCHEDULES] <= 3 * RULED:
        sample_order(room, guide, number % rules, STRICT)
        for activity in range(room.positions.shape[0]):
            room.child.modes[0, activity] = guide.choices[number // rules, activity]
    else:
        sample_order(room, guide, random_below(room.stream, 0, rules), 4.0 * random_unit(room.stream, 0))
        sample_modes(arrays, room, guide)


@driver
def draw_parent(room: SearchRoom) -> int:
    """Draws two of the population and gives the better one."""
    one = random_below(room.stream, 0, room.counts[FILLED])
    other = random_below(room.stream, 0, room.counts[FILLED])
    return one if is_better(room.population.scores[one], room.population.scores[other]) else other


@kernel
def copy_child(room: SearchRoom, orders: NDArray[np.int64], modes: NDArray[np.int64]) -> None:
    """Writes the child's order and modes into rows (n,)."""
    for activity in range(orders.shape[0]):
        orders[activity] = room.child.orders[0, activity]
        modes[activity] = room.child.modes[0, activity]


@kernel
def worst_of(room: SearchRoom) -> int:
    """Gives the worst of the population; -1 if one has the child's scores already."""
    scores, worst = room.population.scores, 0
    for entry in range(room.counts[FILLED]):
        if not is_better(scores[entry], room.child.scores[0]) and not is_better(
            room.child.scores[0], scores[entry]
        ):
            return -1
        if is_better(scores[worst], scores[entry]):
            worst = entry
    return worst


@kernel
def keep_child(room: SearchRoom) -> None:
    """Takes the child into the population where there is room or it is better than the worst."""
    population, entry = room.population, room.counts[FILLED]
    if entry < population.scores.shape[0]:
        room.counts[FILLED] += 1
    else:
        entry = worst_of(room)
        if entry < 0 or not is_better(room.child.scores[0], population.scores[entry]):
            room.counts[STALE] += 1
            return
        room.counts[STALE] = 0
    copy_child(room, population.orders[entry], population.modes[entry])
    for score in range(population.scores.shape[1]):
        population.scores[entry, score] = room.child.scores[0, score]


@kernel
def keep_best(room: SearchRoom) -> None:
    """Remembers the child if it is the best of all, but for the sum of ends, which only guides."""
    if is_better(room.child.scores[0, :4], room.best.scores[0, :4]):
        copy_child(room, room.best.orders[0], room.best.modes[0])
        for score in range(room.best.scores.shape[1]):
            room.best.scores[0, score] = room.child.scores[0, score]
        for activity in range(room.best_starts.shape[0]):
            room.best_starts[activity] = room.generation.starts[activity]
        room.counts[IMPROVED] += 1


@driver
def search_on(arrays: ProjectArrays, room: SearchRoom, guide: Guide, schedules: int) -> None:
    """Goes on with a search until so many schedules have been made in all."""
    while room.counts[SCHEDULES] < schedules:
        if room.counts[FILLED] < room.population.scores.shape[0]:
            sample_child(arrays, room, guide)
        else:
            cross_lists(room, draw_parent(room), draw_parent(room))
            mutate_child(arrays, room)
        schedule_child(arrays, room, guide)
        keep_best(room)
        keep_child(room)
        if room.counts[STALE] >= guide.patience:
            room.counts[FILLED] = 0
            room.counts[STALE] = 0
