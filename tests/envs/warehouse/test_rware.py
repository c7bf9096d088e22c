"""Our warehouse against the rware package: same actions, same everything."""

from __future__ import annotations

import numpy as np
import pytest

from tests.envs.warehouse.rware_peer import Twins, pin_ties

CASES = [("tiny", 2), ("small", 2), ("tiny", 4), ("small", 4)]


def play(twins: Twins, episodes: int, seed: int) -> None:
    """Plays whole episodes, from wholly random to wholly purposeful ones."""
    random = np.random.default_rng(seed)
    for episode in range(episodes):
        twins.reset(seed + episode)
        noise = (1.0, 0.1, 0.3)[episode % 3]
        done = False
        while not done:
            done = twins.step(twins.purposeful_actions(random, noise))


@pytest.mark.parametrize(("size", "robots"), CASES)
def test_same_actions_give_the_same_episode(size: str, robots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if robots > 2:
        # With two robots even the ties are rware's own.
        pin_ties(monkeypatch)
    twins = Twins(size, robots)
    play(twins, episodes=50, seed=1000 * robots)
    assert twins.deliveries > 100


@pytest.mark.parametrize("reward", ["global", "two_stage"])
def test_every_reward_matches(reward: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pin_ties(monkeypatch)
    twins = Twins("tiny", 4, reward)
    play(twins, episodes=6, seed=7)
    assert twins.deliveries > 10


@pytest.mark.long
@pytest.mark.parametrize(("size", "robots"), [*CASES, ("tiny", 8), ("small", 8)])
def test_many_more_episodes_match(size: str, robots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pin_ties(monkeypatch)
    twins = Twins(size, robots)
    play(twins, episodes=200, seed=50_000)
    assert twins.deliveries > 400
