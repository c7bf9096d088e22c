"""Random small networks, and what follows from them by looking at every assignment of states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.networks.network import BayesianNetwork

Table = NDArray[np.float64]


def random_network(
    random: np.random.Generator, sizes: Sequence[int], most_parents: int = 3, zeros: float = 0.2
) -> BayesianNetwork:
    """Draws a network whose variables have the given numbers of states, in an order unlike that of the graph.

    Args:
        random: where the numbers come from.
        sizes: states of each variable.
        most_parents: of a variable.
        zeros: the share of impossible entries in the tables.
    """
    count = len(sizes)
    order = random.permutation(count).tolist()
    parents: list[list[int]] = [[] for _ in sizes]
    for place, index in enumerate(order):
        wanted = int(random.integers(0, most_parents + 1))
        parents[index] = random.permutation(order[:place])[:wanted].astype(int).tolist()
    return BayesianNetwork(
        name="random",
        variables=tuple(f"v{index}" for index in range(count)),
        states=tuple(tuple(f"s{state}" for state in range(size)) for size in sizes),
        parents=tuple(tuple(f"v{parent}" for parent in own) for own in parents),
        tables=tuple(
            random_rows(random, [sizes[each] for each in (*parents[index], index)], zeros)
            for index in range(count)
        ),
    )


def random_rows(random: np.random.Generator, shape: Sequence[int], zeros: float) -> Table:
    """Draws distributions along the last axis, some of whose entries are 0."""
    table = random.random(shape) + 0.01
    kept = random.integers(shape[-1], size=shape[:-1])
    possible = (random.random(shape) >= zeros) | (np.arange(shape[-1]) == kept[..., np.newaxis])
    table *= possible
    return np.asarray(table / table.sum(axis=-1, keepdims=True))


@st.composite
def networks(
    draw: st.DrawFn, most_variables: int = 5, fewest_states: int = 1, most_states: int = 3
) -> BayesianNetwork:
    """Networks of some variables, with zeros in their tables."""
    sizes = draw(st.lists(st.integers(fewest_states, most_states), min_size=1, max_size=most_variables))
    return random_network(np.random.default_rng(draw(st.integers(0, 2**32))), sizes)


def enumerated(network: BayesianNetwork) -> Table:
    """The probability of every assignment, one axis for each variable."""
    places = np.indices([len(states) for states in network.states])
    joint = np.ones(places.shape[1:])
    for index, table in enumerate(network.tables):
        parents = [places[network.variables.index(parent)] for parent in network.parents[index]]
        joint *= table[(*parents, places[index])]
    return joint


def weighed(network: BayesianNetwork, wanted: Sequence[str], likelihoods: Mapping[str, Table]) -> Table:
    """Sums P(assignment) · likelihoods over all assignments, for each joint state of the wanted variables.

    Returns:
        float64, one axis for each of ``wanted``, in this order.
    """
    joint = enumerated(network)
    for name, likelihood in likelihoods.items():
        shape = [1] * joint.ndim
        shape[network.variables.index(name)] = -1
        joint = joint * likelihood.reshape(shape)
    axes = [network.variables.index(name) for name in wanted]
    others = [axis for axis in range(joint.ndim) if axis not in axes]
    return joint.transpose([*axes, *others]).reshape(*(joint.shape[axis] for axis in axes), -1).sum(axis=-1)
