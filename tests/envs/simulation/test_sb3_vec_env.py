"""Rows for Stable-Baselines3: who is done when, what learners and wrappers ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.utils import get_action_masks, is_masking_supported
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import VecMonitor, VecNormalize

from planzoo.envs import warehouse_v0
from planzoo.envs.simulation.sb3_vec_env import ScenarioVecEnv
from planzoo.errors import InputError
from tests.envs.simulation.mortals import REFUSE, WAGE, WORK, display, mortals


def make(worlds: int = 2, render_mode: str | None = None, **changes: Any) -> ScenarioVecEnv:
    return ScenarioVecEnv(mortals(worlds, **changes), display(), render_mode)


def play(env: Any, steps: int, action: int = WORK) -> list[tuple[Any, ...]]:
    """Resets, then lets every row do the same at each step."""
    env.reset()
    return [env.step(np.full(env.num_envs, action)) for _ in range(steps)]


def test_a_row_is_done_when_its_world_is() -> None:
    env = make(lifetimes=(1, 3), max_steps=9)
    steps = play(env, 4)
    assert [dones.tolist() for _, _, dones, _ in steps] == [[False] * 4] * 2 + [[True] * 4, [False] * 4]
    paid = [(rewards / WAGE).round(3).tolist() for _, rewards, _, _ in steps]
    assert paid == [[1, 1, 1, 1], [0, 1, 0, 1], [0, 1, 0, 1], [1, 1, 1, 1]], "who waits earns nothing"
    ages = [observations[:, 0].tolist() for observations, *_ in steps]
    assert ages == [[1] * 4, [2] * 4, [0] * 4, [1] * 4], "after done comes a new episode"
    assert steps[0][0][:, 1].tolist() == [0, 1, 0, 1], "who waits can tell"


def test_infos_at_the_end() -> None:
    env = make(1, lifetimes=(1, 9), max_steps=2)
    (_, _, _, before), (_, _, dones, infos) = play(env, 2)
    assert before == [{}, {}] and dones.all()
    assert [info["TimeLimit.truncated"] for info in infos] == [False, True]
    assert [info["terminal_observation"].tolist() for info in infos] == [[2, 0], [2, 1]]
    assert all(info["shifts"] == 3 and info["success"] for info in infos)


def test_monitors_count_one_episode_a_row_and_world() -> None:
    monitor = VecMonitor(make(3, lifetimes=(1, 2, 9), max_steps=5))
    episodes = [info["episode"] for *_, infos in play(monitor, 10) for info in infos if "episode" in info]
    assert len(episodes) == 3 * 3 * 2 and {episode["l"] for episode in episodes} == {5}
    returns = np.array([episode["r"] for episode in episodes]).reshape(-1, 3) / WAGE
    np.testing.assert_allclose(returns, [[1, 2, 5]] * 6, rtol=1e-5)


def test_policies_forget_when_a_new_episode_begins() -> None:
    env = make(2, lifetimes=(1, 3), max_steps=9)
    ages_at_start: list[float] = []

    class Witness:
        def predict(self, observation: Any, state: Any = None, episode_start: Any = None, **_: Any) -> Any:
            ages_at_start.extend(observation[episode_start, 0])
            return np.full(len(observation), WORK), state

    returns, lengths = evaluate_policy(
        Witness(),  # type: ignore[arg-type]
        VecMonitor(env),
        n_eval_episodes=8,
        return_episode_rewards=True,
    )
    assert set(ages_at_start) == {0} and lengths == [3] * 8  # type: ignore[comparison-overlap]
    assert sorted(np.round(returns / WAGE, 3)) == [1] * 4 + [3] * 4


def test_observations_are_the_learner_s_own() -> None:
    env = make()
    first = env.reset()
    kept = first.copy()
    second, rewards, *_ = env.step(np.full(6, WORK))
    env.step(np.full(6, REFUSE))
    np.testing.assert_array_equal(first, kept)
    assert (second[:, 0] == 1).all() and (rewards == WAGE).all()


def test_seeds_hold_for_one_reset() -> None:
    env = warehouse_v0.sb3_vec_env(num_worlds=2)
    assert env.seed(3) == [3, 4, 5, 6], "as SB3 counts: a number a row"
    first = env.reset()
    second = env.reset()
    assert (first != second).any()
    env.seed(3)
    np.testing.assert_array_equal(env.reset(), first)
    direct = warehouse_v0.simulator(num_worlds=2)
    direct.reset(3)
    np.testing.assert_array_equal(first, direct.buffers.observations.reshape(4, -1))
    assert len({warehouse_v0.sb3_vec_env().reset().tobytes() for _ in range(5)}) > 1


def test_masks_of_rows() -> None:
    env = warehouse_v0.sb3_vec_env(num_worlds=2, robots=3)
    env.seed(0)
    env.reset()
    masks = env.simulator.buffers.action_masks.reshape(6, 5)
    assert is_masking_supported(env) and not env.has_attr("no_such_thing")
    np.testing.assert_array_equal(get_action_masks(env), masks)
    np.testing.assert_array_equal(env.env_method("action_masks", indices=[4, 1]), masks[[4, 1]])
    np.testing.assert_array_equal(env.get_attr("action_masks", indices=5)[0](), masks[5])
    env.action_masks()[:] = False
    assert masks.any()


def test_attributes_of_rows() -> None:
    env = make(2, max_steps=5)
    assert env.get_attr("num_actions") == [3] * 6 and env.get_attr("render_mode", 0) == [None]
    assert env.has_attr("render_mode") and env.has_attr("params") and env.has_attr("action_masks")
    assert env.env_is_wrapped(Monitor) == [False] * 6 and env.env_is_wrapped(Monitor, [1, 2]) == [False] * 2
    with pytest.raises(AttributeError, match="no_such_thing"):
        env.get_attr("no_such_thing")
    with pytest.raises(AttributeError, match="Cannot set 'max_steps': the rows share one simulator"):
        env.set_attr("max_steps", 7)
    with pytest.raises(AttributeError, match="no method 'fly'; they have action_masks and render"):
        env.env_method("fly")


def test_pictures() -> None:
    env = make(2, "rgb_array")
    env.reset()
    assert len(env.get_images()) == 2, "one a world, not one a row"
    tiled = env.render()
    assert tiled is not None and tiled.ndim == 3
    images = env.env_method("render", indices=[0, 5])
    np.testing.assert_array_equal(images[1], env.get_images()[1])
    env.close()
    blind = ScenarioVecEnv(mortals(2))
    assert blind.env_method("render", indices=[1]) == [None] and blind.get_images() == []
    blind.close()
    for mode in ("human", "ansi"):
        with pytest.raises(InputError, match=f"no render mode '{mode}' here; choose one of rgb_array"):
            make(render_mode=mode)


@pytest.mark.parametrize("env", [make(2, lifetimes=(1, 3, 9), max_steps=5), warehouse_v0.sb3_vec_env()])
def test_maskable_ppo_learns_and_never_does_what_is_masked(env: ScenarioVecEnv) -> None:
    torch.set_num_threads(1)
    flagged: list[bool] = []
    step = env.simulator.step

    def watched(actions: Any, autoreset: bool = False) -> Any:
        buffers = step(actions, autoreset)
        flagged.append(bool(buffers.invalid_actions.any()))
        return buffers

    env.simulator.step = watched  # type: ignore[method-assign]
    model = MaskablePPO("MlpPolicy", VecMonitor(env), n_steps=32, batch_size=32, seed=0, device="cpu")
    before = [parameter.clone() for parameter in model.policy.parameters()]
    model.learn(256)
    assert any((one != other).any() for one, other in zip(before, model.policy.parameters(), strict=True))
    assert len(flagged) >= 256 // env.num_envs and not any(flagged)


def test_ppo_learns_to_work() -> None:
    torch.set_num_threads(1)
    rows = VecNormalize(VecMonitor(make(8, lifetimes=(9, 9), max_steps=8)), norm_obs=False)
    model = PPO("MlpPolicy", rows, n_steps=32, batch_size=128, learning_rate=0.01, seed=0, device="cpu")
    model.learn(2048)
    score, _ = evaluate_policy(model, VecMonitor(make(4, lifetimes=(9, 9), max_steps=8)), 8)
    assert score == pytest.approx(8 * WAGE, rel=1e-5)


def test_off_policy_learners_get_the_last_observation() -> None:
    torch.set_num_threads(1)
    env = make(1, lifetimes=(2, 9), max_steps=3)
    model = DQN("MlpPolicy", env, buffer_size=64, learning_starts=0, seed=0, device="cpu", train_freq=1)
    model.learn(16)
    buffer = model.replay_buffer
    assert buffer is not None
    ends = np.flatnonzero(buffer.dones[: buffer.pos].all(axis=1))
    assert len(ends) >= 2 and (buffer.next_observations[ends, :, 0] == 3).all()
    assert (buffer.observations[ends + 1, :, 0] == 0).all()


def test_images_keep_their_shape() -> None:
    params = warehouse_v0.WarehouseParams.toy(robots=2, observation="image", max_steps=2)
    env = warehouse_v0.sb3_vec_env(params, num_worlds=3)
    assert env.observation_space.shape == (5, 3, 3) and env.reset().shape == (6, 5, 3, 3)
    for step in range(2):
        observations, _, dones, infos = env.step(np.zeros(6, dtype=int))
        np.testing.assert_array_equal(observations.reshape(3, 2, -1), env.simulator.buffers.observations)
        assert dones.all() == (step == 1)
    assert [info["terminal_observation"].shape for info in infos] == [(5, 3, 3)] * 6
