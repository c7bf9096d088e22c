"""The rules of the diagnosis once more, with names, dicts and lists only, for tests to compare with.

Nothing is drawn here: the oracle is told what the patients have and what each result was, and says which
results there should be.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.params import DiagnosisParams
from tests.envs.networks.enumeration import weighed

Disease = tuple[str, str]
"""A node and its state."""


@dataclass
class Patient:
    """One patient, and what the doctor knows."""

    hidden: dict[str, str]
    seen: dict[str, dict[str, int]]
    pending: dict[str, int] = field(default_factory=dict)
    ordered: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    finished: bool = False
    reward: float = 0.0
    last_action: int = -1
    turned_away: bool = False
    belief: NDArray[np.float64] | None = None


class ClinicOracle:
    """Plays one world.

    Args:
        params: the scenario.
        hidden: of each patient, the state of each node.
    """

    def __init__(self, params: DiagnosisParams, hidden: list[dict[str, str]]) -> None:
        self.params, self.network, self.roles = params, params.network, params.roles
        self.tests, self.treatments = list(self.roles.tests), list(self.roles.treatments)
        self.money = params.budget if params.budget is not None else np.inf
        self.steps, self.ended = 0, False
        self.patients = [self.stranger(states) for states in hidden]
        for patient in self.patients:
            for symptom in self.roles.symptoms:
                self.see(patient, symptom, patient.hidden[symptom])
            patient.belief = self.posterior(patient)

    def stranger(self, hidden: dict[str, str] | None = None) -> Patient:
        """A patient of whom nothing is known."""
        seen = {name: dict.fromkeys(self.outcomes(name), 0) for name in self.findings()}
        return Patient(hidden or {}, seen)

    def findings(self) -> list[str]:
        """Tests, then symptoms."""
        return [*self.tests, *self.roles.symptoms]

    def node(self, finding: str) -> str:
        """The node that a finding tells of."""
        return self.roles.tests[finding].node or finding if finding in self.roles.tests else finding

    def outcomes(self, finding: str) -> list[str]:
        """Names of a finding's outcomes."""
        role = self.roles.tests.get(finding)
        if role is not None and role.channel is not None:
            return list(dict.fromkeys(name for row in role.channel.values() for name in row))
        return list(self.network.states_of(self.node(finding)))

    def chance(self, finding: str, outcome: str, state: str) -> float:
        """P(outcome | state of the node)."""
        role = self.roles.tests.get(finding)
        states = self.network.states_of(self.node(finding))
        if role is not None and role.channel is not None:
            return role.channel[state].get(outcome, 0.0)
        if role is not None and role.accuracy is not None:
            return role.accuracy if outcome == state else (1 - role.accuracy) / (len(states) - 1)
        if role is not None and (role.sensitivity is not None or role.specificity is not None):
            right = role.sensitivity if state == states[0] else role.specificity
            right = 1.0 if right is None else right
            return right if outcome == state else 1 - right
        return float(outcome == state)

    def see(self, patient: Patient, finding: str, outcome: str) -> None:
        """Notes a result."""
        patient.seen[finding][outcome] += 1

    def diseases(self, patient: Patient) -> list[Disease]:
        """What the patient has."""
        return present(self.params, [(node, patient.hidden[node]) for node in self.roles.diseases])

    def mask(self, patient: Patient) -> list[bool]:
        """Which actions are allowed."""
        if patient.finished:
            return [index == len(self.tests) + len(self.treatments) for index in range(self.num_actions)]
        waiting = any(other.pending for other in self.patients)
        tests = [self.can_test(patient, test) for test in self.tests]
        treatments = [treatment not in patient.given for treatment in self.treatments]
        return [*tests, *treatments, True, waiting][: self.num_actions]

    @property
    def num_actions(self) -> int:
        """Waiting is an action only where there is something to wait for."""
        crowded = len(self.patients) > 1 and self.params.capacity is not None
        waits = crowded or any(role.delay > 0 for role in self.roles.tests.values())
        return len(self.tests) + len(self.treatments) + 1 + waits

    def can_test(self, patient: Patient, test: str) -> bool:
        """Not twice at a time, not too often, not without money, not without a place."""
        role = self.roles.tests[test]
        if test in patient.pending or patient.ordered.count(test) == role.repeats:
            return False
        full = self.params.capacity is not None and self.places_taken() == self.params.capacity
        return role.cost <= self.money + 1e-9 and not (role.kind == "test" and full)

    def places_taken(self) -> int:
        """Tests that the laboratory has in work."""
        kinds = [self.roles.tests[test].kind for patient in self.patients for test in patient.pending]
        return kinds.count("test")

    def step(self, actions: list[int]) -> list[tuple[int, str]]:
        """Lets every doctor act.

        Args:
            actions: any numbers; those that are not allowed now do nothing.

        Returns:
            Patient and test of each result that arrives; the caller tells them with :meth:`see`.
        """
        masks = [self.mask(patient) for patient in self.patients]
        self.steps += 1
        count = len(self.patients)
        for patient in self.patients:
            patient.reward, patient.turned_away, patient.last_action = 0.0, False, -1
        for index in sorted(range(count), key=lambda index: (index - self.steps) % count):
            allowed = 0 <= actions[index] < self.num_actions and masks[index][actions[index]]
            if not self.patients[index].finished:
                self.patients[index].reward -= self.params.step_cost
                self.act(self.patients[index], actions[index] if allowed else -1)
        spent = self.params.end_when_spent and self.money <= 1e-9
        if spent or (self.params.deadline is not None and self.steps >= self.params.deadline):
            for patient in self.patients:
                self.leave(patient)
        return self.arrivals()

    def arrivals(self) -> list[tuple[int, str]]:
        """Takes out of the laboratory what is ready."""
        ready = [
            (index, test)
            for index, patient in enumerate(self.patients)
            for test, step in patient.pending.items()
            if step <= self.steps
        ]
        for index, test in ready:
            del self.patients[index].pending[test]
        return ready

    def act(self, patient: Patient, action: int) -> None:
        """Carries an allowed action out; -1 is none."""
        names = [*self.tests, *self.treatments]
        patient.last_action = action
        if 0 <= action < len(self.tests):
            test, role = names[action], self.roles.tests[names[action]]
            patient.turned_away = not self.can_test(patient, test)
            if patient.turned_away:
                patient.last_action = -1
                return
            self.money -= role.cost
            patient.reward -= role.cost + role.harm
            patient.pending[test] = self.steps + role.delay
            patient.ordered.append(test)
        elif 0 <= action < len(names):
            self.treat(patient, names[action])
        elif action == len(names):
            self.leave(patient)

    def treat(self, patient: Patient, treatment: str) -> None:
        """Gives a treatment."""
        role, has = self.roles.treatments[treatment], self.diseases(patient)
        patient.given.append(treatment)
        harmed = [name for node, state in has for name in (node, f"{node}={state}")] or ["healthy"]
        patient.reward -= role.cost + sum(role.harms.get(name, 0.0) for name in harmed)
        if self.roles.treatment_ends or not self.left(has, patient.given):
            self.leave(patient)

    def left(self, diseases: list[Disease], given: list[str]) -> list[Disease]:
        """The diseases that no treatment has cured."""
        treats = {target for name in given for target in self.roles.treatments[name].treats}
        return [(node, state) for node, state in diseases if not treats & {node, f"{node}={state}"}]

    def parting(self, patient: Patient) -> float:
        """What leaving now is worth."""
        return self.worth(self.left(self.diseases(patient), patient.given))

    def worth(self, left: list[Disease]) -> float:
        """The value of health, or minus the severities of what is left untreated."""
        if not left:
            return self.roles.health_value
        return -sum(self.roles.diseases[node].severity_of(state) for node, state in left)

    def leave(self, patient: Patient) -> None:
        """Lets a patient go, once."""
        if not patient.finished:
            patient.reward += self.parting(patient)
            patient.finished = True
            patient.pending.clear()

    def close(self) -> None:
        """Ends the episode if it is over, and tells the doctors who are still there what they know now."""
        time_is_up = self.steps >= self.params.time_limit
        self.ended = time_is_up or all(patient.finished for patient in self.patients)
        for patient in self.patients:
            if not patient.finished:
                patient.reward += self.parting(patient) if self.ended else 0.0
                patient.belief = self.posterior(patient)

    def conditions(self) -> list[list[Disease]]:
        """Every joint state of the disease nodes: the diseases that are present in it."""
        nodes = list(self.roles.diseases)
        states = itertools.product(*(self.network.states_of(node) for node in nodes))
        return [present(self.params, list(zip(nodes, each, strict=True))) for each in states]

    def posterior(self, patient: Patient) -> NDArray[np.float64]:
        """P(condition | all that is known of a patient), float64 (K,)."""
        table = self.weights(patient)
        return table / table.sum()

    def weights(self, patient: Patient) -> NDArray[np.float64]:
        """Weighs every assignment of the network with all results, and rules out what would be cured.

        Returns:
            float64 (K,), P(condition, results); zeros if they are impossible.
        """
        likelihoods: dict[str, NDArray[np.float64]] = {}
        for finding, seen in patient.seen.items():
            states = self.network.states_of(self.node(finding))
            chances = [
                np.prod([self.chance(finding, outcome, state) ** times for outcome, times in seen.items()])
                for state in states
            ]
            likelihoods[self.node(finding)] = likelihoods.get(self.node(finding), 1.0) * np.array(chances)
        table = weighed(self.network, list(self.roles.diseases), likelihoods).reshape(-1)
        for index, condition in enumerate(self.conditions()):
            if patient.given and not self.left(condition, patient.given):
                table[index] = 0.0
        return table

    def facts(self) -> dict[str, Any]:
        """What the episode comes to."""
        right = [self.is_right(patient) for patient in self.patients]
        ordered = [self.roles.tests[test] for patient in self.patients for test in patient.ordered]
        return {
            "success": all(right),
            "correct": sum(right) / len(right),
            "tests": len(ordered),
            "cost": sum(role.cost for role in ordered),
            "treatments": sum(len(patient.given) for patient in self.patients),
        }

    def is_right(self, patient: Patient) -> bool:
        """Whether nothing is left, or where treatments end the episode no other one had been better."""
        has = self.diseases(patient)
        if not self.roles.treatment_ends:
            return not self.left(has, patient.given)
        harmed = [name for node, state in has for name in (node, f"{node}={state}")] or ["healthy"]
        values = {"": self.worth(has)}
        for name, role in self.roles.treatments.items():
            harm = sum(role.harms.get(each, 0.0) for each in harmed)
            values[name] = self.worth(self.left(has, [name])) - role.cost - harm
        return values["".join(patient.given)] >= max(values.values()) - 1e-9


def present(params: DiagnosisParams, states: list[Disease]) -> list[Disease]:
    """Leaves out what is no disease."""
    return [(node, state) for node, state in states if state != params.roles.diseases[node].absent]
