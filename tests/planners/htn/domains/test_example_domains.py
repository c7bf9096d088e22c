"""The table of example domains: each is there, can be solved, and comes from its seed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import HierarchicalPlanner, validate
from planzoo.planners.htn import domains as package
from planzoo.planners.htn.domains import EXAMPLE_DOMAINS, example_domain, example_problem


def test_every_module_with_a_domain_is_in_the_table() -> None:
    folder = Path(package.__file__).parent
    modules = {path.stem for path in folder.glob("*.py") if "def make_domain" in path.read_text()}
    assert modules == set(EXAMPLE_DOMAINS)


@pytest.mark.parametrize("name", EXAMPLE_DOMAINS)
def test_problems_are_solved_and_come_from_their_seed(name: str) -> None:
    problem, again = example_problem(name, 3, seed=5), example_problem(name, 3, seed=5)
    assert problem == again
    assert any(example_problem(name, 5, seed) != example_problem(name, 5, 0) for seed in range(1, 5))
    domain = example_domain(name)
    assert domain.name == name and domain is not example_domain(name)
    plan = HierarchicalPlanner(domain).solve(problem).plan
    assert plan is not None and validate(domain, problem.state, problem.tasks, plan) is None


def test_unknown_names_are_refused_with_a_hint() -> None:
    with pytest.raises(InputError, match="no example domain 'rover'; did you mean 'rovers'"):
        example_domain("rover")
    with pytest.raises(InputError, match="choose one of assembly, blocks, logistics, rovers"):
        example_problem("xyz", 3)


def test_no_domain_is_imported_before_it_is_asked_for() -> None:
    code = (
        "import sys\nfrom planzoo.planners.htn.domains import EXAMPLE_DOMAINS\n"
        "print([module for module in EXAMPLE_DOMAINS.values() if module in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"
