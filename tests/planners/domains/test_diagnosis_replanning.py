"""Doctors who follow a plan: what they earn by when they replan, and how they see that something failed."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs import diagnosis_v0
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis_protocol import ProtocolPolicy
from planzoo.planners.domains.diagnosis_replanning import ReplanningDoctors
from planzoo.planners.replanning.execution import ReplanTrigger
from tests.planners.domains.diagnosis_play import play, returns

ASIA = DiagnosisModel(DiagnosisParams.asia())
EPISODES = 400


def earned(when: str, how: str = "full") -> float:
    return float(returns(ReplanningDoctors(ASIA, when, how), EPISODES).mean())


def test_who_replans_when_beliefs_diverge_earns_more_than_who_waits_for_failures() -> None:
    watching, waiting = earned("threshold"), earned("failure")
    protocol = float(returns(ProtocolPolicy(ASIA), EPISODES).mean())
    assert waiting < watching - 2
    assert watching == pytest.approx(protocol, abs=0.5)


def test_who_continues_whatever_shows_treats_what_was_likely_at_first() -> None:
    assert earned("threshold", "continuation") == pytest.approx(earned("failure"), abs=1e-6)


def test_in_one_patient_the_divergence_is_that_of_what_is_known_and_of_the_belief() -> None:
    policy = ReplanningDoctors(ASIA, "threshold", "full")
    found = []
    for _ in play(policy, range(20)):
        found += [(report.trigger, report.divergence) for report in policy.last_reports]
    diverged = [value for trigger, value in found if trigger is not None]
    assert diverged and all(value > 0.1 for value in diverged)
    assert {trigger for trigger, _ in found} == {None, ReplanTrigger.DIVERGENCE}


def test_a_test_that_was_not_carried_out_is_a_failure() -> None:
    """The patient is tested as if nobody had asked for it: the next step shows no result."""
    policy = ReplanningDoctors(ASIA, "failure")
    env = diagnosis_v0.gymnasium_env(ASIA.params)
    observation, _ = env.reset(seed=3)
    first, memory = policy.predict(observation)
    again, memory = policy.predict(observation, memory)
    assert first == again < ASIA.num_tests
    assert policy.last_reports[0].trigger is ReplanTrigger.FAILURE
    observation, *_ = env.step(again)
    policy.predict(observation, memory)
    assert policy.last_reports[0].trigger is None


def test_a_treatment_that_was_not_given_is_given_again() -> None:
    policy = ReplanningDoctors(ASIA, "failure")
    env = diagnosis_v0.gymnasium_env(ASIA.params)
    observation, info = env.reset(seed=3)
    memory, taken = None, []
    for _ in range(12):
        action, memory = policy.predict(observation, memory, action_masks=info["action_mask"].reshape(-1))
        taken.append(action)
        if action < ASIA.num_tests:
            observation, _, _, _, info = env.step(action)
    assert len([action for action in taken if action >= ASIA.num_tests]) > 1
    assert policy.last_reports[0].trigger is ReplanTrigger.FAILURE


def test_several_doctors_share_money_and_laboratory() -> None:
    model = DiagnosisModel(DiagnosisParams.random(3, diseases=4, tests=6, patients=3, capacity=1, budget=4.0))
    policy, protocol = ReplanningDoctors(model, "failure+threshold", "full"), ProtocolPolicy(model)
    found, wanted = returns(policy, 60), returns(protocol, 60)
    assert np.isfinite(found).all()
    assert found.mean() == pytest.approx(wanted.mean(), abs=1.5)
