"""Watching shows the episode that is played, moment by moment, and nothing that cannot be shown is begun."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from PIL import Image

from planzoo.baselines.rollout import rollout
from planzoo.baselines.watch import Onlooker, View, watch
from planzoo.envs import warehouse_v0
from planzoo.envs.simulation.scene import Field, Scene, Text
from planzoo.errors import InputError
from planzoo.planners.policy import Explanation
from planzoo.planners.random_policy import RandomPolicy

STEPS = 6


class TalkativePolicy(RandomPolicy):
    """Counts its decisions aloud."""

    decisions = 0

    def reset(self, seed: int | None = None) -> None:
        super().reset(seed)
        self.decisions = 0

    def decide(self, *arguments: Any) -> Any:
        self.decisions += 1
        return super().decide(*arguments)

    def explain(self) -> Explanation:
        return Explanation(f"decision {self.decisions}", {})


@pytest.fixture
def environment() -> gymnasium.Env[Any, Any]:
    return warehouse_v0.gymnasium_env(warehouse_v0.WarehouseParams.toy(max_steps=STEPS))


@pytest.fixture
def policy(environment: gymnasium.Env[Any, Any]) -> TalkativePolicy:
    return TalkativePolicy(environment.observation_space.shape[0], (5,))  # type: ignore[index]


class Screen(io.StringIO):
    """A terminal that is looked at."""

    def isatty(self) -> bool:
        return True


def only_ansi(**changes: Any) -> View:
    return View(**{"mode": "ansi", "frames_per_second": 1000, **changes})


def test_every_moment_is_written(environment: gymnasium.Env[Any, Any], policy: TalkativePolicy) -> None:
    terminal = io.StringIO()
    watch(environment, policy, 3, only_ansi(policy_name="Chance"), terminal)
    moments = terminal.getvalue().split("Warehouse · 1 robot\n")[1:]
    assert len(moments) == STEPS + 1
    for step, moment in enumerate(moments):
        assert f" {step} / {STEPS}\n" in moment
        assert "Chance" in moment
        assert (f"decision {step}" if step else "has not acted yet.") in moment
    assert "\x1b" not in terminal.getvalue()


def test_on_a_screen_each_moment_replaces_the_last(
    environment: gymnasium.Env[Any, Any], policy: TalkativePolicy
) -> None:
    screen = Screen()
    watch(environment, policy, 3, only_ansi(), screen)
    assert screen.getvalue().count("\x1b[H\x1b[2J") == STEPS + 1
    assert "\x1b[38;2;" in screen.getvalue()


def test_the_episode_is_the_one_that_is_compared(
    environment: gymnasium.Env[Any, Any], policy: TalkativePolicy
) -> None:
    watched = watch(environment, policy, 11, only_ansi(), io.StringIO())
    compared = rollout(environment, policy, 11)
    for name in ("seed", "episode_return", "length", "terminated", "truncated", "success"):
        assert getattr(watched, name) == getattr(compared, name)


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_a_film_is_written(
    environment: gymnasium.Env[Any, Any], policy: TalkativePolicy, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"film{suffix}"
    terminal = io.StringIO()
    watch(environment, policy, 3, View("rgb_array", path), terminal)
    assert path.stat().st_size > 2000
    assert terminal.getvalue() == ""
    if suffix == ".gif":
        with Image.open(path) as film:
            assert getattr(film, "n_frames", 1) == STEPS + 1


def test_a_picture_shows_the_last_moment(
    environment: gymnasium.Env[Any, Any], policy: TalkativePolicy, tmp_path: Path
) -> None:
    pictures = []
    for steps in (2, 2, 3):
        path = tmp_path / "picture.png"
        watch(environment, policy, 3, View("rgb_array", path, steps=steps), io.StringIO())
        with Image.open(path) as picture:
            pictures.append(np.array(picture))
    assert np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[0], pictures[2])


def test_the_steps_cut_the_episode(environment: gymnasium.Env[Any, Any], policy: TalkativePolicy) -> None:
    episode = watch(environment, policy, 3, only_ansi(steps=2), io.StringIO())
    assert episode.length == 2
    assert episode.truncated and not episode.terminated


def test_a_window_shows_the_episode(
    environment: gymnasium.Env[Any, Any], policy: TalkativePolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    episode = watch(environment, policy, 3, View("human", frames_per_second=500), io.StringIO())
    assert episode.length == STEPS


def test_closing_the_window_ends_the_episode(
    environment: gymnasium.Env[Any, Any], policy: TalkativePolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    pygame = pytest.importorskip("pygame")
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    decide = policy.decide

    def decide_and_close(*arguments: Any) -> Any:
        if policy.decisions == 2:
            pygame.event.post(pygame.event.Event(pygame.QUIT))
        return decide(*arguments)

    monkeypatch.setattr(policy, "decide", decide_and_close)
    episode = watch(environment, policy, 3, View("human", frames_per_second=500), io.StringIO())
    assert episode.length == 3


def test_the_panel_adds_the_rewards_up(environment: gymnasium.Env[Any, Any], policy: TalkativePolicy) -> None:
    class Paying(gymnasium.RewardWrapper[Any, Any]):
        def reward(self, reward: Any) -> float:
            return 0.5

    scenes: list[Scene] = []
    onlooker = Onlooker(Paying(environment), policy, lambda scene: not scenes.append(scene), only_ansi())
    rollout(onlooker, policy, 3)
    rows = [scene.panels[-1].rows for scene in scenes]
    returns = [row[0].value for row in rows if isinstance(row[0], Field)]
    assert returns == ["0", "0.5", "1", "1.5", "2", "2.5", "3"]
    assert all(isinstance(row[1], Text) for row in rows)
    assert len({scene.panels[-1].columns for scene in scenes}) == 1


def test_a_bad_output_is_refused_before_the_episode(
    environment: gymnasium.Env[Any, Any], policy: TalkativePolicy, tmp_path: Path
) -> None:
    for name, reason in (("film.avi", "must end in"), ("missing/film.gif", "cannot be written")):
        with pytest.raises(InputError, match=reason):
            watch(environment, policy, 3, View("rgb_array", tmp_path / name), io.StringIO())
    assert policy.decisions == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mode": "rgb"}, "choose human, rgb_array, ansi"),
        ({"mode": "rgb_array"}, "needs an output file"),
        ({"frames_per_second": 0}, "above 0"),
        ({"frames_per_second": float("nan")}, "above 0"),
        ({"steps": 0}, "1 or more"),
    ],
)
def test_a_view_is_checked(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        View(**changes)
