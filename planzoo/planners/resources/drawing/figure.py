"""What all pictures share: a canvas, colours that all eyes tell apart, and files."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from planzoo.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, RULE = "#222222", "#5f6368", "#dddddd"
"""Colours of what is said, what is said aside, and of lines that guide the eye."""
FAULT = "#c8102e"
"""The colour of what breaks a constraint, which is hatched, too."""
FAULT_FILL = "#f4c7cf"
"""The same, to be hatched."""
FILL = "#9cc5e3"
"""The colour of what is neither one sort nor another."""
COLOURS = ("#9cc5e3", "#f3c566", "#86cfb4", "#e2b3cf", "#c9c9c9", "#efe98a", "#7fa8d8", "#c7b299")
"""Tints of the palette of Okabe and Ito, Color universal design (2008), light enough for dark letters."""
DOTS_PER_INCH = 150
SUFFIXES = (".png", ".svg", ".pdf")

_SVG_STYLE: Any = {"svg.fonttype": "none", "svg.hashsalt": "planzoo"}
_SVG_LOCK = Lock()


def new_figure(width: float, height: float) -> Figure:
    """Makes an empty figure of so many inches that belongs to nobody: it is gone when it is let go.

    Raises:
        InputError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError(
            f"Plots need matplotlib, which is not installed here ({error}); install it with: "
            "pip install 'planzoo[report]'."
        ) from error
    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def quiet_axes(axes: Axes, grid: str = "x") -> None:
    """Takes the box off and leaves light lines across one axis, or both."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.tick_params(length=0, labelsize=8, colors=MUTED)
    axes.tick_params(axis="y", pad=7)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(True, axis=grid, color=RULE, linewidth=0.6)  # type: ignore[arg-type]
    axes.set_axisbelow(True)


def plain(text: object, length: int = 32) -> str:
    """Gives a text that stands for itself: no formulas, no line breaks, not too long."""
    shown = "".join(letter if letter.isprintable() else " " for letter in str(text))
    shown = shown if len(shown) <= length else shown[: length - 1] + "…"
    return shown.replace("$", r"\$")


def svg_text(figure: Figure) -> str:
    """Gives a figure as SVG with its letters as text: the same text for the same figure."""
    import matplotlib

    buffer = io.StringIO()
    # How letters are written is a setting of the whole process.
    with _SVG_LOCK, matplotlib.rc_context(_SVG_STYLE):
        figure.savefig(buffer, format="svg")
    text = buffer.getvalue()
    return re.sub(r"<metadata>.*?</metadata>\s*", "", text[text.index("<svg") :], flags=re.DOTALL)


def save_figure(figure: Figure, path: str | os.PathLike[str]) -> Path:
    """Writes a figure into a file, PNG, SVG or PDF by its suffix, and gives the file's path.

    Raises:
        InputError: the suffix is another, or the folder does not exist.
    """
    file = Path(path)
    if file.suffix.lower() not in SUFFIXES:
        raise InputError(f"A picture's file ends with {', '.join(SUFFIXES)}, not as {file.name!r} does.")
    if not file.parent.is_dir():
        raise InputError(f"The folder {str(file.parent)!r} does not exist; make it first.")
    if file.suffix.lower() == ".svg":
        file.write_text(svg_text(figure), encoding="utf-8")
    else:
        figure.savefig(file)
    return file
