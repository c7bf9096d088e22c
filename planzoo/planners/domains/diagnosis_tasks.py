"""Diagnosis as a hierarchical task network: a clinical protocol of screening, confirming and treating.

Facts: ``belief`` is the exact posterior over the conditions (a
:class:`~planzoo.planners.htn.beliefs.distribution.Distribution`), ``results[test]`` the outcome of each test
done, ``money`` what is left for tests, ``time`` how many tests there is still time for, ``given`` the
treatment.

No threshold is set by hand; all follow from the utilities. It is certain enough when perfect knowledge of the
condition would be worth less than the cheapest test costs. A test is worth confirming with when treating
after it is expected to earn more than treating now, its price included; a test is worth screening with when
it does so together with the best confirming test for each of its outcomes. A test that uses up the money is
never done, for that ends it all untreated.

Sources: Pauker and Kassirer, The threshold approach to clinical decision making (1980), for testing and
treating at probabilities that follow from utilities; Howard, Information value theory (1966).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from planzoo.envs.diagnosis.model import DiagnosisModel, Evidence
from planzoo.planners.htn import Domain, State
from planzoo.planners.htn.beliefs.distribution import Distribution
from planzoo.planners.pomdp.contingent_planner import VALUE_TOLERANCE
from planzoo.planners.pomdp.problem import (
    BUDGET_TOLERANCE,
    Probabilities,
    affordable_tests,
    best_treatment,
    extended,
    remaining_budget,
    uses_up_budget,
)

CONFIRM, SCREEN = 1, 2
"""Tests that are looked ahead: the test alone, or the test and one more after it."""


def protocol_domain(protocol: Protocol) -> Domain:
    """Declares the operators and methods of a protocol."""
    domain = Domain("clinical protocol", "Screen, confirm and treat a patient.")
    domain.add_operator(protocol.test, cost=protocol.price)
    domain.add_operator(protocol.treat, cost=protocol.regret)
    for task, methods in {
        "diagnose": (protocol.certain_enough, protocol.screen_and_confirm, protocol.best_under_uncertainty),
        "confirm": (protocol.confirmed, protocol.most_informative_test, protocol.no_test_pays),
        "prescribe": (protocol.best_treatment,),
    }.items():
        for method in methods:
            domain.add_method(task, method)
    return domain


class Protocol:
    """Operators and methods of the clinical protocol.

    Args:
        model: tests, treatments and utilities.
    """

    def __init__(self, model: DiagnosisModel) -> None:
        self.model = model
        self._values: dict[tuple[Evidence, int], float] = {}

    def state(self, evidence: Evidence) -> State:
        """Makes the planner's state after some results."""
        model = self.model
        return State(
            belief=self._distribution(model.belief(evidence)),
            results={model.tests[test]: model.outcomes[test][outcome] for test, outcome in evidence},
            money=remaining_budget(model, evidence),
            time=model.max_tests - len(evidence),
            given="",
        )

    # Operators.

    def test(self, state: State, test: str) -> bool:
        """Does a test; planned is the most likely outcome. Whoever sees another one plans anew."""
        if not self._can_do(state, test):
            return False
        number, evidence = self.model.tests.index(test), self.evidence(state)
        table = self.model.outcome_beliefs(number, evidence)
        outcome = int(table.sum(axis=1).argmax())
        state.money -= self.price(state, test)
        state.time -= 1
        state.belief = self._distribution(table[outcome] / table[outcome].sum())
        state.results[test] = self.model.outcomes[number][outcome]
        return True

    def treat(self, state: State, treatment: str) -> bool:
        """Gives the treatment that ends it all."""
        if state.given:
            return False
        state.given = treatment
        return True

    def price(self, state: State, test: str) -> float:
        """Gives what a test costs."""
        return float(self.model.test_costs[self.model.tests.index(test)])

    def regret(self, state: State, treatment: str) -> float:
        """Gives what is expected to be lost against the treatment that full knowledge would choose."""
        column = self.model.utilities[:, self.model.treatments.index(treatment)]
        loss = self.model.utilities.max(axis=1) - column
        return max(0.0, float(self._probabilities(state) @ loss))

    # Methods.

    def certain_enough(self, state: State) -> list[Any] | None:
        """Diagnose: treat, for knowing the condition would not be worth the cheapest test."""
        return [("prescribe",)] if self.is_certain_enough(state) else None

    def screen_and_confirm(self, state: State) -> Iterator[list[Any]]:
        """Diagnose: do the test that tells most together with one that confirms it, and treat."""
        for test in self._worthwhile(state, SCREEN):
            yield [("test", test), ("confirm",), ("prescribe",)]

    def best_under_uncertainty(self, state: State) -> list[Any]:
        """Diagnose: treat by what is known, for no test pays."""
        return [("prescribe",)]

    def confirmed(self, state: State) -> list[Any] | None:
        """Confirm: there is nothing left to confirm."""
        return [] if self.is_certain_enough(state) else None

    def most_informative_test(self, state: State) -> Iterator[list[Any]]:
        """Confirm: do the test whose result is worth most above its price, then look again."""
        for test in self._worthwhile(state, CONFIRM):
            yield [("test", test), ("confirm",)]

    def no_test_pays(self, state: State) -> list[Any]:
        """Confirm: leave it, for every test costs more than it tells."""
        return []

    def best_treatment(self, state: State) -> list[Any]:
        """Prescribe: the treatment of the highest expected utility."""
        number, _ = best_treatment(self.model, self._probabilities(state))
        return [("treat", self.model.treatments[number])]

    # What they rest on.

    def is_certain_enough(self, state: State) -> bool:
        """Says whether perfect knowledge of the condition would be worth no more than any test costs."""
        cheapest = self.cheapest(state)
        return cheapest is None or self.at_stake(state) <= cheapest

    def at_stake(self, state: State) -> float:
        """Gives what perfect knowledge of the condition would be worth before treating."""
        number, _ = best_treatment(self.model, self._probabilities(state))
        return self.regret(state, self.model.treatments[number])

    def cheapest(self, state: State) -> float | None:
        """Gives the price of the cheapest test that can be done; None when there is none."""
        prices = [self.price(state, test) for test in self.model.tests if self._can_do(state, test)]
        return min(prices, default=None)

    def value(self, evidence: Evidence, tests: int) -> float:
        """Gives the expected utility of treating after at most so many more tests, their prices taken off."""
        if (evidence, tests) not in self._values:
            now = best_treatment(self.model, self.model.belief(evidence))[1]
            after = self.values_after(evidence, tests).values() if tests else ()
            self._values[evidence, tests] = max([now, *after])
        return self._values[evidence, tests]

    def values_after(self, evidence: Evidence, tests: int) -> dict[str, float]:
        """Gives the same for each test that can be done as the first of them."""
        model = self.model
        values: dict[str, float] = {}
        for test in affordable_tests(model, evidence) if len(evidence) < model.max_tests else ():
            if not uses_up_budget(model, test, evidence):
                chances = enumerate(model.outcome_beliefs(test, evidence).sum(axis=1).tolist())
                values[model.tests[test]] = -float(model.test_costs[test]) + sum(
                    chance * self.value(extended(evidence, test, outcome), tests - 1)
                    for outcome, chance in chances
                    if chance > 0
                )
        return values

    def _worthwhile(self, state: State, tests: int) -> list[str]:
        """Lists the tests that beat treating now, the best first."""
        evidence = self.evidence(state)
        values, now = self.values_after(evidence, tests), self.value(evidence, 0)
        better = [test for test in values if values[test] > now + VALUE_TOLERANCE]
        return sorted(better, key=lambda test: -values[test])

    def _can_do(self, state: State, test: str) -> bool:
        open_still = test not in state.results and state.time > 0 and not state.given
        return bool(open_still and state.money - self.price(state, test) > BUDGET_TOLERANCE)

    def evidence(self, state: State) -> Evidence:
        """Reads the results off a state, in the order of the tests."""
        model = self.model
        return tuple(
            (number, model.outcomes[number].index(state.results[test]))
            for number, test in enumerate(model.tests)
            if test in state.results
        )

    def _distribution(self, probabilities: Probabilities) -> Distribution:
        return Distribution(dict(zip(self.model.conditions, probabilities.tolist(), strict=True)))

    def _probabilities(self, state: State) -> Probabilities:
        return np.array([state.belief.probability(condition) for condition in self.model.conditions])
