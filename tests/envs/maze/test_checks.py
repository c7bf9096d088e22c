"""Every number out of range and every contradiction is one clear sentence."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze import checks
from planzoo.envs.maze.params import Coordination, Kind, MazeParams, Memory, ObservationKind
from planzoo.errors import InputError

TEXT = "#####\n#@.E#\n#@..#\n#####\n"
WHOLE = {
    "height": (5, 200),
    "width": (5, 200),
    "agents": (1, 64),
    "sight": (1, 32),
    "view": (1, 16),
    "carried": (1, 1000),
    "share_range": (0, 200),
    "plan_slots": (1, 64),
    "response_steps": (1, 32000),
    "proposal_pause": (0, 32000),
    "history": (1, 10000),
    "memories": (1, 10000),
    "max_steps": (1, 32000),
}
PLACED = ("safe_rooms", "hazards", "food", "water", "medicine")
NUMBERS = {
    **dict.fromkeys(("openness", "team_share"), 1.0),
    **dict.fromkeys(("hunger_rate", "thirst_rate", "move_energy", "rest_energy", "starvation"), 100.0),
    **dict.fromkeys(("regeneration", "hazard_damage", "food_gain", "water_gain", "medicine_gain"), 100.0),
    **dict.fromkeys(("escape_reward", "death_penalty", "step_cost", "exploration_reward"), 1e6),
    "plan_reward": 1e6,
    "seconds_per_step": 3600.0,
}
CHOICES = ("kind", "coordination", "observation", "memory")
FLAGS = ("together", "map_sharing")
LOOSE = {"minimum_participants": 1, "hazard_sight": 0, "coordination": "none"}
"""Lets agents and sight be 1, and fewer plans be kept than there are slots."""


def refusal(**changes: Any) -> str:
    """The sentence with which params are refused."""
    with pytest.raises(InputError) as error:
        MazeParams(**changes)
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_every_field_is_checked_here() -> None:
    checked = {*WHOLE, *PLACED, *NUMBERS, *CHOICES, *FLAGS}
    others = {"text", "maze_seed", "exits", "doors", "hazard_sight", "message_range", "minimum_participants"}
    assert {field.name for field in dataclasses.fields(MazeParams)} == checked | others


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers_have_a_least_and_a_most(name: str) -> None:
    least, most = WHOLE[name]
    small: dict[str, Any] = dict.fromkeys(("exits", *PLACED), 0) | {"exits": 1, **LOOSE}
    for value in (least, most):
        assert getattr(MazeParams(**{**small, name: value}), name) == value
    for value in (least - 1, most + 1, 2.0, True, None, "7", np.int64(7)):
        sentence = refusal(**{**small, name: value})
        assert sentence.startswith(f"MazeParams.{name} must be a whole number from {least} to {most}, got ")
    assert "NumPy's" in sentence


@pytest.mark.parametrize("name", [*PLACED, "exits", "doors"])
def test_amounts_are_whole_numbers(name: str) -> None:
    for value in (-1, 40001, 1.5, False, None):
        assert refusal(**{name: value}).startswith(f"MazeParams.{name} must be a whole number from ")
    assert refusal(exits=0).startswith("MazeParams.exits must be a whole number from 1 ")


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_have_a_most(name: str) -> None:
    most = NUMBERS[name]
    assert getattr(MazeParams(**{name: most}), name) == most
    for value in (-0.001, most * 1.001, math.nan, math.inf, "1", None, True, np.float32(0.5)):
        sentence = refusal(**{name: value})
        assert sentence.startswith(f"MazeParams.{name} must be a number from 0 to {most:g}, got ")
    assert "NumPy's" in sentence
    if name != "seconds_per_step":
        assert getattr(MazeParams(**{name: 0}), name) == 0


def test_a_step_takes_time() -> None:
    assert "seconds_per_step is 0, so that plans would never end" in refusal(seconds_per_step=0)


@pytest.mark.parametrize("name", CHOICES)
def test_words_are_known_ones(name: str) -> None:
    for value in ("", "best", None, 3, ["none"]):
        assert refusal(**{name: value}).startswith(f"MazeParams.{name} {value!r} is unknown: choose one of ")


def test_the_words_are_those_of_the_types() -> None:
    kinds = (Kind, Coordination, ObservationKind, Memory)
    lists = (checks.KINDS, checks.COORDINATIONS, checks.OBSERVATIONS, checks.MEMORIES)
    assert [get_args(kind) for kind in kinds] == list(lists)


@pytest.mark.parametrize("name", FLAGS)
def test_flags_are_true_or_false(name: str) -> None:
    assert refusal(**{name: 1}) == f"MazeParams.{name} must be True or False, got 1."


@pytest.mark.parametrize(("name", "most"), [("maze_seed", 2**63 - 1), ("message_range", 200)])
def test_some_fields_may_be_none(name: str, most: int) -> None:
    for value in (None, 0, most):
        assert getattr(MazeParams(**{name: value}), name) == value
    for value in (-1, most + 1, 1.0, "1"):
        assert refusal(**{name: value}).startswith(
            f"MazeParams.{name} must be a whole number from 0 to {most}"
        )


def test_hazards_are_not_recognized_further_than_anything_is_seen() -> None:
    assert MazeParams(sight=3, hazard_sight=3).hazard_sight == 3
    assert "hazard_sight is 4, further than the 3 cells of sight" in refusal(sight=3, hazard_sight=4)
    assert "hazard_sight must be" in refusal(hazard_sight=-1)


def test_a_plan_needs_no_more_agents_than_there_are() -> None:
    sentence = refusal(agents=2, minimum_participants=3)
    assert "minimum_participants is 3, but there are only 2 agents" in sentence
    assert MazeParams(agents=2, minimum_participants=3, coordination="none").agents == 2
    assert "minimum_participants must be" in refusal(minimum_participants=0)


def test_the_history_has_room_for_the_plans_of_all_slots() -> None:
    assert MazeParams(plan_slots=7, history=7).history == 7
    sentence = refusal(plan_slots=7, history=6)
    assert "history is 6, but the plans of 7 plan_slots may end in one step: make it at least 7" in sentence
    assert MazeParams(plan_slots=7, history=1, coordination="none").history == 1


def test_a_text_and_a_kind_go_together() -> None:
    assert "text is given, but kind is 'rooms'" in refusal(kind="rooms", text=TEXT)
    assert "kind is 'text', but text is None" in refusal(kind="text")
    assert "kind is 'text', but text is 5" in refusal(kind="text", text=5)
    assert "height and width are 15 and 15, but the text has 4 lines of 5" in refusal(kind="text", text=TEXT)
    size = {"kind": "text", "text": TEXT, "height": 4, "width": 5, "agents": 2}
    assert MazeParams(**size).text == TEXT
    assert "maze_seed is given, but a maze in text is the same" in refusal(**size, maze_seed=1)
    assert "line 3, column 2, has the last of 2 starts ('@'), but there are 3 agents" in refusal(
        **{**size, "agents": 3}
    )


def test_a_text_must_be_a_maze_that_can_be_left() -> None:
    size = {"kind": "text", "height": 2, "width": 2}
    assert "ends a maze without an exit" in refusal(text="@.\n..\n", **size)
    assert "from which no exit can be reached" in refusal(text="@#\n#E\n", **size)


def test_everything_must_have_room() -> None:
    """A maze of 15 x 15 cells has 49 rooms and 48 passages at least; one is where agents start."""
    assert checks.least_floor(15, 15) == 97
    nothing = dict.fromkeys(PLACED, 0)
    assert MazeParams(**{**nothing, "hazards": 95}).hazards == 95
    sentence = refusal(**{**nothing, "hazards": 96})
    assert "asks for 97 cells" in sentence
    assert "may have only 97 open ones, one of them to start from" in sentence
    assert MazeParams(**{**nothing, "hazards": 91, "doors": 2}).doors == 2
    assert "asks for 97 cells" in refusal(**{**nothing, "hazards": 92, "doors": 2})


@pytest.mark.parametrize(("side", "doors", "exits"), [(5, 1, 4), (15, 12, 14), (16, 12, 14), (200, 32, 198)])
def test_there_is_room_for_so_many_doors_and_exits(side: int, doors: int, exits: int) -> None:
    size: dict[str, Any] = dict.fromkeys(PLACED, 0) | {"height": side, "width": side}
    assert MazeParams(**size, doors=doors).doors == doors
    assert MazeParams(**size, exits=exits).exits == exits
    assert f"doors is {doors + 1}, but a maze of {side} x {side} cells has room for {doors}" in refusal(
        **size, doors=doors + 1
    )
    assert f"exits is {exits + 1}, but a maze of {side} x {side} cells has room for {exits}" in refusal(
        **size, exits=exits + 1
    )


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.none()),
)


@given(st.dictionaries(st.sampled_from(sorted(MazeParams.__dataclass_fields__)), JUNK, max_size=4))
@settings(max_examples=500, deadline=None)
def test_any_values_are_params_or_refused(changes: dict[str, Any]) -> None:
    try:
        params = MazeParams(**changes)
    except InputError as error:
        assert str(error).endswith(".")
    else:
        assert all(type(getattr(params, name)) is type(value) for name, value in changes.items())
