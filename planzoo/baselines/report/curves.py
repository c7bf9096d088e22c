"""Curves: how policies fare as one number of their scenario grows, in panels side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planzoo.baselines.metrics import Interval
from planzoo.baselines.report.canvas import STYLE, svg_of
from planzoo.baselines.report.palette import MUTED, series
from planzoo.baselines.summary import PolicySummary, ScenarioSummary

PANEL_INCHES = (2.8, 2.4)
"""Width and height of a panel."""
LEGEND_INCHES = 0.8
MOST_COLUMNS = 4
_BAND = 0.15
_DASHES = (0, (4, 2))

Point = tuple[float, Interval | None]
"""A value and its 95 % interval."""


@dataclass(frozen=True)
class Quantity:
    """What a curve shows.

    Attributes:
        title: of the plot.
        label: of its vertical axis.
        of: gives a policy's value on one scenario; None where its episodes do not tell it.
    """

    title: str
    label: str
    of: Callable[[PolicySummary], Point | None]


@dataclass(frozen=True)
class Curve:
    """The scenarios of one curve, by their place on the horizontal axis."""

    name: str
    axis: str
    scenarios: tuple[ScenarioSummary, ...]

    @property
    def places(self) -> list[float]:
        """Where the scenarios stand on the horizontal axis."""
        return [each.curve.at for each in self.scenarios if each.curve is not None]

    @property
    def policies(self) -> list[PolicySummary]:
        """One of each policy's summaries, in the order of the config."""
        found = {policy.title: policy for each in self.scenarios for policy in each.policies}
        return list(found.values())

    @property
    def panels(self) -> list[str]:
        """The names of the panels; one without a name where policies name none."""
        named = dict.fromkeys(policy.panel for policy in self.policies if policy.panel is not None)
        return list(named) or [""]


def curves_of(summaries: tuple[ScenarioSummary, ...]) -> list[Curve]:
    """Gathers the scenarios that are points of curves, by curve."""
    groups: dict[str, list[ScenarioSummary]] = {}
    axes: dict[str, str] = {}
    for summary in summaries:
        if summary.curve is not None:
            groups.setdefault(summary.curve.name, []).append(summary)
            axes.setdefault(summary.curve.name, summary.curve.axis)
    return [Curve(name, axes[name], tuple(sorted(group, key=_place))) for name, group in groups.items()]


def _place(summary: ScenarioSummary) -> float:
    return 0.0 if summary.curve is None else summary.curve.at


def quantities_of(curve: Curve) -> list[Quantity]:
    """Lists what there is to show: return, success, the time of a decision, and the scenario's measures."""
    shown = [
        Quantity("Return", "mean return", lambda policy: (policy.mean, policy.mean_interval)),
        Quantity("Success", "share of episodes", _success),
        Quantity("Thinking time", "ms a decision", lambda policy: (1000 * policy.decision_seconds, None)),
    ]
    measures = {name: label for each in curve.scenarios for name, label in each.measures.items()}
    shown += [
        Quantity(label[0].upper() + label[1:], label, _measure(name)) for name, label in measures.items()
    ]
    return [each for each in shown if any(each.of(policy) for policy in curve.policies)]


def _success(policy: PolicySummary) -> Point | None:
    return None if policy.success is None else (policy.success, policy.success_interval)


def _measure(name: str) -> Callable[[PolicySummary], Point | None]:
    def of(policy: PolicySummary) -> Point | None:
        estimate = policy.measures.get(name)
        return None if estimate is None else (estimate.mean, estimate.interval)

    return of


def curve_plot(curve: Curve, quantity: Quantity) -> str:
    """Draws a quantity against the curve's axis: a panel each, policies of no panel dashed in all of them."""
    panels = curve.panels
    columns = min(len(panels), MOST_COLUMNS)
    rows = -(-len(panels) // columns)
    size = (PANEL_INCHES[0] * columns, PANEL_INCHES[1] * rows + LEGEND_INCHES)
    with matplotlib.rc_context(STYLE):
        figure = Figure(size, layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
        for axes, panel in zip_longest(grid.flat, panels):
            _draw_panel(axes, panel, curve, quantity)
        _add_legend(figure, curve)
        return svg_of(figure)


def _draw_panel(axes: Axes, panel: str | None, curve: Curve, quantity: Quantity) -> None:
    """Draws all lines of a panel; axes without a panel stay empty."""
    if panel is None:
        axes.set_visible(False)
        return
    _frame(axes, panel, curve, quantity)
    for policy in curve.policies:
        if policy.panel in (None, panel):
            _draw(axes, curve, quantity, policy)


def _frame(axes: Axes, title: str, curve: Curve, quantity: Quantity) -> None:
    axes.spines["left"].set_visible(True)
    axes.set(xlabel=curve.axis, ylabel=quantity.label)
    axes.set_title(title, fontsize=10)
    axes.label_outer()
    axes.grid(True)
    axes.set_axisbelow(True)


def _draw(axes: Axes, curve: Curve, quantity: Quantity, policy: PolicySummary) -> None:
    """Draws one policy's line, and its intervals as a band."""
    colour, dashes = _stroke(curve, policy)
    xs, found = [], []
    for place, scenario in zip(curve.places, curve.scenarios, strict=True):
        own = next((each for each in scenario.policies if each.title == policy.title), None)
        point = None if own is None else quantity.of(own)
        if point is not None:
            xs.append(place)
            found.append(point)
    axes.plot(
        xs,
        [value for value, _ in found],
        color=colour,
        linestyle=dashes,
        linewidth=1.6,
        marker="o",
        markersize=3,
    )
    bounds = [interval for _, interval in found if interval is not None]
    if len(bounds) == len(xs):
        low, high = np.array([each.low for each in bounds]), np.array([each.high for each in bounds])
        axes.fill_between(xs, low, high, color=colour, alpha=_BAND, linewidth=0)


def _stroke(curve: Curve, policy: PolicySummary) -> tuple[str, object]:
    """Gives colour and dashes: the same for policies whose titles differ in nothing but the panel."""
    names = _short_names(curve)
    return series(names.index(_short(policy))), "-" if policy.panel is not None else _DASHES


def _short_names(curve: Curve) -> list[str]:
    return list(dict.fromkeys(_short(policy) for policy in curve.policies))


def _short(policy: PolicySummary) -> str:
    """Gives the title without the panel's name before it."""
    return policy.title.removeprefix(policy.panel or "").lstrip(" ,:·")


def _add_legend(figure: Figure, curve: Curve) -> None:
    named = {_short(policy): policy for policy in curve.policies}
    lines = [
        matplotlib.lines.Line2D([], [], color=colour, linestyle=dashes, linewidth=1.6)  # type: ignore[arg-type]
        for colour, dashes in (_stroke(curve, policy) for policy in named.values())
    ]
    figure.legend(
        lines, list(named), loc="outside lower center", ncols=4, frameon=False, labelcolor=MUTED, fontsize=9
    )
