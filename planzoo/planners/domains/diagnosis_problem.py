"""The whole diagnosis scenario, for one patient, as an AND/OR graph that contingent planning searches.

What is known (:class:`~planzoo.envs.diagnosis.model.Information`) are the results, the tests in work, the
treatments that left something untreated, and what remains of money, time and laboratory. Of several patients
each doctor plans as if the others left money and laboratory as they are.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from planzoo.envs.diagnosis.model import DiagnosisModel, Information, Probabilities
from planzoo.envs.diagnosis.state import BUDGET_TOLERANCE
from planzoo.planners.domains.diagnosis_outlook import Ending, Outlooks, with_result
from planzoo.planners.domains.diagnosis_repairs import cured_by
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.information_problem import Branch, Choice

CURED, NOT_CURED, NOTHING_YET = "all cured", "not all cured", "nothing yet"
ROUNDING = 1e-12
"""Outcomes less probable than this are rounding errors of zero."""
MONEY_DIGITS = 9
"""Money is rounded to so many digits, so that the same tests in another order leave the same."""


class DiagnosisProblem:
    """See :class:`~planzoo.planners.pomdp.information_problem.InformationProblem`.

    Actions are the environment's: T tests, M treatments, stopping, waiting. After these come

    - the symptoms that are not known yet: planning before an episode branches on them first;
    - asking for a test and waiting for its result, which says in one choice what a test with a delay is for;
    - orders of treatments to be given one after another without looking, "replace the hose, else the cup", by
      which an episode with treatments that do not end it can be brought to an end.

    Left out is what another action is surely no worse than: tests that use the budget up where this ends
    everything, tests whose results would come too late, and waiting for less than the next result, for
    whatever could be asked for after waiting in vain could be asked for before.

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
        self.outlooks = Outlooks(model)
        self._num_tests = model.num_tests
        self._num_symptoms = len(model.tests) - model.num_tests
        self._repeats = model.repeats
        self._ends_when_spent = model.params.end_when_spent
        self._first_awaited = self.wait + 1 + len(model.tests) - model.num_tests
        self._first_order = self._first_awaited + model.num_tests
        self._orders: dict[tuple[int, ...], int] = {}
        self._prices: list[float] = model.tables.costs.tolist()
        self._costs: list[float] = model.test_costs.tolist()
        self._delays: list[int] = model.tables.delays.tolist()
        self._in_laboratory = [kind == "test" for kind in model.tables.kinds]

    def starting_at(self, information: Information) -> DiagnosisProblem:
        """Gives the same problem after what is known; what was computed is shared."""
        other = copy.copy(self)
        other.start = information
        return other

    # -- the graph -------------------------------------------------------------------------------------------

    def initial(self) -> Information:
        """What is known at the beginning."""
        return self.start

    def choices(self, information: Any) -> list[Choice]:
        """All that is worth considering, tests first."""
        hidden = self._hidden_symptom(information)
        if hidden is not None:
            return [self._symptom_choice(information, hidden), self.ending(information)]
        tests = self.tests(information)
        later = None if information.time is None else information.time - 1
        self.outlooks.look_ahead(information.evidence, information.given, tests, later)
        found = [self.choice(information, test) for test in tests]
        if information.pending:
            found += self._waiting(information)
        else:
            found += [self._awaited(information, test) for test in tests if self._delays[test] > 0]
        if not self.treatment_ends:
            left = (each for each in range(len(self.tables.treatments)) if each not in information.given)
            found += [self._repair(information, treatment) for treatment in left]
        return [*found, self.ending(information)]

    def choice(self, information: Information, action: int) -> Choice:
        """Gives one action that can be done: a test, a treatment, stopping or waiting."""
        if action == self.wait:
            return Choice(action, -self.step_cost, tuple(self._step(information, None)))
        if action < self._num_tests:
            return Choice(action, -self.cost(action), tuple(self._step(information, action)))
        if not self.treatment_ends and action != self.stop:
            return self._repair(information, action - self._num_tests)
        utilities = self.outlooks.utilities(information.given)[:, action - self._num_tests]
        return Choice(action, float(self.belief_array(information) @ utilities) - self.step_cost)

    def ending(self, information: Any) -> Choice:
        """The best way to end it without learning any more: a treatment, an order of them, or stopping."""
        found = self.ending_of(information)
        if len(found.actions) == 1:
            return Choice(found.actions[0], found.value)
        number = self._first_order + len(self._orders)
        return Choice(self._orders.setdefault(found.actions, number), found.value)

    def ending_of(self, information: Information) -> Ending:
        """Gives the same with its actions, which follow one another, and bounds."""
        return self.outlooks.ending(information.evidence, information.given, information.time)

    def first_action(self, action: int) -> int:
        """Gives the environment's action with which one of several steps begins; any other is itself."""
        if action >= self._first_order:
            return self._order(action)[0]
        return action - self._first_awaited if action >= self._first_awaited else action

    def waits(self, information: Information, choice: Choice) -> list[Information]:
        """Lists what is known on the way before each step of waiting that belongs to a choice of several."""
        if choice.action == self.wait:
            known, steps = information, min(left for _, left in information.pending) - 1
        elif self._first_awaited <= choice.action < self._first_order:
            test = choice.action - self._first_awaited
            known, steps = self._asked(information, test), self._delays[test]
        else:
            return []
        return [self._passed(known, step + 1) for step in range(steps)]

    def name(self, action: int) -> str:
        """Name of a test, treatment or symptom; what the roles call stopping; "wait"."""
        if action >= self._first_order:
            return ", else ".join(map(self.name, self._order(action)))
        if action >= self._first_awaited:
            return f"{self.name(action - self._first_awaited)}, and wait"
        if action > self.wait:
            return self.model.tests[self._symptom(action)]
        if action == self.wait:
            return "wait"
        tests = self._num_tests
        return self.model.tests[action] if action < tests else self.model.treatments[action - tests]

    def label(self, action: int) -> str:
        """What people call it."""
        if action >= self._first_order:
            return ", else ".join(map(self.label, self._order(action)))
        if action >= self._first_awaited:
            return f"{self.label(action - self._first_awaited)}, and wait"
        if action > self.wait or action < self._num_tests:
            return self.tables.labels[self._symptom(action) if action > self.wait else action]
        treatment, labels = action - self._num_tests, self.tables.treatment_labels
        return labels[treatment] if treatment < len(labels) else self.name(action)

    def labels(self) -> dict[str, str]:
        """What people call each action, by its name; of orders of treatments, those that were met so far."""
        last = self._first_order + len(self._orders)
        return {self.name(action): self.label(action) for action in range(last)}

    def kind(self, action: int) -> str:
        """What sort of action it is: observe, ask, test, treat, wait or stop."""
        if action >= self._first_order:
            return "treat"
        if action >= self._first_awaited:
            return self.tables.kinds[action - self._first_awaited]
        if action > self.wait:
            return "observe"
        if action < self._num_tests:
            return self.tables.kinds[action]
        return {self.stop: "stop", self.wait: "wait"}.get(action, "treat")

    def cost(self, action: int) -> float:
        """Money and harm of a test, and what the step costs; treatments count by their utility."""
        if self._first_awaited <= action < self._first_order:
            test = action - self._first_awaited
            return self.cost(test) + self.waiting(test)
        if action > self.wait:
            return 0.0
        return (self._costs[action] if action < self._num_tests else 0.0) + self.step_cost

    def lower_bound(self, information: Any) -> float:
        """Expected utility of the best way to end it without learning any more."""
        return self.ending_of(information).value

    def upper_bound(self, information: Any) -> float:
        """Expected utility of treating with perfect knowledge, for the price of the cheapest test.

        Without a test, what is best now is all that can be had, unless treatments show something too.
        """
        found = self.ending_of(information)
        if not self.treatment_ends or self._hidden_symptom(information) is not None:
            return max(found.value, found.perfect)
        cheapest = self.cheapest(information)
        return found.value if cheapest is None else max(found.value, found.perfect - cheapest)

    def belief(self, information: Any) -> BeliefState:
        """What is believed of the condition."""
        return BeliefState(self.model.conditions, self.belief_array(information))

    def belief_array(self, information: Information) -> Probabilities:
        """What is believed of the condition, float64 (K,)."""
        return self.outlooks.belief(information.evidence, information.given)

    def cheapest(self, information: Information) -> float | None:
        """Gives the least that learning more costs; None when nothing can be learnt."""
        if information.pending and not self._is_last_step(information):
            return self.step_cost
        test = next(self._open_tests(information, self._by_cost), None)
        return None if test is None else self._costs[test] + self.step_cost

    def tests(self, information: Information) -> list[int]:
        """Lists the tests that can be done now, whose results come in time, and that do not end it all."""
        return list(self._open_tests(information, range(self._num_tests)))

    def waiting(self, test: int) -> float:
        """What the steps until a test's result arrives cost, beside the one that asks for it."""
        return self._delays[test] * self.step_cost

    def shown(self, information: Information, finding: int, outcome: int) -> Information:
        """What is known when a test has been asked for and its result has come, whatever else is in work."""
        later = self._asked(information, finding)
        if later.places is not None and self._in_laboratory[finding]:
            later = later._replace(places=later.places + 1)
        time = None if later.time is None else later.time - 1 - self._delays[finding]
        evidence = with_result(later.evidence, finding, outcome)
        return later._replace(evidence=evidence, time=time, pending=information.pending)

    def _waiting(self, information: Information) -> list[Choice]:
        """Waiting for the next result, if it comes in time."""
        steps = min(left for _, left in information.pending)
        if information.time is not None and information.time <= steps:
            return []
        branches = self._step(self._passed(information, steps - 1), None)
        return [Choice(self.wait, -steps * self.step_cost, tuple(branches))]

    def _awaited(self, information: Information, test: int) -> Choice:
        """Asking for a test and waiting for its result, while nothing else is in work."""
        known = self._passed(self._asked(information, test), self._delays[test])
        action = self._first_awaited + test
        return Choice(action, -self.cost(action), tuple(self._arrival(known, test)))

    # -- parts of it -----------------------------------------------------------------------------------------

    def _open_tests(self, information: Information, tests: Any) -> Iterator[int]:
        done = [finding for finding, _ in information.evidence]
        pending = [test for test, _ in information.pending]
        full = information.places is not None and information.places <= 0
        # Whatever ends it all by using the budget up is left out.
        most = information.budget + (-BUDGET_TOLERANCE if self._ends_when_spent else BUDGET_TOLERANCE)
        # There has to be a step left after the result.
        longest = math.inf if information.time is None else information.time - 2
        for test in tests:
            if self._prices[test] > most or self._delays[test] > longest or test in pending:
                continue
            if done.count(test) < self._repeats[test] and not (full and self._in_laboratory[test]):
                yield test

    def _repair(self, information: Information, treatment: int) -> Choice:
        """A treatment that shows whether anything is left untreated."""
        belief = self.belief_array(information)
        given = tuple(sorted((*information.given, treatment)))
        cured = cured_by(self.model, given)
        all_cured = (self.tables.present & ~cured) == 0
        chance = float(belief @ all_cured)
        reward = chance * self.tables.health_value - self.step_cost
        reward -= float(self.tables.treatment_costs[treatment])
        reward -= float(belief @ self.tables.treatment_harms[:, treatment])
        branches = [Branch(CURED, chance, None)] if chance > ROUNDING else []
        if chance < 1 - ROUNDING:
            after: Information | None = information._replace(given=given)
            if self._is_last_step(information):
                after = None
                reward += float(belief @ np.where(all_cured, 0.0, self.tables.untreated(cured)))
            branches += [
                branch._replace(
                    observation=NOT_CURED + branch.observation, probability=(1 - chance) * branch.probability
                )
                for branch in self._arrivals(after)
            ]
        return Choice(self._num_tests + treatment, reward, tuple(branches))

    def _arrivals(self, information: Information | None) -> list[Branch]:
        """What comes in while a treatment is given."""
        if information is None:
            return [Branch("", 1.0, None)]
        if not information.pending:
            return [Branch("", 1.0, self._passed(information, 1))]
        return [
            branch._replace(observation=f", {branch.observation}") for branch in self._step(information, None)
        ]

    def _step(self, information: Information, test: int | None) -> Iterator[Branch]:
        """What may be seen after a step in which a test is asked for, or none."""
        asked = information if test is None else self._asked(information, test)
        return self._arrival(asked, test)

    def _arrival(self, asked: Information, test: int | None) -> Iterator[Branch]:
        """What may be seen at the end of a step."""
        arriving = [each for each, left in asked.pending if left <= 1]
        after = self._passed(asked, 1)
        if after.places is not None:
            after = after._replace(places=after.places + sum(self._in_laboratory[each] for each in arriving))
        if not arriving:
            yield Branch(NOTHING_YET, 1.0, after)
        elif arriving == [test]:
            yield from self._shown(after, arriving[0])
        else:
            yield from self._shown_together(after, arriving, "", 1.0)

    def _shown(self, information: Information, finding: int) -> Iterator[Branch]:
        """Goes through the outcomes of one finding."""
        names = self.model.outcomes[finding]
        chances = self.outlooks.outcome_chances(information.evidence, information.given, finding)
        for outcome, chance in enumerate(chances):
            if chance > ROUNDING:
                evidence = with_result(information.evidence, finding, outcome)
                yield Branch(names[outcome], chance, information._replace(evidence=evidence))

    def _shown_together(
        self, information: Information, arriving: list[int], words: str, probability: float
    ) -> Iterator[Branch]:
        """Goes through the joint outcomes of the results that arrive in one step, with their tests' names."""
        if not arriving:
            yield Branch(words, probability, information)
            return
        for name, chance, known in self._shown(information, arriving[0]):
            told = f"{self.name(arriving[0])} {name}"
            told = f"{words}, {told}" if words else told
            assert isinstance(known, Information)
            yield from self._shown_together(known, arriving[1:], told, probability * chance)

    def _asked(self, information: Information, test: int) -> Information:
        places = information.places
        if places is not None and self._in_laboratory[test]:
            places -= 1
        return information._replace(
            pending=tuple(sorted((*information.pending, (test, self._delays[test] + 1)))),
            budget=round(information.budget - self._prices[test], MONEY_DIGITS),
            places=places,
        )

    def _passed(self, information: Information, steps: int) -> Information:
        """Lets steps pass; what arrives by then is no more in work."""
        if steps == 0:
            return information
        time = None if information.time is None else information.time - steps
        pending = tuple((each, left - steps) for each, left in information.pending if left > steps)
        return information._replace(pending=pending, time=time)

    def _is_last_step(self, information: Information) -> bool:
        return information.time is not None and information.time <= 1

    def _hidden_symptom(self, information: Information) -> int | None:
        """Gives the first symptom that is not known."""
        tests, count, evidence = self._num_tests, self._num_symptoms, information.evidence
        if count == 0 or (len(evidence) >= count and evidence[-count][0] >= tests):
            return None
        seen = {finding for finding, _ in evidence}
        return next((finding for finding in range(tests, tests + count) if finding not in seen), None)

    def _symptom_choice(self, information: Information, finding: int) -> Choice:
        number = self.wait + 1 + finding - self._num_tests
        return Choice(number, 0.0, tuple(self._shown(information, finding)))

    def _symptom(self, action: int) -> int:
        return action - self.wait - 1 + self._num_tests

    def _order(self, action: int) -> tuple[int, ...]:
        return list(self._orders)[action - self._first_order]

    @cached_property
    def right_choices(self) -> Probabilities:
        """Of each treatment alone, and of stopping, 1 where none is better, float64 (K, M + 1)."""
        return self.tables.right_choices.astype(np.float64)

    @cached_property
    def _by_cost(self) -> list[int]:
        return [int(test) for test in np.argsort(self._costs[: self._num_tests], kind="stable")]


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
