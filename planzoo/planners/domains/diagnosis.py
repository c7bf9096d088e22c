"""Policies for the diagnosis scenarios: they know the tables, and of the patients only what was observed."""

from __future__ import annotations

from typing import Any

import numpy as np

from planzoo.envs.diagnosis.model import DiagnosisModel, Information
from planzoo.planners.domains.diagnosis_contingent import ContingentPolicy
from planzoo.planners.domains.diagnosis_policy import DiagnosisPolicy
from planzoo.planners.domains.diagnosis_values import is_worth_waiting, prospects, wanted_anyway

__all__ = ["ContingentPolicy", "DiagnosisPolicy", "GreedyPolicy", "MyopicPolicy"]


class MyopicPolicy(DiagnosisPolicy):
    """Does the test of the highest net value of information while there is one, then ends it.

    While results are in work that may change how it ends, it does only what is worth doing whatever they
    show.
    """

    def choose(self, information: Information) -> int:
        """Takes the best test that is worth more than it costs, else the best treatment."""
        if is_worth_waiting(self.problem, information):
            meanwhile = wanted_anyway(self.problem, information)
            return self.problem.wait if meanwhile is None else meanwhile
        best = prospects(self.problem, information).best()
        return self.problem.ending_of(information).actions[0] if best is None else best[0]


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
        if information.pending and (information.time is None or information.time > 1):
            return self.problem.wait
        condition = int(self.problem.belief_array(information).argmax())
        utilities = self.problem.outlooks.utilities(information.given)[condition]
        return self.model.num_tests + len(utilities) - 1 - int(np.argmax(utilities[::-1]))

    def reason(self, information: Information, action: int, plan: Any = None) -> str:
        """Says which rule of thumb decided."""
        name = self.problem.name(action)
        if action < self.model.num_tests:
            return f"Does {name!r}, the cheapest test left."
        if action == self.problem.wait:
            return super().reason(information, action)
        likely = self.problem.belief(information).words(1)
        return f"Gives {name!r}, the best treatment of what is most likely: {likely}."
