"""Travel times in the warehouse."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.warehouse.generator import random_instance
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.planners.domains.warehouse_travel import FULL, LIGHT
from planzoo.planners.pathfinding import cell_distances, oriented_distances
from tests.planners.domains.warehouse_views import drawn_model, fleet_view, toy_model, travel_in


@given(seed=st.integers(0, 20), cardinal=st.booleans(), data=st.data())
def test_times_are_exact(seed: int, cardinal: bool, data: st.DataObject) -> None:
    model = drawn_model(random_instance(seed), robots=2, movement="cardinal" if cardinal else "turn")
    cells = [(row, column) for row, column in np.argwhere(model.passable).tolist()]
    start, goal = (data.draw(st.sampled_from(cells)) for _ in range(2))
    view = fleet_view(model, [start, cells[0]], directions=np.array([data.draw(st.integers(0, 3)), 0]))
    travel = travel_in(model, view)
    open_cells = model.passable & ~view.standing_shelves
    for layer, passable in ((LIGHT, model.passable), (FULL, open_cells)):
        if layer == FULL and not (open_cells[start] and open_cells[goal]):
            continue
        if cardinal:
            expected = int(cell_distances(passable, goal)[start])
        else:
            expected = int(oriented_distances(passable, goal)[(*start, view.directions[0])])
        assert travel.times([0], [goal], layer)[0, 0] == (expected if expected < 10**6 else np.inf)


def test_slow_robots_take_longer() -> None:
    kinds = (RobotKind(1), RobotKind(1, steps_per_move=3))
    model = toy_model(robots=2, robot_kinds=kinds, movement="cardinal")
    travel = travel_in(model, fleet_view(model, [(0, 0), (0, 0)]))
    assert travel.steps([0, 1], [(0, 4)], LIGHT).tolist() == [[4.0], [4.0]]
    assert travel.times([0, 1], [(0, 4)], LIGHT).tolist() == [[4.0], [12.0]]


def test_shelves_close_cells_for_full_robots_only() -> None:
    model = toy_model(movement="cardinal")
    travel = travel_in(model, fleet_view(model, [(2, 0)]))
    assert travel.distance((2, 0), (2, 2), LIGHT) == 2
    assert travel.distance((2, 0), (2, 2), FULL) == 4
    assert travel.is_open((1, 1), LIGHT) and not travel.is_open((1, 1), FULL)


def test_ways_from_and_to_shelves_count_as_open() -> None:
    model = toy_model(movement="cardinal")
    travel = travel_in(model, fleet_view(model, [(1, 0)]))
    assert travel.distance((1, 1), (1, 0), FULL) == 1, "the shelf that stands there will be lifted"
    assert travel.distance((1, 0), (1, 1), FULL) == 1, "the shelf that stands there will be gone"
    assert travel.distance((1, 1), (1, 1), FULL) == 0
    goals = [(4, 2), (1, 1), (0, 0)]
    apart = [travel_in(model, travel.view).distance((1, 0), goal, FULL) for goal in goals]
    assert travel.by_distance((1, 0), goals, FULL) == [(0, 0), (1, 1), (4, 2)]
    assert travel.steps_to((1, 0), goals, FULL) == apart
    assert [travel.distance((1, 0), goal, FULL) for goal in goals] == apart, "the same when remembered"


def test_blocked_cells_and_dead_robots_are_obstacles() -> None:
    model = drawn_model("xxx\n...\n.g.", robots=2, movement="cardinal")
    blocked = np.zeros(model.passable.shape, dtype=bool)
    blocked[1, 1] = True
    view = fleet_view(model, [(1, 0), (2, 1)], blocked=blocked, broken=np.array([False, True]))
    travel = travel_in(model, view)
    assert travel.stalled.tolist() == [False, True]
    assert travel.distance((1, 0), (1, 2), LIGHT) == 4, "below the shelves"
    assert travel.distance((1, 0), (1, 2), FULL) == np.inf
    travel.look(fleet_view(model, [(1, 0), (2, 1)], charge=np.array([1.0, 0.0])))
    assert travel.stalled.tolist() == [False, True]
    assert travel.distance((1, 0), (1, 2), FULL) == 2


def test_after_storing_a_robot_faces_inwards() -> None:
    model = drawn_model("....\nxx..\n....\n.g..")
    view = fleet_view(model, [(0, 0)])
    view.standing_shelves[1, 1] = False
    travel = travel_in(model, view)
    # The place is entered from above, from below or from the right, so never facing right.
    assert travel.legs([(1, 1)], [(1, 3)], LIGHT).item() == 2
    assert travel.legs([(1, 1)], [(1, 3)], LIGHT, after_storing=True).item() == 3
    assert travel.legs([], [(1, 3)], LIGHT).shape == (0, 1)
