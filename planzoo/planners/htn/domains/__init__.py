"""Example domains: problems of any size, for trying out, measuring and learning from.

Each module has ``make_domain()`` and ``random_problem(size, seed)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from types import MappingProxyType, ModuleType

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.task import Problem

EXAMPLE_DOMAINS: Mapping[str, str] = MappingProxyType(
    {name: f"{__name__}.{name}" for name in ("assembly", "blocks", "logistics", "rovers")}
)
"""Name → module, which is imported when it is asked for."""


def example_domain(name: str) -> Domain:
    """Makes an example domain.

    Raises:
        InputError: there is none of that name.
    """
    domain: Domain = _module(name).make_domain()
    return domain


def example_problem(name: str, size: int, seed: int = 0) -> Problem:
    """Draws a problem of an example domain.

    Args:
        name: the domain's name.
        size: how large, such as the number of blocks or packages.
        seed: the same seed gives the same problem.

    Raises:
        InputError: there is no domain of that name, or the size is too small for it.
    """
    problem: Problem = _module(name).random_problem(size, seed)
    return problem


def _module(name: str) -> ModuleType:
    if name not in EXAMPLE_DOMAINS:
        near = get_close_matches(name, EXAMPLE_DOMAINS, 1)
        hint = f"did you mean {near[0]!r}" if near else f"choose one of {', '.join(EXAMPLE_DOMAINS)}"
        raise InputError(f"There is no example domain {name!r}; {hint}.")
    return import_module(EXAMPLE_DOMAINS[name])
