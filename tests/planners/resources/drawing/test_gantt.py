"""Gantt charts: bars stand where steps do, arrows and marks say what the tracker says."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.planners.htn.joint.joint_plan import JointPlan, Order, Reason
from planzoo.planners.htn.plan import Action
from planzoo.planners.resources.constraints import Precedence, TimeWindow
from planzoo.planners.resources.drawing.figure import COLOURS, FAULT, FILL
from planzoo.planners.resources.drawing.gantt import BAND, MOST_FAULTS, MOST_SORTS, gantt_chart, gantt_figure
from planzoo.planners.resources.project import Activity, Mode, Project, project_of
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.tracker import ResourceTracker
from tests.planners.resources.plans import joint_plan_of, plan_of
from tests.planners.resources.random_cases import random_case

CREW = Resource("crew", ResourceType.REUSABLE, 2)
WORK = (ResourceRequirement("crew", 2),)
DRIVE = Action("drive", ("ann", "home"), duration=4, agent="ann", resources=(("crew", 2.0),))
LOAD = Action("load", ("ben", "box"), duration=3, agent="ben", resources=(("crew", 1.0),))
WAIT = Action("wait", duration=2)


def house(*starts: float, **constraints: Any) -> Schedule:
    activities = (
        Activity("dig", (Mode(4, WORK, name="by hand"), Mode(2, WORK, name="fast"))),
        Activity("build", (Mode(6, WORK, name="by hand"),), label="the house"),
        Activity("open", (Mode(0),)),
    )
    return Schedule(Project((CREW,), activities, constraints), starts, (1, 0, 0))  # type: ignore[arg-type]


def bars(figure: Any) -> dict[int, tuple[float, float, float]]:
    """Row, start and end of each step's bar or diamond."""
    (axes,) = figure.axes
    found = {}
    for patch in axes.patches:
        if patch.get_label().startswith("_step"):
            middle, left = patch.get_y() + patch.get_height() / 2, patch.get_x()
            found[int(patch.get_label().split()[1])] = (round(middle, 9), left, left + patch.get_width())
    for line in axes.lines:
        if line.get_label().startswith("_step"):
            ((x, y),) = line.get_xydata()
            found[int(line.get_label().split()[1])] = (y, x, x)
    return found


def texts(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def legend(figure: Any) -> list[str]:
    return [text.get_text() for one in figure.legends for text in one.get_texts()]


def test_activities_stand_in_rows_in_the_order_of_time() -> None:
    figure = gantt_figure(house(6, 0, 8))
    assert bars(figure) == {0: (1, 6, 8), 1: (0, 0, 6), 2: (2, 8, 8)}
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["the house", "dig", "open"]
    assert axes.get_title(loc="left") == "3 activities, makespan 8, cost 0"
    assert texts(figure) == ["fast", "by hand"]
    assert legend(figure) == ["fast", "by hand", "one mode"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    assert axes.get_xlim() == (0, 8 * 1.04)


def test_agents_have_rows_and_more_where_their_actions_overlap() -> None:
    figure = gantt_figure(joint_plan_of((0, DRIVE), (1, LOAD), (0, WAIT), (1, WAIT), (2, WAIT)))
    assert bars(figure) == {0: (0, 0, 4), 1: (1, 1, 4), 2: (2, 0, 2), 3: (3, 1, 3), 4: (2, 2, 4)}
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["ann", "ben", "", ""]
    assert "drive home" in texts(figure)
    assert legend(figure) == ["drive", "load", "wait"]


def test_actions_of_a_plan_follow_one_another() -> None:
    figure = gantt_figure(plan_of(DRIVE, LOAD, DRIVE))
    assert bars(figure) == {0: (0, 0, 4), 1: (1, 4, 7), 2: (0, 7, 11)}
    assert figure.axes[0].get_title(loc="left") == "3 actions, makespan 11, cost 3"
    assert bars(gantt_figure(plan_of())) == {}


def test_precedences_are_arrows_and_broken_ones_are_red() -> None:
    links = [Precedence("dig", "build"), Precedence("build", "open", 1)]
    chart = gantt_chart(house(0, 1, 9, precedences=links))
    assert [(link.earlier, link.later, link.broken) for link in chart.links] == [(0, 1, True), (1, 2, False)]
    (axes,) = gantt_figure(house(0, 1, 9, precedences=links)).axes
    arrows = [text for text in axes.texts if text.get_text() == ""]
    red = [to_hex(arrow.arrow_patch.get_edgecolor()) == FAULT for arrow in arrows]
    assert red == [True, False]
    # The tips touch what comes later, from above; the tails stand in the row of what comes before.
    for arrow, (row, start, end), before in zip(arrows, ((1, 1, 7), (2, 9, 9)), (0, 1), strict=True):
        assert start <= arrow.xy[0] <= end
        assert row - 0.5 < arrow.xy[1] < row
        assert arrow.xyann == (arrow.xy[0], before)


def test_orders_are_arrows_but_those_of_one_agent() -> None:
    orders = (
        Order(0, 1, Reason.PRODUCES, "box"),
        Order(0, 1, Reason.SPARES, "key"),
        Order(0, 2, Reason.AGENT, "ann"),
    )
    plan = JointPlan((DRIVE, LOAD, DRIVE), (0, 4, 4), orders)
    assert [link[:2] for link in gantt_chart(plan).links] == [(0, 1)]
    (axes,) = gantt_figure(plan).axes
    (arrow,) = [text for text in axes.texts if text.get_text() == ""]
    assert (arrow.xyann, arrow.xy) == ((4, 0.35), (4, 0.65))


def test_many_arrows_are_left_out() -> None:
    names = [f"a{place}" for place in range(12)]
    links = [Precedence(one, two) for place, one in enumerate(names) for two in names[place + 1 :]]
    project = project_of([], {name: Mode(1) for name in names}, precedences=links)
    schedule = Schedule(project, tuple(range(12)), (0,) * 12)
    assert len(gantt_chart(schedule).links) == 66
    assert [text for text in gantt_figure(schedule).axes[0].texts if not text.get_text()] == []


def test_deadline_and_windows_are_drawn() -> None:
    windows = [TimeWindow("build", 3, 20), TimeWindow("open", 5)]
    figure = gantt_figure(house(0, 4, 10, deadline=30, windows=windows))
    (axes,) = figure.axes
    (line,) = [line for line in axes.lines if line.get_label() == "_deadline"]
    assert set(line.get_xdata()) == {30}
    assert axes.get_title(loc="right") == "deadline 30 (dashed)"
    bands = [patch for patch in axes.patches if patch.get_label() == "_window"]
    assert [(band.get_x(), band.get_x() + band.get_width()) for band in bands] == [(3, 20), (5, 30 * 1.04)]
    assert to_hex(bands[0].get_facecolor()) == BAND
    assert "time window" in legend(figure)


def test_what_breaks_a_constraint_is_marked_and_told() -> None:
    figure = gantt_figure(house(0, 1, 6.5, deadline=6))
    (axes,) = figure.axes
    marked = {
        patch.get_label(): to_hex(patch.get_edgecolor()) == FAULT and bool(patch.get_hatch())
        for patch in axes.patches
    }
    assert marked == {"_step 0": True, "_step 1": True}
    assert figure.get_supxlabel().splitlines() == [
        "too much of crew at 1: 4 held, 2 there",
        "after the deadline: all ends at 7, 6 granted",
    ]
    assert "breaks a constraint" in legend(figure)
    calm = gantt_figure(house(0, 2, 8))
    assert (calm.get_supxlabel(), [patch.get_hatch() for patch in calm.axes[0].patches]) == ("", ["", ""])


def test_many_faults_are_counted() -> None:
    windows = [TimeWindow("dig", start) for start in range(1, MOST_FAULTS + 4)]
    lines = gantt_figure(house(0, 2, 8, windows=windows)).get_supxlabel().splitlines()
    assert (len(lines), lines[-1]) == (MOST_FAULTS + 1, "and 3 more")


def test_plans_are_checked_by_the_tracker_that_is_given() -> None:
    plan = joint_plan_of((0, DRIVE), (1, LOAD))
    assert gantt_chart(plan).violations == ()
    chart = gantt_chart(plan, ResourceTracker([CREW], {"deadline": 3}))
    assert [violation.kind for violation in chart.violations] == ["capacity", "deadline"]
    assert (chart.deadline, chart.wrong) == (3, {0, 1})


def test_sorts_have_colours_while_they_can_be_told_apart() -> None:
    def colours(count: int) -> set[str]:
        actions = [Action(f"o{number}", duration=1) for number in range(count)]
        return {to_hex(patch.get_facecolor()) for patch in gantt_figure(plan_of(*actions)).axes[0].patches}

    assert colours(MOST_SORTS) == set(COLOURS)
    assert colours(MOST_SORTS + 1) == colours(1) == {FILL}


def test_texts_fit_their_bars() -> None:
    long = Action("move", ("a very large and heavy box",), duration=1)
    figure = gantt_figure(plan_of(WAIT._replace(duration=50), long, long._replace(duration=5)))
    assert texts(figure) == ["wait", "move a…"]


def test_very_many_rows_are_drawn_smaller() -> None:
    count = 900
    project = project_of([], {f"a{number}": Mode(1) for number in range(count)})
    figure = gantt_figure(Schedule(project, tuple(range(count)), (0,) * count))
    assert figure.get_size_inches()[1] < 130


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_every_activity_is_drawn_where_it_is(random: Random) -> None:
    case = random_case(random)
    schedule = case.schedule([random.randint(0, 20) for _ in case.starts])
    figure = gantt_figure(schedule)
    drawn = bars(figure)
    assert sorted(row for row, *_ in drawn.values()) == list(range(len(case.starts)))
    for place, (_, start, end) in drawn.items():
        assert (start, end) == pytest.approx((schedule.starts[place], schedule.ends[place]))
    chart = gantt_chart(schedule)
    violations = ResourceTracker(case.project.resources).find_violations(schedule)
    assert list(chart.violations) == violations
    assert chart.horizon >= schedule.makespan
