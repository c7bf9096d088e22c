"""The ways of doing a task: what its methods give, asked for one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import DomainError, Path, is_alternative, raised, undeclared, wrote
from planzoo.planners.htn.method import ACHIEVED, Method
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal

Way = tuple[Method, tuple[Any, ...]]
"""A method and one list of subtasks that it gives, without the check at the end of a goal's."""


def steps_of(task: Any, way: Way) -> tuple[Any, ...]:
    """Gives the subtasks of a way, for a goal with the check at the end that it holds."""
    return (*way[1], (ACHIEVED, task)) if isinstance(task, Goal | Multigoal) else way[1]


def ways_of(
    domain: Domain, state: State, task: Any, excluded: Callable[[Way], bool], path: Callable[[], Path]
) -> Iterator[Way]:
    """Gives the ways of doing a task lazily: method after method, alternative after alternative.

    Args:
        domain: what is known.
        state: must be as it is now whenever another way is asked for.
        task: the task or goal.
        excluded: ways to leave out.
        path: gives the tasks above it, for messages.

    Raises:
        DomainError: there is no such task, or a method raised or wrote into the state.
    """
    methods = domain.methods_for(state, task)
    if methods is None:
        raise undeclared(domain, [*path(), (task, None)])
    for method in methods:
        for subtasks in _alternatives(method, state, task, path):
            way = (method, subtasks)
            if not excluded(way):
                yield way


def _alternatives(
    method: Method, state: State, task: Any, path: Callable[[], Path]
) -> Iterator[tuple[Any, ...]]:
    mark = state.mark()
    try:
        for subtasks in method.alternatives(state, task):
            if len(state.trail or ()) > mark:
                raise wrote([*path(), (task, method.name)])
            if is_alternative(subtasks):
                checked = bool(subtasks) and subtasks[-1][0] is ACHIEVED
                yield tuple(subtasks[:-1] if checked else subtasks)
                mark = state.mark()
    except DomainError:
        raise
    except Exception as error:
        raise raised(method.function, error, [*path(), (task, method.name)]) from error
