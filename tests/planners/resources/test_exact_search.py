"""The exact search proves what it says; the agreement with others is tested in test_agreement."""

from __future__ import annotations

import math

import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.errors import InputError
from planzoo.planners.resources.constraints import Precedence
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.exact_search import solve_exactly
from planzoo.planners.resources.project import Mode, Project, project_of
from planzoo.planners.status import Status

CREW = Resource("crew", "reusable", 2)
MADE = ResourceRequirement("parts", 2, produces=True)
USED = ResourceRequirement("parts", 2)


def crowd(count: int) -> Project:
    one = Mode(1.5, (ResourceRequirement("crew", 1),))
    return project_of([CREW], {f"a{number}": one for number in range(count)})


def test_the_optimum_is_proven() -> None:
    solved = solve_exactly(crowd(5), "minimize_time", Effort(milliseconds=20_000))
    assert solved.status is Status.SOLVED
    assert solved.schedule is not None
    assert solved.schedule.makespan == solved.bound == 4.5


def test_it_stops_in_time_with_the_best_so_far() -> None:
    solved = solve_exactly(crowd(14), "minimize_time", Effort(milliseconds=200))
    assert solved.status is Status.BUDGET_SPENT
    assert solved.schedule is not None
    assert solved.bound <= 10.5 <= solved.schedule.makespan


def test_what_is_made_must_find_room_so_that_making_waits() -> None:
    store = Resource("parts", "producible", 2, capacity=2)
    project = project_of(
        [store], {"make": Mode(1, (MADE,)), "use": Mode(3, (ResourceRequirement("parts", 2, "end"),))}
    )
    solved = solve_exactly(project, "minimize_time", Effort(milliseconds=5_000))
    assert solved.status is Status.SOLVED
    assert solved.schedule is not None
    assert solved.schedule.starts == (2, 0)
    roomy = project_of(
        [Resource("parts", "producible", 2)], {"make": Mode(1, (MADE,)), "use": Mode(3, (USED,))}
    )
    free = solve_exactly(roomy, "minimize_time").schedule
    assert free is not None
    assert free.starts == (0, 0)


def test_what_is_taken_at_an_end_may_be_made_by_what_starts_later() -> None:
    spent = ResourceRequirement("parts", 1)
    modes = {
        "frame": Mode(2, (ResourceRequirement("parts", 2, "end"),)),
        "paint": Mode(1, (spent,)),
        "make": Mode(1, (MADE,)),
    }
    project = project_of(
        [Resource("parts", "producible", 2)], modes, precedences=[Precedence("paint", "make")]
    )
    solved = solve_exactly(project, "minimize_time", Effort(milliseconds=5_000))
    assert solved.schedule is not None
    assert (solved.schedule.starts, solved.bound) == ((0, 0, 1), 2.0)


def test_lags_count_once_in_what_is_left_to_do() -> None:
    """The first schedule that is found takes 10; what would lead to 7 must not seem to take longer."""
    alone = (ResourceRequirement("crew", 2),)
    modes = {"c": Mode(3, alone), "d": Mode(1, alone), "a": Mode(1, alone), "b": Mode(1, alone)}
    links = [Precedence("d", "a"), Precedence("a", "b", 4)]
    solved = solve_exactly(project_of([CREW], modes, precedences=links), "minimize_time")
    assert solved.schedule is not None
    assert (solved.schedule.starts, solved.bound) == ((2, 0, 1, 6), 7.0)


def test_where_all_starts_are_tried_lags_are_waited_for() -> None:
    store = Resource("parts", "producible", 2, capacity=2)
    modes = {"a": Mode(1, (USED,)), "b": Mode(1, (MADE,))}
    solved = solve_exactly(project_of([store], modes, precedences=[Precedence("a", "b", 9)]), "minimize_time")
    assert solved.schedule is not None
    assert solved.schedule.starts == (0, 10)


def test_nothing_to_do_is_done_at_once() -> None:
    solved = solve_exactly(Project((), ()), "minimize_time")
    assert (solved.status, solved.bound) == (Status.SOLVED, 0.0)


def test_infeasible_is_proven() -> None:
    project = project_of([Resource("parts", "producible", 0)], {"use": Mode(1, (USED,))})
    assert solve_exactly(project, "minimize_cost") == (Status.INFEASIBLE, None, math.inf)


def test_wrong_input_is_refused() -> None:
    with pytest.raises(InputError, match="no objective 'fun'"):
        solve_exactly(crowd(1), "fun")
    odd = project_of(
        [Resource("parts", "producible", 2, capacity=2)],
        {"make": Mode(math.pi, (MADE,)), "use": Mode(1, (USED,))},
    )
    with pytest.raises(InputError, match="times have no common unit"):
        solve_exactly(odd, "minimize_time")
