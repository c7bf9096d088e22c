"""How a test reports the state of its node: exactly, or with errors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.roles import TestRole
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError

SUM_TOLERANCE = 1e-6
"""How far a row of a channel may be from summing to 1."""

Channel = tuple[tuple[str, ...], NDArray[np.float64]]
"""The outcomes' names, and P(outcome | state), float64 (states, outcomes)."""


def channel_of(name: str, role: TestRole, network: BayesianNetwork) -> Channel:
    """Gives a test's outcomes and what they tell of its node.

    Args:
        name: of the test.
        role: its role.
        network: the network of its node.

    Raises:
        InputError: errors are given in two ways, do not fit the node's states, or are no probabilities.
    """
    states = network.states_of(role.node or name)
    symmetric = role.sensitivity is not None or role.specificity is not None
    given = [symmetric, role.accuracy is not None, role.channel is not None]
    if sum(given) > 1:
        raise InputError(
            f"The test {name!r} has its errors in two ways; give sensitivity and specificity, or accuracy, "
            "or a channel."
        )
    if len(states) < 2:
        raise InputError(f"The test {name!r} can have one result only: its node has the state {states[0]!r}.")
    if role.channel is not None:
        return _full_channel(name, role.channel, states)
    if symmetric:
        return states, _two_by_two(name, role, states)
    accuracy = 1.0 if role.accuracy is None else role.accuracy
    wrong = (1 - accuracy) / (len(states) - 1)
    return states, np.where(np.eye(len(states), dtype=np.bool_), accuracy, wrong)


def _two_by_two(name: str, role: TestRole, states: tuple[str, ...]) -> NDArray[np.float64]:
    if len(states) != 2:
        raise InputError(
            f"The test {name!r} has a sensitivity or specificity, but its node has {len(states)} states; "
            "give an accuracy or a channel."
        )
    sensitivity = 1.0 if role.sensitivity is None else role.sensitivity
    specificity = 1.0 if role.specificity is None else role.specificity
    return np.array([[sensitivity, 1 - sensitivity], [1 - specificity, specificity]])


def _full_channel(name: str, channel: dict[str, dict[str, float]], states: tuple[str, ...]) -> Channel:
    if set(channel) != set(states):
        raise InputError(f"The channel of the test {name!r} needs the states {', '.join(states)}.")
    outcomes = tuple(dict.fromkeys(outcome for row in channel.values() for outcome in row))
    table = np.array([[channel[state].get(outcome, 0.0) for outcome in outcomes] for state in states])
    if len(outcomes) < 2 or (table < 0).any() or (abs(table.sum(axis=1) - 1) > SUM_TOLERANCE).any():
        raise InputError(
            f"The channel of the test {name!r} needs two outcomes or more, whose probabilities sum to 1 for "
            "each state."
        )
    return outcomes, table / table.sum(axis=1, keepdims=True)
