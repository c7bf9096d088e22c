"""Constraints in words, and that every wrong one is refused with what it is about."""

from __future__ import annotations

import math
from typing import Any

import pytest

from planzoo.envs.resources.resource import Resource, ResourceType, resources_by_name
from planzoo.errors import InputError
from planzoo.planners.resources.constraints import (
    Calendar,
    Constraints,
    Period,
    Precedence,
    TimeWindow,
    all_of,
    check_calendars,
)

TABLE = resources_by_name(
    [
        Resource("crew", ResourceType.REUSABLE, 3),
        Resource("tool", ResourceType.REUSABLE, 1, 4),
        Resource("fuel", ResourceType.CONSUMABLE, 9),
    ]
)


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        (Precedence("a", "b"), "a precedes b"),
        (Precedence("a", "b", 2.5), "a precedes b by 2.5"),
        (TimeWindow("a", 2), "a does not start before 2"),
        (TimeWindow("a", 0, 9), "a has ended by 9"),
        (TimeWindow("a", 2, 9), "a lies between 2 and 9"),
        (Calendar("crew", ((0, 8, 2), (16, 24, 0))), "calendar of crew: 2 from 0 to 8, 0 from 16 to 24"),  # type: ignore[arg-type]
    ],
)
def test_constraints_say_what_they_are(constraint: Any, words: str) -> None:
    assert str(constraint) == words


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Precedence("a", "b", -1), "The lag between 'a' and 'b' is -1"),
        (lambda: Precedence("a", "b", math.inf), "The lag between 'a' and 'b' is inf"),
        (lambda: TimeWindow("a", -1), "The start of the window of 'a' is -1"),
        (lambda: TimeWindow("a", math.inf), "The start of the window of 'a' is inf"),
        (lambda: TimeWindow("a", 0, -2), "The end of the window of 'a' is -2"),
        (lambda: TimeWindow("a", 5, 4), "The window of 'a' ends at 4, before it begins at 5"),
        (lambda: Constraints(budget=-5), "The budget is -5"),
        (lambda: Constraints(deadline=math.nan), "The deadline is nan"),
        (
            lambda: Constraints(precedences=Precedence("a", "b")),
            "The precedences must be a sequence of Precedence",
        ),
        (lambda: Constraints(precedences=[("a", "b")]), r"of Precedence, but there is \('a', 'b'\)"),
        (
            lambda: Constraints(windows="ab"),
            "The windows must be a sequence of TimeWindow, but there is 'ab'",
        ),
        (lambda: Constraints(calendars=[{"crew": 1}]), "The calendars must be a sequence of Calendar"),
        (lambda: Constraints.of({"buget": 5}), "There is no constraint 'buget'; there are budget, deadline"),
    ],
)
def test_wrong_constraints_are_refused(make: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        ([(0, 8)], r"A period in the calendar of 'crew' is \(0, 8\); write \(start, end, amount\)"),
        ([5], "A period in the calendar of 'crew' is 5"),
        ([(-1, 8, 1)], "The start of a period in the calendar of 'crew' is -1"),
        ([(0, 8, -1)], "The amount of a period in the calendar of 'crew' is -1"),
        ([(0, "late", 1)], "The end of a period in the calendar of 'crew' is 'late'"),
        ([(8, 8, 1)], "A period in the calendar of 'crew' ends at 8, not after its start at 8"),
        ([(0, 8, 1), (7, 9, 2)], "calendar of 'crew' has a period from 7 on before the one to 8 is over"),
        ([(8, 9, 1), (0, 8, 2)], "give periods in order"),
    ],
)
def test_wrong_calendars_are_refused_by_name(periods: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Calendar("crew", periods)


def test_periods_may_touch_and_last_for_ever() -> None:
    calendar = Calendar("crew", [(0, 8, 1), (8, math.inf, 2)])  # type: ignore[arg-type]
    assert calendar.periods == (Period(0.0, 8.0, 1.0), Period(8.0, math.inf, 2.0))


@pytest.mark.parametrize(
    ("calendars", "words"),
    [
        ([Calendar("gold", ())], "a calendar of the unknown resource 'gold'"),
        ([Calendar("fuel", ())], "'fuel' has a calendar, but only reusable resources have one"),
        ([Calendar("crew", ()), Calendar("crew", ())], "'crew' has two calendars"),
        ([Calendar("crew", (Period(2, 5, 4),))], "'crew' grants 4 from 2 on, more than its capacity 3"),
    ],
)
def test_calendars_must_fit_their_resources(calendars: list[Calendar], words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_calendars(tuple(calendars), TABLE)


def test_a_calendar_may_grant_up_to_the_capacity() -> None:
    check_calendars((Calendar("tool", (Period(2, 5, 4),)), Calendar("crew", ())), TABLE)


def test_constraints_are_read_from_a_mapping() -> None:
    link = Precedence("a", "b")
    read = Constraints.of({"budget": 10, "precedences": [link]})
    assert read == Constraints(budget=10.0, precedences=(link,))
    assert Constraints.of(read) is read
    assert Constraints.of(None) == Constraints()
    assert (read.deadline, type(read.budget)) == (math.inf, float)


def test_all_of_takes_any_iterable() -> None:
    assert all_of(int, iter([1, 2]), "Numbers") == (1, 2)
    with pytest.raises(InputError, match="Numbers must be a sequence of int, but there is 'x'"):
        all_of(int, [1, "x"], "Numbers")
