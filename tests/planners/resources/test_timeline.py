"""Timelines: exact states, and nothing is ever lost or found."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.planners.resources.constraints import Calendar, Period
from planzoo.planners.resources.project import Mode
from planzoo.planners.resources.timed_steps import TimedStep, timed_steps
from planzoo.planners.resources.timeline import ResourceState, amount_slacks, events, same_time, timeline
from tests.planners.resources.exact import ExactProject
from tests.planners.resources.random_cases import random_case

CREW = Resource("crew", ResourceType.REUSABLE, 3)
PARTS = Resource("parts", ResourceType.PRODUCIBLE, 1, 9)
TABLE = {"crew": CREW, "parts": PARTS}
MAKE = Mode(2, (ResourceRequirement("crew", 2), ResourceRequirement("parts", 4, produces=True)))
SELL = Mode(1, (ResourceRequirement("parts", 3), ResourceRequirement("parts", 1, "duration")))


def step(start: float, mode: Mode) -> TimedStep:
    return TimedStep(("step",), start, mode)


def test_states_of_a_small_plan() -> None:
    states = timeline([step(1, MAKE), step(3, SELL)], TABLE, [Calendar("crew", (Period(2, 5, 1),))])
    rows = [(state.time, *state.available.values(), *state.allocated.values()) for state in states]
    assert rows == [
        (0, 3, 1, 0, 0),
        (1, 1, 1, 2, 0),
        (2, -1, 1, 2, 0),
        (3, 1, 1, 0, 1),
        (4, 1, 2, 0, 0),
        (5, 3, 2, 0, 0),
    ]


def test_without_steps_there_is_the_beginning() -> None:
    beginning = ResourceState(0.0, {"crew": 3.0, "parts": 1.0}, {"crew": 0.0, "parts": 0.0})
    assert timeline([], TABLE) == [beginning]
    assert timeline([], {}) == [ResourceState(0.0, {}, {})]
    assert [state.time for state in timeline([step(0, Mode(2))], TABLE)] == [0, 2]


def test_a_step_without_duration_holds_nothing() -> None:
    states = timeline([step(2, Mode(0, (ResourceRequirement("crew", 2),)))], TABLE)
    assert [(state.available["crew"], state.allocated["crew"]) for state in states] == [(3, 0), (3, 0)]


def test_times_that_differ_by_rounding_are_one_event() -> None:
    tenth = Mode(0.1, (ResourceRequirement("crew", 3),))
    steps = [step(0, tenth), step(0.1, tenth), step(0.2, tenth), step(0.3, tenth)]
    assert steps[2].end != steps[3].start
    found = events(steps, TABLE)
    assert [(one.starting, one.ending) for one in found] == [
        ((0,), ()),
        ((1,), (0,)),
        ((2,), (1,)),
        ((3,), (2,)),
        ((), (3,)),
    ]
    assert all(state.available["crew"] > -1e-9 for state in timeline(steps, TABLE))


@pytest.mark.parametrize(
    ("time", "other", "same"),
    [
        (0.1 + 0.2, 0.3, True),
        (0.3, 0.3001, False),
        (0.0, 1e-10, True),
        (1e6, 1e6 + 1e-4, True),
        (1e6, 1e6 + 0.1, False),
    ],
)
def test_same_time(time: float, other: float, same: bool) -> None:
    assert same_time(time, other) is same_time(other, time) is same


def test_slacks_grow_with_amounts() -> None:
    slacks = amount_slacks([step(0, MAKE)], {**TABLE, "gold": Resource("gold", ResourceType.CONSUMABLE, 1e6)})
    assert slacks == pytest.approx({"crew": 3e-9, "parts": 4e-9, "gold": 1e-3})


@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 20), min_size=6, max_size=6))
def test_nothing_is_lost_at_any_time(random: Random, drawn: list[int]) -> None:
    """What was consumed and what is left are what there was and what was made; what is held comes back."""
    case = random_case(random)
    starts = drawn[: len(case.starts)]
    project, exact = case.project, ExactProject(case.project)
    steps = timed_steps(case.schedule(starts), project.resource_table)
    states = timeline(steps, project.resource_table, project.constraints.calendars)
    for state in states:
        time = round(state.time * 10)
        for name in project.resource_table:
            consumed, produced, held = flows(exact, name, time, starts, case.modes)
            total = exact.granted(name, time) + produced
            left, allocated = state.available[name], state.allocated[name]
            assert math.isclose(10 * (left + allocated) + consumed, total, abs_tol=1e-9)
            assert math.isclose(10 * allocated, held, abs_tol=1e-9)
    ends = exact.ends(starts, case.modes)
    last = [state for state in states if state.time < max(ends) / 10 + 1e-6][-1]
    assert all(abs(amount) < 1e-12 for amount in last.allocated.values())
    assert [state.time for state in states] == sorted({state.time for state in states})


def flows(
    exact: ExactProject, name: str, time: int, starts: list[int], modes: list[int]
) -> tuple[int, int, int]:
    """What was consumed and produced up to a time, and what is held then, in tenths."""
    consumed = produced = held = 0
    for ways, start, mode in zip(exact.ways, starts, modes, strict=True):
        end = start + ways[mode].duration
        for use in ways[mode].uses:
            if use.name == name and use.when == "duration":
                held -= use.amount if start <= time < end else 0
            elif use.name == name and (start if use.when == "start" else end) <= time:
                consumed, produced = consumed + max(0, -use.amount), produced + max(0, use.amount)
    return consumed, produced, held
