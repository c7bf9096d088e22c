"""Anytime AO* with lower and upper bounds on an information problem.

AO* (Martelli and Montanari, "Optimizing decision trees through heuristically guided search", Communications
of the ACM 21(12), 1978; Nilsson, "Principles of Artificial Intelligence", 1980, chapter 3) keeps the AND/OR
graph found so far, expands a tip of the best partial solution and revises the values of its ancestors. Here
each node has two values, as in HSVI (Smith and Simmons, "Heuristic search value iteration for POMDPs", UAI
2004): what is surely reached from it and what can at most be. The upper ones guide the search, which goes
down to the tip where probability times gap is largest at every branching; the lower ones give a plan at any
time. Every other expansion is at a tip of that plan, so that it improves early; a choice whose upper value
does not exceed the node's lower one is dropped, and nodes whose two values meet are never expanded.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Hashable, Sequence
from typing import NamedTuple, cast

from planzoo.errors import InputError
from planzoo.planners.pomdp.contingent_plan import INFORMING, ContingentPlan
from planzoo.planners.pomdp.decision_tree import decision_tree
from planzoo.planners.pomdp.information_problem import Choice, InformationProblem

VALUE_TOLERANCE = 1e-12
"""Values nearer than this, in units of the largest value, are equal."""
PROBABILITY_TOLERANCE = 1e-6
"""How far the probabilities of a choice may be from summing to 1."""
TRACE_STEP = 1e-3
"""A bound is traced again when it has moved by this share of the gap at the beginning."""


TRIAL_DISCOUNT = 0.5
"""How much less hopeful a branch is on trial when the best plan so far would have ended it before."""


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


class _Node:
    """An information state: OR."""

    __slots__ = (
        "best", "depth", "hope", "information", "lower", "options", "parents", "promising", "queued", "trial",
        "trial_hope", "upper",
    )  # fmt: skip

    def __init__(self, information: Hashable, lower: float, upper: float, depth: int) -> None:
        self.information = information
        self.lower = lower
        self.upper = max(lower, upper)
        self.depth = depth
        self.options: list[_Option] | None = None
        self.parents: list[_Option] = []
        self.best: _Option | None = None
        self.promising: _Option | None = None
        self.trial: _Option | None = None
        self.hope = self.trial_hope = 0.0
        self.queued = False


class _Option:
    """A choice at a node: AND."""

    __slots__ = ("choice", "continuing", "hope", "is_open", "lower", "owner", "trial_hope", "upper")

    def __init__(self, owner: _Node, choice: Choice, continuing: Sequence[tuple[float, _Node]]) -> None:
        self.owner = owner
        self.choice = choice
        self.continuing = continuing
        self.is_open = True
        self.revise()

    def revise(self) -> None:
        """Averages over the branches, and takes the most hopeful of them."""
        lower = upper = self.choice.reward
        hope = trial_hope = 0.0
        for probability, node in self.continuing:
            lower += probability * node.lower
            upper += probability * node.upper
            if probability * node.hope > hope:
                hope = probability * node.hope
            if probability * node.trial_hope > trial_hope:
                trial_hope = probability * node.trial_hope
        self.lower, self.upper, self.hope, self.trial_hope = lower, upper, hope, trial_hope


class AndOrSearch:
    """A search that can be run in slices; its result does not depend on how it is sliced.

    Args:
        problem: what to search.
        tolerance: the search is over when the upper value of the beginning exceeds the lower one by no more;
            0 for an exact optimum.

    Raises:
        InputError: the tolerance is negative or not a number.
    """

    def __init__(self, problem: InformationProblem, tolerance: float = 0.0) -> None:
        if not tolerance >= 0:
            raise InputError(f"The tolerance of a search must be 0 or more, and {tolerance} is not.")
        self.problem = problem
        self.expansions = 0
        self.trace: list[SearchPoint] = []
        self._seconds = 0.0
        self._nodes: dict[Hashable, _Node] = {}
        first = problem.initial()
        lower, upper = problem.lower_bound(first), problem.upper_bound(first)
        self._margin = VALUE_TOLERANCE * max(1.0, abs(lower), abs(upper))
        self._tolerance = max(tolerance, self._margin)
        self._first_gap = max(0.0, upper - lower)
        self._root = self._node(first, 0)
        self._alternatives: list[_Option] = []
        self._record()

    @property
    def lower_bound(self) -> float:
        """Value of the best plan found so far."""
        return self._root.lower

    @property
    def upper_bound(self) -> float:
        """What the best plan of all is at most worth."""
        return self._root.upper

    @property
    def is_solved(self) -> bool:
        """Whether the best plan found is proven to be the best, up to the tolerance."""
        return self._root.upper - self._root.lower <= self._tolerance

    @property
    def nodes(self) -> int:
        """Information states that are kept."""
        return len(self._nodes)

    @property
    def seconds(self) -> float:
        """Wall-clock time spent in :meth:`run`."""
        return self._seconds

    def run(self, expansions: int | None = None, milliseconds: float | None = None) -> bool:
        """Searches on until it is solved or so much is spent in this call.

        Args:
            expansions: nodes to expand at most; None for no bound.
            milliseconds: wall-clock time; None for no bound. An expansion that has begun is finished.

        Returns:
            Whether it is solved.
        """
        started, before = time.perf_counter(), self._seconds
        stop = None if expansions is None else self.expansions + expansions
        while not self.is_solved and (stop is None or self.expansions < stop):
            if milliseconds is not None and (time.perf_counter() - started) * 1000 >= milliseconds:
                break
            self._expand(self._tip())
            self._seconds = before + time.perf_counter() - started
            self._record()
        self._seconds = before + time.perf_counter() - started
        return self.is_solved

    def alternatives(self) -> list[Alternative]:
        """Gives what each action at the beginning is worth, the best first; empty before it is expanded."""
        name, kind = self.problem.name, self.problem.kind
        ranked = sorted(self._alternatives, key=lambda option: (-option.lower, *self._preference(option)))
        return [
            Alternative(name(option.choice.action), kind(option.choice.action), option.lower, option.upper)
            for option in ranked
        ]

    def decision(self, information: Hashable) -> Choice:
        """Gives the choice of the best plan found so far; where it was not searched, the best way to end it.

        Raises:
            InputError: there is nothing that can be done.
        """
        node = self._nodes.get(information)
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

    # -- the graph -------------------------------------------------------------------------------------------

    def _node(self, information: Hashable, depth: int) -> _Node:
        node = self._nodes.get(information)
        if node is None:
            lower, upper = self.problem.lower_bound(information), self.problem.upper_bound(information)
            node = self._nodes[information] = _Node(information, lower, upper, depth)
            gap = node.upper - node.lower
            node.hope = node.trial_hope = gap if gap > self._tolerance else 0.0
        return node

    def _tip(self) -> _Node:
        """Goes down to the node to expand next: in turns by the upper values and on trial by the lower ones."""
        on_trial = self.expansions % 2 == 1 and self._root.trial_hope > 0
        node = self._root
        while node.options is not None:
            option = node.trial if on_trial else node.promising
            assert option is not None
            node = _most_hopeful(option, on_trial)
        return node

    def _expand(self, node: _Node) -> None:
        """Adds what can be done at a tip, and revises it and all its ancestors that change."""
        self.expansions += 1
        choices = self.problem.choices(node.information)
        if not choices:
            raise InputError(
                f"A problem must have a choice wherever its bounds differ: {node.information!r}."
            )
        ends = [_Option(node, choice, ()) for choice in choices if choice.ends]
        surely = max([node.lower, *(option.lower for option in ends)])
        node.options = ends
        for choice in choices:
            if not choice.ends and self._may_exceed(choice, surely + self._margin):
                option = self._option(node, choice)
                node.options.append(option)
                surely = max(surely, option.lower)
        if node is self._root:
            self._alternatives = list(node.options)
        self._revise_from(node)

    def _may_exceed(self, choice: Choice, value: float) -> bool:
        """Tells by the upper bounds whether a choice may be worth more than a value; checks its branches."""
        total, upper = 0.0, choice.reward
        for branch in choice.branches:
            total += branch.probability
            if branch.information is not None and branch.probability > 0:
                node = self._nodes.get(branch.information)
                bound = self.problem.upper_bound(branch.information) if node is None else node.upper
                upper += branch.probability * bound
        if not abs(total - 1) <= PROBABILITY_TOLERANCE:
            name = self.problem.name(choice.action)
            raise InputError(
                f"The observations after {name!r} must have probabilities that sum to 1, not {total}."
            )
        return upper > value

    def _option(self, node: _Node, choice: Choice) -> _Option:
        continuing = [
            (branch.probability, self._node(branch.information, node.depth + 1))
            for branch in choice.branches
            if branch.information is not None and branch.probability > 0
        ]
        option = _Option(node, choice, continuing)
        for _, child in continuing:
            child.parents.append(option)
        return option

    # -- cost revision ---------------------------------------------------------------------------------------

    def _revise_from(self, tip: _Node) -> None:
        """Revises bottom-up, deepest nodes first, until nothing changes; every node has its final value."""
        waiting: list[tuple[int, int, _Node]] = [(-tip.depth, 0, tip)]
        pushed = 0
        while waiting:
            node = heapq.heappop(waiting)[2]
            node.queued = False
            if not self._revise(node):
                continue
            for option in node.parents:
                owner = option.owner
                if option.is_open and self._matters(option) and not owner.queued:
                    owner.queued = True
                    pushed += 1
                    heapq.heappush(waiting, (-owner.depth, pushed, owner))

    def _matters(self, option: _Option) -> bool:
        """Revises an option; tells whether its owner's values may change with it, or its choice."""
        option.revise()
        owner = option.owner
        return (
            option is owner.promising or option is owner.trial or option.lower >= owner.lower - self._margin
        )

    def _revise(self, node: _Node) -> bool:
        """Takes a node's values from its choices and drops those that cannot be the best; tells of changes."""
        options = node.options
        assert options
        highest = promising = options[0]
        for option in options:
            if option.lower > highest.lower:
                highest = option
            if option.upper > promising.upper:
                promising = option
        old = node.lower, node.upper, node.hope, node.trial_hope
        node.lower = max(node.lower, highest.lower)
        node.upper = max(node.lower, min(node.upper, promising.upper))
        node.best, node.promising = self._preferred(options, highest), promising
        if len(options) > 1:
            node.options = self._kept(options, node)
        self._set_hopes(node)
        return old != (node.lower, node.upper, node.hope, node.trial_hope)

    def _set_hopes(self, node: _Node) -> None:
        """Says where to go on from a node; there is no hope where its values have met."""
        node.hope = node.trial_hope = 0.0
        if node.upper - node.lower <= self._tolerance or node.best is None or node.promising is None:
            return
        node.hope = node.promising.hope
        node.trial, node.trial_hope = node.best, node.best.trial_hope
        if node.best.trial_hope <= 0:
            open_still = [option for option in node.options or () if option.trial_hope > 0]
            if open_still:
                node.trial = max(open_still, key=_lower_of)
                node.trial_hope = TRIAL_DISCOUNT * node.trial.trial_hope

    def _kept(self, options: list[_Option], node: _Node) -> list[_Option]:
        """Drops what cannot be better than the best choice."""
        least = node.lower + self._margin
        kept = []
        for option in options:
            if option.upper > least or option is node.best or option is node.promising:
                kept.append(option)
            else:
                option.is_open = False
        return kept

    def _preferred(self, options: Sequence[_Option], highest: _Option) -> _Option:
        """Gives the option of the highest lower value; of equals one that ends it, then the lowest number."""
        least = highest.lower - self._margin
        equals = [option for option in options if option.lower >= least]
        return highest if len(equals) == 1 else min(equals, key=self._preference)

    def _preference(self, option: _Option) -> tuple[bool, bool, int]:
        return self._order(option.choice)

    def _order(self, choice: Choice) -> tuple[bool, bool, int]:
        return not choice.ends, self.problem.kind(choice.action) in INFORMING, choice.action

    def _ending(self, information: Hashable) -> Choice:
        """Finds the choice that attains the lower bound: one that ends it if there is any."""
        choices = self.problem.choices(information)
        if not choices:
            raise InputError(f"There is nothing that can be done after {information!r}.")
        values = {
            number: choice.reward
            + sum(
                branch.probability * self.problem.lower_bound(branch.information)
                for branch in choice.branches
                if branch.information is not None
            )
            for number, choice in enumerate(choices)
            if choice.ends or not any(other.ends for other in choices)
        }
        return choices[min(values, key=lambda number: (-values[number], *self._order(choices[number])))]

    def _record(self) -> None:
        """Traces the bounds when they have moved."""
        point = SearchPoint(self._seconds, self.expansions, self._root.lower, self._root.upper)
        if self.trace and not self.is_solved:
            last = self.trace[-1]
            step = TRACE_STEP * self._first_gap
            if point.lower - last.lower < step and last.upper - point.upper < step:
                return
        self.trace.append(point)


def _most_hopeful(option: _Option, on_trial: bool) -> _Node:
    """Gives the branch that leads to the tip of the largest probability times gap."""
    if on_trial:
        return max(option.continuing, key=lambda branch: branch[0] * branch[1].trial_hope)[1]
    return max(option.continuing, key=lambda branch: branch[0] * branch[1].hope)[1]


def _lower_of(option: _Option) -> float:
    return option.lower
