"""Colours that follow the reader's theme: plots are drawn in stand-ins that the style sheet defines."""

from __future__ import annotations

INK = "#010101"
MUTED = "#020202"
RULE = "#030303"
SURFACE = "#040404"
SERIES = tuple(f"#0500{index:02x}" for index in range(1, 9))

_VARIABLES = {INK: "--ink", MUTED: "--muted", RULE: "--rule", SURFACE: "--surface"} | {
    colour: f"--series-{index}" for index, colour in enumerate(SERIES, start=1)
}


def series(index: int) -> str:
    """Gives the stand-in for the ``index``-th policy; after eight the colours begin again."""
    return SERIES[index % len(SERIES)]


def series_variable(index: int) -> str:
    """Names the style sheet's variable of the ``index``-th policy."""
    return _VARIABLES[series(index)]


def with_variables(svg: str) -> str:
    """Replaces the stand-ins in an SVG by the style sheet's variables."""
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    return svg
