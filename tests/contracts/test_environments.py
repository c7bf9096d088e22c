"""What every registered scenario promises, through every door."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

import planzoo  # noqa: F401, registers the environments
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.simulation.scenario import Scenario
from planzoo.envs.simulation.simulator import Simulator
from tests.contracts.presets import DIAGNOSES, DISTURBED, MAZES, NAMES, WAREHOUSES, load_preset
from tests.contracts.trajectory import digest

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=REGISTRY, scope="module")
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load_scenario(request.param)


@pytest.fixture(params=NAMES, scope="module")
def preset(request: pytest.FixtureRequest) -> Scenario:
    """Every scenario, also with other parameters."""
    return load_preset(request.param)


OTHERS = [name for name in NAMES if name not in REGISTRY]
COMPILED = [*REGISTRY, "messages", "list", "image", *DISTURBED, *DIAGNOSES, *MAZES]
"""Those that are also played without compiling."""


ENDLESS: dict[str, dict[str, Any]] = {
    "maze_v0": {"max_steps": 32_000, "hunger_rate": 0.0, "thirst_rate": 0.0, "hazards": 0}
}
"""What keeps episodes from ending, beside the clock."""


def random_actions(simulator: Simulator, random: np.random.Generator) -> np.ndarray[Any, Any]:
    """Draws actions that the masks allow, int64 (B, N)."""
    weights = random.random(simulator.buffers.action_masks.shape) * simulator.buffers.action_masks
    return weights.argmax(axis=2)


def test_state_is_in_its_space(preset: Scenario) -> None:
    env = preset.parallel_env()
    env.reset(seed=1)
    assert env.state_space.contains(env.state())


def test_single_environment_refuses_what_is_outside_the_space(scenario: Scenario) -> None:
    env = scenario.gymnasium_env()
    env.reset(seed=0)
    count, agents = env.simulator.num_actions, env.simulator.num_agents
    for wrong in ([count] * agents, [-1] * agents, [float("nan")] * agents, [0] * (agents + 1), "up"):
        with pytest.raises(ValueError, match="ction"):
            env.step(wrong)


def test_parallel_environment_refuses_what_is_outside_the_space(scenario: Scenario) -> None:
    env = scenario.parallel_env()
    env.reset(seed=0)
    first = env.agents[0]
    good = dict.fromkeys(env.agents, 0)
    for wrong in (env.simulator.num_actions, -1, float("nan"), 0.5, [0, 1], None):
        with pytest.raises(ValueError, match=first):
            env.step({**good, first: wrong})
    with pytest.raises(ValueError, match="live agent"):
        env.step(dict.fromkeys(env.agents[1:], 0))


def test_vector_environment_checks_when_asked(scenario: Scenario) -> None:
    env = scenario.vector_env(3, checked=True)
    env.reset(seed=0)
    for wrong in (
        np.full(env.action_space.shape, 99),
        np.zeros(2, dtype=int),
        np.full(env.action_space.shape, np.nan),
    ):
        with pytest.raises(ValueError, match="ctions"):
            env.step(wrong)


def test_masked_actions_do_nothing_and_are_flagged(preset: Scenario) -> None:
    simulator = preset.simulator(num_worlds=64)
    simulator.reset(3)
    random = np.random.default_rng(0)
    flagged = 0
    for _ in range(30):
        actions = random.integers(simulator.num_actions, size=(64, simulator.num_agents))
        allowed = np.take_along_axis(simulator.buffers.action_masks, actions[..., None], axis=2)[..., 0]
        alive = ~simulator.state.ended
        left = simulator.buffers.terminated[alive]
        buffers = simulator.step(actions)
        # Whoever has left acts no more, and that is nobody's mistake.
        np.testing.assert_array_equal(buffers.invalid_actions[alive], ~allowed[alive] & ~left)
        accepted = np.where(allowed[alive] & ~left, actions[alive], -1)
        np.testing.assert_array_equal(buffers.accepted_actions[alive], accepted)
        flagged += int(buffers.invalid_actions[alive].sum())
    assert flagged > 0


@pytest.mark.parametrize("name", ["warehouse_v0", *WAREHOUSES])
def test_a_masked_action_is_like_waiting(name: str) -> None:
    preset = load_preset(name)
    one, other = preset.simulator(num_worlds=32), preset.simulator(num_worlds=32)
    bits = one.params.message_bits
    for simulator in (one, other):
        simulator.reset(1)
    random = np.random.default_rng(2)
    for _ in range(40):
        actions = random.integers(one.num_actions, size=(32, one.num_agents))
        allowed = np.take_along_axis(one.buffers.action_masks, actions[..., None], axis=2)[..., 0]
        moves = one.num_actions >> bits
        # The robot says what it says all the same.
        waiting = np.where(allowed, actions, actions // moves * moves)
        mine, theirs = one.step(actions, True), other.step(waiting, True)
        for kept in ("observations", "action_masks", "rewards", "terminated", "truncated"):
            np.testing.assert_array_equal(getattr(mine, kept), getattr(theirs, kept))
        for array, twin in zip(one.state, other.state, strict=True):
            np.testing.assert_array_equal(array, twin)
        began = one.state.steps == 0
        said = np.where(began[:, None], 0, actions // moves)
        np.testing.assert_array_equal(one.state.robots.message, said)


def test_mask_never_forbids_everything(preset: Scenario) -> None:
    simulator = preset.simulator(num_worlds=64)
    simulator.reset(0)
    random = np.random.default_rng(1)
    for _ in range(600 if simulator.num_agents < 3 else 200):
        assert simulator.buffers.action_masks.any(axis=2).all()
        simulator.step(random_actions(simulator, random), autoreset=True)


def test_observations_are_in_their_space(preset: Scenario) -> None:
    simulator = preset.simulator(num_worlds=64)
    simulator.reset(0)
    random = np.random.default_rng(1)
    for _ in range(300 if simulator.num_agents < 3 else 100):
        seen = simulator.buffers.observations
        assert (seen >= simulator.observation_low).all() and (seen <= simulator.observation_high).all()
        simulator.step(random_actions(simulator, random), autoreset=True)


def run_trajectories(names: list[str], *numbers: int, **environment: str) -> dict[str, str]:
    """Runs the digests in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.contracts.trajectory", *map(str, numbers), *names]
    result = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return dict(zip(names, result.stdout.split(), strict=True))


def test_same_seed_same_episode_whatever_the_batch_and_process() -> None:
    elsewhere = run_trajectories(NAMES, 300, 270, 120)
    assert elsewhere == {name: digest(name, 1, 0, 120) for name in NAMES}
    assert len(set(elsewhere.values())) == len(NAMES)


def test_digests_tell_episodes_apart(scenario: Scenario) -> None:
    assert digest(scenario.name, 1, 0, 119) != digest(scenario.name, 1, 0, 120)
    assert digest(scenario.name, 1024, 700, 50) == digest(scenario.name, 1, 0, 50)


def test_kernels_equal_their_python_functions() -> None:
    interpreted = run_trajectories(COMPILED, 2, 1, 25, NUMBA_DISABLE_JIT="1")
    assert interpreted == {name: digest(name, 2, 1, 25) for name in COMPILED}


@pytest.mark.parametrize("threads", [1, 3])
def test_vector_equals_looped_single(scenario: Scenario, threads: int) -> None:
    compare_with_looped_singles(scenario, worlds=6, steps=700, threads=threads)


@pytest.mark.parametrize("name", OTHERS)
def test_vector_equals_looped_single_of_other_parameters(name: str) -> None:
    compare_with_looped_singles(load_preset(name), worlds=3, steps=90, threads=1, max_steps=35)


def compare_with_looped_singles(
    scenario: Scenario, worlds: int, steps: int, threads: int, **changes: int
) -> None:
    vector = scenario.vector_env(worlds, autoreset_mode="SameStep", threads=threads, **changes)
    singles = [scenario.gymnasium_env(**changes) for _ in range(worlds)]
    together, _ = vector.reset(seed=11)
    alone = [env.reset(seed=11 + index)[0] for index, env in enumerate(singles)]
    np.testing.assert_array_equal(together, alone)
    random = np.random.default_rng(0)
    finished = 0
    for _ in range(steps):
        actions = random_actions(vector.simulator, random)
        together, rewards, terminated, truncated, infos = vector.step(actions)
        for index, env in enumerate(singles):
            observation, reward, ended, cut, info = env.step(actions[index])
            assert (reward, ended, cut) == (rewards[index], terminated[index], truncated[index])
            if "events" in infos:
                told = {(each["event"], each["agent"]) for each in info["events"]}
                assert told == named_events(vector.simulator, infos["events"][index])
            if ended or cut:
                finished += 1
                np.testing.assert_array_equal(infos["final_obs"][index], observation)
                assert infos["success"][index] == info["success"]
                observation, info = env.reset()
            np.testing.assert_array_equal(together[index], observation)
            np.testing.assert_array_equal(
                infos["action_mask"][index].reshape(-1), np.ravel(info["action_mask"])
            )
    assert finished >= worlds


def named_events(simulator: Simulator, bits: np.ndarray[Any, Any]) -> set[tuple[str, str | None]]:
    """Reads the bits of events as the vector environment gives them: who was told what."""
    return {
        (name, agent if number < simulator.num_agent_events else None)
        for agent, own in zip(simulator.agents, bits.tolist(), strict=True)
        for number, name in enumerate(simulator.event_names)
        if own & 1 << number
    }


def test_autoreset_modes(scenario: Scenario) -> None:
    worlds = 4
    for mode in gymnasium.vector.AutoresetMode:
        env = gymnasium.make_vec(
            scenario.gymnasium_id, num_envs=worlds, autoreset_mode=mode, max_episode_steps=3
        )
        assert env.metadata["autoreset_mode"] is mode
        assert env.unwrapped.autoreset_mode is mode
        env.reset(seed=5)
        ended = np.zeros(worlds, dtype=bool)
        random = np.random.default_rng(3)
        for _ in range(40):
            if mode is gymnasium.vector.AutoresetMode.DISABLED and ended.any():
                env.reset(options={"reset_mask": ended})
            before = ended
            _, rewards, terminated, truncated, infos = env.step(
                random_actions(env.unwrapped.simulator, random)
            )
            ended = terminated | truncated
            steps = env.unwrapped.simulator.state.steps
            if mode is gymnasium.vector.AutoresetMode.NEXT_STEP:
                assert (rewards[before] == 0).all() and (steps[before] == 0).all() and not ended[before].any()
            if mode is gymnasium.vector.AutoresetMode.SAME_STEP:
                assert (steps[ended] == 0).all()
                assert ("final_obs" in infos) == bool(ended.any())
            assert truncated.dtype == bool and (steps <= 3).all()


def test_sb3_vec_env_gives_terminal_observations(scenario: Scenario) -> None:
    env = scenario.sb3_vec_env(num_worlds=5, max_steps=4)
    env.seed(8)
    env.reset()
    rows = 5 * env.simulator.num_agents
    assert env.num_envs == rows and len(env.env_method("action_masks")) == rows
    finished = 0
    for step in range(12):
        last = env.simulator.buffers.observations.copy()
        _, _, dones, infos = env.step(random_actions(env.simulator, np.random.default_rng(step)).reshape(-1))
        for row in np.flatnonzero(dones):
            assert infos[row]["terminal_observation"].shape == last.shape[2:]
            assert infos[row]["TimeLimit.truncated"] in (True, False)
            finished += 1
        assert (env.simulator.state.steps[dones.reshape(5, -1).any(axis=1)] == 0).all()
    assert finished >= rows


def test_fork_has_fresh_randomness(preset: Scenario) -> None:
    simulator = preset.simulator(max_steps=5)
    simulator.reset(1)
    forks = simulator.fork(0, copies=16, seed=1)
    assert not np.intersect1d(forks.state.random_streams[:, 0], simulator.state.random_streams[:, 0]).size
    for mine, theirs in zip(simulator.state[1:], forks.state[1:], strict=True):
        np.testing.assert_array_equal(theirs, np.repeat(mine, 16, axis=0))
    np.testing.assert_array_equal(forks.buffers.observations[3], simulator.buffers.observations[0])

    def next_episode(worlds: Simulator) -> list[bytes]:
        action = np.zeros((worlds.num_worlds, worlds.num_agents), dtype=int)
        while not worlds.state.ended.all():
            worlds.step(action)
        worlds.step(action, autoreset=True)
        arrays = [array for name, array in worlds.state._asdict().items() if name != "random_streams"]
        return [b"".join(array[w].tobytes() for array in arrays) for w in range(worlds.num_worlds)]

    again = next_episode(simulator.fork(0, copies=16, seed=1))
    futures, truth = next_episode(forks), next_episode(simulator)[0]
    assert futures == again, "the same fork seed gives the same futures"
    assert len(set(futures)) > 1 and futures.count(truth) < 16, "forks must not foresee the original's future"


def test_snapshot_keeps_the_future(preset: Scenario) -> None:
    simulator = preset.simulator(num_worlds=3)
    simulator.reset(4)
    moment = simulator.snapshot()
    random = np.random.default_rng(0)
    actions = [random.integers(simulator.num_actions, size=(3, simulator.num_agents)) for _ in range(60)]
    first = [simulator.step(action, True).observations.copy() for action in actions]
    simulator.restore(moment)
    second = [simulator.step(action, True).observations.copy() for action in actions]
    np.testing.assert_array_equal(first, second)
    with pytest.raises(ValueError, match="another number of worlds"):
        preset.simulator(num_worlds=2).restore(moment)


def peak_bytes(step: Callable[[], Any]) -> tuple[int, int]:
    """Gives the most memory that 20 calls have in use at a time, and what they leave behind.

    What the garbage collector would clear away of earlier tests, or take for its own work, is not the calls'.
    """
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        # Python's free lists of small tuples take some hundred calls to fill.
        for _ in range(500):
            step()
        start = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        for _ in range(20):
            step()
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    return peak - start, now - start


def test_vector_step_allocates_nothing(scenario: Scenario) -> None:
    worlds = 8192
    # No episode ends in these steps, so nothing is to be reported.
    env = scenario.vector_env(
        worlds, copy=False, threads=1, **ENDLESS.get(scenario.name, {"max_steps": 10**6})
    )
    env.reset(seed=0)
    actions = np.zeros((worlds, env.simulator.num_agents), dtype=np.int64)
    for step in (lambda: env.simulator.step(actions, autoreset=True), lambda: env.step(actions)):
        # What happens once in hundreds of calls, anywhere in the process, is in one of three measurements.
        peak, left = min(peak_bytes(step) for _ in range(3))
        # Views and the dict of infos are some kilobytes; a copy of the smallest batch array would be eight.
        assert peak < 7_000 and left < 1_500, (peak, left)


def test_environments_can_be_copied_and_pickled(preset: Scenario) -> None:
    env = preset.gymnasium_env()
    env.reset(seed=3)
    twins = [copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
    action = env.action_space.sample()
    expected = env.step(action)[0]
    for twin in twins:
        np.testing.assert_array_equal(twin.step(action)[0], expected)


def test_renders_in_every_mode(scenario: Scenario) -> None:
    frames = {}
    for mode in ("rgb_array", "ansi"):
        env = gymnasium.make(scenario.gymnasium_id, render_mode=mode)
        env.reset(seed=0)
        frames[mode] = env.render()
    assert frames["rgb_array"].dtype == np.uint8 and frames["rgb_array"].ndim == 3
    assert frames["rgb_array"].std() > 5, "a picture is not of one colour"
    assert len(frames["ansi"].splitlines()) > 3
