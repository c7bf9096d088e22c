"""What all policies for the diagnosis scenarios share: they read what is known off the observations."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel, Information, decode_observation
from planzoo.planners.domains.diagnosis_outlook import Kept
from planzoo.planners.domains.diagnosis_problem import (
    MONEY_DIGITS,
    DiagnosisProblem,
    first_information,
    horizon,
)
from planzoo.planners.domains.diagnosis_shares import payable_sums, share_money
from planzoo.planners.domains.diagnosis_values import GAIN, is_worth_waiting, test_values, value_of
from planzoo.planners.policy import Access, Explanation, Mask, Observation, TeamPolicy
from planzoo.planners.pomdp.belief import BeliefState

SHOWN_TOLERANCE = 1e-6
"""Observations show what is left of the budget as float32: so much of it may be a rounding error."""
KEPT_WORTHS = 2**14
"""Information states whose worth to a team is kept."""


@dataclass
class Course:
    """What a policy remembers of an episode.

    Attributes:
        steps: decided so far; observations do not tell of the time limit.
        plans: of each doctor, what the policy wants to remember of its last decision.
        left: doctors whose patients have surely left.
    """

    steps: int = 0
    plans: dict[int, Any] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)


class Decision(NamedTuple):
    """What was decided for one patient.

    Attributes:
        information: what was known, with the share of the money that the patient was given.
        action: the environment's.
        plan: what the policy wants to remember.
    """

    information: Information
    action: int
    plan: Any = None


class DiagnosisPolicy(TeamPolicy):
    """Reads what is known off the observations and decides for each patient.

    Several patients share the money so that what all of them are expected to earn is highest
    (:mod:`planzoo.planners.domains.diagnosis_shares`), anew at each step. Places in the laboratory go to
    those who would lose most without, for each step that they hold one; the others wait for a place if that
    is worth more than going on without.

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
        kinds = [self.problem.kind(action) for action in range(model.params.num_actions)]
        self._in_laboratory = np.array(kinds) == "test"
        self._sums = payable_sums(model.tables.costs, model.tables.repeats) if len(doctors) > 1 else None
        self._worths: Kept[Information, float] = Kept(KEPT_WORTHS)
        self._last: list[Decision] = []

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._last = []

    def begin(self) -> Course:
        """Gives an empty memory."""
        return Course()

    def decide(self, observation: Observation, memory: Any, mask: Mask | None, deterministic: bool) -> Any:
        """Chooses the actions (N,), or one number where there is one doctor."""
        actions = super().decide(observation, memory, mask, deterministic)
        return actions if len(self.agents) > 1 else int(actions[0])

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Chooses an action for each doctor, see the class."""
        allowed = [None if masks is None else masks[doctor] for doctor in range(len(self.agents))]
        there, known = self.read_patients(observations, allowed, memory)
        wishes = [
            self._wish(information, allowed[doctor], memory.plans.get(doctor))
            for doctor, information in zip(there, self.share(known), strict=True)
        ]
        self._last = self.serve(wishes, known, [allowed[doctor] for doctor in there])
        memory.plans.update(zip(there, (decision.plan for decision in self._last), strict=True))
        return self.carry_out(self._last, there, memory)

    def read_patients(
        self, observations: Observation, allowed: list[Mask | None], memory: Course
    ) -> tuple[list[int], list[Information]]:
        """Reads a step's observations; gives the doctors whose patients are there, and what they know.

        Without masks, a patient is taken for gone after an action that ends it all.

        Args:
            observations: float32 (N, D).
            allowed: of each doctor the mask, bool (A,), or None.
            memory: of the episode; takes note of the step.
        """
        there = [
            doctor
            for doctor, mask in enumerate(allowed)
            if (doctor not in memory.left if mask is None else mask.sum() > 1)
        ]
        known = [self._read(observations[doctor], memory.steps) for doctor in there]
        memory.steps += 1
        return there, known

    def carry_out(self, decisions: list[Decision], there: list[int], memory: Course) -> NDArray[np.int64]:
        """Gives all doctors' actions, int64 (N,), from the decisions of those whose patients are there."""
        actions = np.full(len(self.agents), self.problem.stop, dtype=np.int64)
        for doctor, decision in zip(there, decisions, strict=True):
            actions[doctor] = decision.action
            if self._ends(decision.action):
                memory.left.add(doctor)
        return actions

    def worth(self, information: Information) -> float:
        """Says what a patient is expected to earn; by this, money and laboratory are shared."""
        return value_of(self.problem, information, 2)

    @abstractmethod
    def choose(self, information: Information) -> int:
        """Chooses an action after what is known of a patient."""

    def choose_after(self, information: Information, plan: Any) -> tuple[int, Any]:
        """Chooses an action, given what was remembered of the last decision; gives what to remember now."""
        return self.choose(information), None

    def end_or_wait(self, information: Information) -> int:
        """Waits for results that could change how it ends; else treats or stops."""
        if is_worth_waiting(self.problem, information):
            return self.problem.wait
        return self.problem.ending_of(information).actions[0]

    def explain(self) -> Explanation:
        """Tells for each doctor the belief, the value of every test, and why testing goes on or stops."""
        if not self._last:
            return Explanation("No decision has been made yet.", {})
        told = [self.explanation(*last) for last in self._last]
        if len(self.agents) == 1:
            return told[0]
        return Explanation(" ".join(each.words for each in told), {"doctors": [each.data for each in told]})

    def explanation(self, information: Information, action: int, plan: Any = None) -> Explanation:
        """Tells of one doctor's decision, and of the plan that it was part of."""
        belief = self.problem.belief(information)
        reason = self.reason(information, action, plan)
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
                "given": [names.treatments[treatment] for treatment in information.given],
                "belief": dict(zip(belief.states, belief.probabilities.tolist(), strict=True)),
                "entropy_bits": belief.entropy(),
                "tests": [value.to_dict() for value in test_values(self.problem, information)],
            },
        )

    def reason(self, information: Information, action: int, plan: Any = None) -> str:
        """Says in a sentence or two why an action was taken."""
        name, problem = self.problem.name(action), self.problem
        if action == problem.wait:
            return f"Waits for {'the results that are in work' if information.pending else 'the laboratory'}."
        values = test_values(problem, information)
        if action < self.model.num_tests:
            value = next((value for value in values if value.test == name), None)
            worth = "" if value is None else f": alone it is worth {value.utility:.2f}, for {value.cost:.2f}"
            return f"Does the test {name!r}{worth}."
        ending = f"Gives {name!r} (expected utility {problem.lower_bound(information):.2f})"
        if not values:
            return f"{ending}: no test is left that could be done."
        best = values[0]
        return (
            f"{ending}: the best single test, {best.test!r}, is worth {best.utility:.2f} and costs "
            f"{best.cost:.2f}."
        )

    def belief(self, information: Information | None = None) -> BeliefState:
        """Gives the exact belief after what is known; None for nothing."""
        return self.problem.belief(first_information(self.model) if information is None else information)

    def _read(self, observation: Observation, steps: int) -> Information:
        """Reads an observation as plans name what is known: money is rounded as they round it."""
        model = self.model
        information = decode_observation(model, observation)
        done = [finding for finding, _ in information.evidence]
        budget = information.budget
        if len(self.agents) == 1:
            asked = *done, *(test for test, _ in information.pending)
            budget = model.budget - math.fsum(float(model.prices[test]) for test in asked)
        time = self._horizon
        if time is not None:
            time = min([max(1, time - steps), *([] if information.time is None else [information.time])])
        # Only an observation that no episode gives has a test in work that cannot be done any more.
        pending = [each for each in information.pending if done.count(each[0]) < model.repeats[each[0]]]
        return information._replace(
            budget=round(budget, MONEY_DIGITS), time=time, pending=tuple(pending), doctors=1.0
        )

    def share(self, known: list[Information]) -> list[Information]:
        """Gives each patient a share of the money that all see."""
        money = max((each.budget for each in known), default=0.0)
        if len(self.agents) == 1 or not known or not math.isfinite(money):
            return known
        shares = share_money(max(0.0, money), [partial(self._worth_with, each) for each in known])
        return [self._with_money(each, share) for each, share in zip(known, shares.tolist(), strict=True)]

    def _worth_with(self, information: Information, money: float) -> float:
        return self._worth(self._with_money(information, money))

    def _worth(self, information: Information) -> float:
        return self._worths.get(information, lambda: self.worth(information))

    def _with_money(self, information: Information, money: float) -> Information:
        """Rounds money down to what tests can cost together, so that what was computed serves again."""
        if self._sums is not None and not self.model.params.end_when_spent:
            place = np.searchsorted(self._sums, money + SHOWN_TOLERANCE * self.model.budget, side="right")
            money = float(self._sums[place - 1])
        return information._replace(budget=round(money, MONEY_DIGITS))

    def _wish(self, information: Information, mask: Mask | None, plan: Any) -> Decision:
        """Decides for one patient; of several, as if there were a place in the laboratory."""
        if len(self.agents) > 1 and information.places is not None and information.places <= 0:
            information = information._replace(places=1)
            mask = None if mask is None else mask | self._in_laboratory
        return self._decided(information, mask, plan)

    def lacks_place(self, action: int, mask: Mask) -> bool:
        """Tells whether a mask may forbid an action only for want of a place, which others may give up."""
        shared = len(self.agents) > 1 and bool(self._in_laboratory[action])
        return shared and not bool((mask & self._in_laboratory).any())

    def serve(
        self, wishes: list[Decision], known: list[Information], masks: list[Mask | None]
    ) -> list[Decision]:
        """Gives the free places in the laboratory to those who lose most without one."""
        asking = [number for number, wish in enumerate(wishes) if self._in_laboratory[wish.action]]
        free = known[0].places if known else None
        if free is None or len(self.agents) == 1 or len(asking) <= free:
            return wishes
        without = {number: wishes[number].information._replace(places=0) for number in asking}
        losses = {
            number: self._worth(wishes[number].information) - self._worth(without[number])
            for number in asking
        }
        held = {number: 1 + int(self.model.tables.delays[wishes[number].action]) for number in asking}
        asking.sort(key=lambda number: (-losses[number] / held[number], number))
        can_wait = any(each.pending for each in known)
        decided = list(wishes)
        for number in asking[free:]:
            if losses[number] > self.problem.step_cost + GAIN:
                # Where nothing is in work one can't wait; whoever asks in vain has waited, too.
                action = self.problem.wait if can_wait else wishes[number].action
                decided[number] = wishes[number]._replace(action=action)
            else:
                decided[number] = self._decided(without[number], masks[number], None)
        return decided

    def _decided(self, information: Information, mask: Mask | None, plan: Any) -> Decision:
        action, plan = self.choose_after(information, plan)
        # Only an observation that no episode gives lacks a symptom, for which a plan would look first.
        if action <= self.problem.wait and (mask is None or mask[action]):
            return Decision(information, action, plan)
        return Decision(information, self.end_or_wait(information))

    def _ends(self, action: int) -> bool:
        """Tells whether a patient surely leaves after an action."""
        stop, tests = self.problem.stop, self.model.num_tests
        return action == stop or (self.problem.treatment_ends and tests <= action < stop)
