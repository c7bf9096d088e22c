"""Hierarchical planning: ``python benchmarks/htn.py [--json] [--only TEXT]``.

Blocks and logistics problems, drawn at random, are planned by us and by GTPyhop from one and the same file of
facts, and both give the same plans, action by action, which is checked. GTPyhop has three strategies and runs
its own example domains. We run them too, word for word, through the adapter, and our own domains, whose
methods take the same decisions but look only at what the last action has changed: GTPyhop's look through all
blocks for each move, which then is most of the time that anybody needs.

Times are CPU milliseconds of the process, the least of a few runs, in the median over seeds; the ratio is the
median of the ratios. Aries runs in a process of its own: there the clock counts. Peers are optional::

    pip install gtpyhop==2.0.2 up-aries==0.5.0 unified-planning==1.3.0 ConfigSpace
"""

from __future__ import annotations

import importlib
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import report
from peers import Missing, gtpyhop, up_aries
from report import Row

from planzoo.planners.htn import HierarchicalPlanner, Plan, Problem, Result
from planzoo.planners.htn.domains import blocks, logistics
from planzoo.planners.htn.gtpyhop.adapter import from_gtpyhop, state_from_gtpyhop, tasks_from_gtpyhop

SEEDS = (1, 2, 3)
REPETITIONS = 5
BLOCKS = {20: None, 80: 10.0, 320: 15.0}
"""Numbers of blocks, and how many times faster than GTPyhop we ask ourselves to be."""
PACKAGES = (16, 128)
GROWTH = (20, 40, 80, 160, 320, 640, 1280)
NODES = 100_000
ARIES_PACKAGES = (2, 4, 8, 12)
ARIES_SECONDS = 20.0
DOMAINS = {"blocks": blocks, "logistics": logistics}


class Answer(NamedTuple):
    """A plan as ``(name, *arguments)`` tuples in GTPyhop's words, and the seconds that it took."""

    plan: list[tuple[Any, ...]]
    seconds: float


def least(plan: Callable[[], Result], repetitions: int = REPETITIONS) -> tuple[Result, float]:
    """Plans a few times; gives the result and the least CPU seconds."""
    seconds = math.inf
    for _ in range(repetitions):
        started = time.process_time()
        result = plan()
        seconds = min(seconds, time.process_time() - started)
    return result, seconds


def solved(result: Result) -> Plan:
    """Gives the plan; a problem without one would be a fault of the benchmark."""
    assert result.plan is not None, result.reason
    return result.plan


def own_answer(kind: str, problem: Problem) -> Answer:
    """Plans with our own domain. Our unloading names the vehicle, which GTPyhop's does not."""
    planner = HierarchicalPlanner(DOMAINS[kind].make_domain())
    result, seconds = least(lambda: planner.solve(problem))
    steps = [(action.name, *action.arguments) for action in solved(result).actions]
    return Answer([(*step[:2], step[-1]) if "unload" in step[0] else step for step in steps], seconds)


def adapted_answer(instance: gtpyhop.Instance) -> Answer:
    """Plans with GTPyhop's functions on our engine."""
    planner = HierarchicalPlanner(from_gtpyhop(instance.domain))
    state = state_from_gtpyhop(instance.state)
    tasks = tasks_from_gtpyhop(instance.domain, instance.todo_list)
    result, seconds = least(lambda: planner.solve(Problem(state, tasks)))
    return Answer([(action.name, *action.arguments) for action in solved(result).actions], seconds)


def gtpyhop_answer(instance: gtpyhop.Instance, strategy: str) -> Answer | str:
    """Plans with GTPyhop; gives the name of what it raises if it does."""
    try:
        found = [gtpyhop.find_plan(instance, strategy) for _ in range(2)]
    except Exception as error:  # whatever it is, it is the peer's answer
        return f"raises {type(error).__name__}: {error}"
    return Answer(found[0][0], min(seconds for _, seconds in found))


def against_gtpyhop(kind: str, size: int, target: float | None) -> list[Row]:
    """Compares both of our ways with all of GTPyhop's strategies on problems of one size."""
    problems = [DOMAINS[kind].random_problem(size, seed) for seed in SEEDS]
    own = [own_answer(kind, problem) for problem in problems]
    task = f"{size} {'blocks' if kind == 'blocks' else 'packages'}, own methods"
    try:
        instances = [gtpyhop.instance(kind, problem) for problem in problems]
    except Missing as missing:
        milliseconds = 1000 * statistics.median(answer.seconds for answer in own)
        return [Row(task, milliseconds, gtpyhop.PACKAGE, str(missing), None, None, "ms", target)]
    adapted = [adapted_answer(instance) for instance in instances]
    same = f"{task.split(',')[0]}, GTPyhop's methods"
    rows = []
    for strategy in gtpyhop.STRATEGIES:
        theirs = [gtpyhop_answer(instance, strategy) for instance in instances]
        rows.append(comparison(task, own, theirs, strategy, target))
        rows.append(comparison(same, adapted, theirs, strategy, None))
    return rows


def comparison(
    task: str, ours: Sequence[Answer], theirs: Sequence[Answer | str], strategy: str, target: float | None
) -> Row:
    """Makes a row; the plans must be the same.

    Raises:
        AssertionError: two plans differ.
    """
    milliseconds = 1000 * statistics.median(answer.seconds for answer in ours)
    name = f"{gtpyhop.PACKAGE} {strategy}"
    peers = [answer for answer in theirs if isinstance(answer, Answer)]
    if len(peers) < len(theirs):
        fault = next(answer for answer in theirs if isinstance(answer, str))
        return Row(task, milliseconds, name, fault, None, None, "ms", target)
    for mine, peer in zip(ours, peers, strict=True):
        assert mine.plan == peer.plan, f"{task}: {strategy} gives another plan"
    ratio = statistics.median(peer.seconds / mine.seconds for mine, peer in zip(ours, peers, strict=True))
    value = 1000 * statistics.median(answer.seconds for answer in peers)
    return Row(task, milliseconds, name, report.version_of(gtpyhop.PACKAGE), value, ratio, "ms", target)


def growth_rows(kind: str) -> list[Row]:
    """Fits time = a · (plan length) ^ b by least squares of the logarithms; gives b and what goes with it.

    Raises:
        AssertionError: somebody has touched Python's recursion limit.
    """
    recursion_limit = sys.getrecursionlimit()
    planner = HierarchicalPlanner(DOMAINS[kind].make_domain())
    found = []
    for size in GROWTH:
        problem = DOMAINS[kind].random_problem(size, SEEDS[0])
        result, seconds = least(partial(planner.solve, problem))
        found.append((solved(result), seconds))
    assert sys.getrecursionlimit() == recursion_limit
    lengths = [math.log(len(plan.actions)) for plan, _ in found]
    fitted = statistics.linear_regression(lengths, [math.log(seconds) for _, seconds in found])
    task = f"{GROWTH[0]} to {GROWTH[-1]:,} {kind}"
    depth = max(found[-1][0].decomposition.depths()) + 1
    return [
        plain_row(f"{task}: exponent of our time in the plan's length", fitted.slope, ""),
        plain_row(f"{task}: actions of the longest plan", len(found[-1][0].actions), "actions"),
        plain_row(f"its depth, under the recursion limit {recursion_limit:,}", depth, "tasks"),
    ]


def node_rows() -> list[Row]:
    """Counts the tasks and actions that we take up in a second at 80 blocks."""
    rows = []
    problem = blocks.random_problem(80, SEEDS[0])
    planner = HierarchicalPlanner(blocks.make_domain())
    result, seconds = least(lambda: planner.solve(problem), 4 * REPETITIONS)
    rate = result.expansions / seconds
    rows.append(Row("80 blocks, own methods", rate, "limit", "", NODES, rate / NODES, "nodes/s", 1.0))
    return rows


def plain_row(task: str, value: float, unit: str) -> Row:
    """Makes a row of a figure without a peer."""
    return Row(task, value, "–", "", None, None, unit)


def aries_rows() -> list[Row]:
    """Compares with Aries on small logistics problems, by the clock."""
    rows = []
    for packages in ARIES_PACKAGES:
        problem = logistics.random_problem(packages, SEEDS[0])
        planner = HierarchicalPlanner(logistics.make_domain())
        started = time.perf_counter()
        plan = solved(planner.solve(problem))
        ours = 1000 * (time.perf_counter() - started)
        task = f"{packages} packages, a plan of {len(plan.actions)} actions"
        try:
            actions, seconds = up_aries.find_plan(problem, ARIES_SECONDS)
        except Missing as missing:
            rows.append(Row(task, ours, up_aries.PACKAGE, str(missing), None, None, "ms"))
            continue
        theirs = 1000 * seconds
        installed = report.version_of(up_aries.PACKAGE)
        if actions is None:
            note = f"{installed}: no plan in {ARIES_SECONDS:g} s"
            rows.append(Row(task, ours, up_aries.PACKAGE, note, None, None, "ms"))
            continue
        name = f"{up_aries.PACKAGE}, {actions} actions"
        rows.append(Row(task, ours, name, installed, theirs, theirs / ours, "ms"))
    return rows


def tasks() -> dict[str, Callable[[], list[Row]]]:
    """Gives what can be measured, by name."""
    chosen: dict[str, Callable[[], list[Row]]] = {}
    for size, target in BLOCKS.items():
        chosen[f"{size} blocks"] = partial(against_gtpyhop, "blocks", size, target)
    for size in PACKAGES:
        chosen[f"{size} packages"] = partial(against_gtpyhop, "logistics", size, None)
    for kind in DOMAINS:
        chosen[f"growth of {kind}"] = partial(growth_rows, kind)
    chosen |= {"nodes": node_rows, "Aries": aries_rows}
    if (Path(__file__).parent / "htn_repair.py").is_file():
        table = importlib.import_module("htn_repair").TABLE
        chosen |= {f"repair, {name}": measure for name, measure in table.items()}
    return chosen


if __name__ == "__main__":
    report.main("Hierarchical planning", tasks())
