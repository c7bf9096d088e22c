"""Draws a Pareto front: what a shorter time costs."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from planzoo.errors import InputError
from planzoo.planners.resources.drawing.figure import (
    COLOURS,
    INK,
    MUTED,
    new_figure,
    plain,
    quiet_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Point = tuple[float, float]
"""(cost, makespan)."""
MOST_LABELS = 12
"""Points of a front that are all labelled; of more, only the first and the last."""


@runtime_checkable
class Priced(Protocol):
    """A schedule, or a plan that has one."""

    @property
    def cost(self) -> float:
        """What it costs."""

    @property
    def makespan(self) -> float:
        """How long it takes."""


def pareto_figure(points: Sequence[Priced | Point], labels: Sequence[str] = ()) -> Figure:
    """Draws cost against makespan.

    The points that no other one dominates are joined by steps: above a step, on the tinted side, a schedule
    costs or takes more than one that is there. Points that are dominated are hollow.

    Args:
        points: schedules, plans that have some, or pairs (cost, makespan).
        labels: what is written at each point of the front; its numbers unless given.

    Raises:
        InputError: there are no points, one is no pair of finite numbers, there are not as many labels, or
            matplotlib is not installed.
    """
    pairs = [_pair(point) for point in points]
    if not pairs:
        raise InputError("A Pareto front needs at least one point to draw.")
    if labels and len(labels) != len(pairs):
        raise InputError(f"There are {len(labels)} labels for {len(pairs)} points; give one each.")
    front = pareto_front(pairs)
    figure = new_figure(6.4, 4.2)
    axes = figure.add_subplot()
    quiet_axes(axes, "both")
    axes.spines["left"].set(visible=True, color=MUTED)
    axes.set_xlabel("makespan", color=INK, fontsize=9)
    axes.set_ylabel("cost", color=INK, fontsize=9)
    axes.set_title(f"{len(front)} of {len(pairs)} on the Pareto front", loc="left", fontsize=10, color=INK)
    _limit(axes, pairs)
    _draw_front(axes, [pairs[place] for place in front])
    rest = [pair for place, pair in enumerate(pairs) if place not in front]
    if rest:
        costs, makespans = zip(*rest, strict=True)
        axes.plot(
            makespans, costs, "o", markersize=5, markerfacecolor="white", color=MUTED, label="dominated"
        )
        axes.legend(loc="upper right", fontsize=8, frameon=False)
    _label(axes, pairs, front, labels)
    return figure


def pareto_front(points: Sequence[Point]) -> list[int]:
    """Gives the places of the points that none dominates, the shortest first; of equal ones the first."""
    order = sorted(range(len(points)), key=lambda place: (points[place][1], points[place][0], place))
    front: list[int] = []
    for place in order:
        if not front or points[place][0] < points[front[-1]][0]:
            front.append(place)
    return front


def _pair(point: Priced | Point) -> Point:
    try:
        cost, makespan = map(float, (point.cost, point.makespan) if isinstance(point, Priced) else point)
    except (TypeError, ValueError):
        cost = makespan = math.nan
    if not (math.isfinite(cost) and math.isfinite(makespan)):
        raise InputError(
            f"A point is a schedule, a plan with one, or a pair (cost, makespan) of finite numbers, not "
            f"{reprlib.repr(point)}."
        )
    return cost, makespan


def _limit(axes: Axes, pairs: Sequence[Point]) -> None:
    """Leaves room at the edges, most on the left where labels stand."""
    costs, makespans = zip(*pairs, strict=True)
    wide = max(makespans) - min(makespans) or max(1.0, abs(makespans[0]))
    high = max(costs) - min(costs) or max(1.0, abs(costs[0]))
    axes.set_xlim(min(makespans) - 0.28 * wide, max(makespans) + 0.1 * wide)
    axes.set_ylim(min(costs) - 0.12 * high, max(costs) + 0.12 * high)


def _draw_front(axes: Axes, front: Sequence[Point]) -> None:
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    xs = [makespan for _, makespan in front]
    ys = [cost for cost, _ in front]
    axes.fill_between(
        [*xs, right], [*ys, ys[-1]], top, step="post", color=COLOURS[0], alpha=0.25, linewidth=0
    )
    axes.step(
        [xs[0], *xs, right],
        [top, *ys, ys[-1]],
        where="post",
        color="#0072b2",
        linewidth=1.4,
        label="Pareto front",
    )
    axes.plot(xs, ys, "o", color="#0072b2", markersize=7, markeredgecolor="white", zorder=4)


def _label(axes: Axes, pairs: Sequence[Point], front: Sequence[int], labels: Sequence[str]) -> None:
    """Writes labels to the lower left of the points, where nothing else can be."""
    shown = front if len(front) <= MOST_LABELS else [front[0], front[-1]]
    for place in shown:
        cost, makespan = pairs[place]
        text = labels[place] if labels else f"{cost:g} in {makespan:g}"
        axes.annotate(
            plain(text),
            (makespan, cost),
            xytext=(-6, -4),
            textcoords="offset points",
            horizontalalignment="right",
            verticalalignment="top",
            fontsize=8,
            color=INK,
        )
