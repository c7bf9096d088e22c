"""What can be known and done under uncertainty: the AND/OR graph that contingent planning searches.

A node is an information state: all that was done and seen so far, and so a belief. Its choices (OR) are the
actions; the branches of a choice (AND) are the observations that may follow. This is a belief MDP over a
finite horizon (Kaelbling, Littman and Cassandra, "Planning and acting in partially observable stochastic
domains", Artificial Intelligence 101, 1998) whose states only ever grow, so that the graph has no cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, Protocol

from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import INFORMING


class Branch(NamedTuple):
    """One observation that may follow an action.

    Attributes:
        observation: its name, another one for each branch of a choice.
        probability: of seeing it after the action.
        information: what is known then; None when the episode ends with it.
    """

    observation: str
    probability: float
    information: Hashable | None


class Choice(NamedTuple):
    """One action that can be taken.

    Attributes:
        action: its number.
        reward: expected immediate reward, the utilities of all ends that follow at once included.
        branches: what may be seen; their probabilities sum to 1. Empty when the action ends the episode.
    """

    action: int
    reward: float
    branches: tuple[Branch, ...] = ()

    @property
    def ends(self) -> bool:
        """Whether nothing can be done after the action, whatever is seen."""
        return all(branch.information is None for branch in self.branches)


class InformationProblem(Protocol):
    """A finite decision problem under uncertainty, as an acyclic AND/OR graph.

    A problem may also have ``ending(information)``, giving the choice whose reward is the lower bound; it
    saves computing all choices where a plan ends.
    """

    def initial(self) -> Hashable:
        """What is known at the beginning."""

    def choices(self, information: Hashable) -> Sequence[Choice]:
        """All that can be done; choices that another one is known to be no worse than may be left out.

        Empty only at the beginning, if nothing can be done at all.
        """

    def name(self, action: int) -> str:
        """What an action is called."""

    def kind(self, action: int) -> str:
        """What sort of action it is: observe, ask, test, treat, wait or stop."""

    def cost(self, action: int) -> float:
        """What an action adds to a plan's expected cost."""

    def lower_bound(self, information: Hashable) -> float:
        """Expected value of the best way to end it at once: the reward of one of the choices."""

    def upper_bound(self, information: Hashable) -> float:
        """A value that no way to go on can exceed."""

    def belief(self, information: Hashable) -> BeliefState:
        """What is believed."""


class DepthLimited:
    """An information problem in which only so many tests may be done one after another.

    Information states are pairs of the problem's own and the number of tests that are left; actions that do
    not gather information are not counted.

    Args:
        problem: the problem without the limit.
        depth: tests that may be done.
    """

    def __init__(self, problem: InformationProblem, depth: int) -> None:
        self.problem = problem
        self.depth = depth
        self.name, self.kind, self.cost = problem.name, problem.kind, problem.cost
        inner: Callable[[Hashable], Choice] | None = getattr(problem, "ending", None)
        if inner is not None:  # the optional method, where the problem has it
            self.ending = lambda information: inner(information[0])

    def initial(self) -> Hashable:
        """What is known at the beginning."""
        return self.problem.initial(), self.depth

    def choices(self, information: Any) -> list[Choice]:
        """All that can be done with the tests that are left."""
        inner, left = information
        found = []
        for choice in self.problem.choices(inner):
            rest = left - (self.kind(choice.action) in INFORMING)
            if rest >= 0:
                found.append(choice._replace(branches=tuple(_limited(b, rest) for b in choice.branches)))
        return found

    def lower_bound(self, information: Any) -> float:
        """Value of ending it at once."""
        return self.problem.lower_bound(information[0])

    def upper_bound(self, information: Any) -> float:
        """A value that no way to go on can exceed."""
        return self.problem.upper_bound(information[0])

    def belief(self, information: Any) -> BeliefState:
        """What is believed."""
        return self.problem.belief(information[0])


def _limited(branch: Branch, left: int) -> Branch:
    return branch if branch.information is None else branch._replace(information=(branch.information, left))
