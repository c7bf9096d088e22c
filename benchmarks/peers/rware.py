"""The multi-robot warehouse that ours descends from (Papoudakis et al. 2021), in Python."""

from __future__ import annotations

import copy
import pickle
from functools import partial
from typing import Any

import numpy as np

from peers import Peer, Steps

REQUIREMENT = "rware==2.0.0"


def peer(size: str, robots: int, images: bool = False) -> Peer:
    """Describes a warehouse with its default observations, or with images."""
    make = partial(steps, size, robots, images)
    return Peer("rware", REQUIREMENT, make, "image observations" if images else "")


def environment(size: str, robots: int, images: bool = False) -> Any:
    """Makes the environment as its documentation does."""
    import gymnasium
    import rware

    name = f"rware{'-img' if images else ''}-{size}-{robots}ag-v2"
    if images and name not in gymnasium.registry:
        rware.image_registration()
    env = gymnasium.make(name)
    env.reset(seed=0)
    return env


def steps(size: str, robots: int, images: bool = False) -> Steps:
    """Steps one warehouse."""
    env = environment(size, robots, images)
    actions = np.random.default_rng(0).integers(5, size=(50, robots)).tolist()

    def run() -> int:
        for action in actions:
            _, _, done, truncated, _ = env.step(action)
            if done or truncated:
                env.reset()
        return len(actions)

    return run


def clones(size: str, robots: int, pickled: bool) -> Steps:
    """Clones one warehouse, by ``copy.deepcopy`` or through ``pickle``."""
    env = environment(size, robots).unwrapped

    def run() -> int:
        for _ in range(5):
            _ = pickle.loads(pickle.dumps(env)) if pickled else copy.deepcopy(env)
        return 5

    return run
