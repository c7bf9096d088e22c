from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.pathfinding import (
    NO_GOAL,
    PIBTPlanner,
    PIBTSituation,
    cell_distances,
    oriented_distances,
)
from tests.planners.pathfinding.grid_world import parse
from tests.planners.pathfinding.pibt_world import after, faults

ROOM = parse("...... .##.#. ......")
PAIR = PIBTSituation(np.array([[0, 0], [0, 1]]), np.array([[0, 5], [0, 0]]), np.array([3, 2]))


@pytest.mark.parametrize("movement", ["cardinal", "turn"])
def test_a_lone_robot_takes_a_shortest_way(movement: str) -> None:
    exact = cell_distances(ROOM, (2, 5)) if movement == "cardinal" else oriented_distances(ROOM, (2, 5))
    planner = PIBTPlanner(ROOM, movement)
    for start in np.argwhere(ROOM):
        cells, directions, memory, steps = start[np.newaxis], np.array([1]), planner.begin(1), 0
        while cells[0].tolist() != [2, 5]:
            plan = planner.plan(PIBTSituation(cells, np.array([[2, 5]]), directions), memory)
            cells, directions = after(plan, cells, directions, movement)
            steps += 1
        assert steps == (exact[tuple(start)] if movement == "cardinal" else exact[*start, 1])


@pytest.mark.parametrize("movement", ["cardinal", "turn"])
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.05, 1.0), walls=st.floats(0.0, 0.5))
def test_no_plan_breaks_a_rule(movement: str, seed: int, share: float, walls: float) -> None:
    """Random maps with two layers, idle and holding robots, goals on top of each other, for 12 steps."""
    random = np.random.default_rng(seed)
    layers = random.random((2, *random.integers(1, 9, size=2))) >= walls
    layers[0] |= layers[1]
    assume(layers[1].any())
    places = np.argwhere(layers[1])
    robots = max(1, round(share * len(places)))
    cells = places[random.permutation(len(places))[:robots]]
    directions, own_layers = random.integers(4, size=robots), random.integers(2, size=robots)
    goals = np.where(
        random.random((robots, 1)) < 0.2, NO_GOAL, places[random.integers(len(places), size=robots)]
    )
    planners = [PIBTPlanner(layers, movement) for _ in range(2)]
    memories = [planner.begin(robots) for planner in planners]
    for _ in range(12):
        situation = PIBTSituation(cells, goals, directions, own_layers, holding=random.random(robots) < 0.1)
        plan, same = (p.plan(situation, m) for p, m in zip(planners, memories, strict=True))
        assert plan.actions.tolist() == same.actions.tolist()
        assert (plan.actions[situation.holding] == 0).all()
        before, (cells, directions) = cells, after(plan, cells, directions, movement)
        assert faults(layers[0], before, cells) == []
        assert layers[own_layers, cells[:, 0], cells[:, 1]].all()
        assert (plan.next_cells == cells).all()


@pytest.mark.parametrize("movement", ["cardinal", "turn"])
def test_an_idle_robot_gives_way_and_is_said_to_have_no_goal(movement: str) -> None:
    planner = PIBTPlanner(ROOM, movement)
    cells, goals = np.array([[2, 0], [2, 3]]), np.array([[2, 5], [NO_GOAL, NO_GOAL]])
    directions, memory = np.array([3, 3]), planner.begin(2)
    for _ in range(9):
        plan = planner.plan(PIBTSituation(cells, goals, directions), memory)
        assert plan.reachable.tolist() == [True, False]
        cells, directions = after(plan, cells, directions, movement)
    assert cells[0].tolist() == [2, 5]


def test_a_goal_that_no_path_leads_to_is_reported() -> None:
    planner = PIBTPlanner(parse("..#."))
    plan = planner.plan(PIBTSituation(np.array([[0, 0]]), np.array([[0, 3]])), planner.begin(1))
    assert (plan.reachable[0], plan.actions[0]) == (False, 0)


def test_robots_keep_to_their_layers() -> None:
    shelves = parse("..#.. .....")
    planner, memory = PIBTPlanner(np.stack([np.ones_like(shelves), shelves])), None
    for layer, steps in ((0, 4), (1, 6)):
        cells, memory, taken = np.array([[0, 0]]), planner.begin(1), 0
        while cells[0].tolist() != [0, 4]:
            cells = planner.plan(
                PIBTSituation(cells, np.array([[0, 4]]), layers=np.array([layer])), memory
            ).next_cells
            taken += 1
        assert taken == steps


def test_a_cell_that_closes_is_driven_around() -> None:
    planner, layer = PIBTPlanner(ROOM), ROOM.copy()
    layer[0, 2] = False
    planner.set_passable(layer)
    cells, memory, seen = np.array([[0, 0]]), planner.begin(1), []
    for _ in range(9):
        cells = planner.plan(PIBTSituation(cells, np.array([[0, 5]])), memory).next_cells
        seen.append(cells[0].tolist())
    assert [0, 2] not in seen
    assert seen[-1] == [0, 5]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"positions": np.array([[0, 0], [1, 1]])}, "Robot 1 stands outside the map or on a wall"),
        ({"positions": np.array([[9, 0], [0, 1]])}, "Robot 0 stands outside"),
        ({"positions": np.array([[0, 1], [0, 1]])}, "Robot 1 shares its cell"),
        ({"positions": np.array([[0.5, 0], [0, 1]])}, "whole numbers"),
        ({"goals": np.array([[0, 5], [0, -2]])}, "Robot 1 has a goal outside"),
        ({"goals": np.array([[0, 5]])}, r"goals have shape \(1, 2\)"),
        ({"directions": np.array([0, 4])}, "Robot 1 faces an unknown direction"),
        ({"directions": None}, "need directions"),
        ({"layers": np.array([0, 1])}, "Robot 1 is of an unknown layer"),
        ({"priorities": np.array([0.0, np.nan])}, "finite"),
    ],
)
def test_bad_situations_are_refused(change: dict[str, np.ndarray | None], complaint: str) -> None:
    planner = PIBTPlanner(ROOM, "turn")
    with pytest.raises(InputError, match=complaint):
        planner.plan(replace(PAIR, **change), planner.begin(2))


def test_the_memory_must_fit_and_the_fields_too() -> None:
    planner = PIBTPlanner(ROOM, "turn")
    with pytest.raises(InputError, match="memory is for 3 robots"):
        planner.plan(PAIR, planner.begin(3))
    small = PIBTPlanner(ROOM, "turn", capacity_bytes=8 * int(ROOM.sum()))
    with pytest.raises(InputError, match="larger capacity_bytes"):
        small.plan(PAIR, small.begin(2))
