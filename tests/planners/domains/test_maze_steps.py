"""What actions lead to, against the environment itself, action by action."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    ALIVE,
    DEAD,
    DOWN,
    EAT,
    EXIT,
    FOOD,
    KEY,
    LEFT,
    PICK_UP,
    REST,
    RIGHT,
    UP,
    WATER,
)
from planzoo.planners.domains.maze_masks import neighbours
from planzoo.planners.domains.maze_oracle import bodies_of, maze_of
from planzoo.planners.domains.maze_steps import Label, Steps, needs_after
from planzoo.planners.pathfinding.cost_field import FAR
from tests.planners.domains.maze_play import drawn, random_worlds

MOVES = (UP, DOWN, LEFT, RIGHT)
ALONE = MazeParams.small(
    observation="map",
    agents=1,
    coordination="none",
    hazards=9,
    safe_rooms=3,
    food=9,
    water=9,
    thirst_rate=1.2,
    hunger_rate=0.8,
)


def start(simulator: Any) -> tuple[Steps, Label]:
    """The steps of a world, and a label of its first agent as it is."""
    return Steps(maze_of(simulator, 0)), Label(0, bodies_of(simulator, 0)[0], frozenset(), frozenset())


def after(steps: Steps, label: Label, action: int) -> Label | None:
    """What an action leads to."""
    if action in MOVES:
        beside = neighbours(steps.maze.across, label.body.cell)[action]
        return steps.move(label, action, beside)
    if action == REST:
        return steps.rest(label)
    return steps.pick_up(label) if action == PICK_UP else steps.use(label, action - EAT)


@pytest.mark.parametrize("seed", range(3))
def test_every_action_leads_where_the_environment_leads(seed: int) -> None:
    """Position, needs and items agree after each of 120 random actions that a way may have."""
    compared = 0
    for simulator in random_worlds(ALONE, seed, 120):
        steps, label = start(simulator)
        allowed = simulator.buffers.action_masks[0, 0]
        for action in (*MOVES, REST, PICK_UP, EAT, EAT + 1, EAT + 2):
            if not allowed[action]:
                continue
            copy = simulator.fork(0, 1, 0)
            copy.step(np.array([[action]]))
            expected = bodies_of(copy, 0).get(0)
            found = after(steps, label, action)
            if copy.state.agents.status[0, 0] != ALIVE:
                died = copy.state.agents.status[0, 0] == DEAD
                assert found is None if died else steps.maze.ground(found.body.cell) == EXIT
                continue
            assert found is not None and expected is not None
            assert (found.body.cell, found.body.items) == (expected.cell, expected.items)
            assert found.body.needs == expected.needs, "to the last bit"
            compared += 1
    assert compared > 90


def test_labels_remember_what_was_taken_and_opened() -> None:
    """A key from the floor opens a door, which stays open on this way, and the key is gone."""
    simulator = drawn("#######\n#0kD.E#\n#######", known=True)
    steps, label = start(simulator)
    first = label.body.cell
    path: list[Label] = [label]
    for action in (RIGHT, PICK_UP, RIGHT, LEFT, RIGHT):
        made = after(steps, path[-1], action)
        assert made is not None and made.before is path[-1] and made.time == len(path)
        path.append(made)
    assert path[2].taken == {first + 1} and path[2].body.items[KEY] == 1
    assert path[-1].opened == {first + 2} and path[-1].body.items[KEY] == 0
    assert after(steps, path[2], PICK_UP) is None, "it lies there no more"
    assert after(steps, label, UP) is None, "a wall"


def test_without_energy_nobody_moves_and_full_hands_take_nothing() -> None:
    """Both give None, as the environment masks them."""
    simulator = drawn("######\n#0w.E#\n######", {0: {"needs": [100, 100, 100, 0.2]}}, known=True, carried=1)
    steps, label = start(simulator)
    assert after(steps, label, RIGHT) is None
    simulator = drawn("######\n#0w.E#\n######", {0: {"items": [1, 0, 0, 0]}}, known=True, carried=1)
    steps, label = start(simulator)
    moved = after(steps, label, RIGHT)
    assert moved is not None and after(steps, moved, PICK_UP) is None


def test_who_would_die_has_no_label() -> None:
    """And that somebody would have died is noted."""
    simulator = drawn("######\n#0^.E#\n######", {0: {"needs": [10, 100, 100, 100]}}, known=True)
    steps, label = start(simulator)
    assert not steps.died and after(steps, label, RIGHT) is None and steps.died


def test_waiting_for_a_door_is_one_step_of_the_search() -> None:
    """It lasts until the door opens; there is no waiting for a door that nobody opens."""
    simulator = drawn("######\n#0D.E#\n######", known=True)
    steps, label = start(simulator)
    door = label.body.cell + 1
    assert steps.wait_for(label, door) is None or steps.maze.opened.get(door, FAR) < FAR
    steps.maze.opened[door] = 3
    waited = steps.wait_for(label, door)
    assert waited is not None and waited.time == 3
    through = steps.move(waited, RIGHT, door)
    assert through is not None and through.body.cell == door and through.opened == frozenset()


def test_goods_are_more_the_earlier_and_the_richer() -> None:
    """What the search compares."""
    simulator = drawn("######\n#0..E#\n######", {0: {"items": [1, 2, 0, 1]}}, known=True)
    _, label = start(simulator)
    assert label.goods() == (0, *label.body.needs, 1, 2, 0, 1)
    assert (label.body.items[FOOD], label.body.items[WATER]) == (1, 2)


def test_needs_pass_as_in_the_environment() -> None:
    """Step by step, in random worlds, while nobody eats, drinks, heals or works in a role."""
    params = MazeParams(
        observation="map", hazards=9, safe_rooms=2, food=0, water=0, medicine=0, thirst_rate=1.2
    )
    for simulator in random_worlds(params, 4, 80):
        agents, codes = simulator.state.agents[0], simulator.state.codes[0]
        copy = simulator.fork(0, 1, 0)
        copy.step(np.full((1, 3), -1))
        for before, later in zip(agents, copy.state.agents[0], strict=True):
            if before["status"] == ALIVE:
                needs = tuple(float(need) for need in before["needs"])
                code = int(codes[before["cell"]])
                assert list(needs_after(params, needs, code)) == later["needs"].tolist(), "to the last bit"
