"""Diagnosis as a hierarchical task network: a clinical protocol of screening, confirming and treating.

Facts: ``known`` is all that the doctor knows (:class:`~planzoo.envs.diagnosis.model.Information`), ``belief``
the exact posterior over the conditions (a :class:`~planzoo.planners.htn.beliefs.distribution.Distribution`),
and ``left`` whether the patient has left. Operators change them as the rules do; of what may be seen after an
action the most likely is planned with, and whoever sees something else plans anew.

No threshold is set by hand; all follow from the utilities. It is certain enough when perfect knowledge of the
condition would be worth less than anything costs that could be learnt. A result in work is awaited when it
gains more than the steps until then cost, and meanwhile only those tests are done that are worth it whatever
it shows. A test is worth confirming with when ending it after the result is expected to earn more than ending
it now; a test is worth screening with when it does so together with the best confirming test for each of its
outcomes. Only the tests that seem best by themselves are screened with, so that it stays quick with many.

Sources: Pauker and Kassirer, The threshold approach to clinical decision making (1980), for testing and
treating at probabilities that follow from utilities; Howard, Information value theory (1966).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planzoo.envs.diagnosis.model import Information
from planzoo.planners.domains.diagnosis_outlook import Kept
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem
from planzoo.planners.domains.diagnosis_values import (
    GAIN,
    is_worth_waiting,
    prospects,
    screening,
    wanted_anyway,
)
from planzoo.planners.htn import Domain, State
from planzoo.planners.htn.beliefs.distribution import Distribution
from planzoo.planners.pomdp.information_problem import Choice

CONFIRM, SCREEN = 1, 2
"""Tests that are looked ahead: the test alone, or the test and one more after it."""
KEPT_VALUES = 2**12
"""Information states whose tests' values are kept."""

Subtasks = list[tuple[Any, ...]]


def protocol_domain(protocol: Protocol) -> Domain:
    """Declares the operators and methods of a protocol."""
    domain = Domain("clinical protocol", "Screen, confirm and treat a patient.")
    domain.add_operator(protocol.test, cost=protocol.loss)
    domain.add_operator(protocol.wait, cost=protocol.waiting_loss)
    domain.add_operator(protocol.treat, cost=protocol.loss)
    domain.add_operator(protocol.stop, cost=protocol.stopping_loss)
    for task, methods in {
        "diagnose": (
            protocol.certain_enough,
            protocol.await_results,
            protocol.screen_and_confirm,
            protocol.best_under_uncertainty,
        ),
        "confirm": (
            protocol.confirmed,
            protocol.await_before_confirming,
            protocol.most_informative_test,
            protocol.no_test_pays,
        ),
        "prescribe": (protocol.no_treatment_pays, protocol.best_treatment),
        "look_again": (protocol.all_cured, protocol.not_all_cured),
    }.items():
        for method in methods:
            domain.add_method(task, method)
    return domain


class Protocol:
    """Operators and methods of the clinical protocol.

    Args:
        problem: tests, treatments, and what is known after each.
    """

    def __init__(self, problem: DiagnosisProblem) -> None:
        self.problem = problem
        self._numbers = {problem.name(action): action for action in range(problem.wait + 1)}
        self._values: Kept[tuple[Information, int], dict[int, float]] = Kept(KEPT_VALUES)

    def state(self, information: Information) -> State:
        """Makes the planner's state."""
        return State(known=information, belief=self._distribution(information), left=False)

    def number(self, name: str) -> int:
        """Gives the number of a test, a treatment, stopping or waiting."""
        return self._numbers[name]

    # Operators.

    def test(self, state: State, test: str) -> bool:
        """Asks for a test; planned with is the most likely of what may be seen in this step."""
        number = self._numbers[test]
        if state.left or number not in self.problem.tests(state.known):
            return False
        return self._carry_out(state, number)

    def wait(self, state: State) -> bool:
        """Waits a step for the results that are in work."""
        return bool(state.known.pending) and not state.left and self._carry_out(state, self.problem.wait)

    def treat(self, state: State, treatment: str) -> bool:
        """Gives a treatment; it ends it all, or shows whether anything is left untreated."""
        number = self._numbers[treatment]
        if state.left or number - self.problem.model.num_tests in state.known.given:
            return False
        return self._carry_out(state, number)

    def stop(self, state: State) -> bool:
        """Lets the patient go without a further treatment."""
        return not state.left and self._carry_out(state, self.problem.stop)

    # What they cost.

    def loss(self, state: State, name: str) -> float:
        """Gives what an action is expected to lose against what perfect knowledge would earn from now on.

        Of a test these are its price, its harm and the step that it takes.
        """
        return self._loss(state, self._numbers[name])

    def waiting_loss(self, state: State) -> float:
        """Gives the same for waiting."""
        return self._loss(state, self.problem.wait)

    def stopping_loss(self, state: State) -> float:
        """Gives the same for stopping."""
        return self._loss(state, self.problem.stop)

    # Methods.

    def certain_enough(self, state: State) -> Subtasks | None:
        """Diagnose: treat, for knowing the condition would not be worth what learning costs."""
        return [("prescribe",)] if self.is_certain_enough(state) else None

    def await_results(self, state: State) -> Subtasks | None:
        """Diagnose: wait for the results in work; meanwhile do what is worth it whatever they show."""
        return self._await(state, "diagnose")

    def screen_and_confirm(self, state: State) -> Iterator[Subtasks]:
        """Diagnose: do the test that tells most together with one that confirms it, and treat."""
        for test in self.worthwhile(state, SCREEN):
            yield [("test", test), ("confirm",), ("prescribe",)]

    def best_under_uncertainty(self, state: State) -> Subtasks:
        """Diagnose: treat by what is known, for no test pays."""
        return [("prescribe",)]

    def confirmed(self, state: State) -> Subtasks | None:
        """Confirm: there is nothing left to confirm."""
        return [] if self.is_certain_enough(state) else None

    def await_before_confirming(self, state: State) -> Subtasks | None:
        """Confirm: wait for the results in work first; meanwhile as above."""
        return self._await(state, "confirm")

    def most_informative_test(self, state: State) -> Iterator[Subtasks]:
        """Confirm: do the test whose result is worth most above its price, then look again."""
        for test in self.worthwhile(state, CONFIRM):
            yield [("test", test), ("confirm",)]

    def no_test_pays(self, state: State) -> Subtasks:
        """Confirm: leave it, for every test costs more than it tells."""
        return []

    def no_treatment_pays(self, state: State) -> Subtasks | None:
        """Prescribe: stop, for no treatment is expected to do good."""
        return [("stop",)] if self._ending(state) == self.problem.stop else None

    def best_treatment(self, state: State) -> Subtasks:
        """Prescribe: the treatment of the highest expected utility, and see whether it helped."""
        treat = ("treat", self.problem.name(self._ending(state)))
        return [treat] if self.problem.treatment_ends else [treat, ("look_again",)]

    def all_cured(self, state: State) -> Subtasks | None:
        """Look again: the patient has left."""
        return [] if state.left else None

    def not_all_cured(self, state: State) -> Subtasks:
        """Look again: something is left untreated, which is diagnosed in turn."""
        return [("diagnose",)]

    # What they rest on.

    def is_certain_enough(self, state: State) -> bool:
        """Says whether perfect knowledge of the condition would be worth no more than learning costs."""
        cheapest = self.cheapest(state)
        return cheapest is None or self.at_stake(state) <= cheapest

    def at_stake(self, state: State) -> float:
        """Gives what perfect knowledge of the condition would be worth before ending it."""
        found = self.problem.ending_of(state.known)
        return max(0.0, found.perfect - found.value)

    def cheapest(self, state: State) -> float | None:
        """Gives the least that learning anything more costs; None when nothing can be learnt."""
        return self.problem.cheapest(state.known)

    def value(self, information: Information, tests: int) -> float:
        """Gives what ending it after at most so many more tests, 0 to 2, is expected to earn."""
        values = self.values_after(information, tests) if tests else {}
        return max([self.problem.lower_bound(information), *values.values()])

    def values_after(self, information: Information, tests: int) -> dict[int, float]:
        """Gives the same for each test that is considered as the first of them."""
        return self._values.get((information, tests), lambda: self._computed_values(information, tests))

    def worthwhile(self, state: State, tests: int) -> list[str]:
        """Lists the tests that beat ending it now, the best first."""
        values, now = self.values_after(state.known, tests), self.problem.lower_bound(state.known)
        better = [test for test in values if values[test] > now + GAIN]
        return [self.problem.name(test) for test in sorted(better, key=lambda test: (-values[test], test))]

    def _computed_values(self, information: Information, tests: int) -> dict[int, float]:
        if tests == SCREEN:
            return screening(self.problem, information)
        found, now = prospects(self.problem, information), self.problem.lower_bound(information)
        return dict(zip(found.tests.tolist(), (now + found.nets).tolist(), strict=True))

    def _await(self, state: State, task: str) -> Subtasks | None:
        if not is_worth_waiting(self.problem, state.known):
            return None
        meanwhile = wanted_anyway(self.problem, state.known)
        first: tuple[Any, ...] = ("wait",) if meanwhile is None else ("test", self.problem.name(meanwhile))
        return [first, (task,)]

    def _ending(self, state: State) -> int:
        return self.problem.ending_of(state.known).actions[0]

    def _carry_out(self, state: State, action: int) -> bool:
        branches = self.problem.choice(state.known, action).branches
        seen = max(branches, key=lambda branch: branch.probability, default=None)
        if seen is None or seen.information is None:
            state.left = True
        else:
            state.known = seen.information
            state.belief = self._distribution(state.known)
        return True

    def _loss(self, state: State, action: int) -> float:
        choice: Choice = self.problem.choice(state.known, action)
        after = choice.reward + sum(
            branch.probability * self.problem.ending_of(branch.information).perfect
            for branch in choice.branches
            if isinstance(branch.information, Information)
        )
        return max(0.0, self.problem.ending_of(state.known).perfect - after)

    def _distribution(self, information: Information) -> Distribution:
        belief = self.problem.belief_array(information).tolist()
        return Distribution(dict(zip(self.problem.model.conditions, belief, strict=True)))
