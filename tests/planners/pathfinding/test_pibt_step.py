from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.planners.pathfinding import PIBTPlanner, PIBTSituation
from planzoo.planners.pathfinding.graph import grid_graph
from planzoo.planners.pathfinding.pibt_arrays import pibt_scratch
from tests.planners.pathfinding.grid_world import parse
from tests.planners.pathfinding.pibt_world import after, faults

SQUARE = parse(".. ..")
RING_CELLS = np.array([(0, 0), (0, 1), (1, 1), (1, 0)])
CLOCKWISE = np.array([3, 1, 2, 0])


def bridgeless(seed: int) -> NDArray[np.bool_]:
    """A random connected map on which every two neighbours lie on a cycle."""
    random = np.random.default_rng(seed)
    passable = np.ones(random.integers(2, 7, size=2), dtype=bool)
    for row, column in random.permutation(np.argwhere(passable)):
        passable[row, column] = False
        graph = grid_graph(passable) if passable.any() else None
        connected = (
            graph is not None and PIBTPlanner(passable).fields.field(tuple(graph.cells[0]))[passable].max()
        )
        good = graph is not None and 0 < connected < graph.vertices and not graph.arrays.bridges.any()
        passable[row, column] = not good
    return passable


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 1.0))
def test_without_bridges_the_most_urgent_gets_nearer_and_all_arrive(seed: int, share: float) -> None:
    """Theorem 1 of the paper, up to maps that are full of robots."""
    passable, random = bridgeless(seed), np.random.default_rng(seed)
    places = np.argwhere(passable)
    robots = 1 + round(share * (len(places) - 1))
    cells = places[random.permutation(len(places))[:robots]]
    goals = places[random.permutation(len(places))[:robots]]
    planner = PIBTPlanner(passable)
    memory, arrived = planner.begin(robots), (cells == goals).all(axis=1)
    for _ in range(robots * 2 * len(places)):
        plan = planner.plan(PIBTSituation(cells, goals), memory)
        assert faults(passable, cells, plan.next_cells) == []
        first = int(memory.order[0])
        left = planner.fields.distance(tuple(cells[first]), tuple(goals[first]))
        left_after = planner.fields.distance(tuple(plan.next_cells[first]), tuple(goals[first]))
        assert left_after == max(left - 1, 0)
        cells = plan.next_cells
        arrived |= (cells == goals).all(axis=1)
        if arrived.all():
            return
    raise AssertionError(f"robots {np.flatnonzero(~arrived)} never arrived")


def test_a_full_ring_turns() -> None:
    goals = np.roll(RING_CELLS, -1, axis=0)
    cardinal, turning = PIBTPlanner(SQUARE), PIBTPlanner(SQUARE, "turn")
    plan = cardinal.plan(PIBTSituation(RING_CELLS, goals), cardinal.begin(4))
    assert plan.next_cells.tolist() == goals.tolist()
    plan = turning.plan(PIBTSituation(RING_CELLS, goals, CLOCKWISE), turning.begin(4))
    assert plan.actions.tolist() == [1, 1, 1, 1]


def test_a_ring_waits_for_the_one_that_still_has_to_turn() -> None:
    goals, planner = np.roll(RING_CELLS, -1, axis=0), PIBTPlanner(SQUARE, "turn")
    directions, memory = CLOCKWISE.copy(), planner.begin(4)
    directions[2] = 1
    plan = planner.plan(PIBTSituation(RING_CELLS, goals, directions), memory)
    assert plan.actions.tolist() == [0, 0, 3, 0]
    assert plan.targets.tolist() == goals.tolist()
    _, directions = after(plan, RING_CELLS, directions, "turn")
    plan = planner.plan(PIBTSituation(RING_CELLS, goals, directions), memory)
    assert plan.actions.tolist() == [1, 1, 1, 1]


def test_a_chain_follows_its_leader_in_the_same_step() -> None:
    planner, columns = PIBTPlanner(parse("......"), "turn"), np.arange(4)
    cells = np.stack([np.zeros(4, dtype=int), columns], axis=1)
    situation = PIBTSituation(cells, cells + np.array([0, 2]), np.full(4, 3))
    assert planner.plan(situation, planner.begin(4)).actions.tolist() == [1, 1, 1, 1]
    held = PIBTSituation(
        cells, cells + np.array([0, 2]), np.full(4, 3), holding=np.array([False, True, False, False])
    )
    assert planner.plan(held, planner.begin(4)).actions.tolist() == [0, 0, 1, 1]


def test_priority_is_inherited_and_falls_on_arrival() -> None:
    planner = PIBTPlanner(parse("#.# ..."))
    cells, goals = np.array([(1, 0), (1, 1)]), np.array([(1, 2), (1, 1)])
    memory = planner.begin(2)
    plan = planner.plan(PIBTSituation(cells, goals), memory)
    assert plan.next_cells[0].tolist() == [1, 1]
    assert memory.waiting.tolist() == [1.0, 0.0]
    plan = planner.plan(PIBTSituation(plan.next_cells, goals), memory)
    assert plan.next_cells[0].tolist() == [1, 2]
    planner.plan(PIBTSituation(plan.next_cells, goals), memory)
    assert memory.waiting[0] == 0.0


@pytest.mark.parametrize("movement", ["cardinal", "turn"])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_scratch_is_left_clean(movement: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    passable = random.random((5, 6)) < 0.8
    assume(passable.sum() > 8)
    cells = np.argwhere(passable)[random.permutation(int(passable.sum()))[:8]]
    goals = np.argwhere(passable)[random.integers(int(passable.sum()), size=8)]
    planner = PIBTPlanner(passable, movement)
    fleet = planner.fleet(PIBTSituation(cells, goals, random.integers(4, size=8)))
    memory = planner.begin(8)
    planner.plan(PIBTSituation(cells, goals, fleet.directions), memory)
    scratch, clean = planner.problem(fleet, memory).scratch, pibt_scratch(8, int(passable.sum()))
    for name in ("robot_now", "robot_next", "marks"):
        assert (getattr(scratch, name) == getattr(clean, name)).all()
