"""What ``planzoo htn`` does: lists, shows and solves the example domains of the HTN engine."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from planzoo.errors import InputError
from planzoo.planners.htn import Budget, Domain, HierarchicalPlanner, Plan, Problem, Result
from planzoo.planners.htn.domains import EXAMPLE_DOMAINS, example_domain, example_problem

if TYPE_CHECKING:
    from planzoo.planners.htn.search.search_trace import SearchTrace

NO_PLAN = 1
"""The exit code when the budget was spent or there is no plan."""
FAILURES_TOLD = 3
"""How many of the places where a search failed are told."""


def run_list(options: argparse.Namespace) -> int:
    """Lists the example domains."""
    width = max(map(len, EXAMPLE_DOMAINS))
    for name in EXAMPLE_DOMAINS:
        description = " ".join(example_domain(name).description.split())
        sys.stdout.write(f"{name:{width}}  {description}\n")
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Shows what a domain declares."""
    from planzoo.planners.htn.documentation import describe_domain

    description = describe_domain(example_domain(options.domain))
    if options.json:
        sys.stdout.write(f"{json.dumps(description.to_data(), indent=2)}\n")
    else:
        sys.stdout.write(description.to_markdown() if options.markdown else f"{description.to_text()}\n")
    return 0


def run_solve(options: argparse.Namespace) -> int:
    """Solves a problem of an example domain and shows the plan, or says why there is none.

    Raises:
        InputError: there is no such domain or step, a number is out of range, or a file cannot be written.
    """
    domain = example_domain(options.domain)
    problem = example_problem(options.domain, options.size, options.seed)
    budget = Budget(milliseconds=options.milliseconds)
    if options.trace:
        return _run_traced(domain, problem, budget, options.explain)
    result = HierarchicalPlanner(domain).solve(problem, budget)
    if result.plan is None:
        return _say_why_not(result)
    if options.svg is not None:
        _write(options.svg, result.plan.to_svg())
    elif options.dot is not None:
        _write(options.dot, result.plan.to_dot())
    if options.explain is not None:
        _explain(domain, problem, result.plan, options)
    elif options.json:
        sys.stdout.write(f"{result.plan.to_json(indent=2)}\n")
    else:
        _show(result, result.plan)
    return 0


def _run_traced(domain: Domain, problem: Problem, budget: Budget, explained: int | None) -> int:
    from planzoo.planners.htn.search.trace import trace

    if explained is not None:
        raise InputError("--explain tells of a plan, --trace of a search; give one of them")
    result, told = trace(domain, problem, budget)
    sys.stdout.write(f"{told.to_text()}\n")
    return 0 if result.plan is not None else _say_why_not(result, told)


def _explain(domain: Domain, problem: Problem, plan: Plan, options: argparse.Namespace) -> None:
    from planzoo.planners.htn.causal.explanation import explain

    if not 1 <= options.explain <= len(plan.actions):
        raise InputError(
            f"--explain {options.explain}: the plan has {len(plan.actions)} steps, counted from 1"
        )
    explanation = explain(domain, problem.state, plan, options.explain - 1)
    words = json.dumps(explanation.to_data(), indent=2) if options.json else explanation.words
    sys.stdout.write(f"{words}\n")


def _show(result: Result, plan: Plan) -> None:
    from rich.console import Console

    Console(soft_wrap=False).print(plan.to_rich())
    sys.stdout.write(f"Found in {1000 * result.seconds:.1f} ms, {result.expansions} expansions.\n")


def _say_why_not(result: Result, told: SearchTrace | None = None) -> int:
    sys.stderr.write(f"planzoo: {result.status.value}: {result.reason}\n")
    for failure in () if told is None else told.failures(FAILURES_TOLD):
        sys.stderr.write(f"  {failure.words}\n")
    return NO_PLAN


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another file") from None
    sys.stdout.write(f"Drawing: {path}\n")
