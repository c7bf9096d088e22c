"""What the local search works on: lists of activities with modes, how good each is, and scratch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.random import stream_keys
from planzoo.planners.resources.arrays import ProjectArrays
from planzoo.planners.resources.generation_room import (
    Followers,
    GenerationRoom,
    followers_of,
    generation_room,
)

SCORES = 5
"""A list is scored by activities without room, by excess of time and cost, by what the objective names, by
what it names next, and by the sum of all ends; the first difference decides, and less is better."""
FILLED, STALE, SCHEDULES, IMPROVED = range(4)
"""Places in a search's counts: lists in the population, lists in a row that did not get into it, schedules
made, improvements of the best."""


class Lists(NamedTuple):
    """Lists of all n activities, P of them.

    Attributes:
        orders: int64 (P, n), each activity after those that precede it.
        modes: int64 (P, n), each activity's row in the tables of modes.
        scores: float64 (P, 5), see :data:`SCORES`.
    """

    orders: NDArray[np.int64]
    modes: NDArray[np.int64]
    scores: NDArray[np.float64]


class Guide(NamedTuple):
    """What the search goes by.

    Attributes:
        keys: float64 (K, n), of priority rules: whoever has the least comes first.
        choices: int64 (2, n), the mode of each activity that is best at the objective, and at the other one.
        cost_first: whether cost counts before time.
        mirrors: whether the project may be mirrored in time.
        time_scale: how much lateness weighs as much as ``cost_scale`` of cost.
        cost_scale: see ``time_scale``.
        patience: after how many lists in a row that are no better the population is thrown away.
    """

    keys: NDArray[np.float64]
    choices: NDArray[np.int64]
    cost_first: bool
    mirrors: bool
    time_scale: float
    cost_scale: float
    patience: int


class SearchRoom(NamedTuple):
    """State and scratch of a search.

    Attributes:
        followers: who follows whom.
        precursors: who precedes whom.
        generation: where schedules are made.
        population: the best lists since the last new beginning.
        child: one list, the newest.
        best: one list, the best of all.
        best_starts: float64 (n,), its schedule.
        counts: int64 (4,), see :data:`FILLED`.
        stream: uint64 (1, 2), random numbers.
        positions: int64 (n,), where each activity stands in the child's order.
        waits: int64 (n,), how many activities must be listed before each.
        eligible: int64 (n,), who may be listed next.
        weights: float64 (n,), how likely each of them is.
        line: int64 (n,), another order.
    """

    followers: Followers
    precursors: Followers
    generation: GenerationRoom
    population: Lists
    child: Lists
    best: Lists
    best_starts: NDArray[np.float64]
    counts: NDArray[np.int64]
    stream: NDArray[np.uint64]
    positions: NDArray[np.int64]
    waits: NDArray[np.int64]
    eligible: NDArray[np.int64]
    weights: NDArray[np.float64]
    line: NDArray[np.int64]


def search_room(arrays: ProjectArrays, population: int, seed: int) -> SearchRoom:
    """Makes the room for a search with a population of so many lists."""
    activities = len(arrays.windows)
    stream = np.zeros((1, 2), np.uint64)
    stream[:, 0] = stream_keys(np.array([seed % 2**64], np.uint64))
    room = SearchRoom(
        followers=followers_of(arrays),
        precursors=followers_of(arrays, mirrored=True),
        generation=generation_room(arrays),
        population=_lists(population, activities),
        child=_lists(1, activities),
        best=_lists(1, activities),
        best_starts=np.zeros(activities),
        counts=np.zeros(4, np.int64),
        stream=stream,
        positions=np.zeros(activities, np.int64),
        waits=np.zeros(activities, np.int64),
        eligible=np.zeros(activities, np.int64),
        weights=np.zeros(activities),
        line=np.zeros(activities, np.int64),
    )
    room.best.scores[:] = np.inf
    return room


def _lists(count: int, activities: int) -> Lists:
    return Lists(
        np.zeros((count, activities), np.int64),
        np.zeros((count, activities), np.int64),
        np.zeros((count, SCORES)),
    )
