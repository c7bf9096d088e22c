"""What is known about the ways of doing tasks: a tree of choices, and the rule by which it grows.

Sources: Kocsis and Szepesvári, Bandit based Monte-Carlo planning (2006), for UCB1 in trees; Coulom,
Computing Elo ratings of move patterns in the game of Go (2007), for progressive widening.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from planzoo.planners.htn.acting.ways import Way
from planzoo.planners.htn.state import State


@dataclass(frozen=True)
class ChoiceRule:
    """How ways are chosen in rollouts and after failures.

    Attributes:
        exploration: UCB1's constant, in units of the range of the worths seen so far.
        breadth: so many ways of a task are tried before any is tried again.
        widening: further ones are asked for while they are fewer than ``visits ** widening``; from 0 to 1.
        attempts: how often the same way may be tried in the same state, in the world and in rollouts.
        retries: whether rollouts go on after a failure with another way, as the actor does; if not, the
            first failure ends them.
        heuristic: called as ``heuristic(state, tasks)`` where a rollout is cut off at its depth: what the
            remaining tasks will cost. None: what is cut off counts as failed.
    """

    exploration: float = math.sqrt(2)
    breadth: int = 10
    widening: float = 0.5
    attempts: int = 1
    retries: bool = True
    heuristic: Callable[[State, list[Any]], float] | None = None

    def allowed(self, visits: int) -> int:
        """Gives how many ways may be known after so many visits."""
        return max(self.breadth, int(visits**self.widening))


class Arm:
    """One way of doing a task, and what came of it in rollouts.

    Attributes:
        way: the method and the subtasks.
        visits: how many rollouts took it.
        value: their mean worth; minus infinity before the first.
        children: the next choices, by what happened in between.
    """

    __slots__ = ("children", "value", "visits", "way")

    def __init__(self, way: Way) -> None:
        self.way = way
        self.visits = 0
        self.value = -math.inf
        self.children: dict[Any, ChoiceNode] = {}

    def learn(self, worth: float) -> None:
        """Takes a further rollout into the mean."""
        self.visits += 1
        self.value = worth if self.visits == 1 else self.value + (worth - self.value) / self.visits


class ChoiceNode:
    """A task to be done in a state that a certain course of events has led to.

    Attributes:
        source: gives ways that were not asked for yet.
        arms: the ways known.
        visits: how many rollouts came by.
    """

    __slots__ = ("arms", "source", "visits")

    def __init__(self, source: Iterator[Way]) -> None:
        self.source = source
        self.arms: list[Arm] = []
        self.visits = 0

    def widen(self, count: int) -> bool:
        """Asks for one more way if fewer than ``count`` are known; says whether there was one."""
        if len(self.arms) >= count:
            return False
        way = next(self.source, None)
        if way is not None:
            self.arms.append(Arm(way))
        return way is not None

    def best(self) -> Arm | None:
        """Gives the arm of the highest mean, of equals the one visited more, then the first."""
        return max(self.arms, key=lambda arm: (arm.value, arm.visits), default=None)
