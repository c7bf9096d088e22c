from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from stable_baselines3.common.env_checker import check_env

from planzoo.envs import diagnosis_v0, warehouse_v0
from planzoo.envs.wrappers.belief import BeliefObservation, BeliefVectorObservation
from planzoo.errors import InputError


@pytest.mark.parametrize("preset", ["asia", "toy"])
def test_it_shows_what_the_belief_scenario_shows(preset: str) -> None:
    params = getattr(diagnosis_v0.DiagnosisParams, preset)()
    wrapped = BeliefObservation(diagnosis_v0.gymnasium_env(params))
    direct = diagnosis_v0.gymnasium_env(params, observation="belief")
    assert wrapped.observation_space == direct.observation_space
    random = np.random.default_rng(0)
    for seed in range(20):
        (seen, info), (expected, _) = wrapped.reset(seed=seed), direct.reset(seed=seed)
        ended = False
        while not ended:
            np.testing.assert_allclose(seen, expected, atol=2e-7)
            assert wrapped.observation_space.contains(seen)
            action = int(random.choice(np.flatnonzero(info["action_mask"])))
            seen, reward, ended, _, info = wrapped.step(action)
            expected, same_reward, same_end, _, _ = direct.step(action)
            assert (reward, ended) == (same_reward, same_end)


def test_vector_environments_show_a_belief_for_each_world() -> None:
    wrapped = BeliefVectorObservation(diagnosis_v0.vector_env(6))
    direct = diagnosis_v0.vector_env(6, observation="belief")
    assert wrapped.observation_space == direct.observation_space
    assert wrapped.single_observation_space == direct.single_observation_space
    seen, expected = wrapped.reset(seed=3)[0], direct.reset(seed=3)[0]
    random = np.random.default_rng(0)
    for _ in range(25):
        np.testing.assert_allclose(seen, expected, atol=2e-7)
        actions = random.integers(9, size=6)
        seen, expected = wrapped.step(actions)[0], direct.step(actions)[0]


def test_cached_beliefs_cannot_be_spoiled() -> None:
    env = BeliefObservation(diagnosis_v0.gymnasium_env())
    first, _ = env.reset(seed=0)
    first[:] = 7
    again, _ = env.reset(seed=1)
    assert again[:8].sum() == pytest.approx(1)


def test_gymnasium_can_check_and_make_it() -> None:
    spec = BeliefObservation(gym.make("planzoo/Diagnosis-v0")).spec
    assert spec is not None
    assert gym.make(spec).observation_space.shape == (13,)
    check_env(BeliefObservation(diagnosis_v0.gymnasium_env()), skip_render_check=True)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: warehouse_v0.gymnasium_env(), "for diagnosis_v0 only"),
        (lambda: gym.make("CartPole-v1"), "for diagnosis_v0 only"),
        (lambda: diagnosis_v0.gymnasium_env(observation="belief"), "observation='results'"),
    ],
)
def test_other_environments_are_errors(make: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        BeliefObservation(make())
