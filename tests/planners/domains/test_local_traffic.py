"""Rules of the road."""

from __future__ import annotations

from typing import Any

from planzoo.envs.warehouse.model import Cell
from planzoo.envs.warehouse.state import FORWARD, NOOP, TURN_LEFT, TURN_RIGHT
from planzoo.planners.domains.local_memory import RobotMemory
from planzoo.planners.domains.local_paths import NOWHERE
from planzoo.planners.domains.local_traffic import ASIDE_STEPS, Driver
from planzoo.planners.htn import Action
from tests.planners.domains.local_world import DOWN, LEFT, RIGHT, UP, memory_of, model_of, view_of

CORRIDOR = "..........\n.xx####xx.\n....##...g"
NICHE = "#c######\n........\n.xxx....\n......g."


class Road:
    """One robot in a hall, asked step by step for its action."""

    def __init__(self, layout: str | None = None, cardinal: bool = False, **changes: Any) -> None:
        movement = "cardinal" if cardinal else "turn"
        self.memory: RobotMemory = memory_of(model_of(layout, movement=movement, **changes))
        self.driver = Driver(self.memory.hall, cardinal, reach=1)

    def ask(self, position: Cell, goal: Cell, direction: int = RIGHT, **own: Any) -> int:
        """Gives the action of a robot at a position that wants to get to a goal."""
        own.setdefault("shelves", {position: True} if own.get("loads") else None)
        view = view_of(self.memory, position, direction=direction, **own)
        self.memory.observe(view)
        self.memory.errand.queue = [Action("drive", (goal,))]
        return self.driver.drive(view, self.memory, goal)


def test_a_free_way_is_driven() -> None:
    road = Road(CORRIDOR)
    assert road.ask((0, 0), (0, 5)) == FORWARD
    assert road.ask((0, 1), (0, 5), DOWN) == TURN_LEFT
    assert road.ask((0, 1), (0, 5), UP) == TURN_RIGHT
    assert road.ask((0, 5), (0, 5)) == NOOP
    assert Road(CORRIDOR, cardinal=True).ask((0, 0), (0, 5), UP) == 1 + RIGHT


def test_a_full_robot_drives_around_shelves() -> None:
    road = Road(CORRIDOR)
    assert road.ask((0, 0), (2, 0), DOWN) == FORWARD
    assert road.ask((0, 1), (2, 1), DOWN) == FORWARD, "under the shelf"
    road.ask((0, 1), (2, 1), DOWN, loads=1)
    assert road.ask((0, 1), (2, 1), DOWN, loads=1) == TURN_RIGHT


def test_it_follows_a_robot_that_drives_the_same_way() -> None:
    road = Road(CORRIDOR)
    assert road.ask((0, 3), (0, 9), robots={(0, 4): RIGHT}) == FORWARD


def test_between_equals_the_direction_decides_who_goes_first() -> None:
    """LEFT (2) comes before RIGHT (3): one goes on, the other backs out of the one-wide aisle."""
    first = Road(CORRIDOR)
    assert first.ask((0, 5), (0, 0), LEFT, robots={(0, 4): RIGHT}) == FORWARD
    second = Road(CORRIDOR)
    action = second.ask((0, 4), (0, 9), RIGHT, robots={(0, 5): LEFT})
    assert action in (TURN_LEFT, TURN_RIGHT) and second.memory.traffic.aside is not None
    assert second.memory.traffic.aside[0] != 0, "off the line"


def test_a_robot_with_a_requested_shelf_goes_before_others() -> None:
    road = Road(CORRIDOR)
    road.ask((0, 4), (0, 9), requested=[(0, 4)], loads=1)
    shelves = {(0, 4): True, (0, 5): True}
    going = road.ask((0, 4), (0, 9), requested=[(0, 4)], loads=1, robots={(0, 5): LEFT}, shelves=shelves)
    assert going == FORWARD
    road = Road(CORRIDOR)
    road.ask((0, 5), (0, 0), LEFT, loads=1)
    shelves = {(0, 4): True, (0, 5): True}
    action = road.ask(
        (0, 5), (0, 0), LEFT, requested=[(0, 4)], loads=1, robots={(0, 4): RIGHT}, shelves=shelves
    )
    assert action != FORWARD and road.memory.traffic.aside is not None


def test_who_comes_out_of_a_dead_end_goes_first() -> None:
    inside = Road(NICHE, battery=50)
    assert inside.ask((0, 1), (3, 0), DOWN, robots={(1, 1): UP}) == NOOP, "trying would cost charge"
    assert inside.memory.traffic.aside is None
    outside = Road(NICHE, battery=50)
    outside.ask((1, 1), (0, 1), UP, robots={(0, 1): DOWN})
    assert outside.memory.traffic.aside is not None and outside.memory.traffic.aside != (0, 1)


def test_it_waits_calmly_for_a_charger() -> None:
    road = Road(NICHE, battery=50)
    actions = [road.ask((1, 1), (0, 1), UP, robots={(0, 1): UP}) for _ in range(15)]
    assert actions == [NOOP] * 15


def test_a_robot_that_stands_aside_stays_until_the_other_has_passed() -> None:
    road = Road(CORRIDOR)
    road.memory.traffic.aside, road.memory.traffic.aside_until = (2, 0), 99
    assert road.ask((2, 0), (0, 9), UP, robots={(1, 0): LEFT}) == NOOP
    assert road.ask((2, 0), (0, 9), UP) == FORWARD, "nobody is in sight any more"
    assert road.memory.traffic.aside is None


def test_it_leaves_its_place_aside_to_one_that_wants_it() -> None:
    road = Road(CORRIDOR)
    road.memory.traffic.aside, road.memory.traffic.aside_until = (2, 0), 99
    action = road.ask((2, 0), (0, 9), RIGHT, robots={(1, 0): DOWN})
    assert action == FORWARD and road.memory.traffic.aside == (2, 1)


def test_giving_way_ends_after_a_while() -> None:
    road = Road(CORRIDOR)
    road.memory.traffic.aside, road.memory.traffic.aside_until = (2, 0), 3
    actions = [road.ask((2, 0), (0, 0), UP, robots={(2, 1): DOWN}) for _ in range(4)]
    assert actions == [NOOP, NOOP, NOOP, FORWARD]
    assert ASIDE_STEPS > 0


def test_who_waits_for_long_plans_around_the_obstacle() -> None:
    road = Road(CORRIDOR)
    block, goal = (0, 4), (0, 9)
    for _ in range(40):
        road.memory.traffic.aside = None
        road.ask((0, 3), goal, robots={block: UP})
    assert road.memory.closed_until[road.memory.hall.number(block)] > road.memory.step


def test_a_full_robot_never_tries_to_drive_under_a_shelf() -> None:
    road = Road()
    home, other = (2, 1), (1, 1)
    road.ask(home, (0, 1), UP)
    road.ask(home, (0, 1), UP, loads=1)
    number = road.memory.hall.number(other)
    road.memory.standing[number] = False
    shelves = {home: True, other: True}
    action = road.ask(home, other, UP, loads=1, robots={other: UP}, shelves=shelves)
    assert action == NOOP, "the robot ahead may have put its shelf down there"


def test_a_forbidden_step_is_remembered() -> None:
    road = Road()
    view = view_of(road.memory, (0, 1), direction=DOWN)
    road.memory.observe(view)
    number = road.memory.hall.number((1, 1))
    road.driver.note_forbidden(view, road.memory, TURN_LEFT)
    assert road.memory.closed_until[number] == 0
    road.driver.note_forbidden(view, road.memory, FORWARD)
    assert road.memory.closed_until[number] > road.memory.step


def test_a_carrier_never_drives_through_its_helper() -> None:
    road = Road("....\n.xx.\n....\n...g", robots=2, heavy_share=0.5)
    road.ask((1, 1), (3, 3), DOWN)
    free = road.ask((2, 1), (2, 3), RIGHT, loads=1)
    assert free == FORWARD
    action = road.ask((2, 1), (2, 3), RIGHT, loads=1, coupled=True, robots={(2, 2): UP})
    assert action == TURN_RIGHT, "around, by the row below"


def test_actions_to_a_cell_count_turns() -> None:
    road = Road(CORRIDOR)
    view = view_of(road.memory, (0, 0), direction=RIGHT)
    road.memory.observe(view)
    assert road.driver.actions_to(view, road.memory, [(2, 0), (0, 4)]) == 3
    assert road.driver.actions_to(view, road.memory, [(1, 4)]) == NOWHERE


def test_step_to_turns_before_it_drives() -> None:
    road = Road()
    assert road.driver.step_to(view_of(road.memory, (2, 2), direction=UP), (1, 2)) == FORWARD
    assert road.driver.step_to(view_of(road.memory, (2, 2), direction=UP), (2, 1)) == TURN_LEFT
    assert road.driver.step_to(view_of(road.memory, (2, 2), direction=UP), (3, 2)) == TURN_RIGHT


def test_the_lookout_is_where_nobody_has_looked() -> None:
    road = Road("......x\n.......\nx.....g")
    view = view_of(road.memory, (1, 1), direction=RIGHT)
    road.memory.observe(view)
    assert road.driver.lookout(view, road.memory) == (1, 5), "from there the other shelf is in sight"
    road.memory.seen[:] = road.memory.step
    assert road.driver.lookout(view, road.memory) is None
