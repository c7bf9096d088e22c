"""The contract net: robots get tasks by bidding for them, and nobody needs to know everybody's costs.

Source: Smith, "The Contract Net Protocol: High-Level Communication and Control in a Distributed Problem
Solver", IEEE Transactions on Computers C-29(12), 1980. This is its core: a manager announces tasks,
contractors bid what a task would cost them on top of what they have won, and the lowest bid is awarded the
task. Who is not eligible sends no bid; contracts are not divided further.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from planzoo.errors import InputError
from planzoo.planners.coordination.assignment import NO_TASK, Assignment, checked_costs

Bidder = Callable[[int, Sequence[int]], float]
"""What a contractor bids: (task, tasks that it has won so far, in order) → marginal cost; ``inf`` = can't."""


@dataclass(frozen=True)
class Award:
    """A task that was given away.

    Attributes:
        task: which.
        robot: to whom.
        bid: for which cost.
    """

    task: int
    robot: int
    bid: float


@dataclass(frozen=True)
class Contract:
    """What came out of the bidding, and how much talk it took.

    Attributes:
        queues: for each of the N robots its tasks, in the order in which it won them.
        awards: the tasks given away, in order.
        announcements: messages from the manager to all contractors, one for each announced task.
        bids: messages from a contractor to the manager.
    """

    queues: tuple[tuple[int, ...], ...]
    awards: tuple[Award, ...]
    announcements: int
    bids: int

    @property
    def cost(self) -> float:
        """Sum of the winning bids."""
        return math.fsum(award.bid for award in self.awards)

    @property
    def messages(self) -> int:
        """Announcements, bids and awards together; an announcement to all counts once."""
        return self.announcements + self.bids + len(self.awards)

    @property
    def assignment(self) -> Assignment:
        """The first task of every robot; ``cost`` is that of these tasks alone."""
        firsts = [queue[0] if queue else NO_TASK for queue in self.queues]
        bids = {award.task: award.bid for award in self.awards}
        return Assignment(
            np.array(firsts, dtype=np.int64), math.fsum(bids[task] for task in firsts if task != NO_TASK)
        )


def contract_net(
    bidders: ArrayLike | Sequence[Bidder],
    tasks: Sequence[int] | None = None,
    capacity: int | None = 1,
    in_rounds: bool = False,
) -> Contract:
    """Gives tasks to the lowest bidders; ties go to the robot with the lower number.

    Args:
        bidders: a :data:`Bidder` for each of the N robots; or costs, float (N, M), ``np.inf`` = impossible,
            where a task costs the same whatever else a robot has won.
        tasks: the tasks in the order in which they are announced; with costs, all M unless given.
        capacity: most tasks a robot; None = as many as it wins.
        in_rounds: False: tasks are announced one after another, and awarded at once. True: all open tasks are
            announced in each round, every contractor bids for the one that costs it least (of several, the
            first), and the lowest of these bids wins: a sequential single-item auction, better for more
            messages.

    Raises:
        InputError: bad costs, a bid that is NaN or -inf, tasks that repeat or don't exist, or a capacity
            below 1.
    """
    contractors, count = _as_bidders(bidders)
    market = _Market(contractors, capacity)
    announced = _checked_tasks(tasks, count)
    if in_rounds:
        market.award_in_rounds(announced)
    else:
        for task in announced:
            market.award_at_once(task)
    return market.contract()


def queue_bidders(costs: ArrayLike, between: ArrayLike) -> list[Bidder]:
    """Makes bidders that do their tasks one after another and bid for a place at the end of their queue.

    Args:
        costs: float (N, M), what each task costs each robot as its first.
        between: float (M, M), what the task of the column costs any robot right after that of the row.

    Raises:
        InputError: bad costs, or shapes that do not fit.
    """
    first, later = checked_costs(costs), checked_costs(between, "costs between tasks")
    count = first.shape[1]
    if later.shape != (count, count):
        raise InputError(
            f"The costs between tasks have shape {later.shape}, but there are {count} tasks: give "
            f"({count}, {count})."
        )

    def bidder(robot: int) -> Bidder:
        return lambda task, queue: float(later[queue[-1], task] if queue else first[robot, task])

    return [bidder(robot) for robot in range(first.shape[0])]


def _as_bidders(bidders: ArrayLike | Sequence[Bidder]) -> tuple[list[Bidder], int | None]:
    """Gives the bidders, and the number of tasks where it is known."""
    if isinstance(bidders, list | tuple) and bidders and all(callable(bidder) for bidder in bidders):
        return list(bidders), None
    costs = checked_costs(cast(ArrayLike, bidders))

    def bidder(row: list[float]) -> Bidder:
        return lambda task, queue: row[task]

    return [bidder(row) for row in costs.tolist()], costs.shape[1]


def _checked_tasks(tasks: Sequence[int] | None, count: int | None) -> list[int]:
    if tasks is None:
        if count is None:
            raise InputError("contract_net has bidders but no tasks: name the tasks to announce.")
        return list(range(count))
    announced = [int(task) for task in tasks]
    if len(set(announced)) < len(announced):
        raise InputError(f"contract_net has a task twice among {announced}: announce each once.")
    for task in announced:
        if task < 0 or (count is not None and task >= count):
            most = " up" if count is None else f" to {count - 1}"
            raise InputError(f"contract_net has no task {task}: number them from 0{most}.")
    return announced


class _Market:
    """The state of the bidding."""

    def __init__(self, bidders: list[Bidder], capacity: int | None) -> None:
        if capacity is not None and (not isinstance(capacity, int) or capacity < 1):
            raise InputError(f"contract_net: capacity must be 1 or more, or None, got {capacity!r}.")
        self.bidders = bidders
        self.capacity = math.inf if capacity is None else capacity
        self.queues: list[list[int]] = [[] for _ in bidders]
        self.awards: list[Award] = []
        self.announcements = 0
        self.bids = 0

    def contract(self) -> Contract:
        queues = tuple(tuple(queue) for queue in self.queues)
        return Contract(queues, tuple(self.awards), self.announcements, self.bids)

    def award_at_once(self, task: int) -> None:
        self.announcements += 1
        bids = [self._bid(robot, task) for robot in range(len(self.bidders))]
        self.bids += sum(bid < math.inf for bid in bids)
        lowest = min(bids, default=math.inf)
        if lowest < math.inf:
            self._award(Award(task, bids.index(lowest), lowest))

    def award_in_rounds(self, tasks: list[int]) -> None:
        still_open = list(tasks)
        best = [self._best_bid(robot, still_open) for robot in range(len(self.bidders))]
        while still_open:
            self.announcements += len(still_open)
            made = [award for award in best if award is not None]
            if not made:
                return
            self.bids += len(made)
            winner = min(made, key=lambda award: (award.bid, award.robot))
            self._award(winner)
            still_open.remove(winner.task)
            for robot, award in enumerate(best):
                # For the others nothing has changed.
                if robot == winner.robot or (award is not None and award.task == winner.task):
                    best[robot] = self._best_bid(robot, still_open)

    def _best_bid(self, robot: int, tasks: list[int]) -> Award | None:
        bids = [self._bid(robot, task) for task in tasks]
        lowest = min(bids, default=math.inf)
        return Award(tasks[bids.index(lowest)], robot, lowest) if lowest < math.inf else None

    def _bid(self, robot: int, task: int) -> float:
        if len(self.queues[robot]) >= self.capacity:
            return math.inf
        bid = float(self.bidders[robot](task, tuple(self.queues[robot])))
        if math.isnan(bid) or bid == -math.inf:
            raise InputError(f"Robot {robot} bids {bid} for task {task}: bid a finite cost, or inf for none.")
        return bid

    def _award(self, award: Award) -> None:
        self.queues[award.robot].append(award.task)
        self.awards.append(award)
