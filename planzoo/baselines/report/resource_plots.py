"""Plots of the page where a resource wrapper keeps a budget: what was left when, and who took of it when."""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from planzoo.baselines.metrics import FloatArray
from planzoo.baselines.report.canvas import STYLE, rows_of, scatter_of, svg_of
from planzoo.baselines.report.labels import spread_apart
from planzoo.baselines.report.palette import INK, MUTED, series
from planzoo.baselines.resource_trace import ResourceTrace
from planzoo.baselines.summary import ScenarioSummary

_MOMENTS = 200
"""So many moments of the episodes are looked at."""
_AGENT_INCHES = 0.2
_BAR = 0.8
"""Height of an agent's bar in its row, where every step of a span took something."""


def resource_names(summary: ScenarioSummary) -> tuple[str, ...]:
    """Names the resources that a wrapper kept; none without one."""
    names = [name for policy in summary.policies for trace in policy.traces for name in trace.left]
    return tuple(dict.fromkeys(names))


def profile_plot(summary: ScenarioSummary, name: str) -> str:
    """Draws what was left of a resource in the course of the episodes, the mean of each policy.

    Episodes that have ended keep what they had left; the capacity, or the initial amount, is a dashed line.

    Raises:
        ValueError: no episode tells of the resource, see :func:`resource_names`.
    """
    told = [(row, policy) for row, policy in enumerate(summary.policies) if policy.traces]
    longest = max((trace.steps for _, policy in told for trace in policy.traces), default=0)
    if name not in resource_names(summary):
        raise ValueError(f"There is no resource {name!r} to draw.")
    moments = np.linspace(0, longest, min(_MOMENTS, longest + 1))
    with matplotlib.rc_context(STYLE):
        figure, axes = scatter_of(len(told), "step")
        axes.set_ylabel(f"{name} left")
        limit = max(trace.limits[name] for _, policy in told for trace in policy.traces)
        axes.axhline(limit, color=MUTED, linewidth=1.2, linestyle=(0, (4, 3)))
        courses = [mean_course(policy.traces, name, moments) for _, policy in told]
        for (row, _), course in zip(told, courses, strict=True):
            axes.plot(moments, course, color=series(row), linewidth=2)
        axes.set_xlim(0, max(longest, 1))
        _label_ends(axes, [policy.title for _, policy in told], [float(course[-1]) for course in courses])
        return svg_of(figure)


def mean_course(traces: tuple[ResourceTrace, ...], name: str, moments: FloatArray) -> FloatArray:
    """Gives what episodes had left of a resource at some steps, on average.

    Args:
        traces: of the episodes, at least one.
        name: the resource.
        moments: float64 (M,), steps, ascending; between the ends of spans it is interpolated.
    """
    total = np.zeros_like(moments)
    for trace in traces:
        edges = np.minimum(np.arange(len(trace.left[name])) * trace.stride, trace.steps)
        total += np.interp(moments, edges, trace.left[name])
    return total / len(traces)


def gantt_plot(summary: ScenarioSummary) -> str:
    """Draws when the agents took of resources in the first episode of each policy.

    A bar is as high as the share of its steps that took something.
    """
    shown = [
        (row, policy.title, policy.traces[0]) for row, policy in enumerate(summary.policies) if policy.traces
    ]
    titles = [f"{title}, {agent}" for _, title, trace in shown for agent in trace.busy]
    with matplotlib.rc_context(STYLE):
        figure, axes = rows_of(titles, "step", _AGENT_INCHES)
        axes.tick_params(axis="y", labelsize=8)
        place = 0
        for row, _, trace in shown:
            for shares in trace.busy.values():
                _draw_spans(axes, place, trace, shares, series(row))
                place += 1
            axes.axhline(place - 0.5, color=MUTED, linewidth=0.4)
        axes.set_xlim(0, max([1, *(trace.steps for *_, trace in shown)]))
        return svg_of(figure)


def _draw_spans(axes: Axes, place: int, trace: ResourceTrace, shares: list[float], colour: str) -> None:
    starts = np.arange(len(shares)) * trace.stride
    widths = np.minimum(starts + trace.stride, trace.steps) - starts
    heights = _BAR * np.array(shares)
    axes.bar(starts, heights, widths, place - heights / 2, align="edge", color=colour, linewidth=0)
    axes.plot([trace.steps, trace.steps], [place - 0.4, place + 0.4], color=INK, linewidth=1)


def _label_ends(axes: Axes, titles: list[str], heights: list[float]) -> None:
    """Writes titles beside the right ends of their lines."""
    low, high = axes.get_ylim()
    places = spread_apart(heights, (high - low) * 0.075)
    # A crowd at the bottom would stand on the numbers below the axis.
    lift = max(0.0, low - min(places))
    for title, height in zip(titles, places, strict=True):
        axes.annotate(
            title,
            (1.01, height + lift),
            xycoords=("axes fraction", "data"),
            verticalalignment="center",
            fontsize=9,
            annotation_clip=False,
        )
