"""Contingent plans whose nodes know the actions that their names stand for, and how they are built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.planners.htn.plan import Action
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.observation_model import ObservationAction
from planzoo.planners.pomdp.observation_search import STOP, ObservationSearch, Seen
from planzoo.planners.pomdp.plan_values import PlanEvaluator, Run, execute_in_thought

DONE = "done"
"""The branch to go on with after an action that could be executed."""
STOP_ACTION = "stop"
"""The action, and the kind, of ending without doing anything more."""


@dataclass(frozen=True, eq=False)
class ActionPlan(ContingentPlan):
    """A contingent plan that observes and acts.

    A node of kind "observe" has a branch for each outcome that is possible. A node of kind "act" has one
    branch, ``DONE``, or none after the last action; where the action may turn out not to be applicable, the
    branch is less probable than the node, and for the rest the execution ends there. A node of kind "stop"
    does nothing. Costs are those of observations and actions.

    Attributes:
        action: what ``root_action`` stands for; None to stop.
    """

    action: Action | ObservationAction | None = None


@dataclass(frozen=True)
class PlanBuilder:
    """Makes the tree of the best choices of a search.

    Attributes:
        belief: the belief at the root.
        search: the search over observations.
        evaluator: what the plans are worth.
    """

    belief: BeliefState
    search: ObservationSearch
    evaluator: PlanEvaluator

    def build(self, depth: int, seen: Seen = ()) -> ActionPlan:
        """Makes the plan from some observations on, with so many more allowed."""
        choice = self.search.solve(seen, depth)
        if choice.variable == STOP:
            return self._acting(self.search.weights(seen))
        action = self.search.observations[choice.variable].action
        weights = self.search.weights(seen)
        mass = float(weights.sum())
        branches = {
            name: self.build(depth - 1, after) for name, after in self.search.after(seen, choice.variable)
        }
        further = sum(branch.probability * branch.expected_cost for branch in branches.values()) / mass
        return ActionPlan(
            root_action=str(action),
            branches=branches,
            depth=1 + max(branch.depth for branch in branches.values()),
            expected_cost=action.cost + further,
            expected_utility=choice.value / mass,
            probability=mass,
            belief=self._belief(weights),
            kind="observe",
            action=action,
        )

    def _belief(self, weights: NDArray[np.float64]) -> BeliefState:
        return BeliefState.from_weights(zip(self.belief.states, weights.tolist(), strict=True))

    def _acting(self, weights: NDArray[np.float64]) -> ActionPlan:
        """Makes the chain of the best plan's actions."""
        number, value = self.search.table.best(weights)
        mass = float(weights.sum())
        actions = self.search.table.plans[number]
        if not actions:
            return ActionPlan(
                STOP_ACTION,
                expected_utility=value / mass,
                probability=mass,
                belief=self._belief(weights),
                kind=STOP_ACTION,
            )
        walks = [
            _Walk(self._run(position, actions), weight, float(self.search.table.utilities[number, position]))
            for position, weight in enumerate(weights.tolist())
            if weight > 0
        ]
        last = max(len(walk.run.costs) for walk in walks)  # this action is tried, or the plan is at its end
        node: ActionPlan | None = None
        for step in reversed(range(min(last + 1, len(actions)))):
            node = _chain_node(actions[step], step, walks, node)
        assert node is not None  # there is an action
        return replace(node, belief=self._belief(weights))

    def _run(self, position: int, actions: Sequence[Action]) -> Run:
        world = self.evaluator.completed(self.belief.states[position])
        return execute_in_thought(self.evaluator.planner.domain, world, actions)


class _Walk(NamedTuple):
    """How a plan goes in one of the states."""

    run: Run
    weight: float
    utility: float


def _chain_node(
    action: Action, step: int, walks: Sequence[_Walk], following: ActionPlan | None
) -> ActionPlan:
    """Makes the node of a plan's action: it is come to where all actions before it could be executed."""
    here = [walk for walk in walks if len(walk.run.costs) >= step]
    mass = sum(walk.weight for walk in here)
    cost = sum(walk.weight * sum(walk.run.costs[step:]) for walk in here)
    utility = sum(walk.weight * (walk.utility + sum(walk.run.costs[:step])) for walk in here)
    return ActionPlan(
        root_action=str(action),
        branches={} if following is None else {DONE: following},
        expected_cost=cost / mass,
        expected_utility=utility / mass,
        probability=mass,
        belief=BeliefState.from_weights((walk.run.states[step], walk.weight) for walk in here),
        kind="act",
        action=action,
    )
