"""The contract net: what it awards, how much it talks, and how it compares with assignments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.coordination import (
    NO_TASK,
    Award,
    contract_net,
    hungarian_assignment,
    nearest_assignment,
    queue_bidders,
)
from tests.planners.coordination.test_assignment import Matrix, check_consistent, cost_matrices


def distances(generator: np.random.Generator, count: int, side: int = 46) -> Matrix:
    """Manhattan distances between random robots and tasks on a square."""
    robots, tasks = generator.integers(0, side, (2, count, 2))
    return np.asarray(np.abs(robots[:, None] - tasks[None]).sum(axis=2), dtype=np.float64)


@given(cost_matrices(most=7), st.booleans())
@settings(deadline=None)
def test_one_task_each_is_an_assignment(costs: Matrix, in_rounds: bool) -> None:
    contract = contract_net(costs, in_rounds=in_rounds)
    pairs = check_consistent(costs, contract.assignment)
    assert pairs == len(contract.awards) and contract.cost == contract.assignment.cost
    best = hungarian_assignment(costs)
    most = int((best.tasks != NO_TASK).sum())
    assert pairs <= most <= 2 * pairs
    assert pairs < most or contract.cost >= best.cost


@given(cost_matrices(most=7))
@settings(deadline=None)
def test_in_rounds_it_is_the_nearest_assignment(costs: Matrix) -> None:
    contract, nearest = contract_net(costs, in_rounds=True), nearest_assignment(costs)
    np.testing.assert_array_equal(contract.assignment.tasks, nearest.tasks)
    assert contract.cost == nearest.cost
    bids = [award.bid for award in contract.awards]
    assert bids == sorted(bids)


@given(cost_matrices(most=7), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_each_task_goes_to_the_cheapest_free_robot(costs: Matrix, random: Any) -> None:
    order = random.sample(range(costs.shape[1]), costs.shape[1])
    contract = contract_net(costs, order)
    free, awards = set(range(len(costs))), {award.task: award for award in contract.awards}
    for task in order:
        possible = [robot for robot in sorted(free) if np.isfinite(costs[robot, task])]
        assert (task in awards) == bool(possible)
        if possible:
            winner = min(possible, key=lambda robot: (costs[robot, task], robot))
            assert awards[task] == Award(task, winner, costs[winner, task])
            free.remove(winner)


@given(cost_matrices(most=6), st.booleans())
@settings(deadline=None)
def test_without_limit_every_possible_task_finds_its_cheapest_robot(costs: Matrix, in_rounds: bool) -> None:
    contract = contract_net(costs, capacity=None, in_rounds=in_rounds)
    cheapest = costs.min(axis=0, initial=np.inf)
    assert contract.cost == cheapest[np.isfinite(cheapest)].sum()
    assert (
        sorted(task for queue in contract.queues for task in queue)
        == np.flatnonzero(np.isfinite(cheapest)).tolist()
    )


@pytest.mark.parametrize("in_rounds", [False, True])
@pytest.mark.parametrize("capacity", [1, 2, 3])
def test_no_queue_is_longer_than_the_capacity(capacity: int, in_rounds: bool) -> None:
    costs = np.arange(14.0).reshape(2, 7)
    contract = contract_net(costs, capacity=capacity, in_rounds=in_rounds)
    assert [len(queue) for queue in contract.queues] == [capacity, capacity]
    assert contract.queues[0] == tuple(range(capacity))


def test_messages_are_counted() -> None:
    costs = np.array([[1.0, 5.0, 2.0], [2.0, np.inf, 3.0]])
    contract = contract_net(costs)
    # Task 0: two bids, robot 0 wins. Task 1: robot 1 can't, robot 0 is full. Task 2: robot 1 bids and wins.
    assert contract.queues == ((0,), (2,))
    assert (contract.announcements, contract.bids, len(contract.awards)) == (3, 3, 2)
    assert contract.messages == 8
    rounds = contract_net(costs, in_rounds=True)
    # Three tasks and two bids; two tasks and one bid; one task and silence.
    assert (rounds.announcements, rounds.bids, rounds.messages) == (6, 3, 11)


def test_bidders_see_what_they_have_won() -> None:
    seen: list[tuple[int, tuple[int, ...]]] = []

    def tires(task: int, queue: Sequence[int]) -> float:
        seen.append((task, tuple(queue)))
        return 1.0 + 2.0 * len(queue)

    contract = contract_net([tires, lambda task, queue: 2.5], [4, 7, 9], capacity=None)
    assert contract.queues == ((4,), (7, 9))
    assert contract.cost == 6.0
    assert seen == [(4, ()), (7, (4,)), (9, (4,))]


def test_queues_grow_at_the_end() -> None:
    robots, tasks = np.array([0.0, 100.0]), np.array([10.0, 90.0, 20.0, 80.0, 30.0])
    first = np.abs(robots[:, None] - tasks[None])
    between = np.abs(tasks[:, None] - tasks[None])
    for in_rounds in (False, True):
        contract = contract_net(queue_bidders(first, between), range(5), capacity=None, in_rounds=in_rounds)
        assert contract.queues == ((0, 2, 4), (1, 3))
        assert contract.cost == 30.0 + 20.0
    assert contract.assignment.tasks.tolist() == [0, 1] and contract.assignment.cost == 20.0


def test_ties_go_to_the_lower_robot() -> None:
    for in_rounds in (False, True):
        assert contract_net(np.zeros((3, 2)), in_rounds=in_rounds).queues == ((0,), (1,), ())


def test_it_costs_about_what_is_known_of_it() -> None:
    generator = np.random.default_rng(0)
    ratios, rounds = [], []
    for costs in [distances(generator, 50) for _ in range(20)]:
        optimum = hungarian_assignment(costs).cost
        ratios.append(contract_net(costs).cost / optimum)
        rounds.append(contract_net(costs, in_rounds=True).cost / optimum)
    assert 1.22 < np.mean(ratios) < 1.42 and 1.12 < np.mean(rounds) < 1.32
    assert np.mean(rounds) < np.mean(ratios)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[np.nan]],), "have nan at row 0, column 0"),
        (([1.0],), r"have shape \(1,\)"),
        (([[1.0]], [1]), "has no task 1: number them from 0 to 0"),
        (([[1.0]], [-1]), "has no task -1"),
        (([[1.0]], [0, 0]), r"has a task twice among \[0, 0\]"),
        (([[1.0]], None, 0), "capacity must be 1 or more, or None, got 0"),
        (([[1.0]], None, 1.5), "capacity must be 1 or more, or None, got 1.5"),
        (([lambda task, queue: 1.0],), "has bidders but no tasks"),
        (([lambda task, queue: 1.0], [-3]), "has no task -3: number them from 0 up"),
        (([lambda task, queue: float("nan")], [0]), "Robot 0 bids nan for task 0"),
        (([lambda task, queue: -np.inf], [2]), "Robot 0 bids -inf for task 2"),
    ],
)
def test_bad_input_is_one_error(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(InputError, match=words):
        contract_net(*arguments)


def test_queue_bidders_need_a_square_of_the_tasks() -> None:
    with pytest.raises(InputError, match=r"between tasks have shape \(2, 3\), but there are 3 tasks"):
        queue_bidders(np.ones((2, 3)), np.ones((2, 3)))
