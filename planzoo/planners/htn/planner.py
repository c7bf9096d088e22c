"""The hierarchical planner: from a problem to a plan with its decomposition tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import DomainError, path_text
from planzoo.planners.htn.meter import BudgetSpent, Lost, Meter
from planzoo.planners.htn.plan import Action, Decomposition, Plan
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.search import Search, path_to
from planzoo.planners.htn.state import State
from planzoo.planners.htn.tabling import Tabling
from planzoo.planners.htn.task import Goal, Multigoal, Problem, Task, describe
from planzoo.planners.status import Status

FIRST_DEPTH, FIRST_ROOM = 5_000, 20_000
"""Bounds of a first try: most recursions are noticed and decided at little cost."""
ROOM = 500_000
"""The size that the table of the second try may have: some tens of megabytes, a few seconds."""


class HierarchicalPlanner:
    """Finds plans; complete: when a decomposition exists it is found, within the budget.

    A depth-first search gives the first plan in the order of the methods and their alternatives, where a task
    that recurs below itself while nothing has changed is left alone. When that search fails for such a
    recursion, or is lost in one without end, a slower search in fair order decides: it finds a plan if there
    is one, and proves that there is none if the reachable states are finitely many. See
    :mod:`planzoo.planners.htn.search` and :mod:`planzoo.planners.htn.tabling`.

    Args:
        domain: what may be done. Shared by any number of planners and threads; a planner keeps nothing
            between calls.
    """

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    def solve(
        self,
        problem: Problem | tuple[Mapping[Any, Any], Sequence[tuple[Any, ...]]],
        budget: Budget | None = None,
    ) -> Result:
        """Searches for a plan.

        Args:
            problem: the state, which stays unchanged, and the tasks and goals to accomplish in order.
            budget: bounds of the search; None for the default depth and unbounded time.

        Raises:
            InputError: the problem is no pair of a state and a list of tasks.
            DomainError: an unknown task, a wrong number of arguments, or a function of the domain that
                raised; with the path through the decomposition.
        """
        meter = Meter(budget or Budget())
        state, tasks = _checked(problem)
        try:
            tree = self._decomposition(state, tasks, meter)
        except BudgetSpent as spent:
            return Result(Status.BUDGET_SPENT, None, meter.expansions, meter.seconds, str(spent))
        if isinstance(tree, str):
            return Result(Status.INFEASIBLE, None, meter.expansions, meter.seconds, tree)
        plan = Plan(self._actions(state, [tree.tasks[node] for node in tree.leaves]), tree)
        return Result(Status.SOLVED, plan, meter.expansions, meter.seconds)

    def _decomposition(self, state: State, tasks: tuple[Any, ...], meter: Meter) -> Decomposition | str:
        """Gives the tree, or says why there is none; the state stays as it was."""
        depth = meter.budget.depth
        for bound, room in ((min(FIRST_DEPTH, depth), FIRST_ROOM), (depth, ROOM)):
            search = Search(self.domain, state, tasks, meter, bound)
            try:
                return search.decomposition() if search.run() else _failure(search)
            except Lost as lost:
                reason = str(lost)
            finally:
                state.undo(search.start)
            try:
                return Tabling(self.domain, state, tasks, meter, room).run() or _failure(search)
            except Lost as lost:
                reason = f"{reason} {lost}"
        raise BudgetSpent(reason)

    def _actions(self, state: State, steps: list[tuple[Any, ...]]) -> tuple[Action, ...]:
        """Makes the actions; where a cost depends on the state, the plan is executed once more."""
        operators = self.domain.operators
        replayed = any(operators[step[0]].depends_on_state for step in steps)
        actions = []
        for number, step in enumerate(steps, 1):
            operator = operators[step[0]]
            try:
                actions.append(operator.action(state, tuple(step[1:])))
            except Exception as error:
                raise DomainError(
                    f"Step {number}, {describe(step)}, has no cost or duration: {error}"
                ) from error
            if replayed:
                operator.function(state, *step[1:])
        return tuple(actions)


def _checked(problem: Any) -> tuple[State, tuple[Any, ...]]:
    try:
        facts, tasks = problem
    except (TypeError, ValueError):
        raise InputError(f"A problem is a pair (state, tasks), not {type(problem).__name__}.") from None
    if not isinstance(facts, Mapping):
        raise InputError(f"A problem's state is a State or another mapping, not {type(facts).__name__}.")
    if not isinstance(tasks, list | tuple) or isinstance(tasks, Task | Goal | Multigoal):
        raise InputError(f"A problem's tasks are a list such as [Task('deliver', 'parcel')], not {tasks!r}.")
    return (facts.copy() if isinstance(facts, State) else State(facts)), tuple(tasks)


def _failure(search: Search) -> str:
    if not search.furthest:
        return "Every decomposition fails."
    path = [(task, None) for task, _ in path_to(search.furthest)]
    return f"Every decomposition fails; the search got furthest at {path_text(path)}."
