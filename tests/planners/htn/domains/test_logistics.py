from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import Goal, HierarchicalPlanner, Problem, State, Status, validate
from planzoo.planners.htn.domains.logistics import make_domain, random_problem

DOMAIN = make_domain()
PLANNER = HierarchicalPlanner(DOMAIN)


def two_cities(**changed: dict[str, Any]) -> State:
    """Locations a0 (an airport), a1, a2 and b0 (an airport), b1; a truck in each city; a plane at b0."""
    tables: dict[str, dict[str, Any]] = {
        "at": {"parcel": "a1"},
        "truck_at": {"van": "a2", "lorry": "b0"},
        "plane_at": {"jet": "b0"},
        "in_city": {"a0": "a", "a1": "a", "a2": "a", "b0": "b", "b1": "b"},
        "airport_of": {"a": "a0", "b": "b0"},
        "truck_of": {"a": "van", "b": "lorry"},
    }
    objects = {
        "package": ["parcel"],
        "truck": ["van", "lorry"],
        "airplane": ["jet", "glider"],
        "location": ["a0", "a1", "a2", "b0", "b1"],
        "city": ["a", "b"],
    }
    return DOMAIN.state(objects=objects, **(tables | changed))


def actions_of(state: State, destination: str) -> list[tuple[Any, ...]]:
    problem = Problem(state, [Goal(("at", "parcel"), destination)])
    result = PLANNER.solve(problem)
    assert result.status is Status.SOLVED, result.reason
    assert result.plan is not None
    assert validate(DOMAIN, *problem, result.plan) is None
    return [(action.name, *action.arguments) for action in result.plan.actions]


def test_within_a_city() -> None:
    assert actions_of(two_cities(), "a0") == [
        ("drive_truck", "van", "a1"),
        ("load_truck", "parcel", "van"),
        ("drive_truck", "van", "a0"),
        ("unload_truck", "parcel", "van", "a0"),
    ]
    assert actions_of(two_cities(), "a1") == []


def test_between_cities() -> None:
    assert [name for name, *_ in actions_of(two_cities(), "b1")] == [
        *("drive_truck", "load_truck", "drive_truck", "unload_truck"),
        *("fly_plane", "load_plane", "fly_plane", "unload_plane"),
        *("load_truck", "drive_truck", "unload_truck"),
    ]


@pytest.mark.parametrize(
    ("place", "destination", "first", "length"),
    [
        ("van", "a2", "unload_truck", 1),
        ("van", "a1", "drive_truck", 2),
        ("van", "b0", "drive_truck", 6),
        ("jet", "b0", "unload_plane", 1),
        ("jet", "b1", "unload_plane", 4),
        ("jet", "a0", "fly_plane", 2),
    ],
)
def test_goes_on_from_within_a_vehicle(place: str, destination: str, first: str, length: int) -> None:
    steps = actions_of(two_cities(at={"parcel": place}), destination)
    assert (steps[0][0], len(steps)) == (first, length)


def test_airplane_in_the_city_is_taken_before_others() -> None:
    planes = {"glider": "a0", "jet": "b0"}
    steps = actions_of(two_cities(at={"parcel": "a0"}, plane_at=planes), "b0")
    assert steps[0] == ("load_plane", "parcel", "glider")
    steps = actions_of(two_cities(at={"parcel": "a0"}, plane_at=dict.fromkeys(planes, "b0")), "b0")
    assert steps[0] == ("fly_plane", "jet", "a0")


@pytest.mark.parametrize(
    "changed",
    [
        {"airport_of": {"a": "a0"}},
        {"airport_of": {"b": "b0"}},
        {"truck_of": {"b": "lorry"}},
        {"truck_of": {"a": "van"}},
        {"plane_at": {}},
    ],
)
def test_no_way_is_infeasible(changed: dict[str, dict[str, Any]]) -> None:
    problem = Problem(two_cities(**changed), [Goal(("at", "parcel"), "b1")])
    assert PLANNER.solve(problem).status is Status.INFEASIBLE


@pytest.mark.parametrize(
    "action",
    [
        ("drive_truck", "van", "b0"),
        ("load_truck", "parcel", "van"),
        ("unload_truck", "parcel", "van", "a2"),
        ("fly_plane", "jet", "a1"),
        ("load_plane", "parcel", "jet"),
        ("unload_plane", "parcel", "jet", "b0"),
    ],
)
def test_preconditions_are_checked(action: tuple[Any, ...]) -> None:
    assert PLANNER.solve(Problem(two_cities(), [action])).status is Status.INFEASIBLE


@settings(max_examples=25, deadline=None)
@given(size=st.integers(1, 30), seed=st.integers(0, 10**6))
def test_random_problems_are_solved(size: int, seed: int) -> None:
    problem = random_problem(size, seed)
    result = PLANNER.solve(problem)
    assert result.plan is not None
    assert validate(DOMAIN, *problem, result.plan) is None
    acting = {action.agent for action in result.plan.actions}
    assert acting <= {*problem.state.truck_at, *problem.state.plane_at}  # type: ignore[attr-defined]


def test_problems_are_reproducible_and_need_a_package() -> None:
    assert random_problem(9, 3) == random_problem(9, 3) != random_problem(9, 4)
    with pytest.raises(InputError, match="size 0"):
        random_problem(0, 1)
