"""POGEMA: agents that walk to goals on grids, in Python.

It pins Gymnasium 0.28 and pydantic 1. Its wrappers need that Gymnasium, so the bare environment is measured,
which is the faster one; pydantic 2 brings what it needs of pydantic 1.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from peers import Peer, Steps

RADIUS = 5
"""Its default: an agent sees 11 × 11 cells in three layers."""


def peer(agents: int, size: int) -> Peer:
    """Describes agents on a square map, with a new goal whenever one is reached."""
    return Peer("pogema", "--no-deps pogema==1.4.0", partial(steps, agents, size))


def environment(agents: int, size: int) -> Any:
    """Makes the environment without its wrappers."""
    pogema, make = _import_pogema()
    config = pogema.GridConfig(
        num_agents=agents, size=size, density=0.3, seed=0, obs_radius=RADIUS, on_target="restart"
    )
    return make(grid_config=config)


def _import_pogema() -> tuple[Any, Any]:
    """Imports it with the first pydantic in the second one's place."""
    import pydantic

    if not pydantic.VERSION.startswith("1."):
        sys.modules["pydantic"] = import_module("pydantic.v1")
    try:
        return import_module("pogema"), import_module("pogema.envs").PogemaLifeLong
    finally:
        sys.modules["pydantic"] = pydantic


def steps(agents: int, size: int) -> Steps:
    """Steps the agents of one map; episodes of 500 steps."""
    env = environment(agents, size)
    env.reset()
    actions = np.random.default_rng(0).integers(5, size=(50, agents)).tolist()
    calls = 0

    def run() -> int:
        nonlocal calls
        for action in actions:
            env.step(action)
        calls += 1
        if calls % 10 == 0:
            env.reset()
        return len(actions)

    return run
