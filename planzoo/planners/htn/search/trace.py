"""Traces a search step by step, without slowing down searches that are not traced.

The search itself knows nothing of it: it runs on a copy of the domain whose operators and methods tell what
they are asked and what they answer; a recorder knows at which place of the tree each call stands.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.method import Method
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.problem import checked_problem, plan_of
from planzoo.planners.htn.recording import WatchedState
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.search.search_recorder import SearchRecorder
from planzoo.planners.htn.search.search_trace import Event, EventKind, Reads, SearchTrace
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, Problem, Task
from planzoo.planners.status import Status

EVENTS = 10_000
"""How many events are kept unless more are asked for."""

_ENDS = {
    Status.SOLVED: EventKind.SOLVED,
    Status.INFEASIBLE: EventKind.FAILED,
    Status.BUDGET_SPENT: EventKind.STOPPED,
}


def trace(
    domain: Domain,
    problem: Problem | tuple[Mapping[Any, Any], Sequence[tuple[Any, ...]]],
    budget: Budget | None = None,
    events: int = EVENTS,
) -> tuple[Result, SearchTrace]:
    """Solves a problem as :meth:`HierarchicalPlanner.solve` does, and tells how.

    Args:
        domain: what may be done.
        problem: the state, and the tasks and goals to accomplish in order.
        budget: bounds of the search. A traced search is slower, so that a bound of time stops it earlier.
        events: how many events are kept; later ones are only counted, their failures still ranked.

    Returns:
        The planner's answer and the trace.

    Raises:
        InputError: the problem is no pair of a state and a list of tasks.
        DomainError: a fault of the domain.
    """
    state, tasks = checked_problem(problem)
    recorder = SearchRecorder(state, tasks, events)
    result = HierarchicalPlanner(_traced(domain, recorder)).solve((state, tasks), budget)
    if result.plan is not None:
        result = replace(result, plan=plan_of(domain, state.copy(), result.plan.decomposition))
    return result, recorder.trace(Event(_ENDS[result.status], reason=result.reason))


def _traced(domain: Domain, recorder: SearchRecorder) -> Domain:
    """Makes a copy of a domain that tells the recorder; costs are left out, the plan gets them later."""
    twin = Domain(domain.name, domain.description)
    twin.schema = domain.schema
    for name, operator in domain.operators.items():
        twin.add_operator(_telling_operator(name, operator.function, recorder), name)
    for task, methods in domain.methods.items():
        for method, function in _telling(methods, functools.partial(Task, task), recorder):
            twin.add_method(task, function, method.name)
    for variable, methods in domain.goal_methods.items():
        for method, function in _telling(methods, functools.partial(_goal, variable), recorder):
            twin.add_goal_method(variable, function, method.name)
    for method, function in _telling(domain.multigoal_methods, _multigoal, recorder):
        twin.add_multigoal_method(function, method.name)
    return twin


def _telling(
    methods: Sequence[Method], task_of: Callable[..., Any], recorder: SearchRecorder
) -> Iterator[tuple[Method, Callable[..., Any]]]:
    for index, method in enumerate(methods):
        yield method, _telling_method(methods, index, task_of, recorder)


def _telling_method(
    methods: Sequence[Method], index: int, task_of: Callable[..., Any], recorder: SearchRecorder
) -> Callable[..., Iterator[Any]]:
    method, is_last = methods[index], index == len(methods) - 1

    @functools.wraps(method.function)
    def telling(state: State, *arguments: Any) -> Iterator[Any]:
        place = recorder.asked(index, method.name, state, task_of(*arguments))
        gave_any = False
        for subtasks in method.offers(method.function(state, *arguments)):
            if isinstance(subtasks, list | tuple):
                recorder.gave(place, subtasks, state)
                gave_any = True
            yield subtasks
        recorder.exhausted(place, gave_any, is_last)

    return telling


def _telling_operator(
    name: str, function: Callable[..., Any], recorder: SearchRecorder
) -> Callable[..., Any]:
    @functools.wraps(function)
    def telling(state: State, *arguments: Any) -> Any:
        before = state.mark()
        answer = function(state, *arguments)
        reads: Reads | None = None
        if answer is False:
            # The search would take the writes back, too: only then can be seen what the operator looked at.
            state.undo(before)
            reads = _looked_at(function, state, arguments) if recorder.has_room() else ()
        recorder.acted(Task(name, *arguments), state, reads)
        return answer

    return telling


def _looked_at(function: Callable[..., Any], state: State, arguments: tuple[Any, ...]) -> Reads:
    _, footprint = WatchedState(state).watch(function, *arguments)
    return tuple(footprint.reads.items())


def _goal(variable: Any, *arguments: Any) -> Goal:
    *objects, value = arguments
    return Goal((variable, *objects) if objects else variable, value)


def _multigoal(multigoal: Multigoal) -> Multigoal:
    return multigoal
