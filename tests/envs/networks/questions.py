"""Questions to networks: what is asked for, and what was seen."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.networks.inference import Inference
from planzoo.envs.networks.network import BayesianNetwork
from tests.envs.networks.enumeration import networks


@st.composite
def inferences(draw: st.DrawFn, most_variables: int = 9) -> Inference:
    """Inferences over small networks, with targets among the observable variables too."""
    network = draw(networks(most_variables, fewest_states=1, most_states=4 if most_variables > 6 else 3))
    names = draw(st.permutations(network.variables))
    targets = names[: draw(st.integers(1, min(3, len(names))))]
    observable = draw(st.lists(st.sampled_from(names), unique=True))
    return Inference(network, targets, observable)


def drawn_likelihood(inference: Inference, seed: int) -> NDArray[np.float64]:
    """A likelihood of zeros, ones and numbers between: some variables are not observed, some exactly."""
    random = np.random.default_rng(seed)
    parts = []
    for name in inference.observable:
        size = len(inference.network.states_of(name))
        soft = random.random(size) * (random.random(size) < 0.9)
        parts.append([np.ones(size), np.eye(size)[random.integers(size)], soft][random.integers(3)])
    return np.concatenate([*parts, np.zeros(0)])


def naive_bayes(chances: NDArray[np.float64]) -> BayesianNetwork:
    """A cause with K states, and tests with P(positive | cause), float64 (T, K)."""
    tests, causes = chances.shape
    names = tuple(f"t{number}" for number in range(tests))
    return BayesianNetwork(
        name="naive Bayes",
        variables=("cause", *names),
        states=(tuple(f"c{number}" for number in range(causes)), *((("yes", "no"),) * tests)),
        parents=((), *((("cause",),) * tests)),
        tables=(np.full(causes, 1 / causes), *np.stack([chances, 1 - chances], axis=-1)),
    )
