from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.pathfinding import (
    UNREACHABLE,
    ReservationTable,
    SpaceTimePlanner,
    TimedPath,
    oriented_distances,
)
from planzoo.planners.pathfinding.space_time import ACTION_COST, MAX_WINDOW, TIME_COST
from tests.planners.pathfinding.grid_world import Cell, GridWorld, conflicts, parse

WINDOW = 4
maps = arrays(
    bool, st.tuples(st.integers(2, 3), st.integers(2, 3)), elements=st.sampled_from([True, True, False])
)
walks = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=WINDOW + 1, max_size=WINDOW + 1)


def walk_of(
    passable: NDArray[np.bool_], start: tuple[int, int, int], actions: tuple[int, ...]
) -> tuple[list[Cell], int] | None:
    """Follows the actions on the plain floor: the cells and the last direction, or None if refused."""
    world = GridWorld(passable, [start[:2]], [start[2]])
    trail = [world.cells[0]]
    for action in actions:
        world.step([action])
        trail.append(world.cells[0])
    return None if world.refused else (trail, world.directions[0])


def cheapest(
    passable: NDArray[np.bool_], start: tuple[int, int, int], goal: Cell, others: list[list[Cell]]
) -> int | None:
    """Tries all action sequences and gives the lowest cost of those that meet nobody."""
    distances = oriented_distances(passable, goal)
    best = None
    for actions in product(range(4), repeat=WINDOW):
        walk = walk_of(passable, start, actions)
        if walk is None:
            continue
        trail, direction = walk
        rests = sum(a == 0 and cell == goal for a, cell in zip(actions, trail, strict=False))
        moves = sum(a != 0 for a in actions)
        remaining = int(distances[(*trail[-1], direction)])
        cost = (WINDOW - rests) * TIME_COST + moves * ACTION_COST + remaining * (TIME_COST + ACTION_COST)
        if not meets(trail, others) and (best is None or cost < best):
            best = cost
    return best


def meets(trail: list[Cell], others: list[list[Cell]]) -> bool:
    steps = range(WINDOW)
    return any(conflicts([trail[t], o[t]], [trail[t + 1], o[t + 1]]) for o in others for t in steps)


def reserved(passable: NDArray[np.bool_], others: list[list[Cell]]) -> ReservationTable:
    height, width = passable.shape
    table = ReservationTable((height, width), WINDOW)
    for robot, cells in enumerate(others):
        table.reserve_path(robot, np.array(cells))
    return table


def plan(
    passable: NDArray[np.bool_], start: tuple[int, int, int], goal: Cell, others: list[list[Cell]]
) -> TimedPath | None:
    height, width = passable.shape
    return SpaceTimePlanner((height, width), WINDOW).plan(passable, start, goal, reserved(passable, others))


@given(maps, walks, walks, st.integers(0, 3), st.data())
@settings(max_examples=50)
def test_paths_are_as_cheap_as_the_best_of_all_action_sequences(
    passable: NDArray[np.bool_], first: list[Cell], second: list[Cell], direction: int, data: st.DataObject
) -> None:
    height, width = passable.shape
    others = [[(row % height, column % width) for row, column in walk] for walk in (first, second)]
    assume(others[0][0] != others[1][0] and not meets(others[0], others[1:]))
    cells = [(int(row), int(column)) for row, column in np.argwhere(passable)]
    assume(set(cells) - {others[0][0], others[1][0]})
    start = data.draw(st.sampled_from([cell for cell in cells if cell not in (others[0][0], others[1][0])]))
    goal = data.draw(st.sampled_from(cells))
    assume(oriented_distances(passable, goal)[(*start, direction)] != UNREACHABLE)
    path = plan(passable, (*start, direction), goal, others)
    best = cheapest(passable, (*start, direction), goal, others)
    assert (None if path is None else path.cost) == best
    if path is not None:
        check_path(path, passable, (*start, direction), others)


def check_path(
    path: TimedPath, passable: NDArray[np.bool_], start: tuple[int, int, int], others: list[list[Cell]]
) -> None:
    trail = [(int(row), int(column)) for row, column in path.cells]
    actions = tuple(int(action) for action in path.actions)
    assert walk_of(passable, start, actions) == (trail, path.directions[-1]), "the actions lead elsewhere"
    assert not meets(trail, others)


def test_it_waits_for_one_that_passes_and_then_goes_on() -> None:
    crossing = parse("#.# ... #.#")
    passing = [(0, 1), (1, 1), (2, 1), (2, 1), (2, 1)]
    path = plan(crossing, (1, 0, 3), (1, 2), [passing])
    assert path is not None
    assert path.cells.tolist() == [[1, 0], [1, 0], [1, 1], [1, 2], [1, 2]]
    assert path.actions.tolist() == [0, 1, 1, 0]
    assert path.cost == 3 * TIME_COST + 2 * ACTION_COST


def test_it_follows_into_a_cell_that_is_left_in_the_same_step() -> None:
    path = plan(parse("....."), (0, 0, 3), (0, 4), [[(0, 1), (0, 2), (0, 3), (0, 4), (0, 4)]])
    assert path is not None
    assert path.cells[:, 1].tolist() == [0, 1, 2, 3, 3]


def test_it_gives_way_at_its_goal_and_comes_back() -> None:
    passing = [(0, 3), (0, 2), (0, 1), (0, 0), (0, 0)]
    path = plan(parse(".... #.##"), (0, 1, 1), (0, 1), [passing])
    assert path is not None
    assert path.cells.tolist() == [[0, 1], [0, 1], [1, 1], [1, 1], [1, 1]]
    assert path.directions[-1] == 0, "it faces the way back"
    assert path.cost == 4 * (TIME_COST + ACTION_COST), "resting at the goal is free"


def test_no_path_when_a_robot_comes_into_a_dead_end() -> None:
    coming = [(0, 3), (0, 2), (0, 1), (0, 0), (0, 0)]
    assert plan(parse("...."), (0, 0, 2), (0, 0), [coming]) is None
    assert plan(parse(".#."), (0, 0, 2), (0, 2), []) is None, "no path leads to the goal at all"


def test_its_own_reservations_do_not_bind_a_robot() -> None:
    room = parse("...")
    table = ReservationTable((1, 3), WINDOW)
    table.reserve(5, (0, 1), 0, WINDOW)
    planner = SpaceTimePlanner((1, 3), WINDOW)
    bound, free = (
        planner.plan(room, (0, 0, 3), (0, 2), table),
        planner.plan(room, (0, 0, 3), (0, 2), table, robot=5),
    )
    assert bound is not None and bound.cells[-1].tolist() == [0, 0]
    assert free is not None and free.cells[-1].tolist() == [0, 2]


def test_the_final_direction_is_kept() -> None:
    planner, table = SpaceTimePlanner((1, 3), 6), ReservationTable((1, 3), 6)
    path = planner.plan(parse("..."), (0, 0, 3), (0, 2), table, final_direction=0)
    assert path is not None
    assert path.actions.tolist() == [1, 1, 2, 0, 0, 0]


def test_searches_stay_right_when_their_numbers_run_out() -> None:
    planner, table = SpaceTimePlanner((1, 3), WINDOW), ReservationTable((1, 3), WINDOW)
    costs = []
    planner._scratch.counters[0] = np.iinfo(np.int32).max - 3
    for goal in (2, 1, 0) * 3:
        path = planner.plan(parse("..."), (0, 0, 3), (0, goal), table)
        assert path is not None
        costs.append(path.cost)
    assert costs == [2 * (TIME_COST + ACTION_COST), TIME_COST + ACTION_COST, 0] * 3
    assert planner._scratch.counters[0] < 10


@pytest.mark.parametrize("window", [0, MAX_WINDOW + 1, 2.5])
def test_a_window_that_cannot_be_used_is_refused(window: int) -> None:
    with pytest.raises(InputError, match=f"The window of {window} steps cannot be used"):
        SpaceTimePlanner((2, 2), window)


def test_maps_and_tables_of_another_shape_are_refused() -> None:
    planner = SpaceTimePlanner((1, 3), WINDOW)
    with pytest.raises(InputError, match="made for maps of shape"):
        planner.plan(parse("...."), (0, 0, 0), (0, 1), ReservationTable((1, 3), WINDOW))
    with pytest.raises(InputError, match="and 4 steps"):
        planner.plan(parse("..."), (0, 0, 0), (0, 1), ReservationTable((1, 3), WINDOW + 1))
