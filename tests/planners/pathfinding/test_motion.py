from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.pathfinding.motion import (
    BLOCKED,
    FORWARD,
    NOOP,
    TURN_LEFT,
    TURN_RIGHT,
    action_between,
    checked_direction,
    padded_cell,
    padded_grid,
    state_after,
)
from tests.planners.pathfinding.grid_world import ahead, parse, turned

ROOM = parse("...# .#.. ....")


def to_state(row: int, column: int, direction: int) -> int:
    return 4 * padded_cell((row, column), (3, 4), "robot") + direction


@pytest.mark.parametrize("direction", range(4))
@pytest.mark.parametrize(("row", "column"), np.argwhere(ROOM).tolist())
def test_actions_do_what_the_plain_floor_says(row: int, column: int, direction: int) -> None:
    grid = padded_grid(ROOM)
    state = to_state(row, column, direction)
    target = ahead((row, column), direction)
    inside = 0 <= target[0] < 3 and 0 <= target[1] < 4
    expected = to_state(*target, direction) if inside and ROOM[target] else BLOCKED
    assert state_after(state, FORWARD, grid) == expected
    assert state_after(state, NOOP, grid) == state
    assert state_after(state, TURN_LEFT, grid) == to_state(row, column, turned(direction, -1))
    assert state_after(state, TURN_RIGHT, grid) == to_state(row, column, turned(direction, 1))


@given(st.integers(0, 3), st.sampled_from([NOOP, FORWARD, TURN_LEFT, TURN_RIGHT]))
def test_the_action_between_two_states_is_the_one_taken(direction: int, action: int) -> None:
    grid = padded_grid(np.ones((3, 3), dtype=bool))
    state = 4 * padded_cell((1, 1), (3, 3), "robot") + direction
    assert action_between(state, state_after(state, action, grid)) == action


@pytest.mark.parametrize("shape", [(3,), (0, 4), (2, 2, 2)])
def test_a_map_that_is_none_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"shape .* give a non-empty"):
        padded_grid(np.ones(shape, dtype=bool))


def test_a_cell_outside_the_map_is_refused() -> None:
    with pytest.raises(InputError, match=r"The goal \(row 3, column 0\) is outside the map of 3 rows"):
        padded_cell((3, 0), (3, 4), "goal")


def test_an_unknown_direction_is_refused() -> None:
    assert checked_direction(2) == 2
    with pytest.raises(InputError, match="direction 4 is unknown"):
        checked_direction(4)
