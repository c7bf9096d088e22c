"""Scenes that the tests of all renderers share."""

from __future__ import annotations

from planzoo.envs.simulation.scene import (
    Bar,
    Circle,
    Field,
    Glyph,
    Label,
    Line,
    Palette,
    Panel,
    Polygon,
    Rectangle,
    Scene,
    Text,
)


def grid_scene(robot_column: int = 1) -> Scene:
    """Three columns and two rows: a shelf at (0, 0), a robot in the lower row, a workstation at (1, 2)."""
    return Scene(
        title="Sample",
        width=3,
        height=2,
        shapes=(
            Rectangle(0, 0, 3, 2, Palette.FLOOR),
            Rectangle(0, 0, 1, 1, Palette.ORANGE, corner=0.1, outline=Palette.INK, outline_width=0.1),
            Polygon(((2.0, 1.0), (3.0, 1.0), (3.0, 2.0), (2.0, 2.0)), Palette.GREEN),
            Line(((1.0, 0.5), (3.0, 0.5)), Palette.VERMILLION, 0.2),
            Circle(robot_column + 0.5, 1.5, 0.4, Palette.BLUE, outline=Palette.BLACK, outline_width=0.1),
            Label(0.5, 0.5, "7", 0.5, Palette.INK, strong=True),
        ),
        glyphs=(
            Glyph(0, 0, "■", Palette.ORANGE),
            Glyph(1, robot_column, "·"),
            Glyph(1, robot_column, ">", Palette.BLUE, strong=True),
        ),
        panels=(Panel("Episode", (Field("Step", "3 / 9"), Field("Robot", "loaded", mark=Palette.BLUE))),),
    )


def panel_scene(fraction: float = 0.75, text: str = "The patient coughs.") -> Scene:
    """No grid: a belief, and a text of two lines."""
    return Scene(
        title="Diagnosis",
        panels=(
            Panel(
                "Belief",
                (
                    Bar("bronchitis", fraction, f"{fraction:.0%}", Palette.BLUE, highlighted=True),
                    Bar("cancer", 0.0, "0%", Palette.BLUE),
                ),
            ),
            Panel("", (Text(text, lines=2),)),
        ),
    )
