"""From what a user hands in to what a search works on, and from a search's tree to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import DomainError
from planzoo.planners.htn.plan import Action, Decomposition, Plan
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, Task, describe


def checked_problem(problem: Any) -> tuple[State, tuple[Any, ...]]:
    """Gives a copy of a problem's state, and its tasks.

    Raises:
        InputError: the problem is no pair of a state and a list of tasks.
    """
    try:
        facts, tasks = problem
    except (TypeError, ValueError):
        raise InputError(f"A problem is a pair (state, tasks), not {type(problem).__name__}.") from None
    if not isinstance(facts, Mapping):
        raise InputError(f"A problem's state is a State or another mapping, not {type(facts).__name__}.")
    if not isinstance(tasks, list | tuple) or isinstance(tasks, Task | Goal | Multigoal):
        raise InputError(f"A problem's tasks are a list such as [Task('deliver', 'parcel')], not {tasks!r}.")
    return (facts.copy() if isinstance(facts, State) else State(facts)), tuple(tasks)


def plan_of(domain: Domain, state: State, tree: Decomposition) -> Plan:
    """Makes the plan of a decomposition tree.

    Args:
        domain: the domain.
        state: the state at the beginning. Where a cost depends on the state, the plan is executed on it.
        tree: the tree; its leaves are the actions.

    Raises:
        DomainError: a cost, duration, agent or amount of a resource is wrong.
    """
    operators = domain.operators
    steps = [tree.tasks[node] for node in tree.leaves]
    replayed = any(operators[step[0]].depends_on_state for step in steps)
    actions: list[Action] = []
    for number, step in enumerate(steps, 1):
        operator = operators[step[0]]
        try:
            actions.append(operator.action(state, tuple(step[1:])))
        except Exception as error:
            raise DomainError(f"Step {number}, {describe(step)}, has no cost or duration: {error}") from error
        if replayed:
            operator.function(state, *step[1:])
    return Plan(tuple(actions), tree)
