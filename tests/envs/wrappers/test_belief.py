"""The belief as an observation equals the environment's own, step for step."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stable_baselines3.common.env_checker import check_env

from planzoo.envs import diagnosis_v0, medical_testing_v0, warehouse_v0
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.wrappers.belief import BeliefEncoder, BeliefObservation, BeliefVectorObservation
from planzoo.errors import InputError

PRESETS = {
    "asia": DiagnosisParams.asia(),
    "toy": DiagnosisParams.toy(),
    "troubleshooting": DiagnosisParams.troubleshooting(),
    "clinic of one": DiagnosisParams.clinic(1),
    "clinic of three": DiagnosisParams.clinic(3, deadline=9),
    "machines": DiagnosisParams.troubleshooting(patients=2, capacity=1),
    "random": DiagnosisParams.random(3, diseases=4, tests=9),
}
TOLERANCE = 1e-6
"""Observations are float32."""


def unwrapped(env: Any) -> Any:
    """The environment itself, whose simulator tells who has left."""
    return env.unwrapped


def choose(random: np.random.Generator, masks: Any) -> Any:
    """Draws an allowed action for each doctor; with one doctor it is a number, else an array."""
    if isinstance(masks, tuple):
        return np.array([random.choice(np.flatnonzero(mask)) for mask in masks])
    return int(random.choice(np.flatnonzero(masks)))


def check_same(shown: Any, expected: Any, encoder: BeliefEncoder, left: Any) -> None:
    """Compares observations (…, N · D), where ``left`` is bool (…, N).

    Where treatments go on, the belief about patients who have left is not compared: the wrapper cannot tell a
    last treatment that has cured all from one that has not.
    """
    shape = (-1, encoder.target.size)
    rows, others = np.array(shown).reshape(shape), np.array(expected).reshape(shape)
    if not encoder.source.params.roles.treatment_ends:
        rows[left.reshape(-1), encoder.target.belief] = others[left.reshape(-1), encoder.target.belief] = 0
    np.testing.assert_allclose(rows, others, atol=TOLERANCE)


def compare_episodes(params: DiagnosisParams, seeds: range) -> int:
    """Plays episodes at random with both environments and gives the number of observations compared."""
    wrapped = BeliefObservation(diagnosis_v0.gymnasium_env(params))
    direct = diagnosis_v0.gymnasium_env(params, observation="belief")
    assert wrapped.observation_space == direct.observation_space
    compared, world = 0, unwrapped(direct)
    for seed in seeds:
        random = np.random.default_rng(seed)
        (seen, info), (expected, _) = wrapped.reset(seed=seed), direct.reset(seed=seed)
        ended = False
        while True:
            check_same(seen, expected, wrapped.encoder, world.simulator.state.finished[0])
            assert wrapped.observation_space.contains(seen)
            compared += 1
            if ended:
                break
            action = choose(random, info["action_mask"])
            seen, reward, terminated, truncated, info = wrapped.step(action)
            expected, same_reward, *same_end, _ = direct.step(action)
            assert (reward, [terminated, truncated]) == (same_reward, same_end)
            ended = terminated or truncated
    return compared


@pytest.mark.parametrize("preset", PRESETS)
def test_it_shows_what_the_belief_scenario_shows(preset: str) -> None:
    assert compare_episodes(PRESETS[preset], range(15)) >= 30


@settings(max_examples=15)
@given(
    seed=st.integers(0, 10_000),
    diseases=st.integers(1, 6),
    tests=st.integers(1, 10),
    noise=st.sampled_from([0.0, 0.1, 0.5]),
    patients=st.integers(1, 3),
    capacity=st.sampled_from([None, 1, 2]),
)
def test_it_does_so_for_random_networks(
    seed: int, diseases: int, tests: int, noise: float, patients: int, capacity: int | None
) -> None:
    params = DiagnosisParams.random(seed, diseases, tests, noise, patients=patients, capacity=capacity)
    assert compare_episodes(params, range(seed, seed + 2)) >= 4


@pytest.mark.long
@pytest.mark.parametrize("seed", range(60))
def test_it_does_so_for_many_random_networks(seed: int) -> None:
    params = DiagnosisParams.random(seed, 1 + seed % 8, 4 + seed % 17, patients=1 + seed % 4, max_steps=30)
    compare_episodes(params, range(20))


@pytest.mark.parametrize("preset", ["asia", "troubleshooting", "clinic of three"])
def test_vector_environments_show_a_belief_for_each_world(preset: str) -> None:
    params = PRESETS[preset]
    wrapped = BeliefVectorObservation(diagnosis_v0.vector_env(6, params))
    direct = diagnosis_v0.vector_env(6, params, observation="belief")
    assert wrapped.observation_space == direct.observation_space
    assert wrapped.single_observation_space == direct.single_observation_space
    (seen, _), (expected, _) = wrapped.reset(seed=3), direct.reset(seed=3)
    random = np.random.default_rng(0)
    shape = wrapped.action_space.shape
    ended, world = 0, unwrapped(direct)
    for _ in range(40):
        check_same(seen, expected, wrapped.encoder, world.simulator.state.finished)
        actions = random.integers(params.num_actions, size=shape)
        seen, rewards, terminated, truncated, _ = wrapped.step(actions)
        expected, same_rewards, *_ = direct.step(actions)
        np.testing.assert_array_equal(rewards, same_rewards)
        ended += int((terminated | truncated).sum())
    assert ended >= 6


def test_a_doctors_part_of_a_team_is_what_a_doctor_alone_sees() -> None:
    params = PRESETS["clinic of three"]
    encoder = BeliefEncoder(params)
    simulator = medical_testing_v0.simulator(params)
    simulator.reset(7)
    simulator.step(np.array([[0, 1, 4]]))
    rows = simulator.buffers.observations[0]
    together = encoder(rows.reshape(-1))
    np.testing.assert_array_equal(together.reshape(3, -1), encoder(rows))
    assert together.shape == encoder.space.shape


def test_several_doctors_may_do_it_under_the_other_name() -> None:
    wrapped = BeliefObservation(medical_testing_v0.gymnasium_env())
    direct = medical_testing_v0.gymnasium_env(observation="belief")
    seen, expected = wrapped.reset(seed=1)[0], direct.reset(seed=1)[0]
    np.testing.assert_allclose(seen, expected, atol=TOLERANCE)


def test_beliefs_that_were_given_cannot_be_spoiled() -> None:
    env = BeliefObservation(diagnosis_v0.gymnasium_env())
    first, _ = env.reset(seed=0)
    first[:] = 7
    again, _ = env.reset(seed=1)
    assert again[:8].sum() == pytest.approx(1)


def test_impossible_results_tell_nothing() -> None:
    """The environment never shows them, but somebody's replay may."""
    encoder = BeliefEncoder(PRESETS["asia"])
    shown = encoder(np.ones(encoder.source.layout.size, dtype=np.float32))
    np.testing.assert_allclose(shown[encoder.target.belief], encoder.source.belief(), atol=TOLERANCE)


def test_gymnasium_can_check_and_make_it() -> None:
    spec = BeliefObservation(gym.make("planzoo/Diagnosis-v0")).spec
    assert spec is not None
    assert gym.make(spec).observation_space.shape == (13,)
    check_env(BeliefObservation(diagnosis_v0.gymnasium_env()), skip_render_check=True)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: warehouse_v0.gymnasium_env(), "for diagnosis_v0 and medical_testing_v0 only"),
        (lambda: gym.make("CartPole-v1"), "for diagnosis_v0 and medical_testing_v0 only"),
        (lambda: diagnosis_v0.gymnasium_env(observation="belief"), "observation='results'"),
        (lambda: medical_testing_v0.gymnasium_env(observation="marginals"), "observation='results'"),
    ],
)
def test_other_environments_are_errors(make: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        BeliefObservation(make())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: warehouse_v0.vector_env(2), "for diagnosis_v0 and medical_testing_v0 only"),
        (lambda: diagnosis_v0.vector_env(2, observation="belief"), "observation='results'"),
    ],
)
def test_other_vector_environments_are_errors(make: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        BeliefVectorObservation(make())
