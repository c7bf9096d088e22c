"""What is drawn follows network and channels; seeds are fixed, and thresholds are four standard errors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import Roles, validated
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.networks.network import BayesianNetwork
from tests.envs.diagnosis.random_clinics import random_clinic
from tests.envs.networks.enumeration import enumerated

WORLDS = 20_000
CHANNEL = {
    "low": {"-": 0.85, "?": 0.15, "+": 0.0},
    "middle": {"-": 0.25, "?": 0.5, "+": 0.25},
    "high": {"-": 0.0, "?": 0.3, "+": 0.7},
}
NETWORK = BayesianNetwork(
    name="pressure",
    variables=("pressure", "ill"),
    states=(("low", "middle", "high"), ("yes", "no")),
    parents=(("ill",), ()),
    tables=(np.array([[0.1, 0.2, 0.7], [0.5, 0.4, 0.1]]), np.array([0.3, 0.7])),
)
ROLES: dict[str, Any] = {
    "diseases": {"ill": {"severity": 1}},
    "tests": {
        "gauge": {"node": "pressure", "channel": CHANNEL, "repeats": 2},
        "second gauge": {"node": "pressure", "accuracy": 0.7},
        "blood": {"node": "ill", "sensitivity": 0.9, "specificity": 0.75},
    },
    "symptoms": {"pressure": {}},
}


def check_frequencies(counts: NDArray[Any], probabilities: NDArray[np.float64]) -> None:
    """Pearson's chi-square test; its quantile by Wilson and Hilferty's cube root.

    Cells that are expected less than five times are counted together.
    """
    assert not counts[probabilities == 0].any(), "the impossible never happens"
    expected = probabilities.reshape(-1) / probabilities.sum() * counts.sum()
    order = np.argsort(expected)
    rare = int((expected < 5).sum())
    groups = np.r_[0, np.arange(max(rare, 1), len(expected))]
    seen, wanted = (np.add.reduceat(each[order], groups) for each in (counts.reshape(-1), expected))
    kept = wanted > 0
    statistic, freedom = ((seen - wanted)[kept] ** 2 / wanted[kept]).sum(), max(1, int(kept.sum()) - 1)
    spread = 2 / (9 * freedom)
    assert statistic < freedom * (1 - spread + 4 * math.sqrt(spread)) ** 3


def patients(params: DiagnosisParams, seed: int) -> DiagnosisSimulator:
    simulator = DiagnosisSimulator(params, WORLDS)
    simulator.reset(seed)
    return simulator


def shape_in_order(network: BayesianNetwork) -> tuple[list[int], list[int]]:
    """The axes of a network's variables in the order in which they are drawn, and their sizes."""
    axes = [network.variables.index(name) for name in network.topological_order()]
    return axes, [len(network.states[axis]) for axis in axes]


@pytest.mark.parametrize("seed", range(6))
def test_patients_are_drawn_from_the_joint_distribution(seed: int) -> None:
    params = DiagnosisParams.asia() if seed == 0 else random_clinic(seed)
    simulator = patients(params, seed)
    axes, shape = shape_in_order(params.network)
    nodes = simulator.state.nodes.reshape(-1, len(axes)).T.astype(np.int64)
    counts = np.bincount(np.ravel_multi_index(tuple(nodes), shape), minlength=math.prod(shape))
    check_frequencies(counts.reshape(shape), enumerated(params.network).transpose(axes))


@pytest.mark.parametrize("seed", range(4))
def test_the_condition_is_read_off_the_nodes(seed: int) -> None:
    params = random_clinic(seed)
    simulator = patients(params, seed)
    order = params.network.topological_order()
    diseases = [simulator.state.nodes[..., order.index(name)] for name in params.roles.diseases]
    sizes = [len(params.network.states_of(name)) for name in params.roles.diseases]
    np.testing.assert_array_equal(simulator.state.condition, np.ravel_multi_index(diseases, sizes))


def test_patients_of_one_world_have_nothing_to_do_with_each_other() -> None:
    simulator = patients(DiagnosisParams.toy(patients=2), 3)
    pairs = np.zeros((3, 3))
    np.add.at(pairs, tuple(simulator.state.condition.T), 1)
    check_frequencies(pairs, np.outer([0.5, 0.3, 0.2], [0.5, 0.3, 0.2]))


@pytest.fixture(scope="module")
def examined() -> DiagnosisSimulator:
    """Patients whose pressure was read twice by one gauge and once by another."""
    params = DiagnosisParams.from_network(NETWORK, validated(ROLES, Roles, "roles"))
    simulator = patients(params, 11)
    for test in (0, 1, 2, 0):
        simulator.step(np.full((WORLDS, 1), test))
    return simulator


def test_symptoms_are_seen_as_they_are(examined: DiagnosisSimulator) -> None:
    order = examined.params.network.topological_order()
    pressure = examined.state.nodes[:, 0, order.index("pressure")]
    np.testing.assert_array_equal(examined.state.counts[:, 0, -3:], np.eye(3)[pressure])


@pytest.mark.parametrize("state", range(3))
def test_repeated_results_are_independent_given_the_state(examined: DiagnosisSimulator, state: int) -> None:
    """The counts of the three outcomes after two readings are multinomial."""
    counts = examined.state.counts[examined.state.counts[:, 0, -3 + state] == 1, 0, :3]
    row = np.array(list(CHANNEL[("low", "middle", "high")[state]].values()))
    combinations = [(first, second) for first in range(3) for second in range(first, 3)]
    twice = (
        np.eye(3)[[first for first, _ in combinations]] + np.eye(3)[[second for _, second in combinations]]
    )
    found = np.array([(counts == pair).all(axis=1).sum() for pair in twice])
    assert found.sum() == len(counts)
    expected = [row[a] * row[b] * (2 if a != b else 1) for a, b in combinations]
    check_frequencies(found, np.array(expected))


def test_results_of_several_tests_are_independent_given_the_state(examined: DiagnosisSimulator) -> None:
    counts, order = examined.state.counts[:, 0], examined.params.network.topological_order()
    ill = examined.state.nodes[:, 0, order.index("ill")].astype(np.int64)
    pressure = counts[:, -3:].argmax(axis=1)
    other, blood = counts[:, 3:6].argmax(axis=1), counts[:, 6:8].argmax(axis=1)
    table = np.zeros((2, 3, 3, 2))
    np.add.at(table, (ill, pressure, other, blood), 1)
    gauge = np.full((3, 3), 0.15) + 0.55 * np.eye(3)
    test = np.array([[0.9, 0.1], [0.25, 0.75]])
    joint = enumerated(NETWORK).T
    check_frequencies(table, joint[:, :, None, None] * gauge[None, :, :, None] * test[:, None, None, :])


def test_exact_tests_report_the_state_itself() -> None:
    params = DiagnosisParams.asia()
    simulator = patients(params, 4)
    order = params.network.topological_order()
    for test, name in enumerate(params.tables.tests):
        simulator.step(np.full((WORLDS, 1), test))
        there = ~simulator.state.ended
        seen = simulator.state.counts[there, 0, 2 * test : 2 * test + 2]
        np.testing.assert_array_equal(seen, np.eye(2)[simulator.state.nodes[there, 0, order.index(name)]])
