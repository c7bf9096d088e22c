"""Actions: what kernels accept, and what the adapters refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.simulation.actions import NO_ACTION, accept_actions, checked_actions, checked_batch
from planzoo.envs.simulation.kernel import python_function
from tests.envs.simulation.mortals import REFUSE, REST, WORK, mortals


def test_allowed_actions_are_copied_and_the_others_flagged() -> None:
    simulator = mortals(2)
    simulator.reset(0)
    actions = np.array([[WORK, REFUSE, REST], [3, -1, 2**40]])
    for world in range(2):
        python_function(accept_actions)(simulator.buffers, actions, world)
    assert simulator.buffers.accepted_actions.tolist() == [[WORK, NO_ACTION, REST], [NO_ACTION] * 3]
    assert simulator.buffers.invalid_actions.tolist() == [[False, True, False], [True] * 3]


def test_agents_that_have_ended_do_nothing_wrong() -> None:
    simulator = mortals()
    simulator.reset(0)
    simulator.buffers.terminated[0, 1] = True
    python_function(accept_actions)(simulator.buffers, np.array([[REFUSE, WORK, WORK]]), 0)
    assert simulator.buffers.accepted_actions.tolist() == [[NO_ACTION, NO_ACTION, WORK]]
    assert simulator.buffers.invalid_actions.tolist() == [[True, False, False]]


@pytest.mark.parametrize(
    ("actions", "agents", "row"),
    [
        (2, 1, [2]),
        (np.int8(1), 1, [1]),
        (np.array([2]), 1, [2]),
        ([0, 2], 2, [0, 2]),
        ((True, False), 2, [1, 0]),
        (np.array([1, 2], dtype=np.uint8), 2, [1, 2]),
    ],
)
def test_what_counts_as_actions(actions: Any, agents: int, row: list[int]) -> None:
    checked = checked_actions(actions, agents, 3)
    assert checked.dtype == np.int64 and checked.tolist() == row


@pytest.mark.parametrize(
    ("actions", "complaint"),
    [
        ([0], r"Expected 2 action\(s\), one an agent, but got an array of shape \(1,\)"),
        (1, r"Expected 2 action\(s\), one an agent, but got an array of shape \(\)"),
        ([[0, 1]], r"Expected 2 action\(s\), one an agent, but got an array of shape \(1, 2\)"),
        ([0, 3], r"integers from 0 to 2, but got \[0, 3\]"),
        ([-1, 0], r"integers from 0 to 2, but got \[-1, 0\]"),
        ([0.0, 1.0], r"integers from 0 to 2, but got \[0.0, 1.0\]"),
        ([0, float("nan")], r"integers from 0 to 2, but got \[0, nan\]"),
        (["up", "down"], r"integers from 0 to 2, but got \['up', 'down'\]"),
        ([None, 1], r"integers from 0 to 2, but got \[None, 1\]"),
        (np.array([2**64 - 1, 0], dtype=np.uint64), "integers from 0 to 2"),
    ],
)
def test_what_does_not(actions: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        checked_actions(actions, 2, 3)


def test_batches_have_a_row_a_world() -> None:
    assert checked_batch([[0, 1], [2, 0], [1, 1]], 3, 2, 3).tolist() == [[0, 1], [2, 0], [1, 1]]
    for one_agent in ([0, 2, 1], [[0], [2], [1]]):
        assert checked_batch(one_agent, 3, 1, 3).tolist() == [[0], [2], [1]]
    with pytest.raises(ValueError, match=r"Expected actions of shape \(3, 2\), but got \(2, 3\)"):
        checked_batch([[0, 1, 2], [0, 1, 2]], 3, 2, 3)
    with pytest.raises(ValueError, match=r"Expected actions of shape \(3,\), but got \(4,\)"):
        checked_batch([0, 1, 2, 0], 3, 1, 3)
    with pytest.raises(ValueError, match="integers from 0 to 2"):
        checked_batch([[0, 1], [0, 3]], 2, 2, 3)


@given(st.lists(st.integers(-2, 6), min_size=1, max_size=6), st.integers(1, 5))
def test_exactly_the_space_is_accepted(actions: list[int], num_actions: int) -> None:
    inside = all(0 <= action < num_actions for action in actions)
    try:
        assert checked_actions(actions, len(actions), num_actions).tolist() == actions and inside
    except ValueError:
        assert not inside
