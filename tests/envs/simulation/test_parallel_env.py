"""The PettingZoo environment: agents that end one by one, both shapes of observation, errors."""

from __future__ import annotations

import contextlib
import copy
import io
import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from pettingzoo.test import api_test, parallel_api_test
from pettingzoo.utils.conversions import parallel_to_aec

from planzoo.envs import warehouse_v0
from planzoo.envs.rendering.window import Window
from planzoo.envs.simulation.parallel_env import ScenarioParallelEnv
from planzoo.errors import InputError
from tests.envs.simulation.mortals import REFUSE, REST, WAGE, WORK, display, mortals


def make(render_mode: str | None = None, flat: bool = False, **changes: Any) -> ScenarioParallelEnv:
    return ScenarioParallelEnv(mortals(**changes), display(), render_mode, flat, "mortals")


def everybody(env: ScenarioParallelEnv, action: int = WORK) -> dict[str, int]:
    return dict.fromkeys(env.agents, action)


def test_agents_leave_one_by_one() -> None:
    env = make(lifetimes=(2, 1, 9), max_steps=3)
    env.reset(seed=0)
    first = env.step(everybody(env))
    assert all(set(part) == {"worker_0", "worker_1", "worker_2"} for part in first)
    assert first[2] == {"worker_0": False, "worker_1": True, "worker_2": False}
    assert env.agents == ["worker_0", "worker_2"] and env.num_agents == 2
    second = env.step(everybody(env))
    assert second[1] == {"worker_0": pytest.approx(WAGE), "worker_2": pytest.approx(WAGE)}
    assert second[2] == {"worker_0": True, "worker_2": False} and not any(second[3].values())
    assert not any("success" in info for info in second[4].values())
    third = env.step(everybody(env))
    assert set(third[0]) == {"worker_2"} and third[2] == {"worker_2": False}
    assert third[3] == {"worker_2": True} and third[4]["worker_2"]["shifts"] == 6
    assert env.agents == [] and env.step({}) == ({}, {}, {}, {}, {})
    assert env.possible_agents == ["worker_0", "worker_1", "worker_2"]
    env.reset()
    assert env.agents == env.possible_agents


def test_the_last_agent_ends_the_world() -> None:
    env = make(lifetimes=(1, 2))
    env.reset(seed=0)
    env.step(everybody(env))
    _, _, terminated, truncated, infos = env.step(everybody(env))
    assert terminated == {"worker_1": True} and truncated == {"worker_1": False}
    assert infos["worker_1"]["success"] and env.agents == []


def test_only_live_agents_need_actions_and_they_are_checked_as_ever() -> None:
    env = make(lifetimes=(1, 9, 9))
    env.reset(seed=0)
    env.step(everybody(env))
    env.step({"worker_1": WORK, "worker_2": REST, "worker_0": 77, "stranger": -5})
    assert env.simulator.state.shifts.tolist() == [[1, 2, 1]], "the others' actions are ignored"
    with pytest.raises(ValueError, match=r"from 0 to 2, but got \{'worker_2': -1\}"):
        env.step({"worker_1": WORK, "worker_2": -1})
    with pytest.raises(ValueError, match=r"No action for the live agent 'worker_2'; all of .* must act"):
        env.step({"worker_1": WORK})


@pytest.mark.parametrize("action", [3, 1.0, "work", None, np.array([1]), np.float32(1)])
def test_actions_outside_the_space_name_their_agent(action: Any) -> None:
    env = make(lifetimes=(9, 9))
    env.reset(seed=0)
    with pytest.raises(ValueError, match=r"integers from 0 to 2, but got .*worker_1"):
        env.step({"worker_0": WORK, "worker_1": action})
    assert env.simulator.state.steps[0] == 0, "nothing happened"


@pytest.mark.parametrize("action", [True, np.int8(1), np.uint32(1), np.array(1)])
def test_whatever_the_space_contains_is_an_action(action: Any) -> None:
    env = make(lifetimes=(9, 9))
    env.reset(seed=0)
    assert env.step({"worker_0": REST, "worker_1": action})[1]["worker_1"] == pytest.approx(WAGE)


def test_unchecked_actions_outside_the_space_do_nothing() -> None:
    env = ScenarioParallelEnv(mortals(), checked=False)
    env.reset(seed=0)
    _, rewards, _, _, infos = env.step({"worker_0": 99, "worker_1": -4, "worker_2": WORK})
    assert [reward > 0 for reward in rewards.values()] == [False, False, True]
    assert [info["invalid_action"] for info in infos.values()] == [True, True, False]


def test_masked_observations_and_flat_ones_say_the_same() -> None:
    masked, flat = make(), make(flat=True)
    first, infos = masked.reset(seed=0)
    vectors, flat_infos = flat.reset(seed=0)
    for agent in masked.agents:
        assert masked.observation_space(agent).contains(first[agent])
        assert flat.observation_space(agent).contains(vectors[agent])
        np.testing.assert_array_equal(first[agent]["observation"], vectors[agent])
        np.testing.assert_array_equal(first[agent]["action_mask"], flat_infos[agent]["action_mask"])
        assert masked.action_space(agent).sample(mask=first[agent]["action_mask"]) != REFUSE
    assert infos["worker_0"] == {"invalid_action": False}
    assert flat_infos["worker_0"]["action_mask"].dtype == np.int8
    before = first["worker_0"]["observation"].copy()
    masked.step(everybody(masked, REFUSE))
    np.testing.assert_array_equal(first["worker_0"]["observation"], before)


def test_spaces_are_the_same_objects_at_each_call() -> None:
    env = make()
    for agent in env.possible_agents:
        assert env.observation_space(agent) is env.observation_space(agent)
        assert env.action_space(agent) is env.action_space(agent)
    assert env.metadata["name"] == "mortals" and env.metadata["is_parallelizable"]


def test_the_state_is_the_scenario_s() -> None:
    env = make(lifetimes=(1, 9, 9))
    env.reset(seed=0)
    env.step({"worker_0": REST, "worker_1": WORK, "worker_2": WORK})
    env.step({"worker_1": WORK, "worker_2": REST})
    assert env.state().tolist() == [0, 2, 1] and env.state_space.contains(env.state())


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("twin", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_a_copy_sees_its_own_masks(flat: bool, twin: Any) -> None:
    env = warehouse_v0.parallel_env(flat=flat, robots=1, max_steps=500)
    env.reset(seed=0)
    other = twin(env)
    random = np.random.default_rng(0)
    seen = set()
    for _ in range(60):
        action = {"robot_0": int(random.integers(1, 4))}
        ours, theirs = env.step(action), other.step(action)
        masks = [
            (infos if flat else observations)["robot_0"]["action_mask"].tolist()
            for observations, *_, infos in (ours, theirs)
        ]
        assert masks[0] == masks[1]
        seen.add(tuple(masks[0]))
    assert len(seen) > 1


def test_seeds() -> None:
    env = warehouse_v0.parallel_env(flat=True)
    first = env.reset(seed=2)[0]["robot_0"]
    assert (env.reset()[0]["robot_0"] != first).any()
    np.testing.assert_array_equal(env.reset(seed=2)[0]["robot_0"], first)
    starts = {warehouse_v0.parallel_env(flat=True).reset()[0]["robot_0"].tobytes() for _ in range(5)}
    assert len(starts) > 1


def test_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(Window, "show", lambda window, frame: shown.append(frame))
    env = make("ansi")
    env.reset(seed=0)
    assert "step 0" in env.render()
    env = make("human")
    env.reset(seed=0)
    env.step(everybody(env))
    assert len(shown) == 2
    env.close()
    for blind in (ScenarioParallelEnv(mortals(), render_mode="ansi"), make(None)):
        blind.reset(seed=0)
        assert blind.render() is None
        blind.close()
    with pytest.raises(InputError, match="no render mode 'vr'"):
        make("vr")


@pytest.mark.parametrize("lifetimes", [(2, 4, 9), (3, 3), (1, 9, 1, 5)])
def test_the_checkers_accept_agents_that_end_one_by_one(lifetimes: tuple[int, ...]) -> None:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Observation")
        parallel_api_test(make(lifetimes=lifetimes), num_cycles=60)
        parallel_api_test(make(flat=True, lifetimes=lifetimes), num_cycles=60)
        api_test(parallel_to_aec(make("ansi", lifetimes=lifetimes)), num_cycles=60)


@pytest.mark.parametrize("flat", [False, True])
def test_images_keep_their_shape(flat: bool) -> None:
    params = warehouse_v0.WarehouseParams.toy(robots=2, observation="image", sensor_range=2)
    env = warehouse_v0.parallel_env(params, flat=flat)
    env.reset(seed=0)
    for _ in range(4):
        observations = env.step({agent: env.action_space(agent).sample() for agent in env.agents})[0]
        for number, agent in enumerate(env.agents):
            image = observations[agent] if flat else observations[agent]["observation"]
            assert image.shape == (5, 5, 5) and env.observation_space(agent).contains(observations[agent])
            np.testing.assert_array_equal(image.reshape(-1), env.simulator.buffers.observations[0, number])


@pytest.mark.parametrize("flat", [False, True])
def test_everybody_is_told_one_s_own_events_and_those_of_all(flat: bool) -> None:
    params = warehouse_v0.WarehouseParams.toy(robots=2, stuck_after=1, order_cancelled=1.0)
    env = warehouse_v0.parallel_env(params, flat=flat)
    _, infos = env.reset(seed=0)
    assert [info["events"] for info in infos.values()] == [[], []]
    env.simulator.place_robots(0, np.array([[0, 0], [0, 4]]), np.array([3, 3]))
    infos = env.step({"robot_0": 1, "robot_1": 0})[4]
    orders = ["order_arrived", "order_cancelled"]
    assert infos["robot_0"]["events"] == orders and infos["robot_1"]["events"] == ["stuck", *orders]
    mortal = make(flat=flat)
    assert not any("events" in info for info in mortal.reset(seed=0)[1].values())
