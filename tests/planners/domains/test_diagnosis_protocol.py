"""The clinical protocol as a policy: what it earns, and how it explains itself."""

from __future__ import annotations

import json

import numpy as np
import pytest

from planzoo.envs import diagnosis_v0
from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel, Information
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis import ContingentPolicy
from planzoo.planners.domains.diagnosis_protocol import ProtocolPolicy
from planzoo.planners.domains.diagnosis_tasks import SCREEN
from tests.planners.domains.diagnosis_play import exact_return, play
from tests.planners.domains.diagnosis_worlds import random_problem

ASIA = DiagnosisModel(DiagnosisParams.asia())
LARGE = DiagnosisModel(DiagnosisParams.random(3, diseases=6, tests=40, noise=0.2, budget=12.0))


def test_on_asia_it_earns_the_optimum() -> None:
    """Two tests of foresight are enough there, where one earns 3.844."""
    assert exact_return(ProtocolPolicy(ASIA)) == pytest.approx(4.050370064, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_it_earns_what_two_tests_of_foresight_promise_or_more(seed: int) -> None:
    policy = ProtocolPolicy(DiagnosisModel(random_instance(seed, tests=4)))
    earned = exact_return(policy)
    assert policy.protocol.value(policy.problem.initial(), SCREEN) - 1e-9 <= earned
    assert earned <= exact_return(ContingentPolicy(policy.model)) + 1e-9


@pytest.mark.parametrize("seed", range(10))
def test_with_all_features_it_does_no_worse_than_ending_it_at_once(seed: int) -> None:
    """By less than a test may cost: doing one meanwhile, it counts on results that are still in work."""
    model = random_problem(500 + seed)
    at_once, earned = ContingentPolicy(model, expansions=0), exact_return(ProtocolPolicy(model))
    assert earned >= exact_return(at_once) - 0.1
    assert earned <= exact_return(ContingentPolicy(model)) + 1e-8


def test_it_tells_the_decomposition_and_what_it_rests_on() -> None:
    policy = ProtocolPolicy(ASIA)
    assert policy.explain().data == {}
    told = [policy.explain() for _ in play(policy, range(1))]
    first, last = told[0], told[-1]
    assert first.data["tasks"] == ["diagnose by screen_and_confirm"]
    assert first.data["plan"] == ["test(smoke)", "test(xray)", "treat(bronchodilator)"]
    facts = first.data["facts"]
    assert facts["ending_now"] < facts["confirming"] < facts["screening_and_confirming"]
    assert facts["cheapest"] == 0.2 < facts["at_stake"] and facts["money"] == 3.0
    assert "ending it now earns 2.94, after one test 3.31, after two 3.90" in first.words
    assert "learning costs 0.20 or more" in first.words
    assert json.loads(json.dumps(first.data, allow_nan=False))
    assert last.data["tasks"][-1].startswith("prescribe by ")
    everything = Information(((0, 0), (1, 0), (2, 0), (3, 0)), budget=0.3)
    assert policy.chain(everything) == ["diagnose by certain_enough", "prescribe by best_treatment"]
    assert "nothing can be learnt" in policy.reason(everything, policy.choose(everything))
    unbounded = ProtocolPolicy(DiagnosisModel(DiagnosisParams.asia(budget=None)))
    assert unbounded.facts(unbounded.problem.initial())["money"] is None


def test_a_masked_choice_is_not_explained_by_the_plan() -> None:
    policy = ProtocolPolicy(ASIA)
    observation, _ = diagnosis_v0.gymnasium_env(ASIA.params).reset(seed=0)
    mask = np.array([False] * 4 + [True] * 5)
    action, _ = policy.predict(observation, action_masks=mask)
    assert ASIA.treatments[action - 4] == "bronchodilator"
    assert "tasks" not in policy.explain().data and "It serves" not in policy.explain().words


def test_decisions_report_the_planning_and_repeated_ones_are_remembered() -> None:
    policy = ProtocolPolicy(ASIA)
    next(play(policy, range(1)))
    assert policy.last_decision.expansions == 7 and policy.last_decision.replans == 1
    next(play(policy, range(1)))
    assert policy.last_decision.expansions == policy.last_decision.replans == 0


def test_forty_tests_are_screened_by_looking_into_few() -> None:
    policy = ProtocolPolicy(LARGE)
    policy.choose(policy.problem.initial())
    looked_into = policy.protocol.values_after(policy.problem.initial(), SCREEN)
    assert len(looked_into) == 8 and policy.last_decision.expansions < 200
