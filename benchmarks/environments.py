"""Environments against the packages that they come from: ``python benchmarks/environments.py [--json]``.

Speeds are steps of all robots per second of CPU time, one thread, random actions, flattened observations
written at every step, episodes of 500 steps begun anew. rware runs as its documentation makes it, by
``gymnasium.make``.
"""

from __future__ import annotations

import pickle
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pettingzoo
import rware  # noqa: F401, registers rware's environments
from report import Row, compare_rates, main, rates

import planzoo  # noqa: F401, registers our environments
from planzoo.envs import warehouse_v0
from planzoo.envs.warehouse_v0 import WarehouseParams

WORLDS = 1024
CASES = (("tiny", 2), ("small", 4))


def rware_steps(size: str, robots: int) -> Callable[[], int]:
    """Steps the rware package."""
    env = gymnasium.make(f"rware-{size}-{robots}ag-v2")
    env.reset(seed=0)
    actions = np.random.default_rng(0).integers(5, size=(1000, robots)).tolist()

    def run() -> int:
        for action in actions:
            _, _, done, truncated, _ = env.step(action)
            if done or truncated:
                env.reset()
        return len(actions)

    return run


def pettingzoo_steps(params: WarehouseParams) -> Callable[[], int]:
    """Steps our PettingZoo environment."""
    env = pettingzoo.make("parallel", "planzoo/warehouse-v0", params=params)
    env.reset(seed=0)
    choices = np.random.default_rng(0).integers(5, size=(20_000, params.robots)).tolist()
    actions = [dict(zip(env.possible_agents, choice, strict=True)) for choice in choices]

    def run() -> int:
        for action in actions:
            env.step(action)
            if not env.agents:
                env.reset()
        return len(actions)

    return run


def vector_steps(params: WarehouseParams) -> Callable[[], int]:
    """Steps our Gymnasium vector environment, one thread."""
    env = warehouse_v0.vector_env(WORLDS, params=params, copy=False, threads=1)
    env.reset(seed=0)
    actions = np.random.default_rng(0).integers(5, size=(100, WORLDS, params.robots))

    def run() -> int:
        for action in actions:
            env.step(action)
        return len(actions) * WORLDS

    return run


def speed_rows(size: str, robots: int) -> list[Row]:
    """Compares speeds of one warehouse."""
    params = WarehouseParams.rware(size, robots)
    runs = [rware_steps(size, robots), pettingzoo_steps(params), vector_steps(params)]
    peer, single, vector = rates(runs)
    name = f"warehouse {size}, {robots} robots"
    return [
        compare_rates(f"{name}: PettingZoo adapter", single, peer, "rware", "steps/s"),
        compare_rates(f"{name}: vector adapter, {WORLDS} worlds", vector, peer, "rware", "steps/s"),
    ]


def memory_rows() -> list[Row]:
    """Compares what a world with four robots takes, and what a step allocates."""
    params = WarehouseParams.rware("tiny", 4)
    env = gymnasium.make("rware-tiny-4ag-v2").unwrapped
    env.reset(seed=0)
    vector = warehouse_v0.vector_env(WORLDS, params=params, copy=False, threads=1)
    vector.reset(seed=0)
    actions = np.zeros((WORLDS, 4), dtype=np.int64)
    ours = vector.simulator.state_bytes_per_world
    theirs = float(len(pickle.dumps(env)))
    allocated = bytes_allocated(lambda: vector.simulator.step(actions, autoreset=True))
    peers = bytes_allocated(lambda: env.step([0, 0, 0, 0]))
    version = compare_rates("", [1.0], [1.0], "rware", "").peer_version
    return [
        Row("state of a world, tiny, 4 robots", ours, "rware", version, theirs, theirs / ours, "bytes"),
        Row(
            f"allocated by a step (ours: of {WORLDS} worlds)",
            allocated,
            "rware",
            version,
            peers,
            peers / max(allocated, 1.0),
            "bytes",
        ),
    ]


def bytes_allocated(step: Callable[[], Any]) -> float:
    """Gives the most memory that one call has in use beyond what was in use before."""
    tracemalloc.start()
    # Python's free lists of small tuples take some hundred calls to fill.
    for _ in range(500):
        step()
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    step()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(peak - before)


def measure() -> list[Row]:
    """Measures every row."""
    warnings.simplefilter("ignore")
    speeds = [row for size, robots in CASES for row in speed_rows(size, robots)]
    return speeds + memory_rows()


if __name__ == "__main__":
    main("Environments, one thread", measure)
