"""What watching plans and changing them costs: ``python benchmarks/replanning.py [--json] [--only TEXT]``.

*Monitor*: a plan of 1,000 actions over 1,000 facts is executed by a world that does as foreseen, and by one
that changes a fact of the rest in every third step; counted is what a step takes besides the executor and the
copy of the facts that it gives.

*Decisions*: replanning policies with a budget of milliseconds play warehouse, diagnosis and maze, where a
fifth of the actions are not carried out. The figure is by how much the slowest of at least 10,000 decisions
that asked for a plan was over its budget, in milliseconds of wall-clock time; decisions that the machine was
taken away from count like any other. Memory is tidied up between decisions, as whoever has deadlines does.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import report
from report import Row

from planzoo.baselines.policies import POLICIES, default_place
from planzoo.planners.htn import Action, Domain, HierarchicalPlanner, Plan, Problem, State
from planzoo.planners.replanning.executor import Outcome
from planzoo.planners.replanning.monitor import ExecutionMonitor

FACTS = 1000
MONITOR_LIMIT = 50.0
"""Microseconds that a step of a monitor may take."""
DECISIONS = 10_000
"""Decisions that ask for a plan, in each scenario."""
BUDGETS = {"warehouse_v0": 5.0, "diagnosis_v0": 5.0, "maze_v0": 5.0}
"""Milliseconds of a decision."""
OVERTIME = 5.0
"""Milliseconds by which a decision may be over its budget."""
FAILING = 0.2
MOST = 1000.0
"""A figure that is better than its limit by more is told as so many times better."""


def counters() -> tuple[State, Plan]:
    """Gives a plan that counts each of many facts up by one."""
    domain, state = counting(), State(has=dict.fromkeys(range(FACTS), 0))
    plan = HierarchicalPlanner(domain).solve(Problem(state, [("all", FACTS)])).plan
    assert plan is not None
    return state, plan


def counting() -> Domain:
    """A domain of numbered counters."""
    domain = Domain("counters")

    @domain.operator
    def put(state: State, number: int, value: int) -> bool:
        if state.has[number] != value - 1:
            return False
        state.has[number] = value
        return True

    @domain.method("all")
    def each(state: State, count: int) -> list[tuple[Any, ...]]:
        return [("put", number, 1) for number in range(count)]

    return domain


class World:
    """Carries actions out, and measures how long it takes itself."""

    def __init__(self, state: State, restless: bool) -> None:
        self.state, self.restless, self.seconds = state.copy(), restless, 0.0

    def __call__(self, action: Action) -> Outcome:
        """Counts up."""
        started = time.perf_counter()
        number, value = action.arguments
        self.state.has[number] = value
        if self.restless and number % 3 == 0:
            self.state.has[(number + 400) % FACTS] = 7
        outcome = Outcome(self.state.copy(), succeeded=True)
        self.seconds = time.perf_counter() - started
        return outcome


def monitor_microseconds(restless: bool) -> float:
    """Executes the plan; gives the median time of a step."""
    state, plan = counters()
    world = World(state, restless)
    monitor = ExecutionMonitor(plan, world, counting(), state)
    times = []
    for _ in plan.actions:
        started = time.perf_counter()
        monitor.execute_step()
        monitor.should_replan()
        times.append(time.perf_counter() - started - world.seconds)
    return 1e6 * statistics.median(times)


def measure_monitor() -> list[Row]:
    """Measures steps of the monitor; the ratio is the limit by the figure."""
    rows = []
    for name, restless in (("as foreseen", False), ("with surprises", True)):
        found = statistics.median(monitor_microseconds(restless) for _ in range(5))
        task = f"monitor, {FACTS} facts, {name}"
        rows.append(_limited(task, found, MONITOR_LIMIT, "µs/step"))
    return rows


def decisions(scenario: str, budget: float) -> Iterator[float]:
    """Plays on and on; gives the milliseconds of each decision that asked for a plan."""
    kind = POLICIES["replanning"]
    place = default_place(kind, scenario)
    policy = kind.make(place, {"budget": budget, "when": "failure+threshold", "how": "repair"}, 0)
    environment, random, seed = place.environment(), np.random.default_rng(0), 0
    while True:
        observation, info = environment.reset(seed=seed)
        seed, memory, over = seed + 1, None, False
        while not over:
            masks = np.concatenate(np.atleast_2d(info["action_mask"])).astype(bool)
            started = time.perf_counter()
            action, memory = policy.predict(observation, memory, action_masks=masks)
            milliseconds = 1000 * (time.perf_counter() - started)
            if any(each.plans or each.postponed for each in policy.last_reports):
                yield milliseconds
            action = np.where(random.random(np.shape(action)) < FAILING, 0, action)[()]
            observation, _, terminated, truncated, info = environment.step(action)
            over = terminated or truncated
            gc.collect(0)


def measure_decisions(scenario: str) -> list[Row]:
    """Measures by how much the slowest decision was over its budget; the ratio is what it may be by that."""
    budget, times = BUDGETS[scenario], decisions(scenario, BUDGETS[scenario])
    for _ in range(200):  # everything is loaded and compiled then
        next(times)
    found = [next(times) for _ in range(DECISIONS)]
    median = statistics.median(found)
    task = f"slowest of {DECISIONS:,} decisions, {scenario}, budget {budget:g} ms, median {median:.1f} ms"
    return [_limited(task, max(0.0, max(found) - budget), OVERTIME, "ms over budget")]


def _limited(task: str, found: float, limit: float, unit: str) -> Row:
    ratio = limit / max(found, limit / MOST)
    return Row(task, found, "limit", "", limit, ratio, unit, target=1.0)


TABLE: dict[str, Callable[[], list[Row]]] = {
    "monitor": measure_monitor,
    **{scenario: partial(measure_decisions, scenario) for scenario in BUDGETS},
}
"""What can be measured, by name."""


if __name__ == "__main__":
    report.main("Replanning", TABLE)
