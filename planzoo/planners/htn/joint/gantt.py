"""A Gantt chart of a concurrent plan, drawn as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import Any

from planzoo.planners.htn.joint.joint_plan import JointPlan

WIDTH, MARGIN, TITLE, LANE, PROFILE, AXIS, LEGEND = 960, 14, 30, 30, 46, 30, 24
"""Pixels: the whole width, the margin, and the heights of title, lane, profile, axis and a legend's line."""
CHARACTER = 6.4
"""Mean width of a letter at 12 pixels."""
COLOURS = (
    "#8ecae6",
    "#ffd166",
    "#a7d8a2",
    "#f4a6a0",
    "#cdb4db",
    "#e9c3a0",
    "#9ad4cc",
    "#d9d98c",
    "#b8c4e0",
    "#e6b3cc",
)
"""One for each operator, used again from the start when there are more."""

SHORTEST = 1e-300
"""A makespan below this is drawn as if it were nothing: it could not be stretched to the chart's width."""


def gantt_chart(plan: JointPlan) -> str:
    """Draws one row for each agent, with its actions as bars, and below what is held of each resource.

    The actions of the critical path have a dark frame. Every bar shows its action, times and orders when the
    pointer rests on it. Actions without an agent share as many rows as overlap.
    """
    chart = _Chart(plan)
    body = "\n".join(chart.parts())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {chart.height:g}" width="{WIDTH}" '
        f'height="{chart.height:g}" font-family="Helvetica, Arial, sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )


class _Chart:
    """Where everything stands."""

    def __init__(self, plan: JointPlan) -> None:
        self.plan = plan
        self.lanes = [lane for agent, steps in plan.timelines.items() for lane in _lanes(plan, agent, steps)]
        names = dict.fromkeys(action.name for action in plan.actions)
        self.colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(names)}
        labels = [label for label, _ in self.lanes] + list(plan.resources)
        longest = max(map(len, labels), default=0)
        self.left = MARGIN + 12 + CHARACTER * min(longest, 24)
        self.span = plan.makespan if plan.makespan > SHORTEST else 1.0
        self.scale = (WIDTH - MARGIN - self.left) / self.span
        self.profiles_top = TITLE + LANE * len(self.lanes) + 6
        self.axis_top = self.profiles_top + PROFILE * len(plan.resources)
        self.legend = list(_legend(self.colours))
        self.height = self.axis_top + AXIS + LEGEND * (self.legend[-1][1] + 1) + MARGIN

    def x(self, time: float) -> float:
        """The place of a time."""
        return round(self.left + time * self.scale, 2)

    def parts(self) -> Iterator[str]:
        """Gives everything that is drawn, what lies below first."""
        plan = self.plan
        yield (
            f'<text x="{MARGIN}" y="19" font-size="13" font-weight="bold">'
            f"{len(plan.actions)} actions, makespan {plan.makespan:g}</text>"
        )
        yield from self.grid()
        for row, (label, steps) in enumerate(self.lanes):
            yield self.label(label, TITLE + LANE * row + LANE / 2 + 4)
            for step in steps:
                yield self.bar(step, TITLE + LANE * row)
        for row, resource in enumerate(plan.resources):
            yield from self.profile(resource, self.profiles_top + PROFILE * row)
        yield from self.legend_parts()

    def grid(self) -> Iterator[str]:
        """Draws the axis and a line for each of its marks."""
        step = _round_step(self.span)
        marks = [step * count for count in range(math.floor(self.span / step + 1e-9) + 1)]
        for time in marks:
            x = self.x(time)
            yield f'<path d="M{x:g} {TITLE}V{self.axis_top:g}" stroke="#e4e4e4"/>'
            yield (
                f'<text x="{x:g}" y="{self.axis_top + 16:g}" text-anchor="middle" fill="#444">{time:g}</text>'
            )
        yield f'<path d="M{self.left:g} {self.axis_top:g}H{WIDTH - MARGIN}" stroke="#444"/>'

    def label(self, text: str, y: float) -> str:
        """Writes the name of a row."""
        return f'<text x="{self.left - 8:g}" y="{y:g}" text-anchor="end">{escape(_short(text, 24))}</text>'

    def bar(self, step: int, y: float) -> str:
        """Draws an action; one without duration is a thin line."""
        plan, action = self.plan, self.plan.actions[step]
        start, end = plan.starts[step], plan.ends[step]
        width = max((end - start) * self.scale, 2.0)
        frame = ' stroke="#222" stroke-width="2"' if step in plan.critical_path else ' stroke="#888"'
        waits = "".join(f"\n{order}" for order in plan.waits[step])
        title = escape(f"{step + 1}. {action}\n{start:g} – {end:g}{waits}")
        text = _fitting(action.name, _others(action.arguments, action.agent), width)
        return (
            f'<g><title>{title}</title><rect x="{self.x(start):g}" y="{y + 4:g}" width="{width:.2f}" '
            f'height="{LANE - 8}" rx="3" fill="{self.colours[action.name]}"{frame}/>'
            f'<text x="{self.x(start) + width / 2:.2f}" y="{y + LANE / 2 + 4:g}" text-anchor="middle">'
            f"{escape(text)}</text></g>"
        )

    def profile(self, resource: str, y: float) -> Iterator[str]:
        """Draws how much of a resource is held over time, and a dashed line at its capacity."""
        profile, height = self.plan.profile(resource), PROFILE - 14
        capacity = self.plan.capacities.get(resource, math.inf)
        peak = max(amount for _, amount in profile)
        bottom, unit = y + PROFILE - 6, height / (max(peak, capacity if capacity < math.inf else 0.0) or 1.0)
        path = "".join(f"H{self.x(time):g}V{bottom - amount * unit:g}" for time, amount in profile)
        of = f" of {capacity:g}" if capacity < math.inf else ""
        yield self.label(resource, y + PROFILE / 2 + 4)
        yield (
            f"<g><title>{escape(resource)}: at most {peak:g}{of} held</title>"
            f'<path d="M{self.left:g} {bottom:g}{path}V{bottom:g}Z" fill="#c9ced6" stroke="#6b7280"/></g>'
        )
        if capacity < math.inf:
            top = bottom - capacity * unit
            yield (
                f'<path d="M{self.left:g} {top:g}H{WIDTH - MARGIN}" stroke="#b03030" stroke-dasharray="5 4"/>'
            )

    def legend_parts(self) -> Iterator[str]:
        """Draws which colour belongs to which operator."""
        for name, row, x in self.legend:
            y = self.axis_top + AXIS + LEGEND * row + 12
            fill = self.colours.get(name, "white")
            frame = "#888" if name in self.colours else '#222" stroke-width="2'
            yield (
                f'<rect x="{x:g}" y="{y - 10:g}" width="14" height="12" rx="2" fill="{fill}" '
                f'stroke="{frame}"/>'
            )
            yield f'<text x="{x + 20:g}" y="{y:g}">{escape(_short(name, 40))}</text>'


def _lanes(plan: JointPlan, agent: Any, steps: tuple[int, ...]) -> list[tuple[str, list[int]]]:
    """Puts an agent's actions into as few rows as show each by itself: one, but for those of nobody."""
    lanes: list[list[int]] = []
    for step in steps:
        for lane in lanes:
            if plan.ends[lane[-1]] <= plan.starts[step]:
                lane.append(step)
                break
        else:
            lanes.append([step])
    label = "nobody" if agent is None else str(agent)
    return [(label if not row else "", lane) for row, lane in enumerate(lanes)]


def _legend(names: dict[str, str]) -> Iterator[tuple[str, int, float]]:
    """Gives each entry of the legend with its row and place."""
    row, x = 0, float(MARGIN)
    for name in (*names, "critical path"):
        width = 36 + CHARACTER * min(len(name), 40)
        if x + width > WIDTH - MARGIN:
            row, x = row + 1, float(MARGIN)
        yield name, row, x
        x += width


def _others(arguments: tuple[Any, ...], agent: Any) -> str:
    """Writes an action's arguments for a row that already says who acts."""
    return " ".join(str(argument) for argument in arguments if agent is None or argument != agent)


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _fitting(name: str, others: str, width: float) -> str:
    """Writes an action into a bar; where that is too long, without its name, which the colour tells.

    What is still too long is shortened; nothing is left of it where three letters have no room.
    """
    length = int((width - 4) / CHARACTER)
    text = f"{name} {others}".rstrip()
    if len(text) > length and others:
        text = others
    return _short(text, length) if length >= 3 else ""


def _round_step(span: float) -> float:
    """Gives a round distance, 1, 2 or 5 times a power of ten, that divides a span into 5 to 12 parts."""
    power = 10.0 ** math.floor(math.log10(span / 10))
    return next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= 12)
