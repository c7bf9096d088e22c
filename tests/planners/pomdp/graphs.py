"""Random information problems: explicit acyclic graphs with shared nodes, waits and ends by chance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.information_problem import Branch, Choice

KINDS = ("stop", "test", "treat", "wait", "ask", "observe")


class GraphProblem:
    """Information states are numbers, and every action leads to larger ones or ends the episode.

    Action k at a node is of kind ``KINDS[k]``. Some nodes can only be waited at. Nodes in the last places can
    only be stopped at.

    Args:
        seed: seeds the graph.
        nodes: how many information states.
        slack: how far the upper bounds are above the optimum, at most.
    """

    def __init__(self, seed: int, nodes: int = 14, slack: float = 3.0) -> None:
        self.random = np.random.default_rng(seed)
        self.nodes = nodes
        self.slack = self.random.uniform(0, slack, nodes)
        self.table = [self._made(node) for node in range(nodes)]

    def _made(self, node: int) -> list[Choice]:
        random, last = self.random, node >= self.nodes - 3
        if not last and random.random() < 0.15:
            return [Choice(3, -0.1, (Branch("later", 1.0, node + 1),))]
        found = [Choice(0, float(random.normal(0, 2)))]
        for action in range(1, 1 if last else int(random.integers(1, 5))):
            count = 1 if KINDS[action] == "wait" else int(random.integers(1, 4))
            chances = random.dirichlet(np.ones(count))
            targets = random.integers(node + 1, self.nodes, count).tolist()
            branches = tuple(
                Branch(f"o{k}", float(chances[k]), None if random.random() < 0.15 else targets[k])
                for k in range(count)
            )
            found.append(Choice(action, float(random.normal(-0.3, 0.5)), branches))
        return found

    @cached_property
    def optimum(self) -> list[float]:
        """Of each node, by backward induction."""
        values = [0.0] * self.nodes
        for node in range(self.nodes - 1, -1, -1):
            values[node] = max(worth(choice, values) for choice in self.table[node])
        return values

    def initial(self) -> int:
        return 0

    def choices(self, information: int) -> list[Choice]:
        return self.table[information]

    def name(self, action: int) -> str:
        return KINDS[action]

    def kind(self, action: int) -> str:
        return KINDS[action]

    def cost(self, action: int) -> float:
        return 0.25 * action

    def lower_bound(self, information: int) -> float:
        first = self.table[information][0]
        return first.reward if first.ends else first.reward + self.lower_bound(information + 1)

    def upper_bound(self, information: int) -> float:
        return self.optimum[information] + float(self.slack[information])

    def belief(self, information: int) -> BeliefState:
        share = (information + 1) / (self.nodes + 1)
        return BeliefState(("high", "low"), np.array([share, 1 - share]))


def worth(choice: Choice, values: Sequence[float]) -> float:
    """Gives a choice's value from those of all nodes."""
    return choice.reward + sum(
        b.probability * values[b.information] for b in choice.branches if b.information
    )


def lived_value(problem: GraphProblem, plan: ContingentPlan, node: int = 0) -> float:
    """Follows a plan through the graph: its value by recursion over what may be seen."""
    choice = next(c for c in problem.table[node] if problem.name(c.action) == plan.root_action)
    return choice.reward + sum(
        b.probability * lived_value(problem, plan.branches[b.observation], b.information)
        for b in choice.branches
        if b.information
    )
