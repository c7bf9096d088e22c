"""The vector environment: seeds, resets, what is copied, autoreset, wrappers."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers.vector import (
    ClipReward,
    DictInfoToList,
    NormalizeObservation,
    RecordEpisodeStatistics,
    RescaleObservation,
)

from planzoo.envs import diagnosis_v0, warehouse_v0
from planzoo.envs.simulation.vector_env import ScenarioVectorEnv
from planzoo.errors import InputError
from tests.envs.simulation.mortals import REFUSE, REST, WAGE, WORK, display, mortals

WORLDS = 3


def make(mode: str = "NextStep", copy_arrays: bool = True, **changes: Any) -> ScenarioVectorEnv:
    return ScenarioVectorEnv(mortals(WORLDS, **changes), mode, copy_arrays, display(), "ansi")


def all_do(action: int, agents: int = 3) -> np.ndarray[Any, Any]:
    return np.full((WORLDS, agents), action)


def starts(env: ScenarioVectorEnv, **arguments: Any) -> list[bytes]:
    return [row.tobytes() for row in env.reset(**arguments)[0]]


def test_seeds_of_each_world() -> None:
    env = warehouse_v0.vector_env(WORLDS)
    counted = starts(env, seed=7)
    assert starts(env, seed=[7, 8, 9]) == counted and starts(env, seed=np.int64(7)) == counted
    goes_on = starts(env)
    assert goes_on != counted
    env.reset(seed=7)
    mixed = starts(env, seed=[9, None, 7])
    assert mixed == [counted[2], goes_on[1], counted[0]]
    assert len({tuple(starts(warehouse_v0.vector_env(WORLDS))) for _ in range(4)}) > 1
    assert len(set(starts(warehouse_v0.vector_env(50)))) > 40, "worlds without a seed differ"


def test_wrong_seeds_are_refused() -> None:
    env = make()
    with pytest.raises(ValueError, match="Expected 3 seeds, one a world, but got 2"):
        env.reset(seed=[1, 2])
    with pytest.raises(ValueError, match="none negative"):
        env.reset(seed=[1, 2, -3])
    with pytest.raises(gymnasium.error.Error, match="greater or equal to zero"):
        env.reset(seed=-1)


def test_a_mask_resets_some_worlds() -> None:
    env = make("Disabled")
    env.reset(seed=0)
    env.step(all_do(WORK))
    observations, _ = env.reset(options={"reset_mask": np.array([False, True, False])})
    assert observations[:, 0].tolist() == [1, 0, 1]
    env.reset(options={"reset_mask": [True, False, False]})
    assert env.simulator.state.steps.tolist() == [0, 0, 1]
    env.reset(options={})
    assert env.simulator.state.steps.tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match=r"reset_mask must have shape \(3,\), but has \(2,\)"):
        env.reset(options={"reset_mask": np.array([True, False])})


def test_a_mask_and_seeds_go_together() -> None:
    env = warehouse_v0.vector_env(WORLDS, autoreset_mode="Disabled")
    fresh = starts(env, seed=20)
    env.reset(seed=0)
    kept = starts(env, seed=0)
    mask = {"reset_mask": np.array([True, False, True])}
    assert starts(env, seed=20, options=mask) == [fresh[0], kept[1], fresh[2]]


def test_rewards_are_exact_sums_and_ends_wait_for_everybody() -> None:
    env = make(lifetimes=(1, 3), max_steps=9)
    env.reset(seed=0)
    steps = [env.step(np.array([[WORK, WORK], [REST, WORK], [REST, REST]])) for _ in range(3)]
    assert steps[0][1] == pytest.approx([2 * float(WAGE), float(WAGE), 0], abs=1e-15)
    assert steps[1][1] == pytest.approx([float(WAGE), float(WAGE), 0], abs=1e-15)
    assert [step[2].tolist() for step in steps] == [[False] * 3, [False] * 3, [True] * 3]
    assert not any(step[3].any() for step in steps)
    infos = steps[2][4]
    assert infos["shifts"].tolist() == [4, 3, 0] and infos["_shifts"].all()
    assert infos["success"].tolist() == [True, True, False]
    assert "success" not in steps[1][4]


def test_infos_have_a_row_a_world() -> None:
    env = make()
    _, infos = env.reset(seed=0)
    assert infos["action_mask"].shape == (WORLDS, 3, 3) and infos["action_mask"].dtype == np.int8
    assert infos["_action_mask"].all() and not infos["invalid_action"].any()
    actions = all_do(WORK)
    actions[1, 2] = REFUSE
    infos = env.step(actions)[4]
    assert infos["invalid_action"].tolist() == [False, True, False] and infos["_invalid_action"].all()


@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_returned_arrays_are_fresh_or_the_buffers(mode: AutoresetMode) -> None:
    fresh, shared = make(mode.value), make(mode.value, copy_arrays=False)
    for env in (fresh, shared):
        env.reset(seed=0)
    before = [env.step(all_do(WORK)) for env in (fresh, shared)]
    kept = [[np.copy(array) for array in step[:4]] for step in before]
    for env in (fresh, shared):
        env.step(all_do(WORK))
    for array, copied in zip(before[0][:4], kept[0], strict=True):
        np.testing.assert_array_equal(array, copied)
    assert (before[1][0] != kept[1][0]).any()
    again = shared.step(all_do(WORK))
    assert again[0] is before[1][0] and again[1] is before[1][1] and again[2] is before[1][2]
    infos = fresh.step(all_do(WORK))[4]
    infos["_action_mask"][:] = False
    infos["action_mask"][:] = 0
    later = fresh.step(all_do(WORK))[4]
    assert later["_action_mask"].all() and later["action_mask"].any()


@pytest.mark.parametrize("copy_arrays", [False, True])
def test_same_step_keeps_the_last_moment(copy_arrays: bool) -> None:
    env = make("SameStep", copy_arrays, max_steps=2)
    env.reset(seed=0)
    env.step(all_do(WORK))
    observations, _, terminated, truncated, infos = env.step(all_do(WORK))
    assert truncated.all() and not terminated.any()
    assert (observations[:, 0] == 0).all() and infos["_final_obs"].all()
    assert [last.tolist() for last in infos["final_obs"]] == 3 * [[2, 0, 2, 1, 2, 1]]
    assert infos["final_info"]["shifts"].tolist() == [6, 6, 6] == infos["shifts"].tolist()
    _, _, _, truncated, infos = env.step(all_do(REST))
    assert not truncated.any() and "final_obs" not in infos and "shifts" not in infos


def test_next_step_ignores_the_action_after_the_end() -> None:
    env = make("NextStep", max_steps=1)
    env.reset(seed=0)
    assert env.step(all_do(WORK))[3].all()
    observations, rewards, terminated, truncated, infos = env.step(all_do(REFUSE))
    assert (observations[:, 0] == 0).all() and not rewards.any()
    assert not terminated.any() and not truncated.any() and not infos["invalid_action"].any()
    assert env.step(all_do(WORK))[1] == pytest.approx([3 * float(WAGE)] * 3)


def test_disabled_worlds_stand_still() -> None:
    env = make("Disabled", max_steps=1)
    env.reset(seed=0)
    env.step(all_do(WORK))
    observations, rewards, _, truncated, _ = env.step(all_do(WORK))
    assert truncated.all() and not rewards.any() and (observations[:, 0] == 1).all()


def test_modes_are_told_and_checked() -> None:
    env = make("SameStep")
    assert env.autoreset_mode is AutoresetMode.SAME_STEP is env.metadata["autoreset_mode"]
    assert ScenarioVectorEnv(mortals()).autoreset_mode is AutoresetMode.NEXT_STEP
    with pytest.raises(ValueError, match="'Sometimes' is not a valid AutoresetMode"):
        make("Sometimes")
    with pytest.raises(InputError, match="no render mode 'human' here; choose one of rgb_array, ansi"):
        warehouse_v0.vector_env(2, render_mode="human")


def test_pictures_are_of_every_world() -> None:
    env = make()
    env.reset(seed=0)
    pictures = env.render()
    assert pictures is not None and len(pictures) == WORLDS
    assert all(f"world {world}" in text for world, text in enumerate(pictures))
    env.close()
    assert env.closed
    blind = ScenarioVectorEnv(mortals(2), render_mode="ansi")
    assert blind.render() is None and ScenarioVectorEnv(mortals(), display=display()).render() is None
    blind.close()


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_a_copy_sees_its_own_worlds(twin: Any) -> None:
    env = warehouse_v0.vector_env(WORLDS)
    env.reset(seed=0)
    other = twin(env)
    actions = np.ones((WORLDS, 2), dtype=int)
    for _ in range(20):
        ours, theirs = env.step(actions), other.step(actions)
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[4]["action_mask"], theirs[4]["action_mask"])


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_statistics_of_gymnasium(mode: str) -> None:
    if mode == "SameStep" and gymnasium.__version__.startswith("1.2."):
        pytest.skip("Gymnasium 1.2 miscounts same-step episodes")
    env = RecordEpisodeStatistics(make(mode, lifetimes=(2, 9), max_steps=4))
    env.reset(seed=0)
    seen = [env.step(all_do(WORK, 2))[4] for _ in range(9)]
    episodes = [infos for infos in seen if "episode" in infos]
    assert len(episodes) == 2
    for infos in episodes:
        assert infos["_episode"].all() and infos["episode"]["l"].tolist() == [4, 4, 4]
        assert infos["episode"]["r"] == pytest.approx([6 * float(WAGE)] * 3) and infos["_shifts"].all()


def test_wrappers_of_gymnasium() -> None:
    env = make("Disabled", max_steps=5)
    wrapped = ClipReward(RescaleObservation(env, np.float32(0), np.float32(1)), max_reward=0.25)
    listed = DictInfoToList(wrapped)
    listed.reset(seed=0)
    observations, rewards, _, _, infos = listed.step(all_do(WORK))
    assert observations.max() <= 1 and rewards == pytest.approx([0.25] * 3)
    assert isinstance(infos, list) and infos[2]["action_mask"].shape == (3, 3)
    normal = NormalizeObservation(warehouse_v0.vector_env(8))
    normal.reset(seed=0)
    for _ in range(5):
        observations = normal.step(normal.action_space.sample())[0]
    assert np.isfinite(observations).all()


def test_worlds_in_processes_of_their_own() -> None:
    env = gymnasium.make_vec(
        "planzoo/Diagnosis-v0", num_envs=2, vectorization_mode="async", vector_kwargs={"context": "spawn"}
    )
    ours = diagnosis_v0.vector_env(2)
    try:
        first, infos = env.reset(seed=4)
        np.testing.assert_array_equal(first, ours.reset(seed=4)[0])
        assert infos["action_mask"].shape == (2, ours.simulator.num_actions)
        for action in (0, 1, ours.simulator.num_actions - 1):
            theirs, mine = env.step(np.array([action] * 2)), ours.step(np.array([action] * 2))
            for one, other in zip(theirs[:4], mine[:4], strict=True):
                np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(theirs[4]["success"], mine[4]["success"])
    finally:
        env.close()


def test_worlds_of_a_team_one_after_another() -> None:
    env = gymnasium.make_vec("planzoo/Warehouse-v0", num_envs=2, vectorization_mode="sync", robots=3)
    ours = warehouse_v0.vector_env(2, robots=3)
    np.testing.assert_array_equal(env.reset(seed=4)[0], ours.reset(seed=4)[0])
    actions = np.ones((2, 3), dtype=int)
    for _ in range(10):
        np.testing.assert_array_equal(env.step(actions)[0], ours.step(actions)[0])
    env.close()


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_images_keep_their_shape(mode: str) -> None:
    for robots, shape in ((1, (5, 3, 3)), (2, (2, 5, 3, 3))):
        params = warehouse_v0.WarehouseParams.toy(robots=robots, observation="image", max_steps=2)
        env = warehouse_v0.vector_env(WORLDS, params, autoreset_mode=mode)
        assert env.reset(seed=0)[0].shape == env.observation_space.shape == (WORLDS, *shape)
        for _ in range(2):
            observations, *_, infos = env.step(env.action_space.sample())
            assert env.observation_space.contains(observations)
        if mode == "SameStep":
            assert [last.shape for last in infos["final_obs"]] == [shape] * WORLDS


@pytest.mark.parametrize("copy_arrays", [False, True])
def test_events_are_bits(copy_arrays: bool) -> None:
    params = warehouse_v0.WarehouseParams.toy(robots=2, stuck_after=2, order_cancelled=1.0)
    env = warehouse_v0.vector_env(WORLDS, params, copy=copy_arrays)
    names = env.simulator.event_names
    _, infos = env.reset(seed=0)
    assert infos["events"].tolist() == [[0, 0]] * WORLDS and infos["_events"].all()
    orders = 1 << names.index("order_arrived") | 1 << names.index("order_cancelled")
    assert env.step(all_do(REST, 2))[4]["events"].tolist() == [[orders] * 2] * WORLDS
    told = env.step(all_do(REST, 2))[4]["events"]
    assert told.tolist() == [[orders | 1 << names.index("stuck")] * 2] * WORLDS and told.dtype == np.int32
    env.step(all_do(REST, 2))
    assert (told[0, 0] == orders) == (not copy_arrays), "a copy stays as it was"
    assert "events" not in make().reset(seed=0)[1]


@pytest.mark.parametrize("copy_arrays", [False, True])
def test_same_step_keeps_the_last_events(copy_arrays: bool) -> None:
    params = warehouse_v0.WarehouseParams.toy(robots=2, stuck_after=2, max_steps=2)
    env = warehouse_v0.vector_env(WORLDS, params, autoreset_mode="SameStep", copy=copy_arrays)
    env.reset(seed=0)
    stuck = 1 << env.simulator.event_names.index("stuck")
    for expected in (0, stuck, 0, stuck):
        assert env.step(all_do(REST, 2))[4]["events"].tolist() == [[expected] * 2] * WORLDS
