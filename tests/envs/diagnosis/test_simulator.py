from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs import diagnosis_v0
from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel, encode_observation
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.errors import InputError
from planzoo.planners.domains.diagnosis import ContingentPolicy, DiagnosisPolicy, MyopicPolicy

ASIA = DiagnosisParams.asia()


def returns(policy: DiagnosisPolicy, worlds: int, seed: int = 0) -> np.ndarray:
    """Returns of one episode in each world."""
    simulator = DiagnosisSimulator(policy.model.params, worlds)
    simulator.reset(seed)
    total = np.zeros(worlds)
    while not simulator.state.ended.all():
        rows, inverse = np.unique(simulator.buffers.observations[:, 0], axis=0, return_inverse=True)
        actions, _ = policy.predict(rows)
        simulator.step(actions[inverse.reshape(-1)].reshape(-1, 1))
        total += simulator.buffers.rewards[:, 0]
    return total


@pytest.mark.parametrize("observation", ["results", "belief"])
def test_the_contingent_policy_earns_what_its_plan_expects(observation: str) -> None:
    """The simulator's rules are those that the planner plans with."""
    model = DiagnosisModel(DiagnosisParams.asia(observation=observation))
    policy = ContingentPolicy(model)
    earned = returns(policy, 20_000)
    error = earned.std() / np.sqrt(len(earned))
    assert abs(earned.mean() - policy.plan().expected_utility) < 4 * error
    assert np.mean(earned - returns(MyopicPolicy(model), 20_000)) > 0.1, (
        "the same seeds are the same patients"
    )


def test_budgets_that_are_met_exactly_are_planned_for() -> None:
    params = random_instance(3, tests=3)
    params = params.changed(budget=float(params.test_costs[:2].sum()), untreated=params.untreated + 40)
    policy = ContingentPolicy(DiagnosisModel(params))
    earned = returns(policy, 20_000)
    error = earned.std() / np.sqrt(len(earned))
    assert not all(plan.branches for plan in policy.plan().nodes() if plan.is_test), "it runs out on purpose"
    assert abs(earned.mean() - policy.plan().expected_utility) < 4 * error


@pytest.mark.parametrize("observation", ["results", "belief"])
def test_observations_are_those_of_the_model(observation: str) -> None:
    params = random_instance(1, observation=observation)
    model, simulator = DiagnosisModel(params), DiagnosisSimulator(params, 32)
    simulator.reset(5)
    random = np.random.default_rng(0)
    for _ in range(4):
        for world in range(32):
            done = np.flatnonzero(simulator.state.done[world])
            evidence = tuple((int(test), int(simulator.state.results[world, test])) for test in done)
            np.testing.assert_allclose(
                simulator.buffers.observations[world, 0], encode_observation(model, evidence), atol=2e-7
            )
        simulator.step(random.integers(5, size=(32, 1)))


def test_the_global_state_is_the_truth() -> None:
    simulator = DiagnosisSimulator(ASIA)
    simulator.reset(3)
    simulator.step(np.array([[1]]))
    out = np.full(simulator.global_state_size, np.nan, dtype=np.float32)
    simulator.write_global_state(0, out)
    condition, results, done, share = np.split(out, [8, 16, 20])
    assert condition.argmax() == simulator.state.condition[0]
    np.testing.assert_array_equal(results.reshape(4, 2).argmax(axis=1), simulator.state.results[0])
    np.testing.assert_array_equal(done, [0, 1, 0, 0])
    assert (condition.sum(), results.sum()) == (1, 4)
    assert share[0] == pytest.approx(2.75 / 3)


def test_success_is_the_right_treatment() -> None:
    simulator = DiagnosisSimulator(ASIA, 200)
    simulator.reset(0)
    assert not simulator.episode_info(0)["success"]
    simulator.step(np.full((200, 1), 3))
    best = ASIA.utilities[simulator.state.condition].argmax(axis=1)
    simulator.step(np.where(np.arange(200) < 100, best, (best + 1) % 5)[:, None] + 4)
    assert [simulator.episode_info(world)["success"] for world in range(200)] == [True] * 100 + [False] * 100
    assert simulator.episode_info(0) == {"success": True, "tests": 1, "cost": 0.2}


def test_the_door_takes_fields_and_presets() -> None:
    env = diagnosis_v0.gymnasium_env(budget=2.5, observation="belief")
    assert env.observation_space.shape == (13,)
    assert diagnosis_v0.simulator(DiagnosisParams.toy()).num_actions == 6
    assert diagnosis_v0.model(budget=1.5).budget == 1.5
    with pytest.raises(InputError, match="no field 'patients'"):
        diagnosis_v0.simulator(patients=3)


def test_the_generative_model_samples_the_scenario() -> None:
    model = diagnosis_v0.model().generative()
    random = np.random.default_rng(0)
    state = model.initial_belief(random)
    assert model.actions(state) == list(range(9))
    state, observation, reward, ended = model.sample_transition(state, 2, random)
    assert reward == pytest.approx(-2)
    assert not ended
    assert observation.shape == (9,)
    assert model.actions(state) == [0, 1, 3, 4, 5, 6, 7, 8]
    assert model.sample_transition(state, 4, random)[3]
