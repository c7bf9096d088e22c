"""What resources cost: ``python benchmarks/resource_wrapper.py [--only TEXT]``.

Steps of 1,024 worlds with the resource wrapper, as a share of those of the bare vector environment. The rules
have a budget of the team and a charge of every agent that refills; they mask actions and show amounts. Rates
are per second of CPU time with one thread, and of the clock on the wall with two. Where in memory compiled
code comes to lie makes a step of the warehouse up to a fifth faster or slower, for as long as a process
lives: so each row is the median over some processes.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
from report import Row, Work, compare_rates, main, rates

from planzoo.envs.registration import load_scenario
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_vector import ResourceVectorWrapper

WORLDS = 1024
SCENARIOS = ("warehouse_v0", "maze_v0", "diagnosis_v0")
SHARE = 0.85
"""What the wrapper may leave of the speed."""
STEPS = 20
PROCESSES = 7
REPETITIONS = 4
BUDGETS = {"loose": 500, "tight": 40}


def rules(budget: float) -> ResourceRules:
    """Gives a budget for so many actions and a charge that refills as fast as most use it up."""
    resources = (
        Resource("budget", ResourceType.CONSUMABLE, budget),
        Resource("charge", ResourceType.PRODUCIBLE, 20, 20),
    )
    uses: dict[int | str, list[ResourceRequirement]] = {
        "*": [ResourceRequirement("charge", 0.25)],
        1: [ResourceRequirement("budget", 1)],
        2: [ResourceRequirement("budget", 1)],
    }
    return ResourceRules(resources, uses, private=("charge",), refill={"charge": 0.25})


def steps(env: Any, worlds: int = WORLDS) -> Work:
    """Steps a vector environment with random actions."""
    env.reset(seed=0)
    simulator = env.unwrapped.simulator
    # Else all episodes would end at the same step, and only some measurements would see it.
    simulator.state.steps[:] = np.arange(worlds) % simulator.constants.max_steps
    shape = (STEPS, worlds, simulator.num_agents)
    actions = np.random.default_rng(0).integers(simulator.num_actions, size=shape)

    def run() -> int:
        for action in actions:
            env.step(action)
        return len(actions) * worlds

    return run


def measure_shares(name: str, threads: int, copy: bool, worlds: int = WORLDS) -> list[list[float]]:
    """Measures a scenario without the wrapper, and with it under each budget."""
    make = partial(load_scenario(name).vector_env, worlds, threads=threads, copy=copy)
    wrapped = [steps(ResourceVectorWrapper(make(), rules(budget)), worlds) for budget in BUDGETS.values()]
    clock = time.process_time if threads == 1 else time.perf_counter
    return rates([steps(make(), worlds), *wrapped], repetitions=REPETITIONS, clock=clock)


def in_processes(measure: Callable[[], list[list[float]]]) -> list[list[float]]:
    """Measures in several processes, one after the other, and gives all rates of each."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, max_tasks_per_child=1) as pool:
        found = [pool.submit(measure).result() for _ in range(PROCESSES)]
    return [list(chain.from_iterable(own)) for own in zip(*found, strict=True)]


def share_rows(task: str, name: str, threads: int, copy: bool) -> list[Row]:
    """Compares a scenario with and without the wrapper, under loose and tight budgets."""
    base, *found = in_processes(partial(measure_shares, name, threads, copy))
    return [
        compare_rates(f"{task}, {budget} budget", own, base, "without resources", "steps/s", SHARE)
        for budget, own in zip(BUDGETS, found, strict=True)
    ]


def tasks() -> dict[str, Callable[[], list[Row]]]:
    """Gives everything there is to measure, by name."""
    listed: dict[str, Callable[[], list[Row]]] = {}
    for name in SCENARIOS:
        for threads in (1, 2):
            for copy in (False, True):
                task = f"{name}, {threads} thread{'s' * (threads > 1)}, {'copies' if copy else 'no copies'}"
                listed[task] = partial(share_rows, task, name, threads, copy)
    return listed


if __name__ == "__main__":
    main("Resource wrapper", tasks())
