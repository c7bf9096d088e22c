"""What all policies for the diagnosis scenarios share: they read what is known off the observations."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel, Information, decode_observation
from planzoo.planners.domains.diagnosis_problem import (
    MONEY_DIGITS,
    DiagnosisProblem,
    first_information,
    horizon,
)
from planzoo.planners.domains.diagnosis_values import (
    is_worth_waiting,
    prospects,
    test_values,
    wanted_anyway,
)
from planzoo.planners.policy import Access, Explanation, Mask, Observation, TeamPolicy
from planzoo.planners.pomdp.belief import BeliefState


@dataclass
class Course:
    """What a policy remembers of an episode.

    Attributes:
        steps: decided so far; observations do not tell of the time limit.
        plans: of each doctor, what the policy wants to remember of its last decision.
    """

    steps: int = 0
    plans: dict[int, Any] = field(default_factory=dict)


class DiagnosisPolicy(TeamPolicy):
    """Reads what is known off the observations and decides for each patient.

    Of several patients the one who gains most by a test comes first, for money and for the laboratory: the
    others see what is left of both.

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
        self._last: list[tuple[Information, int, Any]] = []

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
        known = {
            doctor: self._read(row, memory.steps)
            for doctor, row in enumerate(observations)
            if masks is None or masks[doctor].sum() > 1
        }
        memory.steps += 1
        actions = np.full(len(self.agents), self.problem.stop, dtype=np.int64)
        self._last = []
        pool = TEAM_POOL[MODE](self, known)
        for doctor in pool.order:
            information = pool.offer(doctor)
            mask = None if masks is None else masks[doctor]
            action, plan = self._allowed(information, mask, memory.plans.get(doctor))
            memory.plans[doctor] = plan
            pool.take(doctor, action)
            actions[doctor] = action
            self._last.append((information, action, plan))
        return actions

    def urgency(self, information: Information) -> float:
        """Says how much a patient would gain by a test now; who gains most is served first."""
        best = prospects(self.problem, information).best()
        return 0.0 if best is None else best[1]

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
            return "Waits for the results that are in work."
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

    def _allowed(self, information: Information, mask: Mask | None, plan: Any) -> tuple[int, Any]:
        action, plan = self.choose_after(information, plan)
        if mask is None or mask[action]:
            return action, plan
        return self.end_or_wait(information), None


class _Pool:
    """Shares of money and places."""

    def __init__(self, policy, known):
        self.policy, self.known = policy, known
        self.order = list(known)
        if known:
            any_ = next(iter(known.values()))
            self.money, self.places = any_.budget, any_.places
        if len(known) > 1 and self.ranked:
            self.order.sort(key=lambda each: -policy.urgency(known[each]))
        self.left = len(known)

    ranked = True

    def share(self):
        return self.money

    def offer(self, doctor):
        return self.known[doctor]._replace(budget=round(self.share(), 9), places=self.places)

    def take(self, doctor, action):
        self.left -= 1
        if action < self.policy.model.num_tests:
            self.money -= float(self.policy.model.prices[action])
            if self.places is not None and self.policy.problem.kind(action) == "test":
                self.places -= 1


class _First(_Pool):
    ranked = False

    def take(self, doctor, action):
        pass


class _Even(_Pool):
    def __init__(self, policy, known):
        super().__init__(policy, known)
        self.even = self.money / len(known)

    def share(self):
        return self.even


class _EvenRest(_Pool):
    def share(self):
        return self.money / self.left


TEAM_POOL = {"first": _First, "even": _Even, "rest": _EvenRest, "need": _Pool}
MODE = "need"
