"""From a network and the roles of its nodes to the tables of a diagnosis scenario."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.network import BayesianNetwork
from planzoo.envs.diagnosis.roles import Roles, TreatmentRole
from planzoo.errors import InputError

MAX_JOINT_ENTRIES = 2**20
"""The largest joint table of conditions and test results: 8 MiB of float64."""

Condition = tuple[tuple[str, str], ...]
"""The present diseases, each as (node, state)."""


def check_joint_size(conditions: int, outcome_counts: tuple[int, ...]) -> None:
    """Raises InputError when the table of conditions and test results would be too large."""
    entries = math.prod((conditions, *outcome_counts))
    if entries > MAX_JOINT_ENTRIES:
        raise InputError(
            f"{conditions} conditions and {len(outcome_counts)} tests need a table of {entries} entries, "
            f"over {MAX_JOINT_ENTRIES}; name fewer diseases or tests."
        )


def network_tables(network: BayesianNetwork, roles: Roles) -> dict[str, Any]:
    """Computes the fields of ``DiagnosisParams``: conditions are the joint states of the disease nodes.

    Raises:
        InputError: the roles do not fit the network.
    """
    check_roles(network, roles)
    conditions = conditions_of(network, roles)
    outcomes = tuple(network.states_of(test) for test in roles.tests)
    check_joint_size(len(conditions), tuple(map(len, outcomes)))
    joint = network.joint((*roles.diseases, *roles.tests)).reshape(len(conditions), -1)
    return {
        "conditions": tuple(condition_name(condition, len(roles.diseases)) for condition in conditions),
        "tests": tuple(roles.tests),
        "outcomes": outcomes,
        "treatments": tuple(roles.treatments),
        "joint": joint / joint.sum(),
        "test_costs": [role.cost for role in roles.tests.values()],
        "utilities": treatment_utilities(roles, conditions),
        "untreated": [_utility(roles, condition, TreatmentRole()) for condition in conditions],
        "budget": roles.budget,
        "max_steps": 2 * (len(roles.tests) + 1),
        "test_labels": tuple(role.label or name for name, role in roles.tests.items()),
    }


def check_roles(network: BayesianNetwork, roles: Roles) -> None:
    """Compares roles with a network.

    Raises:
        InputError: a role names a node or state that the network lacks, a node is both disease and test, or a
            treatment treats what is no disease.
    """
    for node, disease in roles.diseases.items():
        states = {disease.absent} - {None}
        states |= set(disease.severity) if isinstance(disease.severity, dict) else set()
        for state in sorted(filter(None, states)):
            network.state_index(node, state)
    for node in roles.tests:
        network.index(node)
        if node in roles.diseases:
            raise InputError(f"The node {node!r} is both a disease and a test; give it one role.")
    for name, treatment in roles.treatments.items():
        for target in treatment.treats:
            _check_target(network, roles, name, target)


def conditions_of(network: BayesianNetwork, roles: Roles) -> tuple[Condition, ...]:
    """Lists the joint states of the disease nodes, the last node's state changing fastest."""
    present = [[(node, state) for state in network.states_of(node)] for node in roles.diseases]
    return tuple(
        tuple((node, state) for node, state in assignment if state != roles.diseases[node].absent)
        for assignment in itertools.product(*present)
    )


def condition_name(condition: Condition, diseases: int) -> str:
    """Names a condition by its present diseases: the state for a lone node of several, else the nodes."""
    if diseases == 1:
        return " + ".join(state for _, state in condition) or "healthy"
    return " + ".join(node if state == "yes" else f"{node}={state}" for node, state in condition) or "healthy"


def treatment_utilities(roles: Roles, conditions: tuple[Condition, ...]) -> NDArray[np.float64]:
    """Computes the utility of every treatment under every condition, float64 (K, M)."""
    rows = [
        [_utility(roles, condition, role) for role in roles.treatments.values()] for condition in conditions
    ]
    return np.array(rows, dtype=np.float64)


def _utility(roles: Roles, condition: Condition, treatment: TreatmentRole) -> float:
    """Minus what stays untreated and the treatment's cost; plus the value of health if nothing does."""
    left = [
        (node, state)
        for node, state in condition
        if node not in treatment.treats and f"{node}={state}" not in treatment.treats
    ]
    harm = sum(roles.diseases[node].severity_of(state) for node, state in left)
    return (0.0 if left else roles.health_value) - harm - treatment.cost


def _check_target(network: BayesianNetwork, roles: Roles, treatment: str, target: str) -> None:
    node, _, state = target.partition("=")
    if node not in roles.diseases:
        raise InputError(
            f"The treatment {treatment!r} treats {target!r}; the diseases are {', '.join(roles.diseases)}."
        )
    if state:
        network.state_index(node, state)
