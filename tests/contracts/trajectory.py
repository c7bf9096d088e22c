"""Plays a scenario with fixed random actions and sums up all that happened in a digest.

``python -m tests.contracts.trajectory WORLDS WORLD STEPS NAME…`` prints a digest of one world for each name,
so that tests can compare processes.
"""

from __future__ import annotations

import hashlib
import sys

import numpy as np

from tests.contracts.presets import load_preset

SEED = 20_261


def digest(name: str, worlds: int, world: int, steps: int) -> str:
    """Plays B worlds seeded SEED, SEED + 1, … and gives the digest of the world that was seeded SEED + 5.

    Args:
        name: the scenario, or parameters of the table in ``presets.py``.
        worlds: B.
        world: which of them has the seed SEED + 5.
        steps: how many steps, with autoreset.
    """
    simulator = load_preset(name).simulator(num_worlds=worlds)
    simulator.reset(SEED + 5 - world if worlds > 5 else [SEED + 5] * worlds)
    random = np.random.default_rng(SEED)
    seen = hashlib.sha256()
    for _ in range(steps):
        choice = random.integers(simulator.num_actions, size=simulator.num_agents)
        buffers = simulator.step(np.tile(choice, (worlds, 1)), autoreset=True)
        events = (simulator.event_bits,) if simulator.event_names else ()
        for array in (*buffers, *events):
            seen.update(np.ascontiguousarray(array[world]).tobytes())
    return seen.hexdigest()


if __name__ == "__main__":
    numbers = [int(value) for value in sys.argv[1:4]]
    for each in sys.argv[4:]:
        print(digest(each, numbers[0], numbers[1], numbers[2]))
