"""Observations block by block; random clinics are compared with the oracle's in ``test_dynamics.py``."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import DiseaseRole, Roles
from planzoo.envs.diagnosis.roles import TestRole as Role
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.networks.network import BayesianNetwork


def played(params: DiagnosisParams, *steps: list[int]) -> DiagnosisSimulator:
    """A world after some steps."""
    simulator = DiagnosisSimulator(params)
    simulator.reset(5)
    for actions in steps:
        simulator.step(np.array([actions]))
    return simulator


def block(simulator: DiagnosisSimulator, name: str, agent: int = 0) -> list[float]:
    """A block of one doctor's observation."""
    where: slice = getattr(simulator.layout, name)
    return [float(value) for value in simulator.buffers.observations[0, agent, where]]


def test_results_are_one_hot_where_a_test_is_done_once() -> None:
    simulator = played(DiagnosisParams.asia(), [1], [2])
    smoke, xray = simulator.state.counts[0, 0, 2:4].argmax(), simulator.state.counts[0, 0, 4:6].argmax()
    expected = [0, 0, *np.eye(2)[smoke], *np.eye(2)[xray], 0, 0]
    assert block(simulator, "results") == expected
    assert block(simulator, "budget") == pytest.approx([0.25])


def test_repeated_results_are_shares() -> None:
    simulator = played(DiagnosisParams.clinic(1), [2])
    assert sorted(block(simulator, "results")[4:6]) == [0.0, 0.5]
    simulator.step(np.array([[2]]))
    assert sum(block(simulator, "results")[4:6]) == 1.0
    assert sum(block(simulator, "results")[-2:]) == 1.0, "the symptom is seen from the beginning"


def test_waits_are_shares_of_the_delay() -> None:
    simulator = played(DiagnosisParams.clinic(1, budget=9.0), [3])
    assert block(simulator, "pending") == [0, 0, 0, 1.0, 0]
    simulator.step(np.array([[4]]))
    assert block(simulator, "pending") == [0, 0, 0, 0.5, 1.0]
    simulator.step(np.array([[10]]))
    assert block(simulator, "pending") == [0] * 5
    assert sum(block(simulator, "results")[6:8]) == 1.0


def test_all_see_the_same_shares_of_what_they_share() -> None:
    simulator = played(DiagnosisParams.clinic(4, deadline=8), [3, 3, 0, 9])
    for agent in range(4):
        assert block(simulator, "laboratory", agent) == [0.0]
        assert block(simulator, "budget", agent) == pytest.approx([3.75 / 8])
        assert block(simulator, "time", agent) == pytest.approx([7 / 8])
        assert block(simulator, "doctors", agent) == [0.75]


def test_treatments_given_are_flags_where_treatment_goes_on() -> None:
    params = DiagnosisParams.random(0, 2, 2)
    roles = params.roles.model_copy(update={"treatment_ends": False})
    simulator = DiagnosisSimulator(DiagnosisParams.from_network(params.network, roles))
    simulator.reset(0)
    while simulator.state.condition[0, 0] != 0:
        simulator.reset()
    simulator.step(np.array([[3]]))
    assert block(simulator, "given") == [0, 1, 0]


def test_a_belief_comes_with_what_was_done() -> None:
    params = DiagnosisParams.asia(observation="belief")
    simulator = played(params, [2])
    model = DiagnosisModel(params)
    evidence = model.evidence(simulator.state.counts[0, 0])
    np.testing.assert_allclose(block(simulator, "belief"), model.belief(evidence), rtol=1e-6)
    assert block(simulator, "done") == [0, 0, 1, 0]


def test_marginals_are_sums_of_the_belief() -> None:
    """Two diseases of two and three states, in the order of the roles."""
    tables = (np.array([0.25, 0.75]), np.array([[0.5, 0.25, 0.25], [0.125, 0.375, 0.5]]))
    network = BayesianNetwork("two", ("a", "b"), (("x", "y"), ("x", "y", "z")), ((), ("a",)), tables)
    diseases = {name: DiseaseRole(severity=1, absent="x") for name in ("b", "a")}
    roles = Roles(diseases=diseases, tests={"a": Role()})
    simulator = played(DiagnosisParams.from_network(network, roles, observation="marginals"))
    chances = [0.125 + 0.09375, 0.0625 + 0.28125, 0.0625 + 0.375, 0.25, 0.75]
    np.testing.assert_allclose(block(simulator, "belief"), chances, rtol=1e-6)
    simulator.step(np.array([[0]]))
    seen = int(simulator.state.counts[0, 0].argmax())
    np.testing.assert_allclose(block(simulator, "belief"), [*tables[1][seen], *np.eye(2)[seen]], rtol=1e-6)
