"""The plots of the page, as SVG text that takes colours and type from the page's style sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from planzoo.baselines.metrics import Interval
from planzoo.baselines.report.canvas import STYLE, rows_of, scatter_of, svg_of
from planzoo.baselines.report.labels import Box, place_labels, spread_apart
from planzoo.baselines.report.palette import INK, MUTED, SURFACE, series
from planzoo.baselines.summary import Estimate, PolicySummary, ScenarioSummary

MOST_DOTS = 400
"""Episodes of a policy that are drawn: more would make the page heavy and the picture no richer."""
LEFT = "left_"
"""Begins the names of the facts that tell what was left of a resource."""
_MICROSECOND = 1e-6
_LETTER = 0.016
"""Width of a label's letter, as a share of the axis."""
_DOT = 0.012
"""Half the width of a dot, as a share of the axis."""


def return_plot(summary: ScenarioSummary) -> str:
    """Draws mean (dot) and interquartile mean (diamond) with intervals; the reference is a dashed line."""
    with matplotlib.rc_context(STYLE):
        figure, axes = rows_of([policy.title for policy in summary.policies], "return")
        for row, policy in enumerate(summary.policies):
            _draw_interval(axes, row - 0.12, policy.mean_interval, (series(row), 4))
            axes.plot(policy.mean, row - 0.12, "o", color=series(row), markersize=7, markeredgecolor=SURFACE)
            _draw_interval(axes, row + 0.2, policy.iqm_interval, (series(row), 1.5))
            axes.plot(policy.iqm, row + 0.2, "D", color=SURFACE, markersize=4, markeredgecolor=series(row))
        _draw_reference(axes, summary)
        return svg_of(figure)


def distribution_plot(summary: ScenarioSummary) -> str:
    """Draws episodes' returns as dots, with the quartiles as a bar and the median as a stroke."""
    spread = np.random.default_rng(0)
    with matplotlib.rc_context(STYLE):
        figure, axes = rows_of([policy.title for policy in summary.policies], "return of an episode")
        for row, policy in enumerate(summary.policies):
            dots = policy.returns[:MOST_DOTS]
            heights = row + spread.uniform(-0.26, 0.26, len(dots))
            axes.plot(dots, heights, "o", color=series(row), markersize=3.2, alpha=0.4, markeredgewidth=0)
            low, median, high = np.percentile(policy.returns, (25, 50, 75))
            axes.plot([low, high], [row, row], color=INK, linewidth=1.2)
            axes.plot([median, median], [row - 0.2, row + 0.2], color=INK, linewidth=2)
        _draw_reference(axes, summary)
        return svg_of(figure)


def decision_time_plot(summary: ScenarioSummary) -> str:
    """Draws the mean time of a decision on a logarithmic axis, with a whisker to the 95th percentile."""
    with matplotlib.rc_context(STYLE):
        figure, axes = rows_of([policy.title for policy in summary.policies], "milliseconds a decision")
        _logarithmic_time(axes)
        for row, policy in enumerate(summary.policies):
            mean, slow = _shown(policy.decision_seconds), _shown(policy.decision_seconds_p95)
            axes.plot([mean, slow], [row, row], color=series(row), linewidth=2, alpha=0.6)
            axes.plot([slow, slow], [row - 0.15, row + 0.15], color=series(row), linewidth=2, alpha=0.6)
            axes.plot(mean, row, "o", color=series(row), markersize=7, markeredgecolor=SURFACE)
        _widen_to_decades(axes)
        return svg_of(figure)


def compute_plot(summary: ScenarioSummary) -> str:
    """Draws the mean return against the time of a decision: up and to the left is better."""
    with matplotlib.rc_context(STYLE):
        figure, axes = scatter_of(len(summary.policies), "milliseconds a decision")
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
        return svg_of(figure)


def plotted_measure(summary: ScenarioSummary) -> str | None:
    """Names the measure that :func:`measure_plot` draws: the first, if any policy's episodes told it."""
    name = next(iter(summary.measures), None)
    return name if any(name in policy.measures for policy in summary.policies) else None


def measure_plot(summary: ScenarioSummary) -> str:
    """Draws the mean return against the first of the scenario's measures, each with its interval.

    Where that is what was left of a resource, a line joins the policies that no other beats in both.
    Policies whose episodes did not tell the measure are left out.

    Raises:
        ValueError: no policy's episodes told it, see :func:`plotted_measure`.
    """
    name = plotted_measure(summary)
    if name is None:
        raise ValueError("There is no measure to draw.")
    told = [(row, policy) for row, policy in enumerate(summary.policies) if name in policy.measures]
    with matplotlib.rc_context(STYLE):
        figure, axes = scatter_of(len(summary.policies), summary.measures[name])
        if name.startswith(LEFT):
            _draw_front(axes, [(policy.measures[name].mean, policy.mean) for _, policy in told])
        for row, policy in told:
            x = policy.measures[name].mean
            _draw_cross(axes, (x, policy.mean), (policy.measures[name].interval, policy.mean_interval), row)
            axes.plot(x, policy.mean, "o", color=series(row), markersize=8, markeredgecolor=SURFACE)
        _label_crosses(axes, [(policy, policy.measures[name]) for _, policy in told])
        return svg_of(figure)


def front_of(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Gives the points that no other beats in both numbers, the larger the better, by the first number."""
    front: list[tuple[float, float]] = []
    for point in sorted(points, reverse=True):
        if not front or point[1] > front[-1][1]:
            front.append(point)
    return front[::-1]


def _draw_front(axes: Axes, points: Sequence[tuple[float, float]]) -> None:
    xs, ys = zip(*front_of(points), strict=True)
    # Between two of them lies what both reach: less of either than the better one has.
    axes.step(xs, ys, where="pre", color=MUTED, linewidth=1.2, linestyle=(0, (4, 3)))


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
