from __future__ import annotations

import itertools
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import (
    DiagnosisModel,
    Evidence,
    Information,
    decode_observation,
    remaining_budget,
)
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.networks.bif import read_bif
from planzoo.errors import InputError
from tests.envs.diagnosis.clinic_oracle import ClinicOracle
from tests.envs.diagnosis.random_clinics import random_clinic

ASIA = DiagnosisModel(DiagnosisParams.asia())
CLINIC = DiagnosisModel(DiagnosisParams.clinic())


@st.composite
def histories(draw: st.DrawFn) -> tuple[DiagnosisModel, Evidence]:
    """A clinic and some results, possible or not."""
    model = DiagnosisModel(random_clinic(draw(st.integers(0, 2**32))))
    results = [
        (finding, draw(st.integers(0, len(outcomes) - 1)))
        for finding, outcomes in enumerate(model.outcomes)
        for _ in range(draw(st.integers(0, model.repeats[finding])))
    ]
    return model, tuple(sorted(results))


def weights(model: DiagnosisModel, evidence: Evidence) -> np.ndarray:
    """P(condition, evidence) by enumeration."""
    oracle = ClinicOracle(model.params, [])
    patient = oracle.stranger()
    for finding, outcome in evidence:
        oracle.see(patient, model.tests[finding], model.outcomes[finding][outcome])
    return oracle.weights(patient)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), unique_by=lambda result: result[0]))
def test_beliefs_equal_the_networks_posteriors(results: list[tuple[int, int]]) -> None:
    network = read_bif(str(files("planzoo.envs.diagnosis").joinpath("networks", "asia.bif")))
    seen = {ASIA.tests[test]: ASIA.outcomes[test][outcome] for test, outcome in results}
    expected = network.posterior(["tub", "lung", "bronc"], seen).ravel()
    np.testing.assert_allclose(ASIA.belief(tuple(sorted(results))), expected, atol=1e-12)


@settings(max_examples=80)
@given(histories())
def test_outcome_beliefs_equal_enumeration(history: tuple[DiagnosisModel, Evidence]) -> None:
    """P(outcome, condition | evidence); impossible evidence tells nothing."""
    model, evidence = history
    known = evidence if weights(model, evidence).sum() > 0 else ()
    total = weights(model, known).sum()
    tables = model.all_outcome_beliefs(evidence)
    for finding, outcomes in enumerate(model.outcomes):
        table = model.outcome_beliefs(finding, evidence)
        expected = [weights(model, (*known, (finding, outcome))) / total for outcome in range(len(outcomes))]
        np.testing.assert_allclose(table, expected, atol=1e-9)
        done = [each for each, _ in evidence].count(finding)
        again = tables[finding]
        assert (again is None) == (done == model.repeats[finding])
        if again is not None:
            np.testing.assert_array_equal(again, table)


@settings(max_examples=40)
@given(histories())
def test_evidence_is_counted_and_read_back(history: tuple[DiagnosisModel, Evidence]) -> None:
    model, evidence = history
    assert model.evidence(model.counts(evidence)) == evidence
    spent = sum(float(model.prices[finding]) for finding, _ in evidence)
    assert remaining_budget(model, evidence) == pytest.approx(model.budget - spent)


def test_counts_of_any_integer_type_are_read() -> None:
    evidence = ((0, 1), (2, 0), (2, 0))
    counts = np.repeat(CLINIC.counts(evidence)[None].astype(np.int64), 2, axis=1)[:, ::2]
    rows = CLINIC.beliefs(counts, np.zeros((1, 4), dtype=np.int64))
    np.testing.assert_array_equal(rows[0], CLINIC.belief(evidence))


def test_impossible_evidence_tells_nothing() -> None:
    model = DiagnosisModel(random_instance(0, noise=0.0))
    impossible = next(
        evidence
        for outcomes in itertools.product(range(2), repeat=5)
        if not weights(model, evidence := tuple(enumerate(outcomes))).any()
    )
    np.testing.assert_array_equal(model.belief(impossible), model.belief())
    np.testing.assert_array_equal(model.outcome_beliefs(0, impossible), model.outcome_beliefs(0))


def test_stopping_is_the_last_treatment() -> None:
    assert ASIA.treatments[-2:] == ("oncology and bronchodilator", "send home")
    assert ASIA.utilities.shape == (8, 5)
    np.testing.assert_array_equal(ASIA.utilities[:, -1], ASIA.untreated)
    np.testing.assert_array_equal(ASIA.untreated, [-70, -60, -30, -20, -50, -40, -10, 10])


def test_symptoms_are_findings_that_cost_nothing() -> None:
    assert CLINIC.tests == ("asia", "smoke", "quick x-ray", "xray", "spirometry", "dysp")
    assert (CLINIC.num_tests, CLINIC.repeats) == (5, (1, 1, 2, 1, 2, 1))
    assert CLINIC.prices.tolist() == CLINIC.test_costs.tolist() == [0.25, 0.25, 1, 2, 0.75, 0]


def test_harm_counts_as_cost_but_not_as_money() -> None:
    params = DiagnosisParams.toy()
    tests = {name: role.model_copy(update={"harm": 0.5}) for name, role in params.roles.tests.items()}
    roles = params.roles.model_copy(update={"tests": tests})
    model = DiagnosisModel(DiagnosisParams.from_network(params.network, roles))
    assert model.prices.tolist() == [0.5, 1, 1.5] and model.test_costs.tolist() == [1, 1.5, 2]
    assert remaining_budget(model, ((1, 0),)) == 2.0


@pytest.mark.parametrize(
    ("params", "most"),
    [
        (DiagnosisParams.asia(), 4),
        (DiagnosisParams.asia(max_steps=3), 2),
        (DiagnosisParams.asia(deadline=4), 3),
        (DiagnosisParams.clinic(), 7 + 1),
        (DiagnosisParams.clinic(max_steps=4), 3 + 1),
    ],
)
def test_time_bounds_the_tests(params: DiagnosisParams, most: int) -> None:
    assert DiagnosisModel(params).max_tests == most


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_all_that_a_doctor_knows_is_read_off_the_observation(seed: int) -> None:
    params = random_clinic(seed, observation="results")
    model, simulator, random = DiagnosisModel(params), DiagnosisSimulator(params), np.random.default_rng(seed)
    simulator.reset(seed)
    for _ in range(8):
        if simulator.state.ended[0]:
            break
        for agent in range(simulator.num_agents):
            check_information(model, simulator, agent)
        weights_ = random.random(simulator.buffers.action_masks.shape) * simulator.buffers.action_masks
        simulator.step(weights_.argmax(axis=2))


def check_information(model: DiagnosisModel, simulator: DiagnosisSimulator, agent: int) -> None:
    state, params = simulator.state, simulator.params
    known = decode_observation(model, simulator.buffers.observations[0, agent])
    arrivals = state.arrival[0, agent]
    assert known.evidence == model.evidence(state.counts[0, agent])
    assert known.pending == tuple(
        (int(test), int(arrivals[test] - state.steps[0])) for test in np.flatnonzero(arrivals >= 0)
    )
    gone_on = () if params.roles.treatment_ends else tuple(np.flatnonzero(state.given[0, agent]).tolist())
    assert known.given == gone_on
    assert known.budget == pytest.approx(state.remaining[0], rel=1e-6)
    assert known.time == (None if params.deadline is None else params.deadline - state.steps[0])
    in_work = int(((state.arrival[0] >= 0) & simulator.constants.needs_laboratory).sum())
    assert known.places == (None if params.capacity is None else params.capacity - in_work)
    assert known.doctors == pytest.approx((~state.finished[0]).mean())


def test_a_doctor_who_knows_nothing() -> None:
    simulator = DiagnosisSimulator(DiagnosisParams.asia(budget=None))
    simulator.reset(0)
    model = DiagnosisModel(simulator.params)
    assert decode_observation(model, simulator.buffers.observations[0, 0]) == Information()


@pytest.mark.parametrize("kind", ["belief", "marginals"])
def test_beliefs_are_no_results(kind: str) -> None:
    model = DiagnosisModel(DiagnosisParams.asia(observation=kind))
    with pytest.raises(InputError, match=f"not the {kind}: make the environment with observation='results'"):
        decode_observation(model, np.zeros(model.layout.size, dtype=np.float32))
