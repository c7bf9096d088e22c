"""The single environment: sums, infos, masks, pictures, wrappers."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import RecordEpisodeStatistics, TimeLimit

from planzoo.envs import diagnosis_v0, warehouse_v0
from planzoo.envs.rendering.window import Window
from planzoo.envs.simulation.gymnasium_env import CentralizedEnv
from planzoo.errors import InputError
from tests.envs.simulation.mortals import REFUSE, REST, WAGE, WORK, display, mortals

WORK_ALL = [WORK] * 3


def make(render_mode: str | None = None, **changes: Any) -> CentralizedEnv:
    return CentralizedEnv(mortals(**changes), display(), render_mode)


def test_the_team_s_reward_is_the_exact_sum() -> None:
    env = make(lifetimes=(9,) * 7)
    env.reset(seed=0)
    _, reward, *_ = env.step([WORK] * 7)
    assert type(reward) is float and reward == pytest.approx(7 * float(WAGE), abs=1e-15)


def test_the_team_ends_with_its_last_agent() -> None:
    env = make(lifetimes=(1, 3, 2), max_steps=9)
    env.reset(seed=0)
    steps = [env.step(WORK_ALL) for _ in range(3)]
    assert [step[2] for step in steps] == [False, False, True] and not any(step[3] for step in steps)
    paid = [step[1] / float(WAGE) for step in steps]
    assert paid == pytest.approx([3, 2, 1]), "who has ended earns nothing"
    assert not any(step[4]["invalid_action"] for step in steps), "and does nothing wrong"
    assert steps[2][4]["success"] is True and steps[2][4]["shifts"] == 6
    assert "success" not in steps[1][4]


def test_time_truncates_the_rest() -> None:
    env = make(lifetimes=(1, 9), max_steps=2)
    env.reset(seed=0)
    env.step([REST, REST])
    _, _, terminated, truncated, info = env.step([REST, REST])
    assert (terminated, truncated, info["success"]) == (False, True, False)


def test_infos_have_masks_as_the_space_samples_with_them() -> None:
    env = make()
    _, info = env.reset(seed=0)
    assert isinstance(info["action_mask"], tuple) and info["invalid_action"] is False
    for _ in range(30):
        assert REFUSE not in env.action_space.sample(mask=info["action_mask"])
    *_, info = env.step([REST, REFUSE, REST])
    assert info["invalid_action"] is True
    assert env.reset()[1]["invalid_action"] is False
    alone = make(lifetimes=(5,))
    _, info = alone.reset(seed=0)
    assert info["action_mask"].tolist() == [1, 1, 0] and info["action_mask"].dtype == np.int8
    assert all(alone.action_space.sample(mask=info["action_mask"]) != REFUSE for _ in range(30))


def test_masks_for_sb3_contrib_stand_in_a_row() -> None:
    env = make(lifetimes=(2, 2))
    env.reset(seed=0)
    masks = env.action_masks()
    assert masks.dtype == bool and masks.tolist() == [True, True, False] * 2
    masks[:] = False
    assert env.simulator.buffers.action_masks.any(), "a caller's mask is a copy"
    assert env.agents == ("worker_0", "worker_1")


def test_observations_are_the_caller_s_own() -> None:
    env = make()
    first, _ = env.reset(seed=0)
    kept = first.copy()
    second = env.step(WORK_ALL)[0]
    np.testing.assert_array_equal(first, kept)
    assert first.shape == (6,) and (first != second).any()


def test_unchecked_actions_outside_the_space_do_nothing() -> None:
    env = CentralizedEnv(mortals(), checked=False)
    env.reset(seed=0)
    _, reward, *_, info = env.step(np.array([WORK, 99, -7]))
    assert reward == float(WAGE) and info["invalid_action"] is True


def test_seeds() -> None:
    env, twin = warehouse_v0.gymnasium_env(), warehouse_v0.gymnasium_env()
    first, again = env.reset(seed=5)[0], twin.reset(seed=5)[0]
    np.testing.assert_array_equal(first, again)
    assert (env.reset()[0] != first).any(), "without a seed the stream goes on"
    np.testing.assert_array_equal(env.reset(seed=5)[0], first)
    starts = {warehouse_v0.gymnasium_env().reset()[0].tobytes() for _ in range(5)}
    assert len(starts) > 1, "without any seed, chance decides"


@pytest.mark.parametrize("mode", ["rgb_array", "ansi"])
def test_pictures_on_demand(mode: str) -> None:
    env = make(mode)
    env.reset(seed=0)
    first = env.render()
    env.step(WORK_ALL)
    second = env.render()
    assert (first.shape != second.shape) if mode == "rgb_array" else ("step 1" in second)
    env.close()


def test_human_mode_shows_every_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    widths: list[int] = []
    monkeypatch.setattr(Window, "show", lambda window, frame: widths.append(frame.shape[1]))
    env = make("human")
    env.reset(seed=0)
    env.step(WORK_ALL)
    env.step(WORK_ALL)
    assert len(widths) == 3 and widths == sorted(set(widths))
    window = env.display._window  # type: ignore[union-attr]
    env.close()
    assert window.closed


def test_nothing_to_draw_with() -> None:
    for env in (CentralizedEnv(mortals(), render_mode="ansi"), make(None)):
        env.reset(seed=0)
        with pytest.warns(UserWarning, match="render_mode='rgb_array'"):
            assert env.render() is None
        env.close()
    with pytest.raises(InputError, match="no render mode 'vr'"):
        make("vr")


def test_wrappers_of_gymnasium() -> None:
    inner = gymnasium.make("planzoo/Warehouse-v0", render_mode="rgb_array", max_steps=50)
    env = RecordEpisodeStatistics(TimeLimit(inner, 4))
    env.reset(seed=0)
    ends = [env.step([0, 0]) for _ in range(4)]
    assert [end[3] for end in ends] == [False, False, False, True]
    assert ends[-1][4]["episode"]["l"] == 4 and ends[-1][4]["episode"]["r"] == 0.0
    assert env.render().ndim == 3
    assert env.get_wrapper_attr("action_masks")().shape == (10,)
    env.close()


def test_our_own_time_limit_and_gymnasium_s_agree() -> None:
    ours = gymnasium.make("planzoo/Warehouse-v0", max_steps=3)
    theirs = gymnasium.make("planzoo/Warehouse-v0", max_episode_steps=3)
    for env in (ours, theirs):
        env.reset(seed=0)
        assert [env.step([1, 1])[3] for _ in range(3)] == [False, False, True]


def test_scores_of_statistics_are_returns() -> None:
    env = RecordEpisodeStatistics(diagnosis_v0.gymnasium_env())
    env.reset(seed=3)
    treatment = env.unwrapped.simulator.num_actions - 1  # type: ignore[attr-defined]
    _, reward, terminated, _, info = env.step(treatment)
    assert terminated and info["episode"]["r"] == reward and info["episode"]["l"] == 1
    assert isinstance(info["success"], bool)


def test_images_of_a_team_and_of_one() -> None:
    for robots, shape in ((1, (5, 3, 3)), (2, (2, 5, 3, 3))):
        env = warehouse_v0.gymnasium_env(
            warehouse_v0.WarehouseParams.toy(robots=robots, observation="image"), render_mode=None
        )
        observation, _ = env.reset(seed=0)
        assert observation.shape == env.observation_space.shape == shape
        for _ in range(5):
            observation = env.step(env.action_space.sample())[0]
            assert env.observation_space.contains(observation)
        layers = env.simulator.buffers.observations[0].reshape(robots, 5, 3, 3)
        np.testing.assert_array_equal(observation.reshape(robots, 5, 3, 3), layers)


def test_infos_list_events_where_there_are_any() -> None:
    params = warehouse_v0.WarehouseParams.toy(robots=2, stuck_after=2, order_cancelled=1.0)
    env = warehouse_v0.gymnasium_env(params)
    assert env.reset(seed=0)[1]["events"] == []
    orders = [{"event": name, "agent": None} for name in ("order_arrived", "order_cancelled")]
    assert env.step([0, 0])[4]["events"] == orders
    stuck = [{"event": "stuck", "agent": agent} for agent in env.agents]
    assert env.step([0, 0])[4]["events"] == orders + stuck
    mortal = make()
    assert "events" not in mortal.reset(seed=0)[1] and "events" not in mortal.step(WORK_ALL)[4]
