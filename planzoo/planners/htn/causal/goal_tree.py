"""The result of a goal decomposition: landmarks and orders, told as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from planzoo.planners.htn.causal.links import fact_text
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.task import Goal, Multigoal, describe
from planzoo.planners.status import Status


class Landmark(NamedTuple):
    """A fact that every plan makes true, or seems to."""

    fact: Goal
    """The variable and its value."""
    is_goal: bool
    """Whether it is one of the goals: then it holds in the end, too."""
    proven: bool
    """Whether it is proven; else the budget was spent before the search could tell."""

    def __str__(self) -> str:
        return fact_text(self.fact.variable, self.fact.value)


class LandmarkOrder(NamedTuple):
    """One landmark comes before another.

    The kinds: ``"greedy-necessary"``, the earlier is true directly before the later first becomes true;
    ``"natural"``, it is true some time before; ``"reasonable"`` (goals only), the later could be reached
    first, but would have to be destroyed to reach the earlier.
    """

    earlier: int
    """Index of a landmark."""
    later: int
    """Index of a landmark."""
    kind: str
    """As said."""
    proven: bool
    """Whether it is proven; else it holds in the plans found and the budget was spent."""


@dataclass(frozen=True)
class GoalTree:
    """Goals, and the subgoals that lead to them.

    Attributes:
        status: SOLVED, or why the goals could not be reached at all: then everything else is empty.
        landmarks: the goals and the other landmarks, in the order in which ``plan`` reaches them.
        orders: which come before which.
        subgoals: what can be handed to the planner one after the other, each from the state that the one
            before has led to: all goals hold at the end. This was tried out.
        plan: the plan from which the candidates were taken; None without one.
        expansions: what all searches together have spent.
        reason: empty when solved; else the planner's reason.
    """

    status: Status
    landmarks: tuple[Landmark, ...] = ()
    orders: tuple[LandmarkOrder, ...] = ()
    subgoals: tuple[Goal | Multigoal, ...] = ()
    plan: Plan | None = None
    expansions: int = 0
    reason: str = ""

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """For each landmark those that come directly before it, without reasonable orders.

        Whatever also comes before another child is left out, as it stands below that one.
        """
        return self._nearest([order for order in self.orders if order.kind != "reasonable"])

    @property
    def roots(self) -> tuple[int, ...]:
        """The landmarks that come before no other, except by reasonable orders: mostly goals."""
        inner = {child for children in self.children for child in children}
        return tuple(index for index in range(len(self.landmarks)) if index not in inner)

    def to_text(self) -> str:
        """Draws the tree: goals with the landmarks before them, then the reasonable orders and the subgoals.

        A landmark with several parents is drawn below the first; later ones refer to its number. Reasonable
        orders that follow from others are left out.
        """
        if self.status is not Status.SOLVED:
            return f"{self.status.name}: {self.reason}"
        lines = [f"landmarks: {len(self.landmarks)}, orders: {len(self.orders)}"]
        lines += self._drawn()
        orders = [order for order in self.orders if order.kind == "reasonable"]
        for later, nearest in enumerate(self._nearest(orders)):
            for earlier in nearest:
                proven = LandmarkOrder(earlier, later, "reasonable", True) in orders
                words = f"{self.landmarks[earlier]} before {self.landmarks[later]}"
                lines.append(
                    f"{'' if proven else 'likely: '}{words}, which would have to be undone otherwise"
                )
        steps = " → ".join(map(describe, self.subgoals)) or "nothing to do"
        return "\n".join([*lines, f"subgoals: {steps}"])

    def to_data(self) -> dict[str, Any]:
        """Gives landmarks, orders, children and subgoals as dicts, lists, numbers and strings."""
        return {
            "status": self.status.name,
            "landmarks": [
                {"fact": str(landmark), "goal": landmark.is_goal, "proven": landmark.proven}
                for landmark in self.landmarks
            ],
            "orders": [order._asdict() for order in self.orders],
            "children": [list(children) for children in self.children],
            "subgoals": [describe(goal) for goal in self.subgoals],
            "expansions": self.expansions,
            "reason": self.reason,
        }

    def _drawn(self) -> Iterator[str]:
        """Gives a line for each place of a landmark in the tree."""
        drawn: set[int] = set()
        todo = [(root, 0) for root in reversed(self.roots)]
        while todo:
            index, depth = todo.pop()
            landmark = self.landmarks[index]
            kind = "goal" if landmark.is_goal else "landmark"
            notes = [kind if landmark.proven else f"likely {kind}"]
            if index in drawn:
                notes.append("see above")
            else:
                todo += [(child, depth + 1) for child in reversed(self.children[index])]
            drawn.add(index)
            yield f"{'  ' * depth}{index + 1}. {landmark} ({', '.join(notes)})"

    def _nearest(self, orders: Sequence[LandmarkOrder]) -> tuple[tuple[int, ...], ...]:
        """Gives for each landmark the earlier ones that are before no other of its earlier ones."""
        before: list[set[int]] = [set() for _ in self.landmarks]
        for order in orders:
            before[order.later].add(order.earlier)
        below = [self._below(index, before) for index in range(len(before))]
        return tuple(
            tuple(sorted(each for each in direct if not any(each in below[other] for other in direct)))
            for direct in before
        )

    @staticmethod
    def _below(index: int, before: list[set[int]]) -> set[int]:
        """Gives all landmarks that come before one, directly or not, without itself."""
        found: set[int] = set()
        todo = list(before[index])
        while todo:
            landmark = todo.pop()
            if landmark not in found:
                found.add(landmark)
                todo += before[landmark]
        return found - {index}
