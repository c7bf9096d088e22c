"""The clinical protocol as a policy: what it earns, and how it explains itself."""

from __future__ import annotations

import json

import numpy as np
import pytest

from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel, encode_observation
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis import ContingentPolicy
from planzoo.planners.domains.diagnosis_protocol import ProtocolPolicy
from planzoo.planners.domains.diagnosis_tasks import SCREEN
from tests.planners.domains.test_diagnosis import exact_return

ASIA = DiagnosisModel(DiagnosisParams.asia())
ASIA_BELIEF = DiagnosisModel(DiagnosisParams.asia(observation="belief"))
SMOKES, BREATHLESS, XRAY = (1, 0), (3, 0), (2, 0)


@pytest.mark.parametrize("model", [ASIA, ASIA_BELIEF], ids=["results", "belief"])
def test_on_asia_it_earns_the_optimum(model: DiagnosisModel) -> None:
    """Two tests of foresight are enough there, where one earns 3.844."""
    assert exact_return(ProtocolPolicy(model)) == pytest.approx(4.050370064, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_it_earns_what_two_tests_of_foresight_promise_or_more(seed: int) -> None:
    model = DiagnosisModel(random_instance(seed, tests=4))
    policy = ProtocolPolicy(model)
    earned = exact_return(policy)
    assert policy.protocol.value((), SCREEN) - 1e-9 <= earned
    assert earned <= exact_return(ContingentPolicy(model)) + 1e-9


def test_it_tells_the_decomposition_and_what_it_rests_on() -> None:
    policy = ProtocolPolicy(ASIA)
    assert policy.explain().data == {}
    policy.predict(encode_observation(ASIA, ()))
    explanation = policy.explain()
    assert explanation.data["tasks"] == ["diagnose by screen_and_confirm"]
    assert explanation.data["plan"] == ["test(smoke)", "test(xray)", "treat(bronchodilator)"]
    facts = explanation.data["facts"]
    assert facts["treating_now"] < facts["confirming"] < facts["screening_and_confirming"]
    assert facts["cheapest_test"] == 0.2 < facts["at_stake"] and facts["money"] == 3.0
    assert "treating now earns 2.94, after one test 3.31, after two 3.90" in explanation.words
    assert json.loads(json.dumps(explanation.data, allow_nan=False))
    policy.predict(encode_observation(ASIA, ((0, 0), SMOKES, XRAY, BREATHLESS)))
    assert policy.explain().data["tasks"] == ["diagnose by certain_enough", "prescribe by best_treatment"]
    assert "no test can be paid" in policy.explain().words


def test_a_masked_choice_is_not_explained_by_the_plan() -> None:
    policy = ProtocolPolicy(ASIA)
    mask = np.array([False] * 4 + [True] * 5)
    action, _ = policy.predict(encode_observation(ASIA, ()), action_masks=mask)
    assert ASIA.treatments[action - 4] == "bronchodilator"
    assert "tasks" not in policy.explain().data and "It serves" not in policy.explain().words


def test_decisions_report_the_planning_and_repeated_ones_are_remembered() -> None:
    policy = ProtocolPolicy(ASIA)
    policy.predict(encode_observation(ASIA, ()))
    assert policy.last_decision.expansions == 7 and policy.last_decision.replans == 1
    policy.predict(encode_observation(ASIA, ()))
    assert policy.last_decision.expansions == policy.last_decision.replans == 0


def test_any_observation_of_the_space_is_answered() -> None:
    random = np.random.default_rng(0)
    for model in (ASIA, ASIA_BELIEF, DiagnosisModel(DiagnosisParams.asia(budget=1.0))):
        rows = random.random((50, model.params.observation_size), dtype=np.float32)
        actions, _ = ProtocolPolicy(model).predict(rows)
        assert ((actions >= 0) & (actions < model.params.num_actions)).all()
