"""Text shows the grid, the panels and, if asked, colours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.rendering.text import render_text
from planzoo.envs.simulation.scene import (
    Bar,
    Circle,
    Field,
    Gauge,
    Gauges,
    Icon,
    Palette,
    Panel,
    Scene,
    Text,
)
from tests.envs.rendering.samples import grid_scene, panel_scene


def without_escapes(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_the_grid_stands_left_of_the_panels() -> None:
    assert render_text(grid_scene()) == "\n".join(
        [
            "Sample",
            "",
            "■       Episode",
            "  >     Step                         3 / 9",
            "        ■ Robot                     loaded",
        ]
    )


def test_panels_alone_stand_one_under_another() -> None:
    assert render_text(panel_scene(0.75)) == "\n".join(
        [
            "Diagnosis",
            "",
            "Belief",
            "bronchitis  █████████░░░       75%",
            "cancer      ░░░░░░░░░░░░        0%",
            "",
            "The patient coughs.",
        ]
    )


@pytest.mark.parametrize("scene", [grid_scene(), panel_scene(0.4)])
def test_colours_change_nothing_but_escape_sequences(scene: Scene) -> None:
    coloured = render_text(scene, colour=True)
    assert "\x1b" in coloured
    assert "\x1b" not in render_text(scene)
    lines = [line.rstrip() for line in without_escapes(coloured).splitlines()]
    assert lines == render_text(scene).splitlines()


def test_colours_are_those_of_the_scene() -> None:
    coloured = render_text(grid_scene(), colour=True)
    red, green, blue = Palette.BLUE
    assert f"\x1b[1;38;2;{red};{green};{blue}m>\x1b[0m" in coloured
    assert "\x1b[38;2;230;159;0m■\x1b[0m" in coloured


def test_ink_is_left_to_the_terminal() -> None:
    scene = Scene("", panels=(Panel("", (Field("a", "b", colour=Palette.INK),)),))
    assert "\x1b" not in render_text(scene, colour=True)


@pytest.mark.parametrize(
    ("fraction", "bar"),
    [(0.0, "░" * 12), (1.0, "█" * 12), (1 / 96, "▏" + "░" * 11), (0.5, "█" * 6 + "░" * 6), (7.0, "█" * 12)],
)
def test_bars_show_eighths(fraction: float, bar: str) -> None:
    scene = Scene("", panels=(Panel("", (Bar("b", fraction, "v"),)),))
    assert f" {bar} " in render_text(scene)


@given(st.text(min_size=1, max_size=80), st.text(max_size=80), st.integers(25, 60))
def test_no_panel_line_is_wider_than_the_panel(label: str, value: str, columns: int) -> None:
    label, value = (re.sub(r"\s|[^ -~]", "x", text) for text in (label, value))
    rows = (Field(label, value, mark=Palette.BLUE), Bar(label, 0.3, value), Text(label + value, lines=2))
    lines = render_text(Scene("", panels=(Panel("", rows, columns),))).splitlines()
    assert all(len(line) <= columns for line in lines)


def test_texts_reserve_their_lines_and_end_in_an_ellipsis() -> None:
    rows = (Text("short", lines=3), Field("next"))
    assert render_text(Scene("", panels=(Panel("", rows),))).splitlines() == ["short", "", "", "next"]
    long = Text("one two three four five six", lines=2)
    assert render_text(Scene("", panels=(Panel("", (long,), 10),))).splitlines() == ["one two", "three…"]


def test_icons_and_panels_for_pictures_are_left_out() -> None:
    icon = Icon((Circle(0.5, 0.5, 0.4, Palette.BLUE),))
    panels = (
        Panel("Map", (Field("robot", "here", mark=icon),), 16),
        Panel("Legend", (Field("shapes"),), medium="picture"),
        Panel("Legend", (Field("characters"),), medium="text"),
    )
    assert render_text(Scene("", panels=panels)).splitlines() == [
        "Map",
        "robot       here",
        "",
        "Legend",
        "characters",
    ]


def test_gauges_stand_in_columns_under_their_heading() -> None:
    heading = Gauges("", (Gauge("health"), Gauge("energy")))
    row = Gauges("Agent 0", (Gauge("90", 0.9), Gauge("5", 0.05, Palette.VERMILLION)), Palette.GREEN)
    scene = Scene("", panels=(Panel("", (heading, row), 30),))
    assert render_text(scene).splitlines() == [
        "              health    energy",
        "■ Agent 0         90         5",
    ]
    red, green, blue = Palette.VERMILLION
    assert f"\x1b[38;2;{red};{green};{blue}m        5\x1b[0m" in render_text(scene, colour=True)


def test_many_gauges_share_the_width() -> None:
    row = Gauges("a long label", tuple(Gauge("reliable", 0.5) for _ in range(4)))
    (line,) = render_text(Scene("", panels=(Panel("", (row,), 40),))).splitlines()
    assert len(line) == 40 and line.count("reliab…") == 4 and line.startswith("a long …")
