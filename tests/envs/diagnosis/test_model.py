from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.networks.bif import read_bif
from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import (
    DiagnosisModel,
    Evidence,
    decode_observation,
    encode_observation,
    remaining_budget,
)
from planzoo.envs.diagnosis.params import DiagnosisParams

ASIA = DiagnosisModel(DiagnosisParams.asia())


@st.composite
def evidences(draw: st.DrawFn, outcome_counts: tuple[int, ...] = ASIA.params.outcome_counts) -> Evidence:
    tests = draw(st.sets(st.integers(0, len(outcome_counts) - 1)))
    return tuple((test, draw(st.integers(0, outcome_counts[test] - 1))) for test in sorted(tests))


@settings(max_examples=40, deadline=None)
@given(evidences())
def test_beliefs_equal_the_networks_posteriors(evidence: Evidence) -> None:
    network = read_bif(str(files("planzoo.envs.diagnosis").joinpath("networks", "asia.bif")))
    seen = {ASIA.tests[test]: ASIA.outcomes[test][outcome] for test, outcome in evidence}
    expected = network.posterior(["tub", "lung", "bronc"], seen).ravel()
    np.testing.assert_allclose(ASIA.belief(evidence), expected, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(evidences(), st.data())
def test_outcome_beliefs_add_up_to_the_belief_and_lead_to_the_next(
    evidence: Evidence, data: st.DataObject
) -> None:
    open_tests = [test for test in range(4) if test not in dict(evidence)]
    if not open_tests:
        return
    test = data.draw(st.sampled_from(open_tests))
    table = ASIA.outcome_beliefs(test, evidence)
    np.testing.assert_allclose(table.sum(axis=0), ASIA.belief(evidence), atol=1e-12)
    for outcome, weights in enumerate(table):
        after = ASIA.belief(tuple(sorted((*evidence, (test, outcome)))))
        np.testing.assert_allclose(weights / weights.sum(), after, atol=1e-12)


def test_impossible_evidence_tells_nothing() -> None:
    params = random_instance(0, noise=0.0)
    model = DiagnosisModel(params)
    possible = params.joint.sum(axis=0).reshape(params.outcome_counts)
    results = tuple(int(index) for index in np.argwhere(possible == 0)[0])
    impossible = tuple(enumerate(results))
    np.testing.assert_array_equal(model.belief(impossible), model.belief())
    assert model.outcome_beliefs(0, impossible[1:]).sum() == pytest.approx(1)


def test_observations_of_results_are_one_hot_and_end_with_the_budget() -> None:
    observation = encode_observation(ASIA, ((1, 1), (2, 0)))
    np.testing.assert_allclose(observation, [0, 0, 0, 1, 1, 0, 0, 0, (3 - 2.25) / 3], rtol=1e-6)
    assert observation.dtype == np.float32
    assert remaining_budget(ASIA.params, ((1, 1), (2, 0))) == 0.75


def test_observations_of_beliefs_hold_posterior_and_flags() -> None:
    model = DiagnosisModel(DiagnosisParams.asia(observation="belief"))
    observation = encode_observation(model, ((2, 0),))
    np.testing.assert_allclose(observation[:8], model.belief(((2, 0),)), rtol=1e-6)
    np.testing.assert_allclose(observation[8:], [0, 0, 1, 0, 1 / 3], rtol=1e-6)


@settings(max_examples=60, deadline=None)
@given(evidences())
def test_results_are_read_back_exactly(evidence: Evidence) -> None:
    assert decode_observation(ASIA, encode_observation(ASIA, evidence)) == evidence


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 50), st.data())
def test_belief_observations_are_read_back_to_the_same_belief(seed: int, data: st.DataObject) -> None:
    model = DiagnosisModel(random_instance(seed, observation="belief"))
    evidence = data.draw(evidences(model.params.outcome_counts))
    read = decode_observation(model, encode_observation(model, evidence))
    assert [test for test, _ in read] == [test for test, _ in evidence]
    np.testing.assert_allclose(model.belief(read), model.belief(evidence), atol=1e-4)


def test_time_bounds_the_tests() -> None:
    assert ASIA.max_tests == 4
    assert DiagnosisModel(DiagnosisParams.asia(max_steps=3)).max_tests == 2
