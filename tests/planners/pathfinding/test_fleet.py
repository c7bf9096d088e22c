from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.pathfinding import FleetMemory, FleetPathPlanner, FleetPlan, FleetSituation
from planzoo.planners.pathfinding.motion import TOGGLE_LOAD
from tests.planners.pathfinding.grid_world import Cell, GridWorld, conflicts, parse

MAZE = """
..........
.##.####.#
.#..####.#
.#.#####..
.....#...#
##.#...#..
......##.#
"""


def situation_of(world: GridWorld, goals: list[Cell], **more: Any) -> FleetSituation:
    return FleetSituation(
        positions=np.array(world.cells),
        directions=np.array(world.directions),
        goals=np.array(goals),
        loaded=np.array(world.loaded),
        standing_shelves=world.shelves,
        **more,
    )


def follow(
    planner: FleetPathPlanner,
    memory: FleetMemory,
    world: GridWorld,
    goals: list[Cell],
    toggling: NDArray[np.bool_] | None = None,
) -> FleetPlan:
    """Takes one step and checks it: nobody is refused, nobody meets, all end where the plan says."""
    plan = planner.plan(situation_of(world, goals, holding=toggling), memory)
    check_window(plan, world)
    actions = plan.actions.copy()
    if toggling is not None:
        assert (actions[toggling] == 0).all()
        actions[toggling] = TOGGLE_LOAD
    world.step(actions.tolist())
    assert world.refused == 0
    assert world.cells == [tuple(cell) for cell in plan.cells[:, 1].tolist()]
    assert world.directions == plan.directions[:, 1].tolist()
    return plan


def check_window(plan: FleetPlan, world: GridWorld) -> None:
    cells = [[tuple(cell) for cell in at_time] for at_time in plan.cells.swapaxes(0, 1).tolist()]
    assert cells[0] == world.cells
    for before, after in pairwise(cells):
        assert not conflicts(before, after)


def random_cells(random: np.random.Generator, passable: NDArray[np.bool_], count: int) -> list[Cell]:
    cells = random.permutation(np.argwhere(passable))[:count]
    return [(int(row), int(column)) for row, column in cells]


@pytest.mark.parametrize("seed", range(8))
def test_no_plan_ever_collides_in_random_worlds_with_loads(seed: int) -> None:
    """30 worlds a seed: walls, shelves, robots that load and unload, goals that cannot be reached."""
    random = np.random.default_rng(seed)
    for _ in range(30):
        height, width = random.integers(3, 8, 2)
        passable = random.random((height, width)) > 0.15
        count = int(min(random.integers(1, 8), passable.sum()))
        starts = random_cells(random, passable, count)
        shelves = (random.random((height, width)) < 0.3) & passable
        world = GridWorld(passable, starts, random.integers(0, 4, count).tolist(), shelves)
        planner = FleetPathPlanner(passable, window=int(random.integers(1, 18)))
        memory, goals = planner.begin(count), random_cells(random, passable, count) if count else []
        for _ in range(40):
            toggling = random.random(count) < 0.1
            follow(planner, memory, world, goals, toggling)
            for robot in range(count):
                if world.cells[robot] == goals[robot] and random.random() < 0.5:
                    goals[robot] = random_cells(random, passable, 1)[0]


@pytest.mark.parametrize("text", ["....... ###.###", "........... #.#########", "###.#### ........ ########"])
@pytest.mark.parametrize("directions", [(3, 2), (2, 3), (0, 1)])
@pytest.mark.parametrize("window", [8, 16])
def test_head_on_in_a_one_wide_aisle_resolves_at_the_side_pocket(
    text: str, directions: tuple[int, int], window: int
) -> None:
    passable = parse(text)
    row = int(passable.all(axis=1).argmax())
    ends = [(row, 0), (row, passable.shape[1] - 1)]
    world = GridWorld(passable, ends, directions)
    planner, goals = FleetPathPlanner(passable, window), ends[::-1]
    memory = planner.begin(2)
    arrived: set[int] = set()
    for _ in range(80):
        follow(planner, memory, world, goals)
        arrived |= {robot for robot in range(2) if world.cells[robot] == goals[robot]}
    assert arrived == {0, 1}
    assert world.cells == goals


def test_an_idle_robot_gives_way_and_comes_back() -> None:
    passable = parse("##.## ..... ##.##")
    world = GridWorld(passable, [(1, 0), (1, 2)], [3, 3])
    planner, memory = FleetPathPlanner(passable), FleetPathPlanner(passable).begin(2)
    steps = 0
    while world.cells != [(1, 4), (1, 2)]:
        follow(planner, memory, world, [(1, 4), (1, 2)])
        steps += 1
        assert steps < 20
    assert world.cells[0] == (1, 4)


@pytest.mark.parametrize("rests_anywhere", [False, True])
def test_a_robot_resting_in_a_dead_end_makes_room(rests_anywhere: bool) -> None:
    passable = parse("#####. ...... #####.")
    world = GridWorld(passable, [(1, 4), (1, 0)], [2, 2])
    planner, goals = FleetPathPlanner(passable), [(1, 0), (1, 0)]
    memory = planner.begin(2)
    for _ in range(40):
        follow(planner, memory, world, [goals[0], world.cells[1]] if rests_anywhere else goals)
        if world.cells[0] == (1, 0):
            return
    pytest.fail(f"the robots block each other: {world.cells}")


def test_a_pressed_robot_does_not_put_off_leaving() -> None:
    """In a window of 8 the idle robot survives by waiting once more, and could do so for ever."""
    passable = parse("#.###### #.###### #....### ####...# ####...# ...##..# .#....## #..#####")
    idle: list[Cell] = [(2, 4), (7, 2), (5, 5)]
    world = GridWorld(passable, [(3, 4), *idle], [0, 2, 3, 2])
    planner = FleetPathPlanner(passable, window=8)
    memory = planner.begin(4)
    for _ in range(40):
        follow(planner, memory, world, [(0, 1), *idle])
        if world.cells[0] == (0, 1):
            return
    pytest.fail(f"the traveller does not arrive: {world.cells}")


@pytest.mark.parametrize("seed", range(10))
def test_nobody_waits_for_ever_in_a_maze(seed: int) -> None:
    random = np.random.default_rng(seed)
    passable = parse(MAZE)
    world = GridWorld(passable, random_cells(random, passable, 3), random.integers(0, 4, 3).tolist())
    planner, goals = FleetPathPlanner(passable), random_cells(random, passable, 3)
    memory, since = planner.begin(3), np.zeros(3)
    for _ in range(250):
        follow(planner, memory, world, goals)
        since += 1
        for robot in range(3):
            if world.cells[robot] == goals[robot]:
                goals[robot], since[robot] = random_cells(random, passable, 1)[0], 0
        assert since.max() < 60, (world.cells, goals)


def test_a_load_closes_the_cells_under_shelves() -> None:
    planner = FleetPathPlanner(parse("... ..."))
    world = GridWorld(parse("... ..."), [(0, 0)], [3], shelves=~parse(".#. ..."))
    under = planner.plan(situation_of(world, [(0, 2)]), planner.begin(1))
    assert under.cells[0, :3].tolist() == [[0, 0], [0, 1], [0, 2]]
    world.loaded = [True]
    around = planner.plan(situation_of(world, [(0, 2)]), planner.begin(1))
    assert [0, 1] not in around.cells[0].tolist() and around.cells[0, -1].tolist() == [0, 2]
    world.shelves[1, 1] = True
    shut_in = planner.plan(situation_of(world, [(0, 2)]), planner.begin(1))
    assert shut_in.reachable.tolist() == [False] and shut_in.actions.tolist() == [0]
    assert around.reachable.tolist() == [True]


def test_a_holding_robot_stays_and_others_keep_clear() -> None:
    passable = parse("... ...")
    world = GridWorld(passable, [(0, 0), (0, 1)], [3, 3])
    planner, memory = FleetPathPlanner(passable), FleetPathPlanner(passable).begin(2)
    follow(planner, memory, world, [(0, 2), (1, 2)], np.array([False, True]))
    assert world.cells[1] == (0, 1) and world.cells[0] != (0, 1)


def test_priority_decides_who_goes_first() -> None:
    crossing = parse("#.# ... #.#")
    world = GridWorld(crossing, [(1, 0), (0, 1)], [3, 1])
    planner, goals = FleetPathPlanner(crossing), [(1, 2), (2, 1)]
    for priorities, expected in (([5, 0], [1, 0]), ([0, 5], [0, 1])):
        plan = planner.plan(situation_of(world, goals, priorities=np.array(priorities)), planner.begin(2))
        assert plan.actions.tolist() == expected


def test_one_planner_serves_many_environments_and_is_deterministic() -> None:
    passable = parse("..... .#.#. .....")
    planner = FleetPathPlanner(passable)
    worlds = [GridWorld(passable, [(0, 0), (0, 4)], [1, way]) for way in (2, 2, 0)]
    memories = [planner.begin(2) for _ in worlds]
    goals = [(0, 4), (0, 0)]
    for _ in range(12):
        for world, memory in zip(worlds, memories, strict=True):
            follow(planner, memory, world, goals)
        assert worlds[0].cells == worlds[1].cells
        for first, second in zip(memories[0], memories[1], strict=True):
            assert np.array_equal(first, second)
    alone, memory = GridWorld(passable, [(0, 0), (0, 4)], [1, 0]), planner.begin(2)
    for _ in range(12):
        follow(planner, memory, alone, goals)
    assert alone.cells == worlds[2].cells


def test_it_tells_what_the_plan_cost() -> None:
    world = GridWorld(parse("...."), [(0, 0)], [3])
    planner = FleetPathPlanner(world.passable, window=6)
    plans = [planner.plan(situation_of(world, [(0, 3)]), planner.begin(1)) for _ in range(2)]
    assert [plan.rounds for plan in plans] == [1, 1]
    assert [plan.expansions for plan in plans] == [6, 6]
    assert plans[0].actions.dtype == np.int64


GOOD = FleetSituation(
    positions=np.array([[0, 0], [0, 2]]),
    directions=np.array([0, 1]),
    goals=np.array([[0, 1], [1, 1]]),
    loaded=np.array([False, True]),
    standing_shelves=~parse("#.. ..."),
)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"positions": np.array([[0, 2], [0, 2]])}, "Robot 0 shares its cell with another robot"),
        ({"positions": np.array([[0, 0], [2, 0]])}, "Robot 1 has a position outside the map of 2 rows"),
        ({"positions": np.array([[0, 0], [1, 2]])}, "Robot 1 is in a cell that is not passable"),
        (
            {"positions": np.array([[0.0, 0.5], [1, 2]])},
            "positions are of type float64; give an array of whole",
        ),
        ({"goals": np.array([[0, 1], [0, -1]])}, "Robot 1 has a goal outside the map"),
        ({"goals": np.array([[0, 1]])}, r"goals have shape \(1, 2\); give an array of shape \(2, 2\)"),
        ({"directions": np.array([4, 0])}, "Robot 0 faces an unknown direction"),
        ({"loaded": np.array([True, True])}, "Robot 0 carries a shelf where another shelf stands"),
        ({"standing_shelves": np.zeros((3, 3), bool)}, r"standing_shelves have shape \(3, 3\)"),
        ({"priorities": np.array([0, np.nan])}, "Robot 1 has a priority that is not a finite number"),
        ({"holding": np.array([True])}, r"holding have shape \(1,\)"),
    ],
)
def test_a_situation_that_cannot_be_is_refused(change: dict[str, Any], complaint: str) -> None:
    planner = FleetPathPlanner(parse("... ..#"))
    assert planner.plan(GOOD, planner.begin(2)).reachable.all()
    with pytest.raises(InputError, match=complaint):
        planner.plan(replace(GOOD, **change), planner.begin(2))


def test_memory_for_another_fleet_is_refused() -> None:
    planner = FleetPathPlanner(parse("... ..#"))
    with pytest.raises(InputError, match="memory is for 3 robots but the situation has 2"):
        planner.plan(GOOD, planner.begin(3))
