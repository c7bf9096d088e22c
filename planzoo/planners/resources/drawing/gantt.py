"""Draws a Gantt chart: when everything takes place, and what breaks a constraint."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from planzoo.planners.htn.joint.joint_plan import JointPlan, Reason
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.resources.constraints import Constraints
from planzoo.planners.resources.drawing.figure import (
    COLOURS,
    FAULT,
    FILL,
    INK,
    MUTED,
    new_figure,
    plain,
    quiet_axes,
)
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.timed_steps import AnyPlan, timed_steps
from planzoo.planners.resources.tracker import ResourceTracker
from planzoo.planners.resources.violations import ResourceViolation, ViolationKind

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle
    from matplotlib.text import Text

WIDTH, ROW, FRAME = 8.0, 0.3, 0.95
"""Inches: the width, the height of a row, and what axis and title take."""
TALLEST = 120.0
"""Inches: where there are more rows than fit, they become lower."""
BAR = 0.7
"""The height of a bar, as a share of its row."""
MOST_ARROWS, MOST_SORTS, MOST_FAULTS = 40, 8, 5
"""How many arrows, colours, and lines about faults help; beyond, there are none, one, and a number."""
FRAME_COLOUR, BAND = "#6b7280", "#ececec"
LETTER = 0.068
"""Width of a letter in a bar, in inches."""


class Bar(NamedTuple):
    """One step in the chart."""

    step: int
    row: int
    start: float
    end: float
    text: str
    """What stands in it where there is room."""
    sort: str
    """What its colour means: a mode, or an operator."""


class Link(NamedTuple):
    """An arrow from the end of one step to the start of another; broken ones are red."""

    earlier: int
    later: int
    broken: bool


class Chart(NamedTuple):
    """Everything that is drawn."""

    rows: tuple[str, ...]
    """The names of the rows, from the top."""
    bars: tuple[Bar, ...]
    """By step."""
    links: tuple[Link, ...]
    windows: tuple[tuple[int, float, float], ...]
    """(row, earliest start, latest end)."""
    deadline: float
    violations: tuple[ResourceViolation, ...]
    title: str

    @property
    def makespan(self) -> float:
        """When the last step ends."""
        return max((bar.end for bar in self.bars), default=0.0)

    @property
    def horizon(self) -> float:
        """Where the axis ends: a little after everything."""
        last = max(self.makespan, self.deadline if self.deadline < math.inf else 0.0)
        return 1.04 * last if last > 0 else 1.0

    @property
    def wrong(self) -> frozenset[int]:
        """The steps that are part of a violation."""
        return frozenset(step for violation in self.violations for step in violation.steps)

    @property
    def sorts(self) -> tuple[str, ...]:
        """What colours tell apart; nothing where there would be too many."""
        found = tuple(dict.fromkeys(bar.sort for bar in self.bars))
        return found if 1 < len(found) <= MOST_SORTS else ()


def gantt_figure(plan: AnyPlan, tracker: ResourceTracker | None = None) -> Figure:
    """Draws a schedule with one row an activity, or a plan with one row an agent.

    Modes, or operators, have colours of their own. A grey band is a time window, arrows are precedences or
    orders where they are few, a dashed line is the deadline. Steps that break a constraint are hatched in a
    red frame, and what is broken is written below. What takes no time is a diamond.

    Args:
        plan: a schedule, a concurrent plan, or one whose actions follow one another.
        tracker: knows resources and constraints. Without it a schedule is checked against its own project,
            and other plans are not checked.

    Raises:
        InputError: the plan does not fit the tracker, or matplotlib is not installed.
    """
    chart = gantt_chart(plan, tracker)
    rows = max(1, len(chart.rows))
    height = min(ROW * rows, TALLEST)
    faults = min(len(chart.violations), MOST_FAULTS + 1)
    figure = new_figure(WIDTH, height + FRAME + 0.16 * faults + 0.2 * math.ceil((len(chart.sorts) + 2) / 5))
    axes = figure.add_subplot()
    quiet_axes(axes)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_xlim(0.0, chart.horizon)
    letters = min(8.0, 72 * 0.75 * height / rows)
    names = [plain(name) for name in chart.rows]
    axes.set_yticks(range(len(names)), names, fontsize=letters, color=INK)
    axes.set_xlabel("time", fontsize=9, color=INK)
    axes.set_title(plain(chart.title, 100), loc="left", fontsize=10, color=INK)
    for row, start, end in chart.windows:
        end = min(end, chart.horizon)
        _rectangle(axes, row, (start, end), 0.96, color=BAND, zorder=0.5, label="_window")
    _draw_bars(axes, chart, letters)
    if len(chart.links) <= MOST_ARROWS:
        for link in chart.links:
            _draw_link(axes, chart, link, is_elbow=isinstance(plan, Schedule))
    _draw_deadline(axes, chart)
    _write_faults(figure, chart)
    _draw_legend(figure, chart)
    return figure


def gantt_chart(plan: AnyPlan, tracker: ResourceTracker | None = None) -> Chart:
    """Gives what :func:`gantt_figure` draws.

    Raises:
        InputError: the plan does not fit the tracker.
    """
    if tracker is None and isinstance(plan, Schedule):
        tracker = ResourceTracker(plan.project.resources)
    constraints = tracker.constraints_of(plan) if tracker else Constraints()
    violations = tuple(tracker.find_violations(plan)) if tracker else ()
    rows, bars = _activity_bars(plan) if isinstance(plan, Schedule) else _action_bars(plan)
    broken = {one.steps for one in violations if one.kind is ViolationKind.PRECEDENCE}
    links = [Link(*pair, tuple(sorted(pair)) in broken) for pair in _pairs(plan)]
    windows = [
        (bars[plan.project.index[window.activity]].row, window.earliest_start, window.latest_end)
        for window in constraints.windows
        if isinstance(plan, Schedule) and window.activity in plan.project.index
    ]
    title = _title(plan, max((bar.end for bar in bars), default=0.0))
    return Chart(rows, bars, tuple(links), tuple(windows), constraints.deadline, violations, title)


def _title(plan: AnyPlan, makespan: float) -> str:
    what = "activities" if isinstance(plan, Schedule) else "actions"
    count = len(plan.starts if isinstance(plan, Schedule) else plan.actions)
    cost = plan.cost if not isinstance(plan, JointPlan) else sum(action.cost for action in plan.actions)
    return f"{count} {what}, makespan {makespan:g}, cost {cost:g}"


def _activity_bars(schedule: Schedule) -> tuple[tuple[str, ...], tuple[Bar, ...]]:
    """Gives each activity a row, in the order of their starts."""
    activities, starts, ends = schedule.project.activities, schedule.starts, schedule.ends
    order = sorted(range(len(starts)), key=lambda place: (starts[place], ends[place], place))
    rows = {place: row for row, place in enumerate(order)}
    bars = [
        Bar(place, rows[place], starts[place], ends[place], mode.name, mode.name)
        for place, mode in enumerate(schedule.chosen)
    ]
    return tuple(activities[place].label or activities[place].name for place in order), tuple(bars)


def _action_bars(plan: Plan | JointPlan) -> tuple[tuple[str, ...], tuple[Bar, ...]]:
    """Gives each agent a row, and more where its actions overlap."""
    spans = [(step.start, step.end) for step in timed_steps(plan, {}, {})]
    order = sorted(range(len(spans)), key=lambda step: (spans[step], step))
    free: dict[Any, list[float]] = {action.agent: [] for action in plan.actions}
    lanes: dict[int, tuple[Any, int]] = {}
    for step in order:
        agent, (start, end) = plan.actions[step].agent, spans[step]
        ends = free[agent]
        lane = next((lane for lane, taken in enumerate(ends) if taken <= start), len(ends))
        ends[lane : lane + 1] = [end]
        lanes[step] = agent, lane
    places = [(agent, lane) for agent, ends in free.items() for lane in range(len(ends))]
    rows = tuple("" if lane or agent is None else str(agent) for agent, lane in places)
    bars = [
        Bar(step, places.index(lanes[step]), *spans[step], _action_text(action), action.name)
        for step, action in enumerate(plan.actions)
    ]
    return rows, tuple(bars)


def _action_text(action: Action) -> str:
    others = [str(one) for one in action.arguments if action.agent is None or one != action.agent]
    return " ".join([action.name, *others])


def _pairs(plan: AnyPlan) -> list[tuple[int, int]]:
    """Gives the orders that are worth an arrow: not those of one agent, whose row shows them."""
    if isinstance(plan, Schedule):
        return [(earlier, later) for earlier, later, _ in plan.project.links]
    if isinstance(plan, JointPlan):
        orders = [order for order in plan.orders if order.reason is not Reason.AGENT]
        return list(dict.fromkeys((order.earlier, order.later) for order in orders))
    return []


def _draw_bars(axes: Axes, chart: Chart, letters: float) -> None:
    wrong = chart.wrong
    colours = dict(zip(chart.sorts, COLOURS, strict=False))
    inch = (WIDTH - 1.8) / chart.horizon
    for bar in chart.bars:
        width, edge = bar.end - bar.start, FAULT if bar.step in wrong else FRAME_COLOUR
        look: dict[str, Any] = {
            "color": colours.get(bar.sort, FILL),
            "label": f"_step {bar.step}",
            "zorder": 3,
        }
        if not width:
            axes.plot(bar.start, bar.row, "D", markersize=6, markeredgecolor=edge, clip_on=False, **look)
            continue
        patch = _rectangle(axes, bar.row, (bar.start, bar.end), BAR, **look)
        patch.set_edgecolor(edge)
        patch.set_linewidth(1.8 if bar.step in wrong else 0.6)
        patch.set_hatch("////" if bar.step in wrong else "")
        room = int(width * inch / (LETTER * letters / 8))
        if bar.text and room >= min(3, len(bar.text)):
            text = _write(axes, bar, plain(bar.text, room), letters)
            if bar.step in wrong:
                text.set_bbox({"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1})


def _rectangle(axes: Axes, row: int, span: tuple[float, float], height: float, **look: Any) -> Rectangle:
    from matplotlib.patches import Rectangle

    start, end = span
    patch = Rectangle((start, row - height / 2), end - start, height, **look)
    axes.add_patch(patch)
    return patch


def _write(axes: Axes, bar: Bar, text: str, letters: float) -> Text:
    return axes.text(
        (bar.start + bar.end) / 2,
        bar.row,
        text,
        horizontalalignment="center",
        verticalalignment="center_baseline",
        fontsize=letters,
        color=INK,
        zorder=5,
        clip_on=True,
    )


def _draw_link(axes: Axes, chart: Chart, link: Link, is_elbow: bool) -> None:
    """Draws an arrow: in rows of their own first along the row, else straight from bar to bar."""
    before, after = chart.bars[link.earlier], chart.bars[link.later]
    down = (after.row > before.row) - (after.row < before.row)
    inside = min(0.3 * (after.end - after.start), 0.012 * chart.horizon) if is_elbow else 0.0
    target = (after.start + inside, after.row - down * BAR / 2)
    corner = (target[0], before.row) if is_elbow else (before.end, before.row + down * BAR / 2)
    colour, above = (FAULT, 4) if link.broken else (MUTED, 2 if is_elbow else 4)
    line: dict[str, Any] = {"color": colour, "linewidth": 0.9}
    if is_elbow:
        axes.plot([before.end, target[0]], [before.row] * 2, zorder=above, label="_link", **line)
    arrow = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 8, **line}
    axes.annotate("", target, corner, arrowprops=arrow, zorder=above)


def _draw_deadline(axes: Axes, chart: Chart) -> None:
    if chart.deadline == math.inf:
        return
    colour = FAULT if any(one.kind is ViolationKind.DEADLINE for one in chart.violations) else INK
    axes.axvline(
        chart.deadline, color=colour, linewidth=1.3, linestyle=(0, (5, 3)), zorder=6, label="_deadline"
    )
    axes.set_title(f"deadline {chart.deadline:g} (dashed)", loc="right", fontsize=8, color=colour)


def _write_faults(figure: Figure, chart: Chart) -> None:
    if not chart.violations:
        return
    lines = [plain(violation, 110) for violation in chart.violations[:MOST_FAULTS]]
    if len(chart.violations) > MOST_FAULTS:
        lines.append(f"and {len(chart.violations) - MOST_FAULTS} more")
    figure.supxlabel("\n".join(lines), x=0.01, horizontalalignment="left", fontsize=8, color=FAULT)


def _draw_legend(figure: Figure, chart: Chart) -> None:
    """Says what colours, bands and hatches mean."""
    from matplotlib.patches import Patch

    patches = [
        Patch(facecolor=colour, edgecolor=FRAME_COLOUR, linewidth=0.6, label=plain(sort, 24) or "one mode")
        for sort, colour in zip(chart.sorts, COLOURS, strict=False)
    ]
    if chart.windows:
        patches.append(Patch(color=BAND, label="time window"))
    if chart.wrong:
        patches.append(Patch(facecolor="white", edgecolor=FAULT, hatch="////", label="breaks a constraint"))
    if patches:
        figure.legend(handles=patches, loc="outside upper left", ncols=5, fontsize=8, frameon=False)
