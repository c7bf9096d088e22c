"""In a terminal each cell is one character that says what is there."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.envs.warehouse.scene_glyphs import glyphs, text_legend
from planzoo.envs.warehouse.scene_style import REQUESTED, ROBOT
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import BLOCKED_CELL, DOWN, LEFT, RIGHT, UP
from tests.envs.warehouse.stage import cell, fields, load, order, staged, view


def lines(simulator: WarehouseSimulator) -> list[str]:
    """Writes the map as a terminal shows it, without blanks."""
    shown = {(glyph.row, glyph.column): glyph.character for glyph in glyphs(view(simulator))}
    return ["".join(shown[row, column] for column in range(5)) for row in range(5)]


def test_the_map_in_characters() -> None:
    simulator = staged(battery=50, tools=1, tool_share=0.01, blocked_aisle=0.1)
    order(simulator, 0, [2])
    simulator.state.blocked[0, 0, BLOCKED_CELL] = cell(simulator, 0, 3)
    tool = simulator.constants.shelves.tool.tolist()
    assert lines(simulator)[0] == "#··▒·"
    assert lines(simulator)[1][:2] == "·>"
    assert lines(simulator)[3] == "CT··G"
    shelves = [line[column] for line in (*lines(simulator)[1:3], lines(simulator)[4]) for column in (2, 4)]
    requested = [number == 2 for number in range(6)]
    expected = [("○●" if needed else "□■")[asked] for needed, asked in zip(tool, requested, strict=True)]
    assert shelves == expected


def test_chargers_and_cribs_without_use_are_floor() -> None:
    assert lines(staged())[3] == "····G"


def test_heavy_shelves_are_diamonds() -> None:
    simulator = staged([(0, 1), (0, 2)], heavy_share=1.0)
    order(simulator, 0, [0])
    assert lines(simulator)[1:3] == ["··◆·◇", "··◇·◇"]


@pytest.mark.parametrize(
    ("direction", "empty", "loaded"), [(UP, "^", "▲"), (DOWN, "v", "▼"), (LEFT, "<", "◀"), (RIGHT, ">", "▶")]
)
def test_arrows_tell_direction_and_load(direction: int, empty: str, loaded: str) -> None:
    simulator = staged()
    simulator.state.robots.direction[0, 0] = direction
    assert lines(simulator)[1][1] == empty
    load(simulator, 0, 0)
    assert lines(simulator)[1] == f"·{loaded}▫·□"


def test_a_requested_load_is_orange() -> None:
    simulator = staged()
    load(simulator, 0, 0)
    assert glyphs(view(simulator))[-1].colour == ROBOT
    order(simulator, 0, [0])
    assert glyphs(view(simulator))[-1].colour == REQUESTED


@pytest.mark.parametrize("facts", [{"broken": 3}, {"battery": 0}])
def test_a_robot_that_cannot_act_is_a_cross(facts: dict[str, int]) -> None:
    simulator = staged(battery=50)
    for name, value in facts.items():
        simulator.state.robots[name][0, 0] = value
    assert lines(simulator)[1][1] == "✗"


@pytest.mark.parametrize(
    ("changes", "signs"),
    [
        ({}, ""),
        ({"battery": 50}, "✗C"),
        ({"breakdown": 0.1}, "✗"),
        ({"tools": 1, "tool_share": 0.5}, "T●"),
        ({"blocked_aisle": 0.1}, "▒"),
    ],
)
def test_the_legend_has_the_characters_that_occur(changes: dict[str, Any], signs: str) -> None:
    shown = text_legend(view(staged(**changes)), 36)
    assert shown.medium == "text"
    explained = "".join(sign for sign, _ in fields(shown))
    assert set(explained) == set("^>v<▲▶▼◀■□▫G# ") | set(signs) | ({"○", " "} if "●" in signs else set())
