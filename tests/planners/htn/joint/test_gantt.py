"""The Gantt chart is well-formed, shows every action where it belongs and survives odd names."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planzoo.planners.htn import Action
from planzoo.planners.htn.joint.gantt import COLOURS, WIDTH, gantt_chart
from planzoo.planners.htn.joint.joint_plan import JointPlan, Order, Reason

SVG = "{http://www.w3.org/2000/svg}"


def bars(chart: str) -> list[tuple[str, str, float, float, float]]:
    """Title, label, left edge, width and top of every action's bar."""
    found = []
    for group in ElementTree.fromstring(chart).iter(f"{SVG}g"):
        rectangle, text = group.find(f"{SVG}rect"), group.find(f"{SVG}text")
        if rectangle is not None and text is not None:
            left, width, top = (float(rectangle.attrib[name]) for name in ("x", "width", "y"))
            found.append((str(group.findtext(f"{SVG}title")), text.text or "", left, width, top))
    return found


def plan_of(*spans: tuple[str, float, float], capacity: float = 2.0) -> JointPlan:
    actions = tuple(
        Action("carry", (agent, f"box_{step}"), 1.0, duration, agent or None, (("crane", 1.0),))
        for step, (agent, _, duration) in enumerate(spans)
    )
    return JointPlan(actions, tuple(start for _, start, _ in spans), (), {"crane": capacity})


def test_bars_stand_where_their_times_are() -> None:
    first, second, third = bars(plan_of(("ann", 0, 5), ("bob", 0, 10), ("ann", 5, 5)).to_svg())
    by_title = {bar[0].split("\n")[0]: bar for bar in (first, second, third)}
    early, long, late = (
        by_title[f"{n}. carry({a}, box_{n - 1})"] for n, a in ((1, "ann"), (2, "bob"), (3, "ann"))
    )
    assert early[1] == "carry box_0"
    assert early[2] == long[2]
    assert late[2] == pytest.approx(early[2] + early[3], abs=0.1)
    assert early[3] + late[3] == pytest.approx(long[3], abs=0.1)
    assert early[4] == late[4] < long[4]


def test_actions_of_nobody_share_rows_and_short_bars_say_less() -> None:
    chart = plan_of(("", 0, 50), ("", 0, 1), ("", 1, 49), ("", 2, 3)).to_svg()
    assert len({top for *_, top in bars(chart)}) == 3
    assert chart.count(">nobody<") == 1
    labels = [label for _, label, *_ in bars(chart)]
    assert any(label == "" for label in labels) and "box_3" in labels[-1]


def test_the_profile_shows_its_capacity_and_the_critical_path_is_framed() -> None:
    plan = plan_of(("ann", 0, 5), ("bob", 0, 4))
    assert "crane: at most 2 of 2 held" in plan.to_svg() and "stroke-dasharray" in plan.to_svg()
    assert plan.to_svg().count('stroke="#222" stroke-width="2"') == 2  # one bar, one entry of the legend
    unbounded = JointPlan(plan.actions, plan.starts).to_svg()
    assert "crane: at most 2 held" in unbounded and "stroke-dasharray" not in unbounded


def test_odd_plans_are_drawn() -> None:
    ElementTree.fromstring(JointPlan((), ()).to_svg())
    odd = Action("<&>", ("'\"", ("a", 1)), 1.0, 0.0, "x" * 80, (("<r>", 0.0),))
    many = tuple(Action(f"operator_number_{n}", (), 1.0, 0.001) for n in range(40))
    orders = (Order(0, 1, Reason.PRODUCES, ("<at>", 1)),)
    chart = JointPlan((odd, *many), (0.0,) * 41, orders).to_svg()
    assert len(bars(chart)) == 41
    assert chart.count(COLOURS[0]) >= 4


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(("ann", "bob", "")), st.floats(0, 1e6), st.floats(0, 1e6)), max_size=8)
)
@example([("ann", 1.1e-308, 0.0)])
@example([("ann", 0.0, 1.1e-308)])
def test_nothing_lies_outside(spans: list[tuple[str, float, float]]) -> None:
    chart = plan_of(*spans).to_svg()
    assert len(bars(chart)) == len(spans)
    for _, _, left, width, _ in bars(chart):
        assert left >= 0 and left + width <= WIDTH
    assert gantt_chart(plan_of(*spans)) == chart
