"""Anytime AO* with lower and upper bounds on an information problem.

AO* (Martelli and Montanari, "Optimizing decision trees through heuristically guided search", Communications
of the ACM 21(12), 1978; Nilsson, "Principles of Artificial Intelligence", 1980, chapter 3) keeps the AND/OR
graph found so far, expands a tip of the best partial solution and revises the values of its ancestors. Here
each node has two values, as in HSVI (Smith and Simmons, "Heuristic search value iteration for POMDPs", UAI
2004): what is surely reached from it and what can at most be. Every other expansion is at a tip of the
partial solution that is the best by upper values, which proves optima; those between are at a tip of the best
plan by lower values, or of its best continuation, which gives good plans early. The tip is the one where
probability times gap is largest. Nodes whose two values meet are never expanded.
"""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import NamedTuple, cast

from planzoo.errors import InputError
from planzoo.planners.pomdp.and_or_graph import VALUE_TOLERANCE, AndOrGraph, Node
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.decision_tree import decision_tree
from planzoo.planners.pomdp.information_problem import Choice, InformationProblem

__all__ = ["VALUE_TOLERANCE", "Alternative", "AndOrSearch", "SearchPoint"]

TRACE_STEP = 1e-3
"""A bound is traced again when it has moved by this share of the gap at the beginning."""


class SearchPoint(NamedTuple):
    """How far a search had come.

    Attributes:
        seconds: of wall-clock time since its beginning.
        expansions: done by then.
        lower: value of the best plan found by then.
        upper: what the best plan of all was at most known to be worth.
    """

    seconds: float
    expansions: int
    lower: float
    upper: float


class Alternative(NamedTuple):
    """One action at the beginning, and what it is worth when all goes on in the best way.

    Attributes:
        action: its name.
        kind: what sort of action it is.
        lower: its value at least.
        upper: its value at most; the search stops refining it once another action is surely as good.
    """

    action: str
    kind: str
    lower: float
    upper: float


class AndOrSearch:
    """A search that can be run in slices; its result does not depend on how it is sliced.

    Args:
        problem: what to search.
        tolerance: the search is over when the upper value of the beginning exceeds the lower one by no more;
            0 for an exact optimum.

    Raises:
        InputError: the tolerance is negative or not a number, or the problem's bounds are not finite.
    """

    def __init__(self, problem: InformationProblem, tolerance: float = 0.0) -> None:
        if not tolerance >= 0:
            raise InputError(f"The tolerance of a search must be 0 or more, and {tolerance} is not.")
        self.problem = problem
        self.expansions = 0
        self.seconds = 0.0
        self.trace: list[SearchPoint] = []
        self._graph = AndOrGraph(problem, tolerance)
        self._first_gap = self.upper_bound - self.lower_bound
        self._record()

    @property
    def lower_bound(self) -> float:
        """Value of the best plan found so far."""
        return self._graph.root.lower

    @property
    def upper_bound(self) -> float:
        """What the best plan of all is at most worth."""
        return self._graph.root.upper

    @property
    def is_solved(self) -> bool:
        """Whether the best plan found is proven to be the best, up to the tolerance."""
        return self._graph.root.hope <= 0

    @property
    def nodes(self) -> int:
        """Information states that are kept."""
        return len(self._graph.nodes)

    def run(self, expansions: int | None = None, milliseconds: float | None = None) -> bool:
        """Searches on until it is solved or so much is spent in this call.

        Args:
            expansions: nodes to expand at most; None for no bound.
            milliseconds: wall-clock time; None for no bound. An expansion that has begun is finished.

        Returns:
            Whether it is solved.

        Raises:
            InputError: the problem has no choice somewhere, or its probabilities or bounds are not usable.
        """
        started, before = time.perf_counter(), self.seconds
        stop = None if expansions is None else self.expansions + expansions
        while not self.is_solved and (stop is None or self.expansions < stop):
            if milliseconds is not None and (time.perf_counter() - started) * 1000 >= milliseconds:
                break
            self._expand()
            self.seconds = before + time.perf_counter() - started
            self._record()
        return self.is_solved

    def alternatives(self) -> list[Alternative]:
        """Gives what each action at the beginning is worth, the best first; empty before it is expanded."""
        name, kind = self.problem.name, self.problem.kind
        ranked = sorted(
            self._graph.first_options, key=lambda option: (-option.lower, self._graph.order(option.choice))
        )
        return [
            Alternative(name(option.choice.action), kind(option.choice.action), option.lower, option.upper)
            for option in ranked
        ]

    def decision(self, information: Hashable) -> Choice:
        """Gives the choice of the best plan found so far; where it was not searched, the best way to end it.

        Raises:
            InputError: there is nothing that can be done.
        """
        node = self._graph.nodes.get(information)
        if node is not None and node.best is not None:
            return node.best.choice
        ending = getattr(self.problem, "ending", None)
        if ending is not None:
            return cast("Choice", ending(information))
        return self._ending(information)

    def plan(self) -> ContingentPlan:
        """Draws up the best plan found so far, whose value is the lower bound.

        Raises:
            InputError: there is nothing that can be done.
        """
        return decision_tree(self.problem, self.decision)

    def close(self) -> None:
        """Frees the memory of the graph at once; bounds and trace stay, but the search cannot go on."""
        self._graph.clear()

    def _expand(self) -> None:
        root = self._graph.root
        tip = self._tip(on_trial=self.expansions % 2 == 1 and root.trial_hope > 0)
        self.expansions += 1
        self._graph.expand(tip)

    def _tip(self, on_trial: bool) -> Node:
        """Goes down to the most hopeful tip."""
        node = self._graph.root
        while node.options is not None:
            option = node.trial if on_trial else node.promising
            assert option is not None
            if on_trial:
                node = max(option.continuing, key=lambda branch: branch[0] * branch[1].trial_hope)[1]
            else:
                node = max(option.continuing, key=lambda branch: branch[0] * branch[1].hope)[1]
        return node

    def _ending(self, information: Hashable) -> Choice:
        """Finds the choice that attains the lower bound: one that ends it, if there is such a one."""
        choices, lower_bound = self.problem.choices(information), self.problem.lower_bound
        if not choices:
            raise InputError(f"There is nothing that can be done after {information!r}.")
        least = lower_bound(information) - self._graph.margin
        ends = [choice for choice in choices if choice.ends and choice.reward >= least]
        values = {
            choice: choice.reward
            + sum(
                branch.probability * lower_bound(branch.information)
                for branch in choice.branches
                if branch.information is not None
            )
            for choice in ends or choices
        }
        return min(values, key=lambda choice: (-values[choice], self._graph.order(choice)))

    def _record(self) -> None:
        """Traces the bounds when they have moved."""
        point = SearchPoint(self.seconds, self.expansions, self.lower_bound, self.upper_bound)
        if self.trace and not self.is_solved:
            last = self.trace[-1]
            step = TRACE_STEP * self._first_gap
            if point.lower - last.lower < step and last.upper - point.upper < step:
                return
        self.trace.append(point)
