"""From a network and the roles of its nodes to the arrays that rules and planners work with."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.channels import channel_of
from planzoo.envs.diagnosis.roles import Roles, SymptomRole, TestRole, TreatmentRole
from planzoo.envs.networks.inference import Inference
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError

MAX_CONDITIONS = 2**12
"""The most joint states of the diseases."""
MAX_DISEASES = 62
"""Sets of diseases are kept as bits of an int64."""
OPTIMALITY_TOLERANCE = 1e-9
"""Treatments this close to a condition's best utility count as right for it."""
HEALTHY = "healthy"

Condition = tuple[tuple[str, str], ...]
"""The present diseases, each as (node, state)."""


@dataclass(frozen=True, eq=False)
class DiagnosisTables:
    """Names and numbers of a diagnosis. K conditions, D diseases, T tests, F = T + symptoms, M treatments.

    Findings are the tests, and after them the symptoms, which are seen from the beginning.

    Attributes:
        inference: exact posteriors of the conditions; observable are the findings' nodes.
        conditions: names of the K conditions: the joint states of the diseases, the last changing fastest.
        findings: names of the F findings.
        labels: what people call the findings.
        outcomes: of each finding, its outcomes' names.
        kinds: of each finding: observe, ask or test.
        nodes: int64 (F,), each finding's node, as a position among the inference's observable variables.
        channels: of each finding, float64 (states of its node, outcomes), P(outcome | state).
        costs, harms: float64 (T,).
        delays, repeats: int64 (T,).
        treatments: names of the M treatments.
        treatment_labels: what people call them.
        treatment_costs: float64 (M,).
        present: int64 (K,), bit d is set if disease d is present.
        cured: int64 (K, M), the present diseases that a treatment cures.
        severities: float64 (K, D), of leaving a present disease untreated.
        treatment_harms: float64 (K, M).
        health_value: of leaving with no disease untreated.
    """

    inference: Inference
    conditions: tuple[str, ...]
    findings: tuple[str, ...]
    labels: tuple[str, ...]
    outcomes: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    nodes: NDArray[np.int64]
    channels: tuple[NDArray[np.float64], ...]
    costs: NDArray[np.float64]
    harms: NDArray[np.float64]
    delays: NDArray[np.int64]
    repeats: NDArray[np.int64]
    treatments: tuple[str, ...]
    treatment_labels: tuple[str, ...]
    treatment_costs: NDArray[np.float64]
    present: NDArray[np.int64]
    cured: NDArray[np.int64]
    severities: NDArray[np.float64]
    treatment_harms: NDArray[np.float64]
    health_value: float

    @property
    def tests(self) -> tuple[str, ...]:
        """Names of the T tests."""
        return self.findings[: len(self.costs)]

    @property
    def diseases(self) -> tuple[str, ...]:
        """Names of the D disease nodes."""
        return self.inference.targets

    @property
    def disease_states(self) -> tuple[tuple[str, ...], ...]:
        """Of each disease node, its states' names."""
        return tuple(self.inference.network.states_of(node) for node in self.diseases)

    @property
    def outcome_counts(self) -> tuple[int, ...]:
        """Number of outcomes of each finding."""
        return tuple(map(len, self.outcomes))

    @property
    def all_repeats(self) -> NDArray[np.int64]:
        """Int64 (F,), how often each finding can be had; a symptom once."""
        return np.append(self.repeats, np.ones(len(self.findings) - len(self.repeats), dtype=np.int64))

    def untreated(self, cured: NDArray[np.int64] | int = 0) -> NDArray[np.float64]:
        """Gives the utility of leaving now under each condition, float64 (K,).

        Args:
            cured: int64 (K,), the diseases that are cured under each condition.
        """
        left = self.present & ~np.asarray(cured)
        bits = (left[:, None] >> np.arange(self.severities.shape[1])) & 1
        return np.where(left == 0, self.health_value, 0.0) - (bits * self.severities).sum(axis=1)

    def choice_utilities(self, given: Sequence[int] = ()) -> NDArray[np.float64]:
        """Gives the utility of one more treatment and then no other, float64 (K, M + 1); last, of none.

        Args:
            given: treatments given before, which are paid.
        """
        cured = np.bitwise_or.reduce(self.cured[:, list(given)], axis=1, initial=0)
        columns = [self.untreated(cured | self.cured[:, each]) for each in range(len(self.treatments))]
        utilities = np.column_stack([*columns, self.untreated(cured)])
        utilities[:, :-1] -= self.treatment_costs + self.treatment_harms
        return utilities

    @property
    def utilities(self) -> NDArray[np.float64]:
        """Of each treatment alone under each condition, float64 (K, M)."""
        return self.choice_utilities()[:, :-1]

    @property
    def right_choices(self) -> NDArray[np.bool_]:
        """Bool (K, M + 1): whether no treatment, nor none, has a higher utility under the condition.

        The last column stands for no treatment.
        """
        utilities = self.choice_utilities()
        return np.asarray(utilities >= utilities.max(axis=1, keepdims=True) - OPTIMALITY_TOLERANCE)


_KEPT: WeakKeyDictionary[BayesianNetwork, tuple[Roles, DiagnosisTables]] = WeakKeyDictionary()
"""Copies of params with another budget share their tables."""


def diagnosis_tables(network: BayesianNetwork, roles: Roles) -> DiagnosisTables:
    """Computes the tables; conditions are the joint states of the disease nodes.

    Raises:
        InputError: the roles do not fit the network, or there are too many conditions.
    """
    kept = _KEPT.get(network)
    if kept is not None and kept[0] is roles:
        return kept[1]
    check_roles(network, roles)
    findings = (*roles.tests, *roles.symptoms)
    nodes = [*(role.node or name for name, role in roles.tests.items()), *roles.symptoms]
    observable = tuple(dict.fromkeys(nodes))
    channels = [channel_of(name, role, network) for name, role in roles.tests.items()]
    channels += [(network.states_of(name), np.eye(len(network.states_of(name)))) for name in roles.symptoms]
    conditions = conditions_of(network, roles)
    tests, treatments = roles.tests.values(), roles.treatments.values()
    tables = DiagnosisTables(
        inference=Inference(network, tuple(roles.diseases), observable),
        conditions=tuple(condition_name(network, roles, condition) for condition in conditions),
        findings=findings,
        labels=(*map(_label, roles.tests.items()), *map(_label, roles.symptoms.items())),
        outcomes=tuple(names for names, _ in channels),
        kinds=(*(role.kind for role in tests), *("observe" for _ in roles.symptoms)),
        nodes=np.array([observable.index(node) for node in nodes], dtype=np.int64),
        channels=tuple(channel for _, channel in channels),
        costs=np.array([role.cost for role in tests]),
        harms=np.array([role.harm for role in tests]),
        delays=np.array([role.delay for role in tests], dtype=np.int64),
        repeats=np.array([role.repeats for role in tests], dtype=np.int64),
        treatments=tuple(roles.treatments),
        treatment_labels=tuple(map(_label, roles.treatments.items())),
        treatment_costs=np.array([role.cost for role in treatments]),
        present=np.array([_bits(roles, condition) for condition in conditions], dtype=np.int64),
        cured=_matrix([[_cured(roles, each, role) for role in treatments] for each in conditions], np.int64),
        severities=_matrix([_severities(roles, each) for each in conditions], np.float64),
        treatment_harms=_matrix([[_harm(each, role) for role in treatments] for each in conditions]),
        health_value=roles.health_value,
    )
    _KEPT[network] = roles, tables
    return tables


def check_roles(network: BayesianNetwork, roles: Roles) -> None:
    """Compares roles with a network.

    Raises:
        InputError: a role names a node or state that the network lacks, a symptom is also a disease, a
            treatment treats or harms what is no disease, or there are too many conditions.
    """
    _check_nodes(network, roles)
    for name, treatment in roles.treatments.items():
        if name in roles.tests:
            raise InputError(f"{name!r} names both a test and a treatment; rename one of them.")
        for target in (*treatment.treats, *(each for each in treatment.harms if each != HEALTHY)):
            _check_target(network, roles, name, target)
    count = math.prod(len(network.states_of(node)) for node in roles.diseases)
    if count > MAX_CONDITIONS or len(roles.diseases) > MAX_DISEASES:
        raise InputError(
            f"The diseases {', '.join(roles.diseases)} have {count} joint states, over {MAX_CONDITIONS}; "
            "name fewer diseases."
        )


def _check_nodes(network: BayesianNetwork, roles: Roles) -> None:
    for node, disease in roles.diseases.items():
        states = {disease.absent} - {None}
        states |= set(disease.severity) if isinstance(disease.severity, dict) else set()
        for state in sorted(filter(None, states)):
            network.state_index(node, state)
    for node in roles.symptoms:
        network.index(node)
        if node in roles.diseases:
            raise InputError(f"The node {node!r} is both a disease and a symptom; give it one role.")
    for name, test in roles.tests.items():
        network.index(test.node or name)
        if name in roles.symptoms:
            raise InputError(f"{name!r} names both a test and a symptom; a symptom is seen without a test.")


def conditions_of(network: BayesianNetwork, roles: Roles) -> tuple[Condition, ...]:
    """Lists the joint states of the disease nodes, the last node's state changing fastest."""
    present = [[(node, state) for state in network.states_of(node)] for node in roles.diseases]
    return tuple(
        tuple((node, state) for node, state in assignment if state != roles.diseases[node].absent)
        for assignment in itertools.product(*present)
    )


def condition_name(network: BayesianNetwork, roles: Roles, condition: Condition) -> str:
    """Names a condition by its present diseases: by the state alone if there is but one disease node.

    A disease that has several states beside the absent one is named with its state.
    """
    if len(roles.diseases) == 1:
        return " + ".join(state for _, state in condition) or HEALTHY
    return " + ".join(_disease_name(network, roles, *each) for each in condition) or HEALTHY


def _disease_name(network: BayesianNetwork, roles: Roles, node: str, state: str) -> str:
    role, states = roles.diseases[node], network.states_of(node)
    name = role.label or node
    return name if len(states) == 2 and role.absent is not None else f"{name}={state}"


def _bits(roles: Roles, condition: Condition) -> int:
    nodes = list(roles.diseases)
    return sum(1 << nodes.index(node) for node, _ in condition)


def _cured(roles: Roles, condition: Condition, treatment: TreatmentRole) -> int:
    treated = [
        (node, state)
        for node, state in condition
        if node in treatment.treats or f"{node}={state}" in treatment.treats
    ]
    return _bits(roles, tuple(treated))


def _severities(roles: Roles, condition: Condition) -> list[float]:
    states = dict(condition)
    return [
        role.severity_of(states[node]) if node in states else 0.0 for node, role in roles.diseases.items()
    ]


def _harm(condition: Condition, treatment: TreatmentRole) -> float:
    """Sums what a treatment does to a patient with these diseases, or with none."""
    names = {HEALTHY} if not condition else {each for pair in condition for each in (pair[0], "=".join(pair))}
    return sum(harm for target, harm in treatment.harms.items() if target in names)


def _label(named: tuple[str, TestRole | SymptomRole | TreatmentRole]) -> str:
    return named[1].label or named[0]


def _matrix(rows: Sequence[Sequence[float]], kind: type = np.float64) -> NDArray[Any]:
    return np.array(rows, dtype=kind).reshape(len(rows), -1)


def _check_target(network: BayesianNetwork, roles: Roles, treatment: str, target: str) -> None:
    node, _, state = target.partition("=")
    if node not in roles.diseases:
        raise InputError(
            f"The treatment {treatment!r} names {target!r}; the diseases are {', '.join(roles.diseases)}."
        )
    if state:
        network.state_index(node, state)
    if state and state == roles.diseases[node].absent:
        raise InputError(
            f"The treatment {treatment!r} names {target!r}, which is no disease; name a state that is one."
        )
