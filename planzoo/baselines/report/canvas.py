"""What the page's plots are drawn on, and how they become SVG text."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planzoo.baselines.report.palette import INK, MUTED, RULE, with_variables

STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "planzoo",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.major.size": 0,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
}
"""Settings of matplotlib."""
WIDTH_INCHES = 5.6
ROW_INCHES = 0.36
FRAME_INCHES = 0.85
LEAST_INCHES = 2.6


def rows_of(titles: Sequence[str], label: str, row_inches: float = ROW_INCHES) -> tuple[Figure, Axes]:
    """Makes axes with a row for each title, the first on top; the horizontal axis has a label."""
    figure = Figure((WIDTH_INCHES, FRAME_INCHES + row_inches * len(titles)), layout="constrained")
    axes = figure.add_subplot()
    axes.set_yticks(range(len(titles)), titles)
    axes.set_ylim(len(titles) - 0.4, -0.6)
    axes.set_xlabel(label)
    axes.grid(True, axis="x")
    axes.set_axisbelow(True)
    return figure, axes


def scatter_of(policies: int, label: str) -> tuple[Figure, Axes]:
    """Makes axes for the mean return against something, high enough for the labels of so many policies."""
    height = max(LEAST_INCHES, FRAME_INCHES + ROW_INCHES * policies)
    figure = Figure((WIDTH_INCHES, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines["left"].set_visible(True)
    axes.set(xlabel=label, ylabel="mean return")
    axes.grid(True)
    axes.set_axisbelow(True)
    return figure, axes


def svg_of(figure: Figure) -> str:
    """Gives a figure as SVG text that takes colours and type from the page's style sheet."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    # Several plots share one page: the counted ids would repeat, and nothing refers to them.
    text = re.sub(r' id="[A-Za-z0-9.]+_\d+"', "", text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r"font-family: [^;\"]*;?", "", text)
    return with_variables(text)
