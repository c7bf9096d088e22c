"""What ``planzoo plan`` and ``planzoo voi`` do: contingent plans and values of information for a network."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planzoo.baselines.diagnosis_input import (
    evidence_of,
    known_networks,
    problem_after,
    read_network,
    roles_for,
)
from planzoo.baselines.diagnosis_worths import TestWorth, plain_worths, worths_by_roles
from planzoo.errors import InputError
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner, SearchBudget

if TYPE_CHECKING:
    from planzoo.planners.pomdp.and_or_search import AndOrSearch

DEFAULT_MILLISECONDS = 10_000.0
"""What a search may take when nothing else is said."""
SLICE_MILLISECONDS = 200.0
"""How often the progress line is written anew."""


@dataclass(frozen=True)
class Planning:
    """What a search for a contingent plan came to.

    Attributes:
        plan: the best plan found.
        expected_utility: of it.
        lower_bound: of the best plan's value.
        upper_bound: of the best plan's value.
        status: "solved", or "budget spent" when the bounds have not met.
        cpu_seconds: time of this process for the search, without what was read and compiled before it.
        expansions: nodes whose actions were tried.
    """

    plan: ContingentPlan
    expected_utility: float
    lower_bound: float
    upper_bound: float
    status: str
    cpu_seconds: float
    expansions: int

    def to_dict(self) -> dict[str, Any]:
        """Gives all of it as plain data."""
        rest = {name: getattr(self, name) for name in (each.name for each in fields(self)) if name != "plan"}
        return {"plan": self.plan.to_dict(), **rest}

    def words(self) -> str:
        """Says in a sentence how good the plan is known to be."""
        spent = f"{self.expansions} expansions, {self.cpu_seconds:.1f} CPU seconds"
        if self.status == "solved":
            return f"Expected utility {self.expected_utility:.4g}, which no plan exceeds ({spent})."
        return (
            f"Expected utility {self.expected_utility:.4g}; the best plan is worth at most "
            f"{self.upper_bound:.4g} ({self.status}: {spent})."
        )


# -- planzoo plan --------------------------------------------------------------------------------------------


def run_plan(options: argparse.Namespace) -> int:
    """Searches for a contingent plan and shows it.

    Raises:
        InputError: network, roles, evidence or budget are not usable, or a file cannot be written.
    """
    network, roles = read_network(options.network), roles_for(options.roles, options.network)
    if roles is None:
        raise InputError(
            "a plan needs to know what things cost: give --roles ROLES.yaml, or name one of "
            f"{', '.join(known_networks())}"
        )
    problem = problem_after(network, roles, evidence_of(options.evidence))
    milliseconds = options.milliseconds
    if milliseconds is None and options.expansions is None:
        milliseconds = DEFAULT_MILLISECONDS
    found = search_plan(problem, SearchBudget(options.expansions, milliseconds), options.depth)
    if options.json:
        sys.stdout.write(f"{as_json(found.to_dict())}\n")
    else:
        _show(found, problem.labels(), options)
    return 0


def search_plan(problem: DiagnosisProblem, budget: SearchBudget, depth: int | None = None) -> Planning:
    """Searches for the best plan; a terminal at standard error sees the bounds come together.

    Args:
        problem: what can be known and done.
        budget: what the search may spend; beliefs of the beginning, and what they compile, come before it.
        depth: tests that the plan may do one after another; None for no bound.

    Raises:
        InputError: the depth is negative.
    """
    from rich.console import Console

    planner, console = ContingentPlanner(depth), Console(stderr=True)
    with console.status("reading the network into tables …") as status:
        search = planner.search(problem)
        assert search is not None  # to stop is always possible
        started = time.process_time()
        while not _slice(search, budget):
            status.update(_progress(search))
    return _planning(search, time.process_time() - started)


def _slice(search: AndOrSearch, budget: SearchBudget) -> bool:
    """Searches on for a moment; tells whether the search is over."""
    left = None if budget.milliseconds is None else budget.milliseconds - 1000 * search.seconds
    moment = SLICE_MILLISECONDS if left is None else max(0.0, min(SLICE_MILLISECONDS, left))
    nodes = None if budget.expansions is None else budget.expansions - search.expansions
    before = search.expansions
    solved = search.run(nodes, moment)
    return solved or moment == 0 or (nodes is not None and search.expansions - before >= nodes)


def _progress(search: AndOrSearch) -> str:
    return (
        f"searching: {search.seconds:.0f} s, {search.expansions} expansions; the best plan is worth "
        f"{search.lower_bound:.4g} to {search.upper_bound:.4g}"
    )


def _planning(search: AndOrSearch, seconds: float) -> Planning:
    plan = search.plan()
    return Planning(
        plan=plan,
        expected_utility=plan.expected_utility,
        lower_bound=search.lower_bound,
        upper_bound=search.upper_bound,
        status="solved" if search.is_solved else "budget spent",
        cpu_seconds=seconds,
        expansions=search.expansions,
    )


def _show(found: Planning, labels: Mapping[str, str], options: argparse.Namespace) -> None:
    least = options.min_probability
    if options.svg is not None:
        _write(options.svg, found.plan.to_svg(labels, least))
    elif options.html is not None:
        _write(options.html, found.plan.to_html(labels, least))
    else:
        sys.stdout.write(f"{found.plan.to_text(labels, least)}\n")
    sys.stdout.write(f"{found.words()}\n")


# -- planzoo voi ---------------------------------------------------------------------------------------------


def run_voi(options: argparse.Namespace) -> int:
    """Ranks the tests by what their results are worth.

    Raises:
        InputError: network, roles, target or evidence are not usable.
    """
    network, evidence = read_network(options.network), evidence_of(options.evidence)
    roles = (
        roles_for(options.roles, options.network)
        if options.roles is not None or options.target is None
        else None
    )
    if roles is None and options.target is None:
        raise InputError("say what is to be known: --target NODE, or --roles ROLES.yaml, or both")
    if roles is None:
        worths = plain_worths(network, options.target, evidence)
    else:
        worths = worths_by_roles(network, roles, options.target, evidence)
    if options.json:
        sys.stdout.write(f"{as_json([asdict(worth) for worth in worths])}\n")
    else:
        _print_worths(worths, options, roles is not None)
    return 0


def _print_worths(worths: Sequence[TestWorth], options: argparse.Namespace, priced: bool) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    told = f" after {', '.join(options.evidence)}" if options.evidence else ""
    about = options.target or "the condition"
    table = Table()
    columns = ("bits", "utility", "cost", "net") if priced else ("bits",)
    table.add_column("test")
    for column in columns:
        table.add_column(column, justify="right")
    for worth in worths:
        table.add_row(escape(worth.test), *(f"{getattr(worth, column):.4f}" for column in columns))
    console = Console()
    console.print(f"What a test tells of {about}{told}", markup=False, highlight=False, soft_wrap=True)
    console.print(table)


# -- writing -------------------------------------------------------------------------------------------------


def as_json(data: Any) -> str:
    """Writes JSON.

    Raises:
        InputError: a plan is deeper than JSON can be written.
    """
    try:
        return json.dumps(data, indent=2, ensure_ascii=False)
    except RecursionError:
        raise InputError("The plan is too deep for JSON; bound it with --depth.") from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another file") from None
    sys.stdout.write(f"Drawing: {path}\n")
