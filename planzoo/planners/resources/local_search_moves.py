"""How the local search makes a list of activities out of others, compiled.

Sources: Kolisch and Drexl, Adaptive search for solving hard project scheduling problems (Naval Research
Logistics 43, 1996) for samples biased by regret; Hartmann, A competitive genetic algorithm for
resource-constrained project scheduling (Naval Research Logistics 45, 1998) for the crossover at two points,
and Project scheduling with multiple modes: a genetic algorithm (Annals of Operations Research 102, 2001) for
modes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.simulation.random import random_below, random_unit
from planzoo.planners.resources.arrays import ProjectArrays
from planzoo.planners.resources.search_room import Guide, SearchRoom

MOVES = 3.0
"""How many activities of a child are moved, and how many modes are changed, on average."""
LEAST_REGRET = 0.1
"""Is added to regrets between 0 and 1, so that every eligible activity has its chance."""
UNLISTED, LISTED = 0, 1
"""Whether the child has an activity already."""


@kernel
def weigh_eligible(room: SearchRoom, keys: NDArray[np.float64], count: int, bias: float) -> float:
    """Makes an activity the likelier the more there is to regret about not taking it; gives the sum."""
    worst, least = keys[room.eligible[0]], keys[room.eligible[0]]
    for entry in range(count):
        worst = max(worst, keys[room.eligible[entry]])
        least = min(least, keys[room.eligible[entry]])
    total = 0.0
    for entry in range(count):
        # The regret as a share of the largest one, which makes the bias independent of the key's unit.
        regret = (worst - keys[room.eligible[entry]]) / (worst - least) if worst > least else 0.0
        room.weights[entry] = ((regret + LEAST_REGRET) / (1.0 + LEAST_REGRET)) ** bias
        total += room.weights[entry]
    return total


@kernel
def draw_eligible(room: SearchRoom, count: int, total: float) -> int:
    """Draws an entry of the eligible activities by their weights."""
    draw = random_unit(room.stream, 0) * total
    for entry in range(count):
        draw -= room.weights[entry]
        if draw < 0:
            return entry
    return count - 1


@kernel
def count_precursors(room: SearchRoom) -> int:
    """Counts what precedes each activity, and gives how many are eligible at once."""
    eligible = 0
    for activity in range(room.waits.shape[0]):
        room.waits[activity] = room.precursors.first[activity + 1] - room.precursors.first[activity]
        if room.waits[activity] == 0:
            room.eligible[eligible] = activity
            eligible += 1
    return eligible


@driver
def sample_order(room: SearchRoom, guide: Guide, rule: int, bias: float) -> None:
    """Draws the child's order: one eligible activity after another, biased by regret about a rule's keys."""
    order, keys = room.child.orders[0], guide.keys[rule]
    count = count_precursors(room)
    for position in range(order.shape[0]):
        entry = draw_eligible(room, count, weigh_eligible(room, keys, count, bias))
        activity = room.eligible[entry]
        order[position] = activity
        count -= 1
        room.eligible[entry] = room.eligible[count]
        for place in range(room.followers.first[activity], room.followers.first[activity + 1]):
            other = room.followers.activities[place]
            room.waits[other] -= 1
            if room.waits[other] == 0:
                room.eligible[count] = other
                count += 1


@kernel
def draw_mode(arrays: ProjectArrays, room: SearchRoom, activity: int) -> int:
    """Draws one of an activity's modes."""
    first = arrays.first_modes[activity]
    return first + random_below(room.stream, 0, arrays.first_modes[activity + 1] - first)


@driver
def sample_modes(arrays: ProjectArrays, room: SearchRoom, guide: Guide) -> None:
    """Draws the child's modes: some at random, the others best at one objective or the other."""
    wild, other = 0.5 * random_unit(room.stream, 0), random_unit(room.stream, 0)
    for activity in range(arrays.windows.shape[0]):
        if random_unit(room.stream, 0) < wild:
            room.child.modes[0, activity] = draw_mode(arrays, room, activity)
        else:
            choice = 1 if random_unit(room.stream, 0) < other else 0
            room.child.modes[0, activity] = guide.choices[choice, activity]


@kernel
def take_parts(room: SearchRoom, parent: int, position: int, end: int) -> int:
    """Lists what a parent has first of all that is not listed yet, up to a position; modes come along."""
    orders, modes = room.population.orders, room.population.modes
    place = 0
    while position < end:
        activity = orders[parent, place]
        place += 1
        if room.waits[activity] == UNLISTED:
            room.waits[activity] = LISTED
            room.child.orders[0, position] = activity
            room.child.modes[0, activity] = modes[parent, activity]
            position += 1
    return position


@driver
def cross_lists(room: SearchRoom, mother: int, father: int) -> None:
    """Makes the child from the mother's head, what comes next in the father, and the mother's remainder."""
    activities = room.waits.shape[0]
    for activity in range(activities):
        room.waits[activity] = UNLISTED
    first, second = random_below(room.stream, 0, activities + 1), random_below(room.stream, 0, activities + 1)
    position = take_parts(room, mother, 0, min(first, second))
    position = take_parts(room, father, position, max(first, second))
    take_parts(room, mother, position, activities)


@kernel
def bounds_of(room: SearchRoom, activity: int) -> tuple[int, int]:
    """Gives the first and the last position to which an activity may move."""
    low, high = 0, room.positions.shape[0] - 1
    for entry in range(room.precursors.first[activity], room.precursors.first[activity + 1]):
        low = max(low, room.positions[room.precursors.activities[entry]] + 1)
    for entry in range(room.followers.first[activity], room.followers.first[activity + 1]):
        high = min(high, room.positions[room.followers.activities[entry]] - 1)
    return low, high


@kernel
def move_activity(room: SearchRoom, activity: int) -> None:
    """Moves an activity to a random position between what precedes and what follows it."""
    order = room.child.orders[0]
    low, high = bounds_of(room, activity)
    target, position = low + random_below(room.stream, 0, high - low + 1), room.positions[activity]
    step = 1 if target > position else -1
    while position != target:
        order[position] = order[position + step]
        room.positions[order[position]] = position
        position += step
    order[target] = activity
    room.positions[activity] = target


@driver
def mutate_child(arrays: ProjectArrays, room: SearchRoom) -> None:
    """Moves a few activities of the child, and changes a few modes."""
    activities = room.positions.shape[0]
    for position in range(activities):
        room.positions[room.child.orders[0, position]] = position
    chance = MOVES / activities
    for activity in range(activities):
        if random_unit(room.stream, 0) < chance:
            move_activity(room, activity)
        several = arrays.first_modes[activity + 1] - arrays.first_modes[activity] > 1
        if several and random_unit(room.stream, 0) < chance:
            room.child.modes[0, activity] = draw_mode(arrays, room, activity)
