"""Contingent plans: trees that say what to do after every result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from planzoo.planners.pomdp.belief import BeliefState


INFORMING = frozenset({"observe", "ask", "test"})
"""Kinds of actions that gather information."""
END = "end"
"""Action and kind of the leaf for an observation with which the episode ends."""


@dataclass(frozen=True, eq=False)
class ContingentPlan:
    """A tree of tests with a treatment at each leaf.

    Attributes:
        root_action: the test or treatment to do now.
        branches: the plan to go on with after each possible outcome; empty after a treatment, or after a test
            that uses up the budget.
        depth: tests on the longest way through this plan.
        expected_cost: of the tests from here on.
        expected_utility: of the treatment in the end, minus the costs of the tests from here on.
        probability: of coming here from the root.
        belief: P(condition) here.
        kind: what sort of action ``root_action`` is: observe, ask, test, treat, wait, stop, or act for others.
    """

    root_action: str
    branches: Mapping[str, ContingentPlan] = field(default_factory=dict)
    depth: int = 0
    expected_cost: float = 0.0
    expected_utility: float = 0.0
    probability: float = 1.0
    belief: BeliefState | None = None
    kind: str = "act"

    @property
    def is_test(self) -> bool:
        """Whether the action gathers information."""
        return self.kind in INFORMING

    def nodes(self) -> Iterator[ContingentPlan]:
        """Goes through the tree, each plan before its branches."""
        yield self
        for branch in self.branches.values():
            yield from branch.nodes()

    def follow(self, outcome: str) -> ContingentPlan:
        """Gives the plan to go on with after an outcome.

        Raises:
            KeyError: the plan has no branch for it.
        """
        return self.branches[outcome]

    def to_dict(self) -> dict[str, Any]:
        """Gives the tree as plain data."""
        belief = self.belief
        return {
            "action": self.root_action,
            "kind": self.kind,
            "depth": self.depth,
            "probability": self.probability,
            "expected_cost": self.expected_cost,
            "expected_utility": self.expected_utility,
            "belief": {}
            if belief is None
            else dict(zip(belief.states, belief.probabilities.tolist(), strict=True)),
            "branches": {outcome: branch.to_dict() for outcome, branch in self.branches.items()},
        }

    def to_text(self, labels: Mapping[str, str] | None = None) -> str:
        """Draws the tree, one line a plan.

        Args:
            labels: what to call tests and treatments instead of their names.
        """
        return "\n".join(self._lines("", "", labels or {}))

    def _lines(self, lead: str, indent: str, labels: Mapping[str, str]) -> Iterator[str]:
        yield lead + self._headline(labels)
        for number, (outcome, branch) in enumerate(self.branches.items(), start=1):
            last = number == len(self.branches)
            turn, rest = ("└─ ", "   ") if last else ("├─ ", "│  ")
            yield from branch._lines(f"{indent}{turn}{outcome} → ", indent + rest, labels)

    def _headline(self, labels: Mapping[str, str]) -> str:
        name = labels.get(self.root_action, self.root_action)
        words = f"{name}?" if self.is_test and not name.endswith("?") else name
        facts = [f"probability {self.probability:.1%}", f"utility {self.expected_utility:.2f}"]
        if self.is_test:
            facts.append(f"cost {self.expected_cost:.2f}")
        elif self.belief is not None:
            facts.append(self.belief.words(1))
        return f"{words}  [{', '.join(facts)}]"
