from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

from planzoo.baselines.learned import LearnedPolicy
from planzoo.envs import warehouse_v0
from planzoo.planners.policy import Access
from tests.baselines.conftest import PaidByAction

AGENTS = ("robot_0", "robot_1")


@pytest.fixture
def observations() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(2, 71)).astype(np.float32)


def test_actions_are_those_of_the_network(checkpoint: Path, observations: np.ndarray) -> None:
    policy = LearnedPolicy.load(checkpoint, AGENTS)
    actions, _ = policy.predict(observations.reshape(-1))
    expected = policy._network.get_distribution(torch.tensor(observations)).mode()
    assert actions.tolist() == expected.tolist()
    assert policy.access is Access.OBSERVATION and policy.training_steps == 1234


def test_one_agent_gives_a_number_and_a_batch_gives_a_vector(
    checkpoint: Path, observations: np.ndarray
) -> None:
    policy = LearnedPolicy.load(checkpoint)
    assert np.shape(policy.predict(observations[0])[0]) == ()
    assert policy.predict(observations)[0].shape == (2,)


def test_dicts_of_parallel_environments(checkpoint: Path, observations: np.ndarray) -> None:
    policy = LearnedPolicy.load(checkpoint, AGENTS)
    actions, _ = policy.predict(dict(zip(AGENTS, observations, strict=True)))
    assert list(actions.values()) == policy.predict(observations.reshape(-1))[0].tolist()


def test_masks_are_heeded_by_networks_trained_with_them(checkpoint: Path, observations: np.ndarray) -> None:
    policy = LearnedPolicy.load(checkpoint)
    best = int(policy.predict(observations[0])[0])
    mask = np.arange(5) != best
    assert policy.predict(observations[0], action_masks=mask)[0] != best
    samples = {
        int(policy.predict(observations[0], deterministic=False, action_masks=mask)[0]) for _ in range(60)
    }
    assert best not in samples and len(samples) > 1
    policy.masked = False
    assert policy.predict(observations[0], action_masks=mask)[0] == best


def test_samples_follow_the_probabilities_and_the_seed(checkpoint: Path, observations: np.ndarray) -> None:
    policy = LearnedPolicy.load(checkpoint, seed=4)
    batch = np.repeat(observations[:1], 4000, axis=0)
    drawn = policy.predict(batch, deterministic=False)[0]
    probabilities = policy.explain().data["probabilities"]["agent_0"]
    assert np.bincount(drawn, minlength=5) / 4000 == pytest.approx(probabilities, abs=0.04)
    policy.reset(4)
    assert policy.predict(batch, deterministic=False)[0].tolist() == drawn.tolist()


def test_reasons(checkpoint: Path, observations: np.ndarray) -> None:
    policy = LearnedPolicy.load(checkpoint, AGENTS)
    assert "No action" in policy.explain().words
    actions, _ = policy.predict(observations.reshape(-1))
    reasons = policy.explain()
    assert reasons.data["actions"] == dict(zip(AGENTS, actions.tolist(), strict=True))
    assert all(sum(row) == pytest.approx(1.0) for row in reasons.data["probabilities"].values())
    assert f"robot_0: action {actions[0]} with " in reasons.words


def test_observation_of_another_size(checkpoint: Path) -> None:
    with pytest.raises(ValueError, match="was made for observations of 142 numbers"):
        LearnedPolicy.load(checkpoint, AGENTS).predict(np.zeros(71, dtype=np.float32))


def model_of(policy: LearnedPolicy) -> RecurrentPPO:
    """Makes sb3-contrib's learner around a policy's network; it learns nothing here."""
    space = policy._network.observation_space
    environment = gymnasium.make("CartPole-v1")
    environment.observation_space, environment.action_space = space, policy._network.action_space
    model = RecurrentPPO("MlpLstmPolicy", environment, n_steps=8, device="cpu", _init_setup_model=False)
    model.policy = policy._network
    return model


@given(data=st.data(), worlds=st.integers(1, 4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_recurrent_actions_are_those_of_the_learner(
    recurrent_checkpoint: Path, data: st.DataObject, worlds: int
) -> None:
    policy = LearnedPolicy.load(recurrent_checkpoint)
    model, random = model_of(policy), np.random.default_rng(data.draw(st.integers(0, 1000)))
    ours: Any = None
    theirs: Any = None
    for step in range(12):
        starts = np.array(data.draw(st.lists(st.booleans(), min_size=worlds, max_size=worlds))) | (step == 0)
        rows = random.normal(size=(worlds, 71)).astype(np.float32)
        actions, ours = policy.predict(rows, ours, starts)
        expected, theirs = model.predict(rows, theirs, starts, deterministic=True)
        assert actions.tolist() == expected.tolist()
        for world, memory in enumerate(ours):
            np.testing.assert_allclose(memory[0, :, 0], theirs[0][:, world], atol=1e-5)
            np.testing.assert_allclose(memory[1, :, 0], theirs[1][:, world], atol=1e-5)


def test_each_agent_of_a_team_has_a_memory_of_its_own(recurrent_checkpoint: Path) -> None:
    team, alone = LearnedPolicy.load(recurrent_checkpoint, AGENTS), LearnedPolicy.load(recurrent_checkpoint)
    rows = np.random.default_rng(1).normal(size=(20, 2, 71)).astype(np.float32)
    memory: Any = None
    memories: Any = None
    for row in rows:
        together, memory = team.predict(row.reshape(-1), memory)
        apart, memories = alone.predict(row, memories)
        assert together.tolist() == apart.tolist()
    assert memory[0].shape == (2, 2, 2, 6) and memories[0].shape == (2, 2, 1, 6)


def test_what_was_seen_before_counts_until_an_episode_starts(recurrent_checkpoint: Path) -> None:
    policy = LearnedPolicy.load(recurrent_checkpoint)
    rows = np.random.default_rng(2).normal(size=(40, 71)).astype(np.float32)
    fresh = policy.predict(rows)[0].tolist()
    memory: Any = None
    remembered = []
    for row in rows:
        action, memory = policy.predict(row, memory)
        remembered.append(int(action))
    assert remembered != fresh
    starts = [policy.predict(row, memory, np.ones(1, dtype=bool))[0] for row in rows]
    assert starts == fresh
    assert policy.begin() is not None and not np.any(policy.begin())


def test_memory_is_advanced_in_place_and_never_shared(recurrent_checkpoint: Path) -> None:
    policy = LearnedPolicy.load(recurrent_checkpoint)
    first, second = policy.begin(), policy.begin()
    assert first is not None and second is not None
    policy.decide(np.ones(71, dtype=np.float32), first, None, True)
    assert np.any(first) and not np.any(second)


def test_recurrent_networks_know_no_masks(recurrent_checkpoint: Path, observations: np.ndarray) -> None:
    policy = LearnedPolicy.load(recurrent_checkpoint)
    best = int(policy.predict(observations[0])[0])
    assert not policy.masked
    assert policy.predict(observations[0], action_masks=np.arange(5) != best)[0] == best
    assert LearnedPolicy(policy._network).begin() is not None


def test_feed_forward_networks_remember_nothing(checkpoint: Path, observations: np.ndarray) -> None:
    policy = LearnedPolicy.load(checkpoint)
    assert policy.predict(observations[0])[1] == (None,)


def test_stable_baselines_evaluates_it_as_its_own_model(recurrent_checkpoint: Path) -> None:
    policy = LearnedPolicy.load(recurrent_checkpoint)
    scores = []
    for player in (policy, model_of(policy)):
        environment = DummyVecEnv([lambda: Monitor(PaidByAction(warehouse_v0.gymnasium_env(preset())))])
        environment.seed(3)
        scores.append(evaluate_policy(player, environment, n_eval_episodes=5, return_episode_rewards=True))
    assert scores[0] == scores[1] and len(set(scores[0][0])) > 1


def preset() -> warehouse_v0.WarehouseParams:
    return warehouse_v0.WarehouseParams.rware(robots=1, max_steps=100)
