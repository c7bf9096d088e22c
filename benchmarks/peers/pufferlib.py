"""PufferLib's warehouse in C: an anchor of speed alone.

Its rules are not rware's: no episode ever ends, and its random numbers are not seeded. A robot sees 27
floats, as with our compact observations.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from peers import Peer, Steps

MAPS = {"tiny": 1, "small": 2, "medium": 3}
REQUIREMENT = "--no-deps --no-build-isolation pufferlib==3.0.0 gym==0.23.0 gym-notices"
ELSEWHERE = {("tiny", 2): 5.5e6, ("small", 4): 2.4e6, ("medium", 16): 0.27e6}
"""Steps a CPU second in November 2026 on a busy machine; on a quiet one it makes about twice as many."""


def peer(size: str, robots: int, worlds: int) -> Peer:
    """Describes a batch of warehouses."""
    make = partial(steps, size, robots, worlds)
    return Peer("pufferlib", REQUIREMENT, make, elsewhere=ELSEWHERE.get((size, robots)))


def steps(size: str, robots: int, worlds: int) -> Steps:
    """Steps a batch of warehouses; statistics are gathered as seldom as it allows."""
    from pufferlib.ocean.rware.rware import Rware

    env = Rware(
        num_envs=worlds,
        num_agents=robots,
        map_choice=MAPS[size],
        num_requested_shelves=robots,
        report_interval=10**9,
    )
    env.reset(seed=0)
    actions = np.random.default_rng(0).integers(5, size=(20, worlds * robots), dtype=np.int32)

    def run() -> int:
        for action in actions:
            env.step(action)
        return len(actions) * worlds

    return run
