"""Environments against every peer that is installed: ``python benchmarks/environments.py [--only TEXT]``.

Steps are of all robots of a world, with random actions, observations written at every step, episodes of 500
steps begun anew. Speeds are per second of CPU time, so one thread is meant; where threads are compared, per
second of the clock on the wall. Every peer runs as its own documentation makes it, see the folder ``peers``.
"""

from __future__ import annotations

import os
import pickle
import time
import tracemalloc
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import pettingzoo
from peers import Missing, Peer, Steps, envpool, jumanji, lbforaging, pogema, pufferlib, rware
from report import Row, as_costs, compare_rates, main, rates, version_of

import planzoo  # noqa: F401, registers our environments
from planzoo.envs import warehouse_v0
from planzoo.envs.warehouse.generator import random_instance
from planzoo.envs.warehouse_v0 import WarehouseParams

WORLDS = 1024
SCALES = (256, 1024, 4096, 16384, 65536)
BATCHES = (("tiny", 2), ("small", 4), ("medium", 16))
SINGLES = (("tiny", 2, 12.0), ("small", 4, 20.0), ("medium", 16, None), ("large", 16, 60.0))
MAPS = ((8, 16), (64, 64))
CONSTANT = 0.8
"""A world costs the same in every batch, up to a quarter."""
FULL_SHARE = 1 / 1.5
"""What all features together may leave of the speed: within 1.5 × of the peer's."""


def compact_params(size: str, robots: int) -> WarehouseParams:
    """Gives rware's warehouse with observations as small as PufferLib's."""
    return WarehouseParams.rware(size, robots, observation="compact")


def full_params(size: str, robots: int) -> WarehouseParams:
    """Gives a warehouse with every feature on."""
    return WarehouseParams.everything(size, robots, observation="compact")


def map_params(agents: int, size: int, observation: str) -> WarehouseParams:
    """Gives a square map of robots that step to any neighbour and sense as far as POGEMA's agents."""
    return WarehouseParams(
        layout=random_instance(0, size, size, 0.3),
        robots=agents,
        request_queue_size=agents,
        movement="cardinal",
        observation=observation,
        sensor_range=pogema.RADIUS if observation != "compact" else 1,
    )


def parallel_steps(params: WarehouseParams) -> Steps:
    """Steps our PettingZoo environment."""
    env = pettingzoo.make("parallel", "planzoo/warehouse-v0", params=params)
    env.reset(seed=0)
    choices = draw_actions(env.simulator, 500)[:, 0].tolist()
    actions = [dict(zip(env.possible_agents, choice, strict=True)) for choice in choices]

    def run() -> int:
        for action in actions:
            env.step(action)
            if not env.agents:
                env.reset()
        return len(actions)

    return run


def vector_steps(params: WarehouseParams, worlds: int = WORLDS, threads: int = 1) -> Steps:
    """Steps our Gymnasium vector environment."""
    env = warehouse_v0.vector_env(worlds, params=params, copy=False, threads=threads)
    env.reset(seed=0)
    # Else all episodes would end at the same step, and only some measurements would see it.
    env.simulator.state.steps[:] = np.arange(worlds) % params.max_steps
    actions = draw_actions(env.simulator, max(2, 20 * WORLDS // worlds))

    def run() -> int:
        for action in actions:
            env.step(action)
        return len(actions) * worlds

    return run


def draw_actions(simulator: Any, steps: int) -> Any:
    """Draws random actions, integers (steps, B, N)."""
    shape = (steps, simulator.num_worlds, simulator.num_agents)
    return np.random.default_rng(0).integers(simulator.num_actions, size=shape)


def compare(task: str, ours: Steps, peers: Sequence[Peer], target: float | None = None) -> list[Row]:
    """Compares our steps with those of every peer, in turn; a missing peer gets a row all the same."""
    ready: list[tuple[Peer, Steps]] = []
    missing: list[tuple[Peer, str]] = []
    for peer in peers:
        try:
            ready.append((peer, peer.prepare()))
        except Missing as error:
            missing.append((peer, str(error)))
    mine, *theirs = rates([ours, *(steps for _, steps in ready)])
    rows = []
    for (peer, _), found in zip(ready, theirs, strict=True):
        row = compare_rates(task, mine, found, peer.package, "steps/s", target)
        rows.append(replace(row, peer=peer.name))
    for peer, reason in missing:
        row = Row(task, median(mine), peer.name, reason, None, None, "steps/s", target, peer.elsewhere)
        rows.append(row)
    return rows


def single_rows(task: str, size: str, robots: int, target: float | None) -> list[Row]:
    """One world through PettingZoo."""
    return compare(
        task, parallel_steps(WarehouseParams.rware(size, robots)), [rware.peer(size, robots)], target
    )


def image_rows(task: str) -> list[Row]:
    """One world through PettingZoo, images as observations."""
    params = WarehouseParams.rware("large", 16, observation="image")
    return compare(task, parallel_steps(params), [rware.peer("large", 16, images=True)])


def map_rows(task: str, agents: int, size: int, observation: str) -> list[Row]:
    """One map through PettingZoo."""
    ours = parallel_steps(map_params(agents, size, observation))
    return compare(task, ours, [pogema.peer(agents, size)], 3.0)


def game_rows(task: str) -> list[Row]:
    """One world through PettingZoo against another game."""
    return compare(task, parallel_steps(WarehouseParams.rware("tiny", 2)), [lbforaging.peer()])


def batch_rows(task: str, size: str, robots: int) -> list[Row]:
    """Many worlds, against everybody who has the same warehouse."""
    peers = [
        pufferlib.peer(size, robots, WORLDS),
        jumanji.peer(size, robots, WORLDS),
        rware.peer(size, robots),
    ]
    return compare(task, vector_steps(compact_params(size, robots)), peers, 1.0)


def port_rows(task: str) -> list[Row]:
    """Many worlds, against the one warehouse that EnvPool has."""
    params = WarehouseParams.rware("tiny", envpool.ROBOTS, "easy", observation="compact")
    return compare(task, vector_steps(params), [envpool.peer(WORLDS)], 1.0)


def full_rows(task: str, size: str, robots: int) -> list[Row]:
    """Many worlds with every feature on, against the fastest peer, which has none of them."""
    ours = vector_steps(full_params(size, robots))
    return compare(task, ours, [pufferlib.peer(size, robots, WORLDS)], FULL_SHARE)


def thread_rows(task: str, size: str, robots: int) -> list[Row]:
    """Two threads against one, by the clock on the wall."""
    params, rows = compact_params(size, robots), []
    for worlds in (WORLDS, 8 * WORLDS):
        runs = [vector_steps(params, worlds, threads) for threads in (2, 1)]
        # Whatever else the machine does only ever slows the clock's rates down: the best ones count.
        two, one = rates(runs, repetitions=15, seconds=0.05, clock=time.perf_counter)
        name = f"{worlds:,} worlds, {task}"
        rows.append(compare_rates(name, [max(two)], [max(one)], "one thread", "steps/s", 1.7))
    return rows


def scale_rows(task: str) -> list[Row]:
    """What a step of one world costs in batches of every size."""
    params = compact_params("small", 4)
    base, *others = rates([vector_steps(params, worlds) for worlds in SCALES])
    name = f"the same, {SCALES[0]:,} worlds"
    return [
        as_costs(compare_rates(f"{task}, {worlds:,} worlds", found, base, name, "", CONSTANT))
        for worlds, found in zip(SCALES[1:], others, strict=True)
    ]


def fork_rows(task: str) -> list[Row]:
    """What a copy costs in a batch of copies, against a step and against the peers' copies."""
    params = compact_params("tiny", 4)
    simulator = warehouse_v0.simulator(params, threads=1)
    simulator.reset(0)

    def fork() -> int:
        simulator.fork(0, WORLDS, seed=1)
        return WORLDS

    runs = [fork, simulator_steps(params, 1), simulator_steps(params, WORLDS)]
    runs += [rware.clones("tiny", 4, pickled=False), rware.clones("tiny", 4, pickled=True)]
    copies, single, batched, deep, pickled = rates(runs)
    ours = partial(compare_rates, f"{task} of {WORLDS:,} copies, a copy", copies)
    rows = [
        ours(single, "our step of a single world", "", 10.0),
        ours(batched, f"our step of a world among {WORLDS:,}", "", 10.0),
        replace(ours(deep, "rware", ""), peer="rware (copy.deepcopy)"),
        replace(ours(pickled, "rware", ""), peer="rware (pickle)"),
    ]
    return [as_costs(row) for row in rows]


def simulator_steps(params: WarehouseParams, worlds: int) -> Steps:
    """Steps the simulator itself, as a planner does."""
    simulator = warehouse_v0.simulator(params, worlds, threads=1)
    simulator.reset(0)
    actions = draw_actions(simulator, 100)

    def run() -> int:
        for action in actions:
            simulator.step(action, autoreset=True)
        return len(actions) * worlds

    return run


def memory_rows(task: str) -> list[Row]:
    """What a world with four robots takes, and what a step allocates."""
    simulator = warehouse_v0.simulator(compact_params("tiny", 4), WORLDS, threads=1)
    simulator.reset(0)
    env = rware.environment("tiny", 4).unwrapped
    actions = draw_actions(simulator, 1)[0]
    state, theirs = simulator.state_bytes_per_world, float(len(pickle.dumps(env)))
    allocated = bytes_allocated(lambda: simulator.step(actions, autoreset=True))
    peers = bytes_allocated(lambda: env.step([0, 0, 0, 0]))
    who = ("rware", version_of("rware"))
    step = f"{task}: allocated by a step (ours: of {WORLDS:,} worlds)"
    return [
        Row(f"{task}: state of a world (asked: ≤ 2,048)", state, *who, theirs, theirs / state, "bytes"),
        Row(step, allocated, *who, peers, peers / max(allocated, 1.0), "bytes"),
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


def tasks() -> dict[str, Callable[[], list[Row]]]:
    """Gives everything there is to measure, by name."""
    listed: dict[str, Callable[..., list[Row]]] = {}
    for size, robots, target in SINGLES:
        listed[f"PettingZoo, {size}, {robots} robots"] = partial(
            single_rows, size=size, robots=robots, target=target
        )
    listed["PettingZoo, large, 16 robots, images"] = image_rows
    for agents, side in MAPS:
        for observation in ("image", "compact"):
            name = f"PettingZoo, map {side} × {side}, {agents} robots, {observation}"
            listed[name] = partial(map_rows, agents=agents, size=side, observation=observation)
    listed["PettingZoo, tiny, 2 robots, another game"] = game_rows
    batch = f"{WORLDS:,} worlds"
    for size, robots in BATCHES:
        case: dict[str, Any] = {"size": size, "robots": robots}
        listed[f"{batch}, {size}, {robots} robots"] = partial(batch_rows, **case)
        listed[f"{batch}, {size}, {robots} robots, all features"] = partial(full_rows, **case)
        listed[f"{size}, {robots} robots, two threads"] = partial(thread_rows, **case)
    listed[f"{batch}, tiny, {envpool.ROBOTS} robots"] = port_rows
    listed["a world's step, small, 4 robots"] = scale_rows
    listed["fork, tiny, 4 robots"] = fork_rows
    listed["memory, tiny, 4 robots"] = memory_rows
    return {name: partial(measure, name) for name, measure in listed.items()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    main("Environments", tasks())
