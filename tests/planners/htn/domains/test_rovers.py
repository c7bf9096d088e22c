"""The rovers domain: its plans, its scarce energy, and its gates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import HierarchicalPlanner, Plan, State, Status, validate
from planzoo.planners.htn.domains.rover_routes import distances, shortest_route
from planzoo.planners.htn.domains.rovers import (
    CAPACITY,
    SAMPLING_ENERGY,
    make_domain,
    random_problem,
)

DOMAIN = make_domain()


def line(lengths: tuple[int, ...], chargers: tuple[int, ...], **values: Any) -> State:
    """Places 0, 1, 2 … in a line, the lander at 0, with one rover there and one sample at the end."""
    places = list(range(len(lengths) + 1))
    exits: dict[int, list[tuple[int, int]]] = {place: [] for place in places}
    gates = {}
    for start, length in enumerate(lengths):
        exits[start].append((start + 1, length))
        exits[start + 1].append((start, length))
        gates[start, start + 1] = gates[start + 1, start] = "open"
    state = DOMAIN.state(
        objects={"rover": ["r"], "place": places, "sample": ["s"], "target": ["t"]},
        at={"r": 0},
        energy={"r": CAPACITY},
        load={"r": None},
        calibrated={"r": False},
        sample_at={"s": places[-1]},
        analysed={"s": False},
        view_from={"t": places[-1]},
        pictured={"t": False},
        exits={place: tuple(ways) for place, ways in exits.items()},
        gate=gates,
        charger={place: place in chargers for place in places},
        lander=0,
    )
    state.update(values)
    return state


def steps(state: State, *tasks: tuple[Any, ...]) -> list[str]:
    plan = HierarchicalPlanner(DOMAIN).solve((state, tasks)).plan
    assert plan is not None
    assert validate(DOMAIN, state, tasks, plan) is None
    return list(map(str, plan.actions))


def test_a_sample_is_fetched_and_a_picture_taken() -> None:
    there, back = ["drive(r, 0, 1)", "drive(r, 1, 2)"], ["drive(r, 2, 1)", "drive(r, 1, 0)"]
    state = line((2, 3), (0,))
    assert steps(state, ("analyse", "s")) == [*there, "pick_up(r, s)", *back, "hand_over(r, s)"]
    assert steps(state, ("photograph", "t")) == ["calibrate(r)", *there, "picture(r, t)"]
    ready = line((2, 3), (0,))
    ready.calibrated["r"] = True
    assert steps(ready, ("photograph", "t")) == [*there, "picture(r, t)"]
    done = line((2, 3), (0,))
    done.analysed["s"] = done.pictured["t"] = True
    assert steps(done, ("analyse", "s"), ("photograph", "t")) == []


def test_a_carried_sample_is_brought_and_no_other_is_picked_up() -> None:
    state = line((2,), (0,))
    state.at["r"], state.load["r"], state.sample_at["s"] = 1, "s", "r"
    assert steps(state, ("analyse", "s")) == ["drive(r, 1, 0)", "hand_over(r, s)"]
    state.load["r"], state.sample_at["s"] = "another", 1
    assert HierarchicalPlanner(DOMAIN).solve((state, [("analyse", "s")])).status is Status.INFEASIBLE


def test_a_rover_charges_where_it_could_not_come_back() -> None:
    state = line((3, 3), (0, 2))
    state.energy["r"] = 3
    assert steps(state, ("reach", "r", 2)) == ["charge(r)", "drive(r, 0, 1)", "drive(r, 1, 2)"]
    state.energy["r"] = 6 + SAMPLING_ENERGY
    assert steps(state, ("reach", "r", 2)) == ["drive(r, 0, 1)", "drive(r, 1, 2)"]
    far = line((CAPACITY - SAMPLING_ENERGY, 3), (0, 1))
    assert steps(far, ("reach", "r", 2)) == ["drive(r, 0, 1)", "charge(r)", "drive(r, 1, 2)"]
    too_far = line((CAPACITY,), (0,))
    assert HierarchicalPlanner(DOMAIN).solve((too_far, [("reach", "r", 1)])).status is Status.INFEASIBLE


def test_a_gate_is_opened_only_where_there_is_no_other_way() -> None:
    state = line((1, 1, 1), (0, 3))
    state.gate[1, 2] = state.gate[2, 1] = "shut"
    drives = ["drive(r, 0, 1)", "open_gate(r, 1, 2)", "drive(r, 1, 2)", "drive(r, 2, 3)"]
    assert steps(state, ("reach", "r", 3)) == drives
    state.exits[0] = (*state.exits[0], (3, 9))
    state.exits[3] = (*state.exits[3], (0, 9))
    state.gate[0, 3] = state.gate[3, 0] = "open"
    assert steps(state, ("reach", "r", 3)) == ["drive(r, 0, 3)"]
    assert shortest_route(state, 0, 3, shut_too=True) == [0, 1, 2, 3]
    assert distances(state, 0) == {0: 0, 1: 1, 3: 9, 2: 10}


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        (("drive", "r", 1, 2), {}),
        (("drive", "r", 0, 2), {}),
        (("drive", "r", 0, 1), {("gate", 0, 1): "shut"}),
        (("drive", "r", 0, 1), {("energy", "r"): 1}),
        (("open_gate", "r", 0, 1), {}),
        (("open_gate", "r", 1, 2), {("gate", 1, 2): "shut"}),
        (("charge", "r"), {}),
        (("charge", "r"), {("energy", "r"): 1, ("charger", 0): False}),
        (("pick_up", "r", "s"), {}),
        (("pick_up", "r", "s"), {("sample_at", "s"): 0, ("load", "r"): "s"}),
        (("pick_up", "r", "s"), {("sample_at", "s"): 0, ("energy", "r"): SAMPLING_ENERGY - 1}),
        (("hand_over", "r", "s"), {}),
        (("hand_over", "r", "s"), {("load", "r"): "s", ("at", "r"): 1}),
        (("calibrate", "r"), {("at", "r"): 1}),
        (("picture", "r", "t"), {}),
        (("picture", "r", "t"), {("at", "r"): 2}),
    ],
)
def test_operators_refuse(action: tuple[Any, ...], changes: dict[Any, Any]) -> None:
    state = line((2, 3), (0,))
    state.update(changes)
    name, *arguments = action
    assert DOMAIN.operators[name].function(state, *arguments) is False


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(0, 10**6))
def test_random_problems_have_valid_plans_that_never_run_out_of_energy(size: int, seed: int) -> None:
    problem = random_problem(size, seed)
    assert dict(problem.state) == dict(random_problem(size, seed).state)
    result = HierarchicalPlanner(DOMAIN).solve(problem)
    assert isinstance(result.plan, Plan)
    assert validate(DOMAIN, problem.state, problem.tasks, result.plan) is None
    state = problem.state.copy() if isinstance(problem.state, State) else State(problem.state)
    for action in result.plan.actions:
        DOMAIN.operators[action.name].function(state, *action.arguments)
        assert 0 <= min(state.energy.values()) <= max(state.energy.values()) <= CAPACITY
    assert all(state.analysed.values())
    assert all(state.pictured.values())


def test_a_problem_needs_a_job() -> None:
    with pytest.raises(InputError, match="size 0 has no jobs"):
        random_problem(0, 1)
