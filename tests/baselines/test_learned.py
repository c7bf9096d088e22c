from pathlib import Path

import numpy as np
import pytest
import torch

from planzoo.baselines.learned import LearnedPolicy
from planzoo.planners.policy import Access

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
