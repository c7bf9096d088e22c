"""Which constraints cannot be kept together: leaving out one after another as long as there is no solution.

Source: Chinneck and Dravnieks, Locating minimal infeasible constraint sets in linear programs (1991), the
deletion filter; here whatever decides takes the place of the linear program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Problem = TypeVar("Problem")

Group = tuple[str, Callable[[Problem], Problem]]
"""A constraint in words, and how to do without it."""


def smallest_conflict(
    problem: Problem, groups: Sequence[Group[Problem]], is_infeasible: Callable[[Problem], bool]
) -> tuple[str, ...]:
    """Gives constraints without any one of which there would be a solution; of two such sets the smaller.

    Args:
        problem: an infeasible one.
        groups: its constraints.
        is_infeasible: says whether it is proven that a problem has no solution. Where that is not decided in
            time, constraints remain that may not be needed.
    """
    forward = _filtered(problem, groups, is_infeasible)
    if len(forward) <= 1:
        return forward
    backward = _filtered(problem, groups[::-1], is_infeasible)[::-1]
    return min(forward, backward, key=len)


def _filtered(
    problem: Problem, groups: Sequence[Group[Problem]], is_infeasible: Callable[[Problem], bool]
) -> tuple[str, ...]:
    remaining = []
    for words, relax in groups:
        relaxed = relax(problem)
        if is_infeasible(relaxed):
            problem = relaxed
        else:
            remaining.append(words)
    return tuple(remaining)
