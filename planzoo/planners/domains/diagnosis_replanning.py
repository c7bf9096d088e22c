"""Doctors who follow a plan of the clinical protocol, and change it when they see something unexpected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel, Information
from planzoo.errors import InputError
from planzoo.planners.domains.diagnosis import GreedyPolicy, MyopicPolicy
from planzoo.planners.domains.diagnosis_contingent import ContingentPolicy
from planzoo.planners.domains.diagnosis_courses import CoursePlanner
from planzoo.planners.domains.diagnosis_policy import Course, Decision, DiagnosisPolicy
from planzoo.planners.domains.diagnosis_protocol import ProtocolPolicy
from planzoo.planners.htn import Action, Task
from planzoo.planners.htn.acting.acting_policy import Progress
from planzoo.planners.htn.acting.lazy_lookahead import Planner
from planzoo.planners.policy import Mask, Observation
from planzoo.planners.replanning.policy import ReplanningPolicy
from planzoo.planners.replanning.team_interface import Situation
from planzoo.planners.replanning.when_names import DEFAULT_WHEN, find_when


@dataclass
class PatientsCourse:
    """What the doctors remember of an episode.

    Attributes:
        course: the policy's memory.
        there: doctors whose patients are there.
        read: what is known of these patients.
        known: the same by doctor, with a share of the money and a place in the laboratory.
        before: of each doctor what was known when an action was last taken.
        masks: of each doctor what is allowed, bool (A,), or None.
    """

    course: Course = field(default_factory=Course)
    there: list[int] = field(default_factory=list)
    read: list[Information] = field(default_factory=list)
    known: dict[int, Information] = field(default_factory=dict)
    before: dict[int, Information] = field(default_factory=dict)
    masks: Sequence[Mask | None] = ()


class DoctorsInterface:
    """The diagnosis scenarios for a :class:`~planzoo.planners.replanning.policy.ReplanningPolicy`.

    Each doctor plans for what is most likely to be seen. What is seen instead shows as a divergence of what
    is known and of the belief. Money and laboratory are shared as
    :class:`~planzoo.planners.domains.diagnosis_protocol.ProtocolPolicy` shares them.

    Args:
        model: the scenario's tables.
        planner: what makes the plans: the clinical ``protocol``, or what a ``contingent``, ``myopic`` or
            ``greedy`` policy would do if all turned out as is most likely.

    Raises:
        InputError: there is no such planner.
    """

    def __init__(self, model: DiagnosisModel, planner: str = "protocol") -> None:
        self.doctors = ProtocolPolicy(model)
        self.planner: Planner = self.doctors.planner
        if planner != "protocol":
            self.planner = CoursePlanner(self.doctors.protocol, _policy(planner, model))
        self.agents = self.doctors.agents
        self.agent_observation_size = self.doctors.agent_observation_size

    def begin(self) -> PatientsCourse:
        """Begins an episode: nothing is known."""
        return PatientsCourse()

    def look(
        self, observations: Observation, masks: Mask | None, memory: PatientsCourse
    ) -> list[Situation | None]:
        """Reads what is known of each patient; None where one has left."""
        allowed = [None if masks is None else masks[doctor] for doctor in range(len(self.agents))]
        there, known = self.doctors.read_patients(observations, allowed, memory.course)
        memory.masks, memory.there = allowed, there
        memory.read, shared = known, self.doctors.share(known)
        memory.known = dict(zip(there, map(self._hopeful, shared), strict=True))
        state, tasks = self.doctors.protocol.state, (Task("diagnose"),)
        return [
            Situation(state(memory.known[doctor]), tasks) if doctor in memory.known else None
            for doctor in range(len(self.agents))
        ]

    def _hopeful(self, information: Information) -> Information:
        """Of several doctors each plans as if there were a place in the laboratory; see :meth:`command`."""
        full = information.places is not None and information.places <= 0
        return information._replace(places=1) if full and len(self.agents) > 1 else information

    def progress(self, agent: int, action: Action, issued: bool, memory: PatientsCourse) -> Progress:
        """Says how an action stands: a test has happened when its result is there or in work."""
        if not issued or agent not in memory.before:
            return Progress.RUNNING
        before, now = memory.before[agent], memory.known[agent]
        if action.name == "wait":
            return Progress.SUCCEEDED
        shown = _signs_of(self._number(action), before) != _signs_of(self._number(action), now)
        given = len(now.given) > len(before.given)
        return Progress.SUCCEEDED if shown or given else Progress.FAILED

    def command(self, plans: Sequence[Sequence[Action]], memory: PatientsCourse) -> NDArray[np.int64]:
        """Gives each doctor's action; those who get no place in the laboratory do something else."""
        doctors, wishes = self.doctors, []
        for doctor in memory.there:
            information, plan, mask = memory.known[doctor], plans[doctor], memory.masks[doctor]
            number = self._number(plan[0]) if plan else doctors.end_or_wait(information)
            if mask is not None and not mask[number] and not doctors.lacks_place(number, mask):
                number = doctors.end_or_wait(information)
            wishes.append(Decision(information, number))
        masks = [memory.masks[doctor] for doctor in memory.there]
        decisions = doctors.serve(wishes, memory.read, masks)
        memory.before = memory.known
        return doctors.carry_out(decisions, memory.there, memory.course)

    def messages(self, memory: PatientsCourse) -> int:
        """Doctors say nothing to each other."""
        return 0

    def _number(self, action: Action) -> int:
        """Gives the environment's number of an action."""
        if action.name in ("wait", "stop"):
            return self.doctors.problem.wait if action.name == "wait" else self.doctors.problem.stop
        return self.doctors.protocol.number(action.arguments[0])


def _policy(name: str, model: DiagnosisModel) -> DiagnosisPolicy:
    """Makes the policy whose decisions become plans."""
    kinds = {"contingent": ContingentPolicy, "myopic": MyopicPolicy, "greedy": GreedyPolicy}
    if name not in kinds:
        raise InputError(f"There is no planner {name!r}; choose one of protocol, {', '.join(kinds)}.")
    return kinds[name](model)


def _signs_of(test: int, information: Information) -> tuple[int, int]:
    """Counts the results of a test and how often it is in work."""
    results = sum(finding == test for finding, _ in information.evidence)
    return results, sum(each == test for each, _ in information.pending)


class ReplanningDoctors(ReplanningPolicy):
    """The clinical protocol, with a plan for each patient that is watched and changed.

    Args:
        model: the scenario's tables.
        when: when to replan, see :func:`~planzoo.planners.replanning.when_names.find_when`.
        how: how plans are changed, see :class:`~planzoo.planners.replanning.how.ReplanStrategy`.
        budget: milliseconds of a decision; None for as long as it takes.
        planner: what makes the plans, see :class:`DoctorsInterface`.
        seed: unused, the policy is deterministic.

    Raises:
        InputError: a name is unknown.
    """

    def __init__(
        self,
        model: DiagnosisModel,
        when: str = DEFAULT_WHEN,
        how: str = "repair",
        budget: float | None = None,
        planner: str = "protocol",
        seed: int | None = None,
    ) -> None:
        interface = DoctorsInterface(model, planner)
        super().__init__(interface, find_when(when, interface.planner), how, budget, seed)
        self.model = model

    def decide(self, observation: Observation, memory: Any, mask: Mask | None, deterministic: bool) -> Any:
        """Chooses the actions (N,), or one number where there is one doctor."""
        actions = super().decide(observation, memory, mask, deterministic)
        return actions if len(self.agents) > 1 else int(actions[0])
