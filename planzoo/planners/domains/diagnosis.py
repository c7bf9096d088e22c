"""Policies for the diagnosis scenario: they know its tables, and of the patient only what was observed."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from planzoo.envs.diagnosis.model import DiagnosisModel, Evidence, decode_observation
from planzoo.planners.policy import Access, DecisionInfo, Explanation, Mask, Observation, Policy
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.contingent_planner import (
    VALUE_TOLERANCE,
    ContingentPlanner,
    SearchBudget,
)
from planzoo.planners.pomdp.information import rank_tests
from planzoo.planners.pomdp.problem import affordable_tests, best_treatment, extended
from planzoo.planners.status import Status


class DiagnosisPolicy(Policy):
    """Reads the results off an observation and decides on them.

    Args:
        model: the scenario's tables.
        seed: seeds the policy's own random choices.
    """

    access: ClassVar[Access] = Access.MODEL

    def __init__(self, model: DiagnosisModel, seed: int | None = None) -> None:
        super().__init__(model.params.observation_size, seed)
        self.model = model
        self._last: tuple[Evidence, int] | None = None

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._last = None

    def begin(self) -> None:
        """Needs no memory: the observation holds every result."""

    def decide(self, observation: Observation, memory: Any, mask: Mask | None, deterministic: bool) -> int:
        """Chooses a test (0 to T - 1) or a treatment (T to T + M - 1); if masked, the best treatment."""
        evidence = decode_observation(self.model, observation)
        action = self.choose(evidence)
        if mask is not None and not mask[action]:
            action = self.best_treatment(evidence)
        self._last = evidence, action
        return action

    @abstractmethod
    def choose(self, evidence: Evidence) -> int:
        """Chooses an action after some results."""

    def best_treatment(self, evidence: Evidence) -> int:
        """Gives the action of the treatment with the highest expected utility."""
        return len(self.model.tests) + best_treatment(self.model, self.model.belief(evidence))[0]

    def action_name(self, action: int) -> str:
        """Names a test or treatment."""
        return (self.model.tests + self.model.treatments)[action]

    def belief(self, evidence: Evidence) -> BeliefState:
        """Gives the exact belief after some results."""
        return BeliefState(self.model.conditions, self.model.belief(evidence))

    def explain(self) -> Explanation:
        """Tells the belief, the value of every test that could be done, and why testing goes on or stops."""
        if self._last is None:
            return Explanation("No decision has been made yet.", {})
        evidence, action = self._last
        belief = self.belief(evidence)
        values = rank_tests(self.model, evidence)
        reason = self.reason(evidence, action)
        return Explanation(
            f"{reason} Belief: {belief.words()}.",
            {
                "action": self.action_name(action),
                "reason": reason,
                "evidence": {
                    self.model.tests[test]: self.model.outcomes[test][outcome] for test, outcome in evidence
                },
                "belief": dict(zip(belief.states, belief.probabilities.tolist(), strict=True)),
                "entropy_bits": belief.entropy(),
                "tests": [value.to_dict() for value in values],
            },
        )

    def reason(self, evidence: Evidence, action: int) -> str:
        """Says in a sentence or two why an action was taken."""
        name = self.action_name(action)
        values = rank_tests(self.model, evidence)
        if action < len(self.model.tests):
            value = next((value for value in values if value.test == name), None)
            worth = (
                "" if value is None else f": alone it is worth {value.utility:.2f} and costs {value.cost:.2f}"
            )
            return f"Does the test {name!r}{worth}."
        utility = float(self.model.belief(evidence) @ self.model.utilities[:, action - len(self.model.tests)])
        if not values:
            return (
                f"Gives {name!r} (expected utility {utility:.2f}): there is no test left that could be paid."
            )
        best = values[0]
        return (
            f"Gives {name!r} (expected utility {utility:.2f}): the best single test, {best.test!r}, "
            f"is worth {best.utility:.2f} and costs {best.cost:.2f}."
        )


class ContingentPolicy(DiagnosisPolicy):
    """Follows an exact contingent plan; off the plan, or where the search was cut off, it plans anew.

    Args:
        model: the scenario's tables.
        depth: tests that a plan may do one after another; None for as many as there is time for.
        budget: what each search may spend; None for no bound.
        seed: unused, as the plan is deterministic.
    """

    def __init__(
        self,
        model: DiagnosisModel,
        depth: int | None = None,
        budget: SearchBudget | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(model, seed)
        self.planner = ContingentPlanner(depth)
        self.budget = budget
        self._plans: dict[Evidence, ContingentPlan] = {}

    def plan(self, evidence: Evidence = ()) -> ContingentPlan:
        """Gives the plan from some results on, searching for it if need be."""
        if evidence not in self._plans:
            result = self.planner.solve(self.model, self.budget, evidence)
            plan = result.plan or self._treatment_plan(evidence)
            self.last_decision = DecisionInfo(expansions=result.expansions)
            self._plans[evidence] = plan
            if result.status is Status.SOLVED and self.planner.depth is None:
                self._remember(evidence, plan)
        return self._plans[evidence]

    def choose(self, evidence: Evidence) -> int:
        """Takes the plan's action."""
        return self._action(self.plan(evidence))

    def reason(self, evidence: Evidence, action: int) -> str:
        """Adds what the plan expects to what every policy says."""
        plan = self.plan(evidence)
        return (
            f"{super().reason(evidence, action)} "
            f"The plan from here expects utility {plan.expected_utility:.2f} "
            f"after tests for {plan.expected_cost:.2f}, at most {plan.depth} of them."
        )

    def explain(self) -> Explanation:
        """Adds the plan from here on to the data."""
        explanation = super().explain()
        if self._last is None:
            return explanation
        plan = self.plan(self._last[0])
        return Explanation(explanation.words, {**explanation.data, "plan": plan.to_dict()})

    def _treatment_plan(self, evidence: Evidence) -> ContingentPlan:
        """Treats at once, for results that no budget could have paid."""
        belief = self.belief(evidence)
        treatment, utility = best_treatment(self.model, belief.probabilities)
        return ContingentPlan(self.model.treatments[treatment], expected_utility=utility, belief=belief)

    def _action(self, plan: ContingentPlan) -> int:
        names = self.model.tests if plan.is_test else self.model.treatments
        return names.index(plan.root_action) + (0 if plan.is_test else len(self.model.tests))

    def _remember(self, evidence: Evidence, plan: ContingentPlan) -> None:
        """Keeps every part of an optimal plan, so that it is found again by the results that lead to it."""
        self._plans[evidence] = plan
        test = self._action(plan)
        for outcome, branch in plan.branches.items():
            self._remember(extended(evidence, test, self.model.outcomes[test].index(outcome)), branch)


class MyopicPolicy(DiagnosisPolicy):
    """Does the test of the highest net value of information while there is one, then treats."""

    def choose(self, evidence: Evidence) -> int:
        """Takes the best test that is worth more than it costs, else the best treatment."""
        values = rank_tests(self.model, evidence)
        if values and values[0].net > VALUE_TOLERANCE:
            return self.model.tests.index(values[0].test)
        return self.best_treatment(evidence)


class GreedyPolicy(DiagnosisPolicy):
    """Does the cheapest tests, then treats the most likely condition as if it were certain.

    Args:
        model: the scenario's tables.
        num_tests: tests to do first, the cheapest first.
        seed: unused, as the policy is deterministic.
    """

    def __init__(self, model: DiagnosisModel, num_tests: int = 1, seed: int | None = None) -> None:
        super().__init__(model, seed)
        self.num_tests = num_tests

    def choose(self, evidence: Evidence) -> int:
        """Takes the next cheap test, or the best treatment of the most likely condition."""
        tests = affordable_tests(self.model, evidence)
        if tests and len(evidence) < self.num_tests:
            return min(tests, key=lambda test: float(self.model.test_costs[test]))
        condition = int(self.model.belief(evidence).argmax())
        return len(self.model.tests) + int(np.argmax(self.model.utilities[condition]))

    def reason(self, evidence: Evidence, action: int) -> str:
        """Says which rule of thumb decided."""
        name = self.action_name(action)
        if action < len(self.model.tests):
            return f"Does {name!r}, the cheapest test left."
        return f"Gives {name!r}, the best treatment of what is most likely: {self.belief(evidence).words(1)}."
