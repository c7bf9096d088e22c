"""GTPyhop, the best-known hierarchical planner in Python, on blocks and logistics, its own examples."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

from peers import Missing
from planzoo.planners.htn import Problem

PACKAGE = "gtpyhop"
REQUIREMENT = "gtpyhop==2.0.2"
STRATEGIES = ("recursive_dfs", "iterative_greedy", "iterative_dfs_backtracking")
"""The second one, its default, commits to the first method that applies; the others go back and try all."""
EXAMPLES = {"blocks": "blocks_htn.examples", "logistics": "logistics_hgn"}

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Instance:
    """A problem in GTPyhop's words.

    Attributes:
        domain: GTPyhop's own example.
        state: a GTPyhop state.
        todo_list: tasks, goals and multigoals.
    """

    domain: Any
    state: Any
    todo_list: list[Any]


def instance(kind: str, problem: Problem) -> Instance:
    """Writes one of our blocks or logistics problems for GTPyhop's own domain of that name.

    Raises:
        Missing: GTPyhop is not installed, or not wholly.
    """
    try:
        version(PACKAGE)
    except PackageNotFoundError:
        raise Missing(f"not installed: pip install {REQUIREMENT}") from None
    try:
        with redirect_stdout(sys.stderr):
            gtpyhop = import_module("gtpyhop")
            domain = import_module(f"gtpyhop.examples.{EXAMPLES[kind]}").the_domain
            gtpyhop.set_verbose_level(0)
    except ImportError as error:
        raise Missing(f"installed, but cannot be imported: {error}") from error
    state, todo_list = (_blocks if kind == "blocks" else _logistics)(gtpyhop, problem)
    return Instance(domain, state, todo_list)


def _blocks(gtpyhop: Any, problem: Problem) -> tuple[Any, list[Any]]:
    start: Any = problem.state
    (wanted,) = problem.tasks
    state = gtpyhop.State("start", pos=dict(start.pos), clear=dict(start.clear), holding={"hand": False})
    facts = wanted.facts.items()  # type: ignore[attr-defined]
    goal = gtpyhop.Multigoal("goal", pos={variable[1]: below for variable, below in facts})
    return state, [("achieve", goal)]


def _logistics(gtpyhop: Any, problem: Problem) -> tuple[Any, list[Any]]:
    start: Any = problem.state
    tables = {name: dict(getattr(start, name)) for name in ("at", "truck_at", "plane_at", "in_city")}
    state = gtpyhop.State("start", **tables)
    # Where its methods take the first one that fits, the order must be ours: lists; sets elsewhere, as there.
    state.trucks, state.airplanes = list(start.truck_at), list(start.plane_at)
    state.packages, state.locations = set(start.at), set(start.in_city)
    state.airports, state.cities = set(start.airport_of.values()), set(start.airport_of)
    goals: list[Any] = list(problem.tasks)
    return state, [("at", goal.variable[1], goal.value) for goal in goals]


def find_plan(problem: Instance, strategy: str) -> tuple[Any, float]:
    """Plans with one of GTPyhop's strategies; gives its answer and the CPU seconds of the process.

    Raises:
        Exception: whatever GTPyhop raises.
    """
    gtpyhop = import_module("gtpyhop")
    gtpyhop.set_current_domain(problem.domain)
    gtpyhop.set_recursive_planning(strategy)

    def planned() -> tuple[Any, float]:
        started = time.process_time()
        plan = gtpyhop.find_plan(problem.state, problem.todo_list)
        return plan, time.process_time() - started

    return with_deep_stack(planned) if strategy == "recursive_dfs" else planned()


def with_deep_stack(function: Callable[[], Answer]) -> Answer:
    """Calls a function that recurs a hundred thousand times, which Python by itself would not let it do."""
    answers: list[Answer] = []
    errors: list[BaseException] = []

    def call() -> None:
        try:
            answers.append(function())
        except BaseException as error:
            errors.append(error)

    recursion_limit, stack_size = sys.getrecursionlimit(), threading.stack_size(1 << 29)
    sys.setrecursionlimit(10**6)
    try:
        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(recursion_limit)
        threading.stack_size(stack_size)
    if errors:
        raise errors[0]
    return answers[0]
