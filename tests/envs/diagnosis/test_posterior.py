"""Beliefs inside the kernels, against the enumeration of all assignments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.posterior import likelihood_of, posterior_rows
from planzoo.envs.diagnosis.roles import Roles, validated
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.networks.network import BayesianNetwork
from tests.envs.diagnosis.clinic_oracle import ClinicOracle, Patient
from tests.envs.diagnosis.random_clinics import random_clinic

ROWS = 5
COIN = BayesianNetwork("coin", ("ill",), (("yes", "no"),), ((),), (np.array([0.2, 0.8]),))


def drawn_patient(oracle: ClinicOracle, random: np.random.Generator) -> Patient:
    """Any results and treatments, possible or not."""
    patient = oracle.stranger()
    for finding, seen in patient.seen.items():
        repeats = oracle.roles.tests[finding].repeats if finding in oracle.roles.tests else 1
        for _ in range(random.integers(0, repeats + 1)):
            seen[str(random.choice(list(seen)))] += 1
    patient.given = [name for name in oracle.treatments if random.random() < 0.25]
    return patient


def as_arrays(oracle: ClinicOracle, patients: list[Patient]) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """Counts (B, O) and treatments (B, M)."""
    counts = [[times for seen in each.seen.values() for times in seen.values()] for each in patients]
    given_ = [[name in each.given for name in oracle.treatments] for each in patients]
    treatments = np.array(given_, dtype=np.bool_).reshape(len(patients), -1)
    return np.array(counts, dtype=np.int16), treatments


@settings(max_examples=80)
@given(st.integers(0, 2**32))
def test_beliefs_equal_enumeration(seed: int) -> None:
    check_beliefs(random_clinic(seed), seed)


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_beliefs_of_generated_networks_equal_enumeration(seed: int) -> None:
    check_beliefs(DiagnosisParams.random(seed, 1 + seed % 4, 1 + seed % 7, (seed % 5) / 10), seed)


@pytest.mark.long
@settings(max_examples=4000)
@given(st.integers(0, 2**32))
def test_thousands_of_beliefs_equal_enumeration(seed: int) -> None:
    check_beliefs(random_clinic(seed), seed)


def check_beliefs(params: DiagnosisParams, seed: int) -> None:
    """Compares the posteriors of some histories; the model takes impossible ones for none at all."""
    oracle, model, random = ClinicOracle(params, []), DiagnosisModel(params), np.random.default_rng(seed)
    patients = [drawn_patient(oracle, random) for _ in range(ROWS)]
    counts, treated = as_arrays(oracle, patients)
    found = model.beliefs(counts, treated)
    rows, inference = np.full_like(found, 7.0), params.tables.inference
    posterior_rows(model.constants, counts, treated, inference.scratch(), np.ones(inference.num_states), rows)
    for patient, belief, row in zip(patients, found, rows, strict=True):
        weights = oracle.weights(patient)
        expected = weights if weights.sum() > 0 else oracle.weights(oracle.stranger())
        np.testing.assert_allclose(belief, expected / expected.sum(), atol=1e-9)
        np.testing.assert_allclose(row, weights / max(weights.sum(), 1e-300), atol=1e-9)


def test_a_likelihood_is_scaled_by_its_largest_number() -> None:
    model = DiagnosisModel(DiagnosisParams.clinic(1))
    counts = model.counts(((2, 0), (2, 1), (4, 1)))
    likelihood = np.full(model.tables.inference.num_states, 3.0)
    likelihood_of(model.constants, counts, likelihood)
    named = dict(zip(model.tables.inference.observable, likelihood.reshape(-1, 2).tolist(), strict=True))
    assert named == {
        "asia": [1, 1],
        "smoke": [1, 1],
        "xray": pytest.approx([1, 1]),
        "bronc": pytest.approx([0.15 / 0.85, 1]),
        "dysp": [1, 1],
    }


def belief_of(role: dict[str, Any], *counts: int) -> NDArray[np.float64]:
    """The belief after so many results of a test of the coin."""
    data = {"diseases": {"ill": {"severity": 1}}, "tests": {"test": {"node": "ill", **role}}}
    model = DiagnosisModel(DiagnosisParams.from_network(COIN, validated(data, Roles, "roles")))
    return model.beliefs(np.array([counts], dtype=np.int16), np.zeros((1, 0), dtype=np.bool_))[0]


def test_a_thousand_results_are_no_problem() -> None:
    role, odds = {"accuracy": 0.99, "repeats": 1000}, 0.2 / 0.8 * 99**2
    np.testing.assert_allclose(belief_of(role, 500, 500), [0.2, 0.8], rtol=1e-9)
    np.testing.assert_allclose(belief_of(role, 501, 499), [odds / (1 + odds), 1 / (1 + odds)], rtol=1e-9)
    np.testing.assert_allclose(belief_of(role, 0, 1000), [0, 1], atol=1e-300)


def test_an_exact_result_settles_it_and_two_that_differ_are_impossible() -> None:
    np.testing.assert_array_equal(belief_of({"repeats": 2}, 2, 0), [1, 0])
    np.testing.assert_allclose(belief_of({"repeats": 2}, 1, 1), [0.2, 0.8])


def test_a_treatment_that_did_not_end_it_rules_out_what_it_would_have_cured() -> None:
    params = DiagnosisParams.random(2, 2, 3, observation="belief")
    roles = params.roles.model_copy(update={"treatment_ends": False})
    params = DiagnosisParams.from_network(params.network, roles, observation="belief")
    model = DiagnosisModel(params)
    assert model.conditions == ("disease 1 + disease 2", "disease 1", "disease 2", "healthy")
    prior = model.belief()
    for treatment, left in ((0, [0, 2]), (1, [0, 1])):
        expected = np.where(np.isin(np.arange(4), left), prior, 0)
        np.testing.assert_allclose(model.belief((), [treatment]), expected / expected.sum(), atol=1e-12)
    np.testing.assert_allclose(model.belief((), [2]), prior, err_msg="impossible: the third cures everything")


def test_who_has_left_keeps_the_last_belief() -> None:
    simulator = DiagnosisSimulator(DiagnosisParams.clinic(2, observation="belief"))
    simulator.reset(0)
    before = simulator.state.belief[0, 0].copy()
    simulator.step(np.array([[9, 0]]))
    simulator.step(np.array([[9, 1]]))
    np.testing.assert_array_equal(simulator.state.belief[0, 0], before)
    model = DiagnosisModel(simulator.params)
    evidence = model.evidence(simulator.state.counts[0, 1])
    assert len(evidence) == 3
    np.testing.assert_allclose(simulator.state.belief[0, 1], model.belief(evidence), atol=1e-12)


def test_beliefs_are_computed_anew_after_a_snapshot() -> None:
    simulator = DiagnosisSimulator(DiagnosisParams.clinic(2, observation="marginals"))
    simulator.reset(3)
    simulator.step(np.array([[0, 1]]))
    moment, seen = simulator.snapshot(), simulator.buffers.observations.copy()
    simulator.step(np.array([[1, 2]]))
    simulator.state.belief[:] = 0.0
    simulator.restore(moment)
    np.testing.assert_array_equal(simulator.buffers.observations, seen)
