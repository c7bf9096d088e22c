"""What disturbances cost: ``python benchmarks/disturbance_wrapper.py [--only TEXT]``.

Steps of 1,024 worlds inside the wrapper, as a share of those of the bare vector environment: under rules by
which nothing strikes, and, without a target, under rules by which actions fail, slip and go unseen. Measured
as ``benchmarks/resource_wrapper.py`` does: the median over some processes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from report import Row, compare_rates, main, rates
from resource_wrapper import REPETITIONS, SCENARIOS, WORLDS, in_processes, steps

from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.registration import load_scenario
from planzoo.envs.wrappers.disturbances_vector import VectorDisturbances

SHARE = 0.9
"""What the wrapper may leave of the speed where nothing strikes."""
RULES = {
    "nothing strikes": DisturbanceRules(),
    "a tenth fails and slips": DisturbanceRules(action_failure=0.05, slip=0.05),
    "all strikes": DisturbanceRules(
        action_failure=0.05, slip=0.05, stoppage=0.01, model_error=0.05, sensor_dropout=0.05
    ),
}


def measure_shares(name: str, threads: int) -> list[list[float]]:
    """Measures a scenario without the wrapper, and with it under all rules."""
    make = partial(load_scenario(name).vector_env, WORLDS, threads=threads, copy=False)
    wrapped = [steps(VectorDisturbances(make(), rules)) for rules in RULES.values()]
    clock = time.process_time if threads == 1 else time.perf_counter
    return rates([steps(make()), *wrapped], repetitions=REPETITIONS, clock=clock)


def share_rows(task: str, name: str, threads: int) -> list[Row]:
    """Compares a scenario with and without the wrapper, under all rules."""
    base, *found = in_processes(partial(measure_shares, name, threads))
    targets = [SHARE] + [None] * (len(RULES) - 1)
    return [
        compare_rates(f"{task}, {strikes}", own, base, "without the wrapper", "steps/s", target)
        for strikes, own, target in zip(RULES, found, targets, strict=True)
    ]


def tasks() -> dict[str, Callable[[], list[Row]]]:
    """Gives everything there is to measure, by name."""
    listed: dict[str, Callable[[], list[Row]]] = {}
    for name in SCENARIOS:
        for threads in (1, 2):
            task = f"{name}, {threads} thread{'s' * (threads > 1)}"
            listed[task] = partial(share_rows, task, name, threads)
    return listed


if __name__ == "__main__":
    main("Disturbances", tasks())
