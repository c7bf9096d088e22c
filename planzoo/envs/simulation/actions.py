"""Which actions count: inside the kernels, and at the doors of the adapters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.simulation.simulator import Buffers

NO_ACTION = -1


@kernel
def accept_actions(buffers: Buffers, actions: NDArray[np.int64], world: int) -> None:
    """Copies the actions that the masks allow into ``accepted_actions``; flags the others as invalid.

    An agent that has ended acts no more, whatever is asked of it, and that is no mistake of anybody's.
    """
    for agent in range(actions.shape[1]):
        if buffers.terminated[world, agent]:
            buffers.invalid_actions[world, agent] = False
            buffers.accepted_actions[world, agent] = NO_ACTION
            continue
        action = actions[world, agent]
        valid = 0 <= action < buffers.action_masks.shape[2] and buffers.action_masks[world, agent, action]
        buffers.invalid_actions[world, agent] = not valid
        buffers.accepted_actions[world, agent] = action if valid else NO_ACTION


def checked_actions(actions: Any, agents: int, num_actions: int) -> NDArray[np.int64]:
    """Turns what a user passed to ``step`` into int64 (N,).

    Raises:
        ValueError: wrong shape, not integers (NaN included), or out of range.
    """
    array = np.asarray(actions)
    if array.size != agents or array.ndim > 1:
        raise ValueError(
            f"Expected {agents} action(s), one an agent, but got an array of shape {array.shape}."
        )
    if array.dtype.kind not in "iub":
        raise ValueError(f"Actions must be integers from 0 to {num_actions - 1}, but got {actions!r}.")
    array = array.reshape(-1).astype(np.int64)
    if array.min() < 0 or array.max() >= num_actions:
        raise ValueError(f"Actions must be integers from 0 to {num_actions - 1}, but got {array.tolist()}.")
    return array


def checked_batch(actions: Any, worlds: int, agents: int, num_actions: int) -> NDArray[np.int64]:
    """Turns what a user passed to a vector ``step`` into int64 (B, N).

    Raises:
        ValueError: see :func:`checked_actions`.
    """
    array = np.asarray(actions)
    expected = (worlds,) if agents == 1 else (worlds, agents)
    if array.shape not in (expected, (worlds, agents)):
        raise ValueError(f"Expected actions of shape {expected}, but got {array.shape}.")
    return checked_actions(array.reshape(-1), worlds * agents, num_actions).reshape(worlds, agents)
