"""Draws what a plan holds and leaves of every resource over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from planzoo.envs.resources.resource import Resource
from planzoo.errors import InputError
from planzoo.planners.resources.drawing.figure import (
    FAULT,
    FAULT_FILL,
    FILL,
    INK,
    MUTED,
    new_figure,
    plain,
    quiet_axes,
)
from planzoo.planners.resources.timed_steps import AnyPlan
from planzoo.planners.resources.timeline import ResourceState
from planzoo.planners.resources.tracker import ResourceTracker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, PANEL, FRAME = 8.0, 1.35, 0.6
"""Inches: the width, the height of a panel, and what axis and title take."""
ROUNDED = 1e-9
"""What sums may be wrong by, which is not shaded."""


def profile_figure(plan: AnyPlan, tracker: ResourceTracker) -> Figure:
    """Draws one panel a resource.

    Of a reusable resource it shows what is held, and as a dashed line how much there is, which a calendar
    changes; of others what is left, their initial amount (dotted), and what their store holds (dashed). What
    is too much, or less than nothing, is red and hatched. Steps are exact: they change when amounts do.

    Raises:
        InputError: there are no resources, the plan does not fit them, or matplotlib is not installed.
    """
    if not tracker.resources:
        raise InputError("A resource profile needs a tracker with at least one resource.")
    steps = tracker.steps(plan)
    makespan = max((step.end for step in steps), default=0.0)
    horizon = 1.03 * makespan if makespan > 0 else 1.0
    states = [state for state in tracker.compute_resource_timeline(plan) if state.time < horizon]
    figure = new_figure(WIDTH, FRAME + PANEL * len(tracker.resources))
    panels = figure.subplots(len(tracker.resources), sharex=True, squeeze=False)[:, 0]
    for axes, resource in zip(panels, tracker.resources.values(), strict=True):
        quiet_axes(axes, "both")
        _draw_panel(axes, resource, states, horizon)
        axes.set_xlim(0.0, horizon)
    panels[-1].set_xlabel("time", fontsize=9, color=INK)
    return figure


def _draw_panel(axes: Axes, resource: Resource, states: Sequence[ResourceState], horizon: float) -> None:
    edges = [*(state.time for state in states), horizon]
    left = [state.available[resource.name] for state in states]
    if resource.is_reusable:
        levels = [state.allocated[resource.name] for state in states]
        most = [held + rest for held, rest in zip(levels, left, strict=True)]
        title = "held"
    else:
        levels, most, title = left, [resource.limit] * len(left), "left"
    axes.stairs(levels, edges, fill=True, color=FILL, alpha=0.7, label=title)
    _shade(axes, levels, most, edges)
    axes.stairs(levels, edges, baseline=None, color="#33658a", linewidth=1.2)
    _draw_bounds(axes, resource, most, edges)
    name, kind = plain(resource.name), resource.resource_type.value
    axes.set_title(f"{name}: {title}", loc="left", fontsize=9, color=INK)
    axes.set_title(_words(resource, kind), loc="right", fontsize=8, color=MUTED)
    finite = [level for level in (*levels, *most, resource.initial_amount) if level < math.inf]
    low, high = min(0.0, *finite), max(finite)
    room = 0.12 * ((high - low) or 1.0)
    axes.set_ylim(low - (room if low < 0 else 0.0), high + room)
    if low < 0:
        axes.axhline(0.0, color=MUTED, linewidth=0.8)


def _words(resource: Resource, kind: str) -> str:
    if resource.is_reusable:
        return f"{kind}, {resource.initial_amount:g} there (dashed)"
    store = f", store for {resource.limit:g} (dashed)" if resource.limit < math.inf else ""
    return f"{kind}, {resource.initial_amount:g} at first (dotted){store}"


def _draw_bounds(axes: Axes, resource: Resource, most: Sequence[float], edges: Sequence[float]) -> None:
    """Draws how much there may be, and how much there was at first."""
    if most[0] < math.inf:
        axes.stairs(
            most, edges, baseline=None, color=INK, linewidth=1.3, linestyle=(0, (5, 3)), label="there"
        )
    if not resource.is_reusable:
        axes.axhline(resource.initial_amount, color=MUTED, linewidth=1.1, linestyle=":", label="initial")


def _shade(axes: Axes, levels: Sequence[float], most: Sequence[float], edges: Sequence[float]) -> None:
    """Shades what is above the bounds, and below nothing."""
    over = [level if level > limit + ROUNDED else limit for level, limit in zip(levels, most, strict=True)]
    under = [level if level < -ROUNDED else 0.0 for level in levels]
    for values, bases in ((over, list(most)), (under, [0.0] * len(levels))):
        if values != bases:
            look: dict[str, Any] = {
                "facecolor": FAULT_FILL,
                "edgecolor": FAULT,
                "hatch": "////",
                "linewidth": 0,
            }
            axes.stairs(values, edges, baseline=bases, fill=True, label="fault", **look)
