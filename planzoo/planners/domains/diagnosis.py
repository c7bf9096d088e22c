"""Policies for the diagnosis scenarios: they know the tables, and of the patients only what was observed."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel, Information, decode_observation
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem, first_information, horizon
from planzoo.planners.domains.diagnosis_values import best_treatment, test_values
from planzoo.planners.policy import Access, Explanation, Mask, Observation, TeamPolicy
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.contingent_planner import VALUE_TOLERANCE, ContingentPlanner, SearchBudget
from planzoo.planners.status import Status


class DiagnosisPolicy(TeamPolicy):
    """Reads what is known off the observations and decides for each patient.

    Of several patients each one's share of the remaining budget is what is left, divided by those who are
    still there; places in the laboratory go to whoever gains most by a test.

    Args:
        model: the scenario's tables.
        seed: seeds the policy's own random choices.
    """

    access: ClassVar[Access] = Access.MODEL

    def __init__(self, model: DiagnosisModel, seed: int | None = None) -> None:
        doctors = tuple(f"doctor_{number}" for number in range(model.params.patients))
        super().__init__(doctors, model.layout.size, seed)
        self.model = model
        self.problem = DiagnosisProblem(model)
        self._horizon = horizon(model)
        self._last: list[tuple[Information, int]] = []

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._last = []

    def begin(self) -> list[int]:
        """Counts the steps: the observation does not tell of the time limit."""
        return [0]

    def decide(self, observation: Observation, memory: Any, mask: Mask | None, deterministic: bool) -> Any:
        """Chooses the actions (N,), or one number where there is one doctor."""
        actions = super().decide(observation, memory, mask, deterministic)
        return actions if len(self.agents) > 1 else int(actions[0])

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Chooses an action for each doctor, see the class."""
        count = len(self.agents)
        there = [masks is None or bool(masks[doctor].sum() > 1) for doctor in range(count)]
        known = [self._read(row, memory[0], sum(there)) for row in observations]
        memory[0] += 1
        actions = np.full(count, self.problem.stop, dtype=np.int64)
        places = known[0].places
        for doctor in sorted(range(count), key=lambda each: -self.urgency(known[each])):
            if there[doctor]:
                information = known[doctor]._replace(places=places)
                known[doctor] = information
                actions[doctor] = self._allowed(information, None if masks is None else masks[doctor])
                if places is not None and self.problem.kind(int(actions[doctor])) == "test":
                    places -= 1
        self._last = [(known[each], int(actions[each])) for each in range(count) if there[each]]
        return actions

    def urgency(self, information: Information) -> float:
        """Says how much a patient would gain by a test now; who gains most is served first."""
        if len(self.agents) == 1:
            return 0.0
        values = test_values(self.problem, information)
        return values[0].net if values else 0.0

    @abstractmethod
    def choose(self, information: Information) -> int:
        """Chooses an action after what is known of a patient."""

    def best_treatment(self, information: Information) -> int:
        """Gives the action of the treatment with the highest expected utility, or stopping."""
        return best_treatment(self.problem, information)[0]

    def treat_or_wait(self, information: Information) -> int:
        """Waits for results that could change the treatment; else treats."""
        return self.problem.wait if self._is_worth_waiting(information) else self.best_treatment(information)

    def explain(self) -> Explanation:
        """Tells for each doctor the belief, the value of every test, and why testing goes on or stops."""
        if not self._last:
            return Explanation("No decision has been made yet.", {})
        told = [self.explanation(*last) for last in self._last]
        if len(told) == 1:
            return told[0]
        return Explanation(" ".join(each.words for each in told), {"doctors": [each.data for each in told]})

    def explanation(self, information: Information, action: int) -> Explanation:
        """Tells of one doctor's decision."""
        belief = self.problem.belief(information)
        reason = self.reason(information, action)
        names = self.model
        return Explanation(
            f"{reason} Belief: {belief.words()}.",
            {
                "action": self.problem.name(action),
                "reason": reason,
                "evidence": [
                    [names.tests[finding], names.outcomes[finding][outcome]]
                    for finding, outcome in information.evidence
                ],
                "pending": [[names.tests[test], left] for test, left in information.pending],
                "belief": dict(zip(belief.states, belief.probabilities.tolist(), strict=True)),
                "entropy_bits": belief.entropy(),
                "tests": [value.to_dict() for value in test_values(self.problem, information)],
            },
        )

    def reason(self, information: Information, action: int) -> str:
        """Says in a sentence or two why an action was taken."""
        name, problem = self.problem.name(action), self.problem
        values = test_values(problem, information)
        if action == problem.wait:
            return "Waits for the results that are in work."
        if action < self.model.num_tests:
            value = next((value for value in values if value.test == name), None)
            worth = "" if value is None else f": alone it is worth {value.utility:.2f}, for {value.cost:.2f}"
            return f"Does the test {name!r}{worth}."
        utilities = problem.treatment_utilities(information.given)[:, action - self.model.num_tests]
        utility = float(problem.belief_array(information) @ utilities)
        if not values:
            return f"Gives {name!r} (expected utility {utility:.2f}): no test is left that could be done."
        best = values[0]
        return (
            f"Gives {name!r} (expected utility {utility:.2f}): the best single test, {best.test!r}, "
            f"is worth {best.utility:.2f} and costs {best.cost:.2f}."
        )

    def belief(self, information: Information | None = None) -> BeliefState:
        """Gives the exact belief after what is known; None for nothing."""
        return self.problem.belief(first_information(self.model) if information is None else information)

    def _read(self, observation: Observation, steps: int, doctors: int) -> Information:
        information = decode_observation(self.model, observation)
        budget = information.budget / max(1, doctors)
        if len(self.agents) == 1:
            # Exactly as a plan has computed it, where the observation is rounded.
            asked = *information.evidence, *information.pending
            budget = self.model.budget - sum(float(self.model.prices[test]) for test, _ in asked)
        return information._replace(
            budget=round(budget, 9),
            time=None if self._horizon is None else self._horizon - steps,
            doctors=1.0,
        )

    def _allowed(self, information: Information, mask: Mask | None) -> int:
        action = self.choose(information)
        if mask is None or mask[action]:
            return action
        return self.treat_or_wait(information)

    def _is_worth_waiting(self, information: Information) -> bool:
        """Says whether the results in work would change what is best, for the step that waiting costs."""
        if not information.pending or (information.time is not None and information.time <= 1):
            return False
        utilities = self.problem.treatment_utilities(information.given)
        now = float((self.problem.belief_array(information) @ utilities).max())
        rows = self.problem.finding_beliefs(information)
        gains = []
        for test, left in information.pending:
            table = rows[test]
            assert table is not None  # it is in work, and so not done
            value = float((table @ utilities).max(axis=1).sum()) - now
            gains.append(value - left * self.problem.step_cost)
        return max(gains) > VALUE_TOLERANCE


class ContingentPolicy(DiagnosisPolicy):
    """Follows a contingent plan: optimal where the search may end, else the best that its budget finds.

    Off the plan, or where the search was cut off, it plans anew.

    Args:
        model: the scenario's tables.
        depth: tests that a plan may do one after another; None for as many as there is time for.
        milliseconds: of wall-clock time for each search; None for no bound.
        expansions: nodes for each search; None for no bound.
        seed: unused, as the plan is deterministic.
    """

    def __init__(
        self,
        model: DiagnosisModel,
        depth: int | None = None,
        milliseconds: float | None = None,
        expansions: int | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(model, seed)
        self.planner = ContingentPlanner(depth)
        self.budget = SearchBudget(expansions, milliseconds)
        self._plans: dict[Information, ContingentPlan] = {}

    def plan(self, information: Information | None = None) -> ContingentPlan:
        """Gives the plan from what is known on, searching for it if need be."""
        known = first_information(self.model) if information is None else information
        if known not in self._plans:
            result = self.planner.solve(DiagnosisProblem(self.model, known), self.budget)
            assert result.plan is not None  # stopping is always possible
            spent = self.last_decision
            self.last_decision = replace(spent, expansions=spent.expansions + result.expansions)
            if result.status is Status.SOLVED and self.planner.depth is None:
                self._remember(known, result.plan)
            else:
                self._plans[known] = result.plan
        return self._plans[known]

    def choose(self, information: Information) -> int:
        """Takes the plan's action."""
        return self.action_number(self.plan(information))

    def reason(self, information: Information, action: int) -> str:
        """Adds what the plan expects to what every policy says."""
        plan = self.plan(information)
        return (
            f"{super().reason(information, action)} "
            f"The plan from here expects utility {plan.expected_utility:.2f} "
            f"after costs of {plan.expected_cost:.2f}, with at most {plan.depth} tests."
        )

    def explanation(self, information: Information, action: int) -> Explanation:
        """Adds the plan from here on to the data."""
        told = super().explanation(information, action)
        return Explanation(told.words, {**told.data, "plan": self.plan(information).to_dict()})

    def action_number(self, plan: ContingentPlan) -> int:
        """Gives the number of a plan's first action."""
        return self._numbers[plan.root_action, plan.kind]

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], int]:
        problem = self.problem
        last = problem.wait + len(self.model.tests) - self.model.num_tests
        return {(problem.name(each), problem.kind(each)): each for each in range(last + 1)}

    def _remember(self, information: Information, plan: ContingentPlan) -> None:
        """Keeps every part of an optimal plan, to be found again by what was seen on the way to it."""
        waiting: list[tuple[Any, ContingentPlan]] = [(information, plan)]
        while waiting:
            known, part = waiting.pop()
            self._plans[known] = part
            if part.branches:
                action = self.action_number(part)
                choice = next(each for each in self.problem.choices(known) if each.action == action)
                waiting += [
                    (branch.information, part.branches[branch.observation])
                    for branch in choice.branches
                    if branch.information is not None
                ]


class MyopicPolicy(DiagnosisPolicy):
    """Does the test of the highest net value of information while there is one, then waits and treats."""

    def choose(self, information: Information) -> int:
        """Takes the best test that is worth more than it costs, else the best treatment."""
        values = test_values(self.problem, information)
        if values and values[0].net > VALUE_TOLERANCE:
            return self.model.tests.index(values[0].test)
        return self.treat_or_wait(information)


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

    def choose(self, information: Information) -> int:
        """Takes the next cheap test, or the best treatment of the most likely condition."""
        tests = self.problem.tests(information)
        done = sum(finding < self.model.num_tests for finding, _ in information.evidence)
        if tests and done + len(information.pending) < self.num_tests:
            return min(tests, key=lambda test: float(self.model.prices[test]))
        if information.pending:
            return self.problem.wait
        condition = int(self.problem.belief_array(information).argmax())
        utilities = self.problem.treatment_utilities(information.given)[condition]
        return self.model.num_tests + len(utilities) - 1 - int(np.argmax(utilities[::-1]))

    def reason(self, information: Information, action: int) -> str:
        """Says which rule of thumb decided."""
        name = self.problem.name(action)
        if action < self.model.num_tests:
            return f"Does {name!r}, the cheapest test left."
        if action == self.problem.wait:
            return super().reason(information, action)
        likely = self.problem.belief(information).words(1)
        return f"Gives {name!r}, the best treatment of what is most likely: {likely}."
