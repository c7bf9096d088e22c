"""Plays a scenario with fixed random actions and sums up all that happened in a digest.

``python -m tests.contracts.trajectory NAME WORLDS WORLD STEPS`` prints the digest of one world, so that tests
can compare processes.
"""

from __future__ import annotations

import hashlib
import sys

import numpy as np

from planzoo.envs.registration import load_scenario

SEED = 20_261


def digest(name: str, worlds: int, world: int, steps: int) -> str:
    """Plays B worlds seeded SEED, SEED + 1, … and gives the digest of the world that was seeded SEED + 5.

    Args:
        name: the scenario.
        worlds: B.
        world: which of them has the seed SEED + 5.
        steps: how many steps, with autoreset.
    """
    simulator = load_scenario(name).simulator(num_worlds=worlds)
    simulator.reset(SEED + 5 - world if worlds > 5 else [SEED + 5] * worlds)
    random = np.random.default_rng(SEED)
    seen = hashlib.sha256()
    for _ in range(steps):
        choice = random.integers(simulator.num_actions, size=simulator.num_agents)
        buffers = simulator.step(np.tile(choice, (worlds, 1)), autoreset=True)
        for array in buffers:
            seen.update(np.ascontiguousarray(array[world]).tobytes())
    return seen.hexdigest()


if __name__ == "__main__":
    print(digest(sys.argv[1], *(int(value) for value in sys.argv[2:])))
