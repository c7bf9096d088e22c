"""The whole diagnosis scenario, for one patient, as an AND/OR graph that contingent planning searches.

What is known (:class:`~planzoo.envs.diagnosis.model.Information`) are the results, the tests in work, the
treatments that left something untreated, and what remains of money, time and laboratory. Of several patients
each doctor plans as if the others left money and laboratory as they are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from planzoo.envs.diagnosis.model import DiagnosisModel, Evidence, Information, Probabilities
from planzoo.envs.diagnosis.state import BUDGET_TOLERANCE
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.information_problem import Branch, Choice

CURED, NOT_CURED, NOTHING_YET = "all cured", "not all cured", "nothing yet"
CACHED = 2**14
"""Information states whose beliefs and outcomes are kept."""
MOST_TREATMENTS = 12
"""Up to so many treatments all sets of them are looked at for the bound."""
ROUNDING = 1e-12
"""Outcomes less probable than this are rounding errors of zero."""


class DiagnosisProblem:
    """See :class:`~planzoo.planners.pomdp.information_problem.InformationProblem`.

    Actions are the environment's: T tests, M treatments, stopping, waiting. Symptoms that are not known yet
    follow after these: planning before an episode branches on them first. Tests that use the budget up, or
    come too late for a treatment after them, are left out where stopping is better in any case.

    Args:
        model: the scenario's tables.
        start: what is known at the beginning; None for nothing.
    """

    def __init__(self, model: DiagnosisModel, start: Information | None = None) -> None:
        self.model = model
        self.tables = model.tables
        self.start = first_information(model) if start is None else start
        self.stop = model.num_tests + len(model.tables.treatments)
        self.wait = self.stop + 1
        self.step_cost = model.params.step_cost
        self.treatment_ends = model.params.roles.treatment_ends
        self._belief = lru_cache(maxsize=CACHED)(self._compute_belief)
        self._outcomes = lru_cache(maxsize=CACHED)(self._compute_outcomes)
        self._utilities = lru_cache(maxsize=CACHED)(self._compute_utilities)
        self._perfect = lru_cache(maxsize=CACHED)(self._compute_perfect)

    def initial(self) -> Information:
        """What is known at the beginning."""
        return self.start

    def choices(self, information: Any) -> list[Choice]:
        """All that is worth considering, tests first."""
        hidden = self._hidden_symptom(information)
        if hidden is not None:
            return [self._symptom_choice(information, hidden), self.ending(information)]
        found = [] if self._is_last_step(information) else list(self._informing(information))
        if not self.treatment_ends:
            found += self._repairs(information)
        return [*found, self.ending(information)]

    def ending(self, information: Any) -> Choice:
        """The best way to end it at once: a treatment or, where treatments do not end it, stopping."""
        belief = self.belief_array(information)
        if not self.treatment_ends:
            left = self.tables.untreated(self._cured(information.given))
            return Choice(self.stop, float(belief @ left) - self.step_cost)
        values = belief @ self.model.utilities
        # Of equals stopping, which is the last, comes first.
        best = len(values) - 1 - int(np.argmax(values[::-1]))
        return Choice(self.model.num_tests + best, float(values[best]) - self.step_cost)

    def name(self, action: int) -> str:
        """Name of a test, treatment or symptom; what the roles call stopping; "wait"."""
        if action > self.wait:
            return self.model.tests[self.model.num_tests + action - self.wait - 1]
        if action == self.wait:
            return "wait"
        tests = self.model.num_tests
        return self.model.tests[action] if action < tests else self.model.treatments[action - tests]

    def label(self, action: int) -> str:
        """What people call it."""
        finding = action - self.wait - 1 + self.model.num_tests if action > self.wait else action
        if action > self.wait or action < self.model.num_tests:
            return self.tables.labels[finding]
        treatment = action - self.model.num_tests
        labels = self.tables.treatment_labels
        return labels[treatment] if treatment < len(labels) else self.name(action)

    def kind(self, action: int) -> str:
        """What sort of action it is: observe, ask, test, treat, wait or stop."""
        if action > self.wait:
            return "observe"
        if action < self.model.num_tests:
            return self.tables.kinds[action]
        return {self.stop: "stop", self.wait: "wait"}.get(action, "treat")

    def cost(self, action: int) -> float:
        """Money and harm of a test, and what the step costs; treatments count by their utility."""
        if action > self.wait:
            return 0.0
        own = float(self.model.test_costs[action]) if action < self.model.num_tests else 0.0
        return own + self.step_cost

    def lower_bound(self, information: Any) -> float:
        """Expected utility of ending it at once."""
        return self.ending(information).reward

    def upper_bound(self, information: Any) -> float:
        """Expected utility of treating with perfect knowledge, for the price of the cheapest test.

        Without a test, what is best now is all that can be had, unless treatments show something too.
        """
        perfect = float(self.belief_array(information) @ self._perfect(information.given))
        if not self.treatment_ends:
            return perfect
        lower = self.lower_bound(information)
        if self._hidden_symptom(information) is not None:
            return max(lower, perfect)
        cheapest = self._cheapest(information)
        return lower if cheapest is None else max(lower, perfect - cheapest)

    def belief(self, information: Any) -> BeliefState:
        """What is believed of the condition."""
        return BeliefState(self.model.conditions, self.belief_array(information))

    def belief_array(self, information: Information) -> Probabilities:
        """What is believed of the condition, float64 (K,)."""
        return self._belief(information.evidence, information.given)

    def finding_beliefs(self, information: Information) -> Sequence[Probabilities | None]:
        """P(outcome, condition | what is known) of all findings, see ``DiagnosisModel``."""
        return self._outcomes(information.evidence, information.given)

    def tests(self, information: Information) -> list[int]:
        """Lists the tests that can be done now and leave something of the budget, if its end ends all."""
        done = [test for test, _ in information.evidence]
        pending = {test for test, _ in information.pending}
        full = information.places is not None and information.places <= 0
        prices, ends = self.tables.costs, self.model.params.end_when_spent
        return [
            test
            for test in range(self.model.num_tests)
            if test not in pending
            and done.count(test) < self.model.repeats[test]
            and not (full and self.tables.kinds[test] == "test")
            and prices[test] <= information.budget + BUDGET_TOLERANCE
            and not (ends and information.budget - prices[test] <= BUDGET_TOLERANCE)
        ]

    def treatment_utilities(self, given: tuple[int, ...] = ()) -> Probabilities:
        """Gives the utility of one more treatment and then no other, float64 (K, M + 1); last, of none.

        Treatments that were given already count as minus infinity.
        """
        return self._utilities(given)

    def _compute_utilities(self, given: tuple[int, ...]) -> Probabilities:
        before, tables = self._cured(given), self.tables
        columns = [tables.untreated(before | tables.cured[:, each]) for each in range(len(tables.treatments))]
        columns = [
            column - tables.treatment_costs[each] - tables.treatment_harms[:, each]
            for each, column in enumerate(columns)
        ]
        for each in given:
            columns[each] = np.full(len(self.model.conditions), -np.inf)
        return np.column_stack([*columns, tables.untreated(before)])

    def _informing(self, information: Information) -> Iterator[Choice]:
        for test in self.tests(information):
            reward = -float(self.model.test_costs[test]) - self.step_cost
            yield Choice(test, reward, tuple(self._step(information, test)))
        if information.pending:
            yield Choice(self.wait, -self.step_cost, tuple(self._step(information, None)))

    def _repairs(self, information: Information) -> Iterator[Choice]:
        belief = self.belief_array(information)
        for treatment in range(len(self.tables.treatments)):
            if treatment not in information.given:
                yield self._repair(information, treatment, belief)

    def _repair(self, information: Information, treatment: int, belief: Probabilities) -> Choice:
        """A treatment that shows whether anything is left untreated."""
        given = tuple(sorted((*information.given, treatment)))
        cured = (self.tables.present & ~self._cured(given)) == 0
        chance = float(belief @ cured)
        reward = chance * self.tables.health_value - self.step_cost
        reward -= float(self.tables.treatment_costs[treatment])
        reward -= float(belief @ self.tables.treatment_harms[:, treatment])
        branches = [Branch(CURED, chance, None)] if chance > ROUNDING else []
        if chance < 1 - ROUNDING:
            last = self._is_last_step(information)
            if last:
                left = np.where(cured, 0.0, self.tables.untreated(self._cured(given)))
                reward += float(belief @ left)
            after = None if last else information._replace(given=given)
            branches += [
                Branch(
                    f"{NOT_CURED}{arrived.observation}",
                    (1 - chance) * arrived.probability,
                    arrived.information,
                )
                for arrived in self._arrivals(after)
            ]
        return Choice(self.model.num_tests + treatment, reward, tuple(branches))

    def _arrivals(self, information: Information | None) -> list[Branch]:
        """What comes in while a treatment is given."""
        if information is None or not information.pending:
            return [Branch("", 1.0, None if information is None else self._later(information))]
        return [
            branch._replace(observation=f", {branch.observation}") for branch in self._step(information, None)
        ]

    def _step(self, information: Information, test: int | None) -> Iterator[Branch]:
        """What may be seen after a step in which a test is asked for, or none."""
        asked = information if test is None else self._asked(information, test)
        waits = [(each, left - 1) for each, left in asked.pending]
        arriving = [each for each, left in waits if left <= 0]
        freed = sum(self.tables.kinds[each] == "test" for each in arriving)
        after = self._later(
            asked._replace(
                pending=tuple((each, left) for each, left in waits if left > 0),
                places=None if asked.places is None else asked.places + freed,
            )
        )
        if not arriving:
            yield Branch(NOTHING_YET, 1.0, after)
        else:
            yield from self._shown(after, arriving, "", 1.0)

    def _shown(
        self, information: Information, arriving: list[int], words: str, probability: float
    ) -> Iterator[Branch]:
        """Goes through the joint outcomes of the results that arrive together."""
        if not arriving:
            yield Branch(words, probability, information)
            return
        finding, *others = arriving
        rows = self.finding_beliefs(information)[finding]
        assert rows is not None  # whatever is in work could be done
        for outcome, chance in enumerate(rows.sum(axis=1).tolist()):
            if chance > ROUNDING:
                evidence = _with_result(information.evidence, finding, outcome)
                name = self.model.outcomes[finding][outcome]
                told = name if not (words or others) else f"{self.name(finding)} {name}"
                yield from self._shown(
                    information._replace(evidence=evidence),
                    others,
                    f"{words}, {told}" if words else told,
                    probability * chance,
                )

    def _asked(self, information: Information, test: int) -> Information:
        places = information.places
        if places is not None and self.tables.kinds[test] == "test":
            places -= 1
        delay = int(self.tables.delays[test])
        return information._replace(
            pending=tuple(sorted((*information.pending, (test, delay + 1)))),
            budget=round(information.budget - float(self.tables.costs[test]), 9),
            places=places,
        )

    def _later(self, information: Information) -> Information:
        return information if information.time is None else information._replace(time=information.time - 1)

    def _is_last_step(self, information: Information) -> bool:
        return information.time is not None and information.time <= 1

    def _hidden_symptom(self, information: Information) -> int | None:
        """Gives the first symptom that is not known."""
        seen = {finding for finding, _ in information.evidence}
        symptoms = range(self.model.num_tests, len(self.model.tests))
        return next((finding for finding in symptoms if finding not in seen), None)

    def _symptom_choice(self, information: Information, finding: int) -> Choice:
        shown = tuple(self._shown(information, [finding], "", 1.0))
        return Choice(self.wait + 1 + finding - self.model.num_tests, 0.0, shown)

    def _cheapest(self, information: Information) -> float | None:
        """Gives the least that learning more costs; None when nothing can be learnt."""
        if self._is_last_step(information):
            return None
        prices = [float(self.model.test_costs[test]) for test in self.tests(information)]
        if information.pending:
            prices.append(0.0)
        return min(prices) + self.step_cost if prices else None

    def _cured(self, given: tuple[int, ...]) -> Any:
        """Int64 (K,), what the treatments together cure."""
        columns = self.tables.cured[:, list(given)]
        return np.bitwise_or.reduce(columns, axis=1) if given else np.zeros(len(columns), dtype=np.int64)

    def _compute_belief(self, evidence: Evidence, given: tuple[int, ...]) -> Probabilities:
        return self.model.belief(evidence, given)

    def _compute_outcomes(self, evidence: Evidence, given: tuple[int, ...]) -> Sequence[Probabilities | None]:
        tables = self.model.all_outcome_beliefs(evidence)
        if not given:
            return tables
        possible = (self.tables.present & ~self._cured(given)) != 0
        kept = [None if table is None else table * possible for table in tables]
        return [None if table is None else table / table.sum() for table in kept]

    def _compute_perfect(self, given: tuple[int, ...]) -> Probabilities:
        """Gives the utility of the best treatment when the condition is known, float64 (K,)."""
        if self.treatment_ends:
            return np.asarray(self.model.utilities.max(axis=1) - self.step_cost)
        open_ = [each for each in range(len(self.tables.treatments)) if each not in given]
        if len(open_) > MOST_TREATMENTS:
            value = np.full(len(self.model.conditions), self.tables.health_value - self.step_cost)
            return np.maximum(value, self.tables.untreated(self._cured(given)) - self.step_cost)
        sets = itertools.chain.from_iterable(itertools.combinations(open_, n) for n in range(len(open_) + 1))
        return np.asarray(np.max([self._value_of_set(given, chosen) for chosen in sets], axis=0))

    def _value_of_set(self, given: tuple[int, ...], chosen: tuple[int, ...]) -> Probabilities:
        """Gives the utility of giving these treatments and then stopping, float64 (K,)."""
        cured = self._cured((*given, *chosen))
        left = (self.tables.present & ~cured) != 0
        steps = len(chosen) + np.where(left | (len(chosen) == 0), 1, 0)
        costs = self.tables.treatment_costs[list(chosen)].sum()
        harms = self.tables.treatment_harms[:, list(chosen)].sum(axis=1)
        return np.asarray(self.tables.untreated(cured) - costs - harms - self.step_cost * steps)


def first_information(model: DiagnosisModel) -> Information:
    """What is known before an episode begins: nothing; all money and time are there."""
    params = model.params
    return Information(budget=model.budget, time=horizon(model), places=params.capacity)


def horizon(model: DiagnosisModel) -> int | None:
    """Gives the steps of an episode; None if no sensible doctor could come to their end."""
    params, tables = model.params, model.tables
    needed = int(((tables.delays + 1) * tables.repeats).sum()) + len(tables.treatments) + 1
    limit = params.time_limit if params.deadline is None else min(params.time_limit, params.deadline)
    return limit if limit < needed else None


def _with_result(evidence: Evidence, finding: int, outcome: int) -> Evidence:
    return tuple(sorted((*evidence, (finding, outcome))))
