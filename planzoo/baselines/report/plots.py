"""The plots of the page, as SVG text that takes colours and type from the page's style sheet."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from planzoo.baselines.metrics import Interval
from planzoo.baselines.report.labels import Box, place_labels
from planzoo.baselines.report.palette import INK, MUTED, RULE, SURFACE, series, with_variables
from planzoo.baselines.summary import Estimate, PolicySummary, ScenarioSummary

_STYLE: Any = {
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
MOST_DOTS = 400
"""Episodes of a policy that are drawn: more would make the page heavy and the picture no richer."""
_WIDTH_INCHES = 5.6
_ROW_INCHES = 0.36
_FRAME_INCHES = 0.85
_LEAST_INCHES = 2.6
_MICROSECOND = 1e-6
_LETTER = 0.016
"""Width of a label's letter, as a share of the axis."""
_DOT = 0.012
"""Half the width of a dot, as a share of the axis."""


def return_plot(summary: ScenarioSummary) -> str:
    """Draws mean (dot) and interquartile mean (diamond) with intervals; the reference is a dashed line."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _rows(summary.policies, "return")
        for row, policy in enumerate(summary.policies):
            _draw_interval(axes, row - 0.12, policy.mean_interval, (series(row), 4))
            axes.plot(policy.mean, row - 0.12, "o", color=series(row), markersize=7, markeredgecolor=SURFACE)
            _draw_interval(axes, row + 0.2, policy.iqm_interval, (series(row), 1.5))
            axes.plot(policy.iqm, row + 0.2, "D", color=SURFACE, markersize=4, markeredgecolor=series(row))
        _draw_reference(axes, summary)
        return _svg(figure)


def distribution_plot(summary: ScenarioSummary) -> str:
    """Draws episodes' returns as dots, with the quartiles as a bar and the median as a stroke."""
    spread = np.random.default_rng(0)
    with matplotlib.rc_context(_STYLE):
        figure, axes = _rows(summary.policies, "return of an episode")
        for row, policy in enumerate(summary.policies):
            dots = policy.returns[:MOST_DOTS]
            heights = row + spread.uniform(-0.26, 0.26, len(dots))
            axes.plot(dots, heights, "o", color=series(row), markersize=3.2, alpha=0.4, markeredgewidth=0)
            low, median, high = np.percentile(policy.returns, (25, 50, 75))
            axes.plot([low, high], [row, row], color=INK, linewidth=1.2)
            axes.plot([median, median], [row - 0.2, row + 0.2], color=INK, linewidth=2)
        _draw_reference(axes, summary)
        return _svg(figure)


def decision_time_plot(summary: ScenarioSummary) -> str:
    """Draws the mean time of a decision on a logarithmic axis, with a whisker to the 95th percentile."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _rows(summary.policies, "milliseconds a decision")
        _logarithmic_time(axes)
        for row, policy in enumerate(summary.policies):
            mean, slow = _shown(policy.decision_seconds), _shown(policy.decision_seconds_p95)
            axes.plot([mean, slow], [row, row], color=series(row), linewidth=2, alpha=0.6)
            axes.plot([slow, slow], [row - 0.15, row + 0.15], color=series(row), linewidth=2, alpha=0.6)
            axes.plot(mean, row, "o", color=series(row), markersize=7, markeredgecolor=SURFACE)
        _widen_to_decades(axes)
        return _svg(figure)


def compute_plot(summary: ScenarioSummary) -> str:
    """Draws the mean return against the time of a decision: up and to the left is better."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _scatter(len(summary.policies), "milliseconds a decision")
        _logarithmic_time(axes)
        for row, policy in enumerate(summary.policies):
            x, bounds = _shown(policy.decision_seconds), policy.mean_interval
            if math.isfinite(bounds.low):
                axes.plot([x, x], [bounds.low, bounds.high], color=series(row), linewidth=4, alpha=0.45)
            axes.plot(x, policy.mean, "o", color=series(row), markersize=8, markeredgecolor=SURFACE)
        _widen_to_decades(axes)
        points = [(_shown(policy.decision_seconds), policy.mean) for policy in summary.policies]
        titles = [policy.title for policy in summary.policies]
        _label_points(axes, titles, points, [x * 1.35 for x, _ in points])
        return _svg(figure)


def plotted_measure(summary: ScenarioSummary) -> str | None:
    """Names the measure that :func:`measure_plot` draws: the first, if any policy's episodes told it."""
    name = next(iter(summary.measures), None)
    return name if any(name in policy.measures for policy in summary.policies) else None


def measure_plot(summary: ScenarioSummary) -> str:
    """Draws the mean return against the first of the scenario's measures, each with its interval.

    Policies whose episodes did not tell the measure are left out.

    Raises:
        ValueError: no policy's episodes told it, see :func:`plotted_measure`.
    """
    name = plotted_measure(summary)
    if name is None:
        raise ValueError("There is no measure to draw.")
    told = [(row, policy) for row, policy in enumerate(summary.policies) if name in policy.measures]
    with matplotlib.rc_context(_STYLE):
        figure, axes = _scatter(len(summary.policies), summary.measures[name])
        for row, policy in told:
            x = policy.measures[name].mean
            _draw_cross(axes, (x, policy.mean), (policy.measures[name].interval, policy.mean_interval), row)
            axes.plot(x, policy.mean, "o", color=series(row), markersize=8, markeredgecolor=SURFACE)
        _label_crosses(axes, [(policy, policy.measures[name]) for _, policy in told])
        return _svg(figure)


def spread_apart(positions: Sequence[float], gap: float) -> list[float]:
    """Moves positions apart until neighbours are at least ``gap`` away from each other, keeping their order.

    Args:
        positions: where labels would like to stand.
        gap: the least distance.

    Returns:
        The new positions, in the order of the old ones; a crowded group stays centred on where it was.
    """
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    groups: list[tuple[list[int], float]] = []
    for index in order:
        members, centre = [index], positions[index]
        while groups and centre - groups[-1][1] < gap * (len(members) + len(groups[-1][0])) / 2:
            before, other = groups.pop()
            centre = (centre * len(members) + other * len(before)) / (len(members) + len(before))
            members = before + members
        groups.append((members, centre))
    moved = [0.0] * len(positions)
    for members, centre in groups:
        for rank, index in enumerate(members):
            moved[index] = centre + gap * (rank - (len(members) - 1) / 2)
    return moved


def _rows(policies: Sequence[PolicySummary], label: str) -> tuple[Figure, Axes]:
    figure = Figure((_WIDTH_INCHES, _FRAME_INCHES + _ROW_INCHES * len(policies)), layout="constrained")
    axes = figure.add_subplot()
    axes.set_yticks(range(len(policies)), [policy.title for policy in policies])
    axes.set_ylim(len(policies) - 0.4, -0.6)
    axes.set_xlabel(label)
    axes.grid(True, axis="x")
    axes.set_axisbelow(True)
    return figure, axes


def _scatter(policies: int, label: str) -> tuple[Figure, Axes]:
    height = max(_LEAST_INCHES, _FRAME_INCHES + _ROW_INCHES * policies)
    figure = Figure((_WIDTH_INCHES, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines["left"].set_visible(True)
    axes.set(xlabel=label, ylabel="mean return")
    axes.grid(True)
    axes.set_axisbelow(True)
    return figure, axes


def _draw_cross(axes: Axes, point: tuple[float, float], bounds: tuple[Interval, Interval], row: int) -> None:
    (x, y), (across, up) = point, bounds
    _draw_interval(axes, y, across, (series(row), 3))
    if math.isfinite(up.low):
        axes.plot([x, x], [up.low, up.high], color=series(row), linewidth=3, alpha=0.45)


def _draw_interval(axes: Axes, height: float, bounds: Interval, stroke: tuple[str, float]) -> None:
    if math.isfinite(bounds.low):
        colour, width = stroke
        axes.plot([bounds.low, bounds.high], [height, height], color=colour, linewidth=width, alpha=0.45)


def _draw_reference(axes: Axes, summary: ScenarioSummary) -> None:
    if summary.reference is not None:
        axes.axvline(summary.reference.value, color=MUTED, linewidth=1.2, linestyle=(0, (4, 3)))


def _logarithmic_time(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"{seconds * 1_000:.6g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def _widen_to_decades(axes: Axes) -> None:
    # A log axis that shows less than a decade has no labelled tick; whole decades always have two.
    low, high = axes.dataLim.intervalx
    axes.set_xlim(10.0 ** math.floor(math.log10(low)) * 0.8, 10.0 ** math.ceil(math.log10(high)) * 1.25)


def _shown(seconds: float) -> float:
    return max(seconds, _MICROSECOND)


def _label_crosses(axes: Axes, crosses: Sequence[tuple[PolicySummary, Estimate]]) -> None:
    """Writes titles beside their crosses."""
    bars = [_bars(axes, estimate, policy) for policy, estimate in crosses]
    anchors = [across for across, _ in bars]
    widths = [_LETTER * len(policy.title) for policy, _ in crosses]
    boxes = place_labels(anchors, widths, [box for pair in bars for box in pair])
    for (policy, _), box, anchor in zip(crosses, boxes, anchors, strict=True):
        side, place = ("left", box.left) if box.left > anchor.left else ("right", box.right)
        axes.text(
            place,
            box.middle,
            policy.title,
            transform=axes.transAxes,
            horizontalalignment=side,
            verticalalignment="center_baseline",
            fontsize=9,
        )


def _bars(axes: Axes, estimate: Estimate, policy: PolicySummary) -> tuple[Box, Box]:
    """Gives the cross's bars across and up, dot included, as shares of the axes."""
    centre = np.array([estimate.mean, policy.mean])
    lows = np.fmin([estimate.interval.low, policy.mean_interval.low], centre)
    highs = np.fmax([estimate.interval.high, policy.mean_interval.high], centre)
    limits = np.array([axes.get_xlim(), axes.get_ylim()])
    shares = (np.array([lows, centre, highs]) - limits[:, 0]) / (limits[:, 1] - limits[:, 0])
    (left, bottom), (x, y), (right, top) = shares.tolist()
    return (
        Box(min(left, x - _DOT), y - _DOT, max(right, x + _DOT), y + _DOT),
        Box(x - _DOT, min(bottom, y - _DOT), x + _DOT, max(top, y + _DOT)),
    )


def _label_points(
    axes: Axes, titles: Sequence[str], points: Sequence[tuple[float, float]], places: Sequence[float]
) -> None:
    """Writes each title at its place on the horizontal axis, and as near as can be to its point's height."""
    low, high = axes.get_ylim()
    heights = spread_apart([height for _, height in points], (high - low) * 0.075)
    for title, point, place, height in zip(titles, points, places, heights, strict=True):
        axes.annotate(title, point, xytext=(place, height), verticalalignment="center", fontsize=9)


def _svg(figure: Figure) -> str:
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
