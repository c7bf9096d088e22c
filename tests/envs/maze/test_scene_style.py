"""Colours are told apart, and numbers stay readable on every size of map."""

from __future__ import annotations

from itertools import combinations

import pytest

from planzoo.envs.maze.scene import LEGIBLE_CELL
from planzoo.envs.maze.scene_agents import RADIUS
from planzoo.envs.maze.scene_style import AGENT_COLOURS, agent_colour, style_of, text_colour
from planzoo.envs.simulation.scene import Colour, Palette


def luminance(colour: Colour) -> float:
    """Relative luminance as the WCAG 2.1 defines it."""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours as the WCAG 2.1 defines it."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_eight_agents_have_eight_colours_and_then_they_come_again() -> None:
    assert len(set(AGENT_COLOURS)) == 8
    assert agent_colour(9) == agent_colour(1)
    for one, other in combinations(AGENT_COLOURS, 2):
        assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 80


@pytest.mark.parametrize("colour", [*AGENT_COLOURS, Palette.MUTED, Palette.CARD])
def test_numbers_are_readable_on_their_discs(colour: Colour) -> None:
    assert contrast(colour, text_colour(colour)) >= 3


@pytest.mark.parametrize("side", [5, 15, 25, 30, 31, 50, 100, 200])
def test_numbers_of_agents_stay_legible(side: int) -> None:
    style = style_of(side, side)
    cell = max(min(64, 720 // side), min(LEGIBLE_CELL, 960 // side))
    assert 1.25 * RADIUS * style.scale * cell >= 9
    assert style.near is (cell >= LEGIBLE_CELL)
    assert style.symbols is (cell >= 12)


def test_small_maps_are_drawn_alike() -> None:
    assert style_of(5, 5) == style_of(25, 25)
