"""The Pareto front: the same as by brute force, drawn as exact steps."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.resources.drawing.figure import svg_text
from planzoo.planners.resources.drawing.pareto import MOST_LABELS, Point, pareto_figure, pareto_front
from planzoo.planners.resources.project import Mode, project_of
from planzoo.planners.resources.schedule import Schedule

POINTS: list[Point] = [(9, 2), (4, 4), (5, 4), (1, 7), (6, 6)]


def lines(points: list[Any], *labels: str) -> dict[str, Any]:
    (axes,) = pareto_figure(points, labels).axes
    return {line.get_label(): line.get_xydata() for line in axes.lines}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_front_holds_what_no_other_dominates(points: list[Point]) -> None:
    front = pareto_front(points)
    best = {
        (cost, time)
        for cost, time in points
        if not any(one <= cost and two <= time and (one, two) != (cost, time) for one, two in points)
    }
    assert {points[place] for place in front} == best
    assert len(front) == len(best)
    assert [points[place][1] for place in front] == sorted(time for _, time in best)


def test_steps_go_down_at_the_points() -> None:
    drawn = lines(POINTS)
    (axes,) = pareto_figure(POINTS).axes
    top, right = axes.get_ylim()[1], axes.get_xlim()[1]
    assert drawn["Pareto front"].tolist() == [[2, top], [2, 9], [4, 4], [7, 1], [right, 1]]
    assert sorted(drawn["dominated"].tolist()) == [[4, 5], [6, 6]]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("makespan", "cost")
    assert axes.get_title(loc="left") == "3 of 5 on the Pareto front"


def test_all_points_lie_within_the_picture() -> None:
    for points in (POINTS, [(3.0, 5.0)], [(0.0, 0.0)]):
        (axes,) = pareto_figure(points).axes
        for cost, makespan in points:
            assert axes.get_xlim()[0] < makespan < axes.get_xlim()[1]
            assert axes.get_ylim()[0] < cost < axes.get_ylim()[1]


def test_what_is_dominated_is_tinted() -> None:
    (axes,) = pareto_figure(POINTS).axes
    (path,) = axes.collections[0].get_paths()
    # Points of the path stand on its edge: a little inside it must hold.
    inside = [path.contains_point((time + 0.01, cost + 0.01)) for cost, time in POINTS]
    outside = [
        path.contains_point((time - 0.01, cost - 0.01))
        for cost, time in [POINTS[place] for place in (0, 1, 3)]
    ]
    assert (all(inside), any(outside)) == (True, False)
    # Between two points, what the shorter one costs is the least.
    assert not path.contains_point((3, 6))
    assert path.contains_point((3, 9.1))


def test_points_carry_their_numbers_or_labels() -> None:
    assert [text.get_text() for text in pareto_figure(POINTS).axes[0].texts] == ["9 in 2", "4 in 4", "1 in 7"]
    named = pareto_figure(POINTS, list("abcde")).axes[0].texts
    assert [text.get_text() for text in named] == ["a", "b", "d"]
    assert ">b</text>" in svg_text(pareto_figure(POINTS, list("abcde")))
    many = [(float(MOST_LABELS + 1 - place), float(place)) for place in range(MOST_LABELS + 1)]
    assert len(pareto_figure(many).axes[0].texts) == 2


def test_schedules_are_points_too() -> None:
    project = project_of([], {"a": [Mode(4, cost=1), Mode(2, cost=9)]})
    schedules = [Schedule(project, (0,), (mode,)) for mode in (0, 1)]
    np.testing.assert_array_equal(lines(schedules)["Pareto front"][1:3], [[2, 9], [4, 1]])
    plans = [SimpleNamespace(cost=schedule.cost, makespan=schedule.makespan) for schedule in schedules]
    np.testing.assert_array_equal(lines(plans)["Pareto front"], lines(schedules)["Pareto front"])


@pytest.mark.parametrize(
    ("points", "labels", "words"),
    [
        ([], [], "at least one point"),
        ([(1, 2), (3,)], [], r"pair \(cost, makespan\) of finite numbers, not \(3,\)"),
        ([("dear", 2)], [], "not \\('dear', 2\\)"),
        ([(1, math.inf)], [], "finite numbers"),
        ([(1, math.nan)], [], "finite numbers"),
        ([5], [], "not 5"),
        ([(1, 2)], ["a", "b"], "2 labels for 1 points"),
    ],
)
def test_what_is_no_point_is_refused(points: Any, labels: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        pareto_figure(points, labels)
