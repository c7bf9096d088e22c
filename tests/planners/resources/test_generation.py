"""One schedule from an order, modes and a scheme, or from a priority rule."""

from __future__ import annotations

import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.errors import InputError
from planzoo.planners.resources.arrays import project_arrays
from planzoo.planners.resources.constraints import Precedence
from planzoo.planners.resources.generation import (
    SCHEMES,
    cheapest_modes,
    generate_schedule,
    quickest_modes,
)
from planzoo.planners.resources.priority_rules import RULES
from planzoo.planners.resources.project import Mode, project_of
from tests.planners.resources.projects import is_feasible, random_project

CREW = (Resource("crew", "reusable", 2),)


def held(duration: float, amount: int, cost: float = 0.0) -> Mode:
    return Mode(duration, (ResourceRequirement("crew", amount),), cost)


SMALL = project_of(
    CREW,
    {"short": held(1, 1), "wide": held(2, 2), "long": held(5, 1), "last": held(1, 1)},
    precedences=(Precedence("short", "last", 3),),
)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("simple", [False, True])
def test_schedules_keep_all_constraints(rule: str, simple: bool) -> None:
    made = [generate_schedule(random_project(seed, simple=simple), rule=rule) for seed in range(40)]
    found = [schedule for schedule in made if schedule is not None]
    assert all(map(is_feasible, found))
    assert len(found) == 40 if simple else 3 <= len(found) < 40


def test_the_order_decides_who_comes_first() -> None:
    first = generate_schedule(SMALL, order=(0, 1, 2, 3))
    other = generate_schedule(SMALL, order=(1, 0, 2, 3))
    assert first is not None
    assert other is not None
    assert first.starts == (0, 1, 3, 4)
    assert other.starts == (2, 0, 2, 6)


def test_the_schemes_differ() -> None:
    project = project_of(
        CREW,
        {"short": held(1, 1), "wide": held(2, 2), "long": held(5, 1)},
        precedences=(Precedence("short", "wide"),),
    )
    starts = {}
    for scheme in SCHEMES:
        schedule = generate_schedule(project, order=(0, 1, 2), scheme=scheme)
        assert schedule is not None
        starts[scheme] = schedule.starts
    # The serial one keeps the crew free for the wide activity, the parallel one starts the long one at once.
    assert starts == {"serial": (0, 1, 3), "parallel": (0, 5, 0)}


def test_lags_are_waited_for_though_nothing_ends_then() -> None:
    project = project_of(CREW, {"a": held(1, 1), "b": held(1, 1)}, precedences=(Precedence("a", "b", 2.5),))
    for scheme in SCHEMES:
        schedule = generate_schedule(project, scheme=scheme)
        assert schedule is not None
        assert schedule.starts == (0, 3.5)


def test_modes_are_the_quickest_unless_given() -> None:
    project = project_of(CREW, {"a": [held(3, 1, 1), held(2, 1, 9), held(2, 1, 7), held(5, 1, 1)]})
    quick, chosen = generate_schedule(project), generate_schedule(project, modes=(3,))
    assert quick is not None
    assert chosen is not None
    assert (quick.modes, chosen.modes) == ((2,), (3,))
    arrays = project_arrays(project)
    assert (quickest_modes(arrays).tolist(), cheapest_modes(arrays).tolist()) == ([2], [0])


def test_there_may_be_no_schedule() -> None:
    project = project_of(CREW, {"a": held(2, 2, 4), "b": held(2, 2, 4)})
    assert generate_schedule(project.changed(deadline=4, budget=8)) is not None
    for bounds in ({"deadline": 3.0}, {"budget": 7.0}):
        for scheme in SCHEMES:
            assert generate_schedule(project.changed(**bounds), scheme=scheme) is None
    scarce = project_of((Resource("crew", "reusable", 1, capacity=2),), {"a": held(2, 2)})
    assert [generate_schedule(scarce, scheme=scheme) for scheme in SCHEMES] == [None, None]
    nothing = generate_schedule(project_of(CREW, {}))
    assert nothing is not None
    assert nothing.starts == ()


def test_wrong_input_is_told() -> None:
    for arguments, message in (
        ({"order": (0, 1, 2)}, "each place from 0 to 3"),
        ({"order": (3, 0, 1, 2)}, "'short' precedes 'last'"),
        ({"modes": (0, 0, 0)}, "one number for each of the 4"),
        ({"modes": (0, 0, 0, 1)}, "below the number"),
        ({"rule": "fifo"}, "no priority rule 'fifo'"),
        ({"scheme": "fast"}, "no scheme 'fast'"),
    ):
        with pytest.raises(InputError, match=message):
            generate_schedule(SMALL, **arguments)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="scheme='serial'"):
        generate_schedule(random_project(0), scheme="parallel")
