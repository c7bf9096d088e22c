"""The AND/OR graph of a search: information states with two values, revised whenever a tip is expanded.

Nodes are shared: every way to the same information leads to the same node, and a change goes up to all
parents that it matters to, the deepest first (Martelli and Montanari, "Optimizing decision trees through
heuristically guided search", Communications of the ACM 21(12), 1978). A choice whose upper value does not
exceed its node's lower one is dropped.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Hashable, Sequence

from planzoo.errors import InputError
from planzoo.planners.pomdp.contingent_plan import INFORMING
from planzoo.planners.pomdp.information_problem import Choice, InformationProblem

VALUE_TOLERANCE = 1e-12
"""Values nearer than this, in units of the largest value, are equal."""
PROBABILITY_TOLERANCE = 1e-6
"""How far the probabilities of a choice may be from summing to 1."""
CROSSING_TOLERANCE = 1e-6
"""How far an upper bound may be below a lower one, in units of the value: rounding."""
TRIAL_DISCOUNT = 0.5
"""How much less hopeful a branch is on trial when the best plan so far would have ended it before."""


class Node:
    """An information state: OR.

    Attributes:
        information: what is known.
        lower, upper: the two values.
        depth: choices on the first way that led here.
        options: the choices that may be the best; None at a tip.
        parents: the options that lead here.
        best: the option of the highest lower value, of equals one that ends it, then the lowest number.
        promising: the option of the highest upper value.
        trial: the option to try to better the best plan by.
        hope: the largest probability times gap of a tip below, along promising options.
        trial_hope: the same along trial options.
        queued: whether it waits to be revised.
    """

    __slots__ = (
        "best", "depth", "hope", "information", "lower", "options", "parents", "promising", "queued", "trial",
        "trial_hope", "upper",
    )  # fmt: skip

    def __init__(self, information: Hashable, lower: float, upper: float, depth: int) -> None:
        self.information = information
        self.lower = lower
        self.upper = upper
        self.depth = depth
        self.options: list[Option] | None = None
        self.parents: list[Option] = []
        self.best: Option | None = None
        self.promising: Option | None = None
        self.trial: Option | None = None
        self.hope = self.trial_hope = 0.0
        self.queued = False


class Option:
    """A choice at a node: AND.

    Attributes:
        owner: the node.
        choice: what is done.
        continuing: probability and node of each observation after which it goes on.
        is_open: whether it may be the best.
        lower, upper: averages of the branches' values.
        hope, trial_hope: of the most hopeful branch.
    """

    __slots__ = ("choice", "continuing", "hope", "is_open", "lower", "owner", "trial_hope", "upper")

    def __init__(self, owner: Node, choice: Choice, continuing: Sequence[tuple[float, Node]]) -> None:
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


class AndOrGraph:
    """What of a problem was searched so far.

    Args:
        problem: what is searched.
        tolerance: nodes whose values differ by no more are solved.

    Attributes:
        problem: as given.
        margin: values nearer than this are equal.
        tolerance: as given, or the margin if that is more.
        nodes: by what is known.
        root: the node at the beginning.
        first_options: all that can be done there, once it is expanded.
    """

    def __init__(self, problem: InformationProblem, tolerance: float) -> None:
        self.problem = problem
        self.nodes: dict[Hashable, Node] = {}
        self.first_options: tuple[Option, ...] = ()
        first = problem.initial()
        lower, upper = problem.lower_bound(first), problem.upper_bound(first)
        self.margin = VALUE_TOLERANCE * max(1.0, abs(lower), abs(upper))
        self.tolerance = max(tolerance, self.margin)
        self.root = self._node(first, upper, 0)

    def order(self, choice: Choice) -> tuple[bool, bool, int]:
        """Sorts equals: what ends it comes first, then what is no test, then the lowest number."""
        return not choice.ends, self.problem.kind(choice.action) in INFORMING, choice.action

    def expand(self, tip: Node) -> None:
        """Adds what can be done at a tip, and revises it and all its ancestors that change.

        Raises:
            InputError: there is no choice, its probabilities do not sum to 1, or bounds are not usable.
        """
        choices = self.problem.choices(tip.information)
        if not choices:
            raise InputError(f"A problem must have a choice wherever its bounds differ: {tip.information!r}.")
        uppers: dict[Hashable, float] = {}
        bounds = [self._upper(choice, uppers) for choice in choices]
        surely = max(
            [tip.lower, *(bound for choice, bound in zip(choices, bounds, strict=True) if choice.ends)]
        )
        options: list[Option] = []
        for choice, bound in zip(choices, bounds, strict=True):
            if choice.ends or tip is self.root or bound > surely + self.margin:
                options.append(self._option(tip, choice, uppers))
                surely = max(surely, options[-1].lower)
        if not options:
            options.append(self._option(tip, choices[bounds.index(max(bounds))], uppers))
        if tip is self.root:
            self.first_options = tuple(options)
        tip.options = options
        self._revise_from(tip)

    def clear(self) -> None:
        """Frees all nodes now; they refer to each other, and would wait for Python's garbage collector."""
        for node in self.nodes.values():
            node.parents.clear()
            node.options = node.best = node.promising = node.trial = None
        self.nodes.clear()
        self.first_options = ()

    def _node(self, information: Hashable, upper: float, depth: int) -> Node:
        lower = self.problem.lower_bound(information)
        if not (math.isfinite(lower) and math.isfinite(upper)):
            raise InputError(f"Bounds must be finite numbers, not {lower} and {upper}, at {information!r}.")
        if lower - upper > CROSSING_TOLERANCE * max(1.0, abs(lower)):
            raise InputError(f"The upper bound {upper} is below the lower one {lower} at {information!r}.")
        node = self.nodes[information] = Node(information, lower, max(lower, upper), depth)
        gap = node.upper - node.lower
        node.hope = node.trial_hope = gap if gap > self.tolerance else 0.0
        return node

    def _upper(self, choice: Choice, uppers: dict[Hashable, float]) -> float:
        """Gives what a choice is at most worth, and notes the bounds of branches that are new."""
        total, upper = 0.0, choice.reward
        for branch in choice.branches:
            total += branch.probability
            information = branch.information
            if information is not None and branch.probability > 0:
                node = self.nodes.get(information)
                if node is None and information not in uppers:
                    uppers[information] = self.problem.upper_bound(information)
                upper += branch.probability * (uppers[information] if node is None else node.upper)
        if choice.branches and not abs(total - 1) <= PROBABILITY_TOLERANCE:
            raise InputError(
                f"The observations after {self.problem.name(choice.action)!r} must have probabilities that "
                f"sum to 1, not {total}."
            )
        return upper

    def _option(self, owner: Node, choice: Choice, uppers: dict[Hashable, float]) -> Option:
        continuing = []
        for branch in choice.branches:
            if branch.information is not None and branch.probability > 0:
                node = self.nodes.get(branch.information)
                if node is None:
                    node = self._node(branch.information, uppers[branch.information], owner.depth + 1)
                continuing.append((branch.probability, node))
        option = Option(owner, choice, continuing)
        for _, child in continuing:
            child.parents.append(option)
        return option

    def _revise_from(self, tip: Node) -> None:
        """Revises bottom-up, deepest nodes first, until nothing changes; every node has its final value."""
        waiting: list[tuple[int, int, Node]] = [(-tip.depth, 0, tip)]
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

    def _matters(self, option: Option) -> bool:
        """Revises an option; tells whether its owner's values may change with it, or its choice."""
        option.revise()
        owner = option.owner
        return option is owner.promising or option is owner.trial or option.lower >= owner.lower - self.margin

    def _revise(self, node: Node) -> bool:
        """Takes a node's values from its choices; drops those that cannot be the best; tells of changes."""
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

    def _preferred(self, options: Sequence[Option], highest: Option) -> Option:
        least = highest.lower - self.margin
        equals = [option for option in options if option.lower >= least]
        return highest if len(equals) == 1 else min(equals, key=lambda option: self.order(option.choice))

    def _kept(self, options: list[Option], node: Node) -> list[Option]:
        """Drops what cannot be better than the best choice."""
        least = node.lower + self.margin
        kept = []
        for option in options:
            if option.upper > least or option is node.best or option is node.promising:
                kept.append(option)
            else:
                option.is_open = False
        return kept

    def _set_hopes(self, node: Node) -> None:
        """Says where to go on from a node; there is no hope where its values have met.

        On trial it is the best option; where that ends it, the best one that goes on.
        """
        node.hope = node.trial_hope = 0.0
        if node.upper - node.lower <= self.tolerance or node.best is None or node.promising is None:
            return
        node.hope = node.promising.hope
        node.trial, node.trial_hope = node.best, node.best.trial_hope
        if node.best.trial_hope <= 0:
            hopeful = [option for option in node.options or () if option.trial_hope > 0]
            if hopeful:
                node.trial = max(hopeful, key=_lower_of)
                node.trial_hope = TRIAL_DISCOUNT * node.trial.trial_hope


def _lower_of(option: Option) -> float:
    return option.lower
