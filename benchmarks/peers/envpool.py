"""EnvPool's port of Jumanji's RobotWarehouse to C++: only the tiny warehouse with 4 robots and 8 requests."""

from __future__ import annotations

from functools import partial

import numpy as np

from peers import Peer, Steps

ROBOTS = 4


def peer(worlds: int) -> Peer:
    """Describes a batch of warehouses."""
    return Peer("envpool", "envpool==1.2.5", partial(steps, worlds), elsewhere=23e3)


def steps(worlds: int) -> Steps:
    """Steps a batch of warehouses in one thread."""
    import envpool

    env = envpool.make(
        "Jumanji/RobotWarehouse-v0", env_type="gymnasium", num_envs=worlds, num_threads=1, seed=0
    )
    env.reset()
    actions = np.random.default_rng(0).integers(5, size=(5, worlds, ROBOTS), dtype=np.int32)

    def run() -> int:
        for action in actions:
            env.step(action)
        return len(actions) * worlds

    return run
