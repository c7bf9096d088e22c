"""Errors of a domain, told with the path through the decomposition at which they came up."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.task import Goal, Multigoal, describe

Path = Sequence[tuple[Any, str | None]]
"""Tasks from the problem's own one downwards, each with the name of the method that was decomposing it."""

SHOWN = 6
"""How many tasks of a long path are shown at either end."""


class DomainError(InputError):
    """A domain that cannot be searched: an unknown task, a wrong number of arguments, a function that raised.

    Args:
        message: one sentence.
        path: the tasks from the problem's own one down to the faulty one.
    """

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.path = tuple(task for task, _ in path)


def path_text(path: Path) -> str:
    """Writes a path as ``task [method] > task [method] > task``, the middle of a long one left out."""
    steps = [describe(task) + (f" [{method}]" if method else "") for task, method in path]
    if len(steps) > 2 * SHOWN + 1:
        steps[SHOWN:-SHOWN] = [f"… {len(steps) - 2 * SHOWN} more …"]
    return " > ".join(steps)


def undeclared(domain: Domain, path: Path) -> DomainError:
    """The innermost task of the path is neither a task, nor an action, nor a goal of the domain."""
    task = path[-1][0]
    if isinstance(task, Goal):
        what, name = "goal methods for variable", task.name
        known: Sequence[Any] = list(domain.goal_methods)
    elif not isinstance(task, tuple | list) or not task or not isinstance(task[0], str):
        wanted = "a method gives a list of tuples (name, *arguments)"
        return DomainError(f"{task!r} is not a task; {wanted} (path: {path_text(path)}).", path)
    else:
        what, name = "operator or task", task[0]
        known = [*domain.operators, *domain.methods]
    near = get_close_matches(str(name), map(str, known), 1)
    hint = f"did you mean {near[0]!r}" if near else "declare it"
    return DomainError(
        f"Domain {domain.name!r} has no {what} {name!r}; {hint} (path: {path_text(path)}).", path
    )


def raised(function: Callable[..., Any], error: Exception, path: Path) -> DomainError:
    """A function of the domain raised on the innermost task of the path, or could not be called with it."""
    task, method = path[-1]
    who = f"Method {method!r}" if method else f"Operator {task[0]!r}"
    arguments = task.arguments if isinstance(task, Goal | Multigoal) else task[1:]
    if isinstance(error, TypeError) and not _fits(function, len(arguments)):
        wanted = [str(parameter) for parameter in inspect.signature(function).parameters.values()][1:]
        takes = f"{len(wanted)} arguments ({', '.join(wanted)})" if wanted else "no arguments"
        message = f"{who} takes {takes} after the state, but is given {len(arguments)}"
    else:
        message = f"{who} raised {type(error).__name__}: {str(error).rstrip('.')}"
    return DomainError(f"{message} (path: {path_text(path)}).", path)


def called(domain: Domain, error: Exception, path: Path) -> Exception:
    """An operator raised, or the innermost task of the path is such that no operator could be looked up."""
    task = path[-1][0]
    if isinstance(task, Goal | Multigoal):
        return DomainError(f"Goal {describe(task)} is faulty: {error} (path: {path_text(path)}).", path)
    if not isinstance(task, tuple | list) or not task or not isinstance(task[0], str):
        return undeclared(domain, path)
    operator = domain.operators.get(task[0])
    return error if operator is None else raised(operator.function, error, path)


def is_alternative(subtasks: Any) -> bool:
    """Says whether a method gave a list of subtasks rather than None.

    Raises:
        TypeError: it gave anything else.
    """
    if subtasks is None or isinstance(subtasks, list | tuple):
        return subtasks is not None
    raise TypeError(f"a method gives lists of subtasks, not {subtasks!r}")


def wrote(path: Path) -> DomainError:
    """A method wrote into the state."""
    return DomainError(
        f"Method {path[-1][1]!r} wrote into the state; only operators may (path: {path_text(path)}).", path
    )


def endless(path: Path) -> DomainError:
    """A method went on giving None."""
    return DomainError(
        f"Method {path[-1][1]!r} gives None again and again; end the generator with a return "
        f"(path: {path_text(path)}).",
        path,
    )


def _fits(function: Callable[..., Any], count: int) -> bool:
    try:
        inspect.signature(function).bind(None, *[None] * count)
    except TypeError:
        return False
    except ValueError:  # a built-in without a signature
        return True
    return True
