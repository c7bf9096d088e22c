"""Random clinics: every option of the scenario, over networks unlike those that are shipped."""

from __future__ import annotations

from typing import Any

import numpy as np

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import Roles, validated
from planzoo.envs.networks.network import BayesianNetwork
from tests.envs.networks.enumeration import random_network

COSTS = (0.0, 0.2, 0.25, 0.7, 1.0, 1.5)


def random_clinic(seed: int, **changes: Any) -> DiagnosisParams:
    """Draws network, roles and options; the same seed gives the same clinic."""
    random = np.random.default_rng(seed)
    network = random_network(random, random.integers(2, 4, size=random.integers(3, 7)).tolist())
    roles = random_roles(random, network)
    cheapest = min(role.cost for role in roles.tests.values())
    options: dict[str, Any] = {
        "patients": int(random.integers(1, 5)),
        "budget": maybe(random, max(cheapest, float(random.integers(1, 25)) * 0.25)),
        "deadline": maybe(random, int(random.integers(2, 12))),
        "capacity": maybe(random, int(random.integers(1, 3))),
        "step_cost": float(random.choice([0.0, 0.1])),
        "end_when_spent": bool(random.integers(2)),
        "max_steps": maybe(random, int(random.integers(3, 14))),
        "observation": str(random.choice(["results", "belief", "marginals"])),
    }
    return DiagnosisParams.from_network(network, roles, **{**options, **changes})


def random_roles(random: np.random.Generator, network: BayesianNetwork) -> Roles:
    """Gives each variable of a network a role, or none, or two."""
    names = random.permutation(network.variables).tolist()
    diseases, others = names[: (count := int(random.integers(1, 3)))], names[count:]
    tested = [str(random.choice(names)) for _ in range(random.integers(1, 5))]
    ill = {name: random_disease(random, network.states_of(name)) for name in diseases}
    data = {
        "diseases": ill,
        "symptoms": {name: {} for name in others if random.random() < 0.3},
        "tests": {
            f"test {number}": random_test(random, name, network.states_of(name))
            for number, name in enumerate(tested)
        },
        "treatments": {
            f"treatment {number}": random_treatment(random, network, ill)
            for number in range(random.integers(0, 4))
        },
        "health_value": float(random.integers(0, 11)),
        "treatment_ends": bool(random.integers(2)),
    }
    return validated(data, Roles, "a random clinic")


def random_disease(random: np.random.Generator, states: tuple[str, ...]) -> dict[str, Any]:
    """A disease that may lack a healthy state, and may differ in severity from state to state."""
    absent = str(random.choice(states)) if random.random() < 0.8 else None
    severities = {state: float(random.integers(1, 20)) for state in states if random.random() < 0.9}
    return {"absent": absent, "severity": severities if random.integers(2) else float(random.integers(1, 20))}


def random_test(random: np.random.Generator, node: str, states: tuple[str, ...]) -> dict[str, Any]:
    """A test of a node: exact, or with errors that are given in one of the three ways."""
    ways = [{}, {"accuracy": float(random.uniform(0.5, 1))}, {"channel": random_channel(random, states)}]
    if len(states) == 2:
        ways += [{"sensitivity": 0.9}, {"sensitivity": 0.8, "specificity": float(random.uniform(0.6, 1))}]
    return {
        "node": node,
        "kind": str(random.choice(["observe", "ask", "test", "test"])),
        "cost": float(random.choice(COSTS)),
        "harm": float(random.choice([0.0, 0.5])),
        "delay": int(random.choice([0, 0, 1, 3])),
        "repeats": int(random.integers(1, 4)),
        **ways[random.integers(len(ways))],
    }


def random_channel(random: np.random.Generator, states: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Errors in full: results of other names and of another number than the states."""
    results = [f"result {number}" for number in range(random.integers(2, 4))]
    rows = random.dirichlet(np.ones(len(results)), len(states))
    rows[0, 0] = 0.0
    rows[0] /= rows[0].sum()
    return {
        state: dict(zip(results, row, strict=True)) for state, row in zip(states, rows.tolist(), strict=True)
    }


def random_treatment(
    random: np.random.Generator, network: BayesianNetwork, diseases: dict[str, Any]
) -> dict[str, Any]:
    """A treatment of some diseases or of single states of them, which may harm others, or the healthy."""
    states = [
        (name, state)
        for name, role in diseases.items()
        for state in network.states_of(name)
        if state != role["absent"]
    ]
    targets = [*diseases, *map("=".join, states)]
    return {
        "treats": [target for target in targets if random.random() < 0.4],
        "cost": float(random.integers(0, 5)),
        "harms": {
            target: float(random.integers(1, 5)) for target in ["healthy", *targets] if random.random() < 0.2
        },
    }


def maybe(random: np.random.Generator, value: Any) -> Any:
    """The value, or none."""
    return value if random.random() < 0.6 else None
