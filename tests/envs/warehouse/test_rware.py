"""Our warehouse against the rware package: same actions, same everything."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest

from planzoo.envs.warehouse.generator import random_instance
from planzoo.envs.warehouse.params import WarehouseParams
from tests.envs.warehouse.rware_drivers import Drivers
from tests.envs.warehouse.rware_peer import Twins, pin_ties

SMALL_HALLS = [("tiny", 2), ("tiny", 3), ("small", 2), ("tiny", 4), ("small", 4), ("tiny", 8), ("small", 8)]
LARGE_HALLS = [("medium", 2), ("medium", 4), ("medium", 8), ("large", 2), ("large", 4), ("large", 8)]
DIFFICULTIES = [("tiny", 3, "easy"), ("small", 4, "hard"), ("medium", 4, "easy"), ("large", 4, "hard")]
MESSAGES = [(1, 1), (1, 4), (2, 2), (3, 3), (4, 1), (5, 2)]
IMAGES = [("tiny", 4, 1), ("small", 8, 2), ("medium", 4, 3), ("tiny", 2, 4), ("large", 4, 5)]
REWARDS = [("tiny", 4), ("medium", 4), ("small", 8)]
LONG = {"tiny": 100, "small": 100, "medium": 50, "large": 30}
"""Episodes of the long tests: rware takes longer where there is more to see."""


def play(twins: Twins, episodes: int, seed: int, steps: int = 500) -> None:
    """Plays episodes, whole or for so many steps, some wholly random and some with much or little purpose."""
    random, drivers = np.random.default_rng(seed), Drivers(twins.peer)
    for episode in range(episodes):
        twins.reset(seed + episode)
        noise = (0.3, 1.0, 0.1)[episode % 3]
        for step in range(1, steps + 1):
            assert twins.step(drivers.actions(random, noise)) == (step == 500)


def hall_with_workstations(seed: int, count: int, **size: Any) -> str:
    """Draws a hall and turns some of its aisle cells into workstations."""
    cells = list(random_instance(seed, **size))
    aisles = [index for index, cell in enumerate(cells) if cell == "."]
    for index in np.random.default_rng(seed).choice(aisles, size=count, replace=False):
        cells[index] = "g"
    return "".join(cells)


def hall_twins(seed: int, robots: int) -> Twins:
    """Twins in a crowded hall of their own with many workstations."""
    layout = hall_with_workstations(seed, count=6, height=7, width=10)
    return Twins("tiny", robots, layout=layout)


@pytest.mark.parametrize(("size", "robots"), [*SMALL_HALLS, *LARGE_HALLS])
def test_same_actions_give_the_same_episode(size: str, robots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if robots > 3:
        # With two or three robots even the ties are rware's own.
        pin_ties(monkeypatch)
    twins = Twins(size, robots)
    play(twins, episodes=2, seed=1000 * robots)
    assert twins.deliveries > 5


@pytest.mark.parametrize(("size", "robots", "difficulty"), DIFFICULTIES)
def test_every_difficulty_matches(
    size: str, robots: int, difficulty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_ties(monkeypatch)
    twins = Twins(size, robots, difficulty)
    play(twins, episodes=2, seed=11)
    assert twins.deliveries > 5


def test_one_robot_has_work_in_the_hard_hall() -> None:
    # rware rounds half a request down to none, so that nothing can ever be delivered there.
    peer: Any = gymnasium.make("rware-tiny-1ag-hard-v2").unwrapped
    assert peer.request_queue_size == 0
    assert WarehouseParams.rware("tiny", 1, "hard").request_queue_size == 1


@pytest.mark.parametrize(("size", "robots"), REWARDS)
@pytest.mark.parametrize("reward", ["global", "two_stage"])
def test_every_reward_matches(size: str, robots: int, reward: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pin_ties(monkeypatch)
    twins = Twins(size, robots, reward=reward)
    play(twins, episodes=2, seed=9)
    assert min(twins.deliveries, twins.returns) > 3


@pytest.mark.parametrize("sensor_range", [2, 3, 4, 5])
def test_every_sensor_range_matches(sensor_range: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pin_ties(monkeypatch)
    twins = Twins("medium", 4, sensor_range=sensor_range)
    play(twins, episodes=2, seed=13, steps=250)
    assert twins.deliveries > 1


@pytest.mark.parametrize(("sensor_range", "bits"), MESSAGES)
def test_every_message_is_heard_as_there(
    sensor_range: int, bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_ties(monkeypatch)
    twins = Twins("small", 4, sensor_range=sensor_range, message_bits=bits)
    play(twins, episodes=2, seed=17, steps=250)
    assert twins.ours.observation_shape == (8 + (7 + bits) * (2 * sensor_range + 1) ** 2,)
    # Messages of robots whose move is invalid are heard as well.
    assert min(twins.deliveries, twins.invalid) > 2


@pytest.mark.parametrize(("size", "robots", "sensor_range"), IMAGES)
def test_every_image_matches(
    size: str, robots: int, sensor_range: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_ties(monkeypatch)
    twins = Twins(size, robots, observation="image", sensor_range=sensor_range)
    play(twins, episodes=2, seed=19)
    assert twins.ours.observation_shape == (5, 2 * sensor_range + 1, 2 * sensor_range + 1)
    assert twins.deliveries > 5


@pytest.mark.parametrize("robots", [3, 8])
def test_shelves_delivered_together_are_replaced_in_the_same_order(
    robots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if robots > 3:
        pin_ties(monkeypatch)
    together = 0
    for seed in range(3):
        twins = hall_twins(seed, robots)
        play(twins, episodes=1, seed=seed)
        together += twins.together
    assert together > 1


@pytest.mark.long
@pytest.mark.parametrize(("size", "robots"), [*SMALL_HALLS, *LARGE_HALLS, ("large", 16)])
def test_many_more_episodes_match(size: str, robots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if robots > 3:
        pin_ties(monkeypatch)
    twins = Twins(size, robots)
    play(twins, LONG[size], seed=50_000)
    assert twins.deliveries > 3 * LONG[size]


@pytest.mark.long
@pytest.mark.parametrize(("size", "robots", "difficulty"), DIFFICULTIES)
@pytest.mark.parametrize("reward", ["individual", "global", "two_stage"])
def test_many_more_difficulties_and_rewards_match(
    size: str, robots: int, difficulty: str, reward: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_ties(monkeypatch)
    twins = Twins(size, robots, difficulty, reward=reward)
    play(twins, LONG[size] // 2, seed=60_000)
    assert twins.deliveries > 2 * LONG[size]


@pytest.mark.long
@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize(("sensor_range", "bits"), [*MESSAGES, (2, 0), (3, 0), (4, 0), (5, 0)])
def test_many_more_messages_and_sensor_ranges_match(
    size: str, sensor_range: int, bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_ties(monkeypatch)
    twins = Twins(size, 4, sensor_range=sensor_range, message_bits=bits)
    play(twins, LONG[size] // 2, seed=70_000)
    assert twins.deliveries > 2 * LONG[size]


@pytest.mark.long
@pytest.mark.parametrize(("size", "robots", "sensor_range"), IMAGES)
def test_many_more_images_match(
    size: str, robots: int, sensor_range: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_ties(monkeypatch)
    twins = Twins(size, robots, observation="image", sensor_range=sensor_range)
    play(twins, LONG[size] // 2, seed=80_000)
    assert twins.deliveries > 2 * LONG[size]


@pytest.mark.long
@pytest.mark.parametrize("robots", [2, 3, 6, 10])
def test_many_more_halls_match(robots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if robots > 3:
        pin_ties(monkeypatch)
    together = 0
    for seed in range(100):
        twins = hall_twins(seed, robots)
        play(twins, episodes=1, seed=seed)
        together += twins.together
    assert together > 10
