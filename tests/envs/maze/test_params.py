"""Presets are what they say, texts and files become params, and params are data."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import PLAN_SECONDS, PLAN_TYPES
from planzoo.errors import InputError

PRESETS = ("default", "small", "medium", "large", "rooms", "caves", "rescue", "locked", "seed")
TEXT = "######\n#@k.E#\n#f!D.#\n######\n"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_takes_changes(name: str) -> None:
    preset = getattr(MazeParams, name)
    assert preset() == preset()
    changed = preset(agents=5, team_share=0.5)
    assert (changed.agents, changed.team_share) == (5, 0.5)
    assert dataclasses.replace(changed, agents=preset().agents, team_share=0.0) == preset()
    with pytest.raises(InputError, match=r"MazeParams\.height"):
        preset(height=4)


def test_presets_have_the_sizes_that_they_are_named_for() -> None:
    sides = {name: getattr(MazeParams, name)().height for name in PRESETS}
    assert (sides["small"], sides["medium"], sides["large"], sides["seed"]) == (11, 15, 25, 50)
    assert all(getattr(MazeParams, name)().width == side for name, side in sides.items())
    assert MazeParams.default() == MazeParams()


def test_presets_differ_in_what_they_are_about() -> None:
    rescue, medium = MazeParams.rescue(), MazeParams.medium()
    assert rescue.hazards > medium.hazards
    assert rescue.food + rescue.water < medium.food + medium.water
    assert MazeParams.locked().doors > 0
    assert (MazeParams.rooms().kind, MazeParams.caves().kind) == ("rooms", "caves")


def test_a_second_a_step_gives_plans_the_seeds_durations() -> None:
    seed = MazeParams.seed()
    assert seed.agents == 3
    assert seed.plan_steps == dict(zip(PLAN_TYPES, PLAN_SECONDS, strict=True))
    assert MazeParams(seconds_per_step=2.0).plan_steps["RESOURCE_SHARE"] == 30
    assert MazeParams(seconds_per_step=1000.0).plan_steps["RENDEZVOUS"] == 1


def test_actions_are_counted() -> None:
    assert MazeParams(coordination="none").num_actions == 17
    assert MazeParams(plan_slots=4).num_actions == 17 + 13 + 12


def test_a_text_gives_the_size_and_the_amounts() -> None:
    params = MazeParams.from_text(TEXT, agents=1, coordination="none")
    assert (params.kind, params.height, params.width) == ("text", 4, 6)
    assert (params.exits, params.doors, params.hazards, params.food, params.water) == (1, 1, 1, 1, 0)
    assert params.text_maze is not None
    assert params.text_maze.text() == TEXT
    assert MazeParams().text_maze is None


def test_a_file_gives_the_same_as_its_text(tmp_path: Path) -> None:
    path = tmp_path / "hall.txt"
    path.write_text(TEXT, encoding="utf-8")
    one = {"agents": 1, "coordination": "none"}
    assert MazeParams.from_file(path, **one) == MazeParams.from_text(TEXT, **one)
    assert MazeParams.from_file(str(path), **one).text == TEXT
    with pytest.raises(InputError, match="cannot be read"):
        MazeParams.from_file(tmp_path / "none.txt")


def test_params_are_data_and_can_be_sent_away() -> None:
    for params in (MazeParams.locked(), MazeParams.from_text(TEXT, agents=1, coordination="none")):
        assert MazeParams(**params.to_dict()) == params
        assert hash(params) == hash(pickle.loads(pickle.dumps(params)))
        assert pickle.loads(pickle.dumps(params)) == params
        with pytest.raises(dataclasses.FrozenInstanceError):
            params.agents = 2  # type: ignore[misc]
