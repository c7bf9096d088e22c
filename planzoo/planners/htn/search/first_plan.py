"""The first plan: depth-first as long as that decides the problem, in fair order where it does not."""

from __future__ import annotations

from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import path_text
from planzoo.planners.htn.meter import BudgetSpent, Lost, Meter
from planzoo.planners.htn.plan import Decomposition
from planzoo.planners.htn.problem import plan_of
from planzoo.planners.htn.result import Result
from planzoo.planners.htn.search.depth_first import Search, path_to
from planzoo.planners.htn.search.tabling import Tabling
from planzoo.planners.htn.state import State
from planzoo.planners.status import Status

FIRST_DEPTH, FIRST_ROOM = 5_000, 20_000
"""Bounds of a first try: most recursions are noticed and decided at little cost."""
ROOM = 500_000
"""The size that the table of the second try may have: some tens of megabytes, a few seconds."""


class FirstPlan:
    """Searches for the first plan in the order of the methods and their alternatives.

    A depth-first search leaves alone a task that recurs below itself while nothing has changed. When that
    search fails for such a recursion, or is lost in one without end, a slower search in fair order decides:
    it finds a plan if there is one, and proves that there is none if the reachable states are finitely many.
    See :mod:`planzoo.planners.htn.search.depth_first` and :mod:`planzoo.planners.htn.search.tabling`.

    Args:
        domain: what is known.
        state: changed during the search.
        tasks: the tasks and goals to accomplish.
        meter: what may be spent.
    """

    def __init__(self, domain: Domain, state: State, tasks: tuple[Any, ...], meter: Meter) -> None:
        self.domain = domain
        self.state = state
        self.tasks = tasks
        self.meter = meter
        self.start = state.mark()

    def result(self) -> Result:
        """Searches.

        Raises:
            DomainError: a fault of the domain.
        """
        meter = self.meter
        try:
            tree = self._decomposition()
        except BudgetSpent as spent:
            return Result(Status.BUDGET_SPENT, None, meter.expansions, meter.seconds, str(spent))
        finally:
            self.state.undo(self.start)
        if isinstance(tree, str):
            return Result(Status.INFEASIBLE, None, meter.expansions, meter.seconds, tree)
        plan = plan_of(self.domain, self.state, tree)
        return Result(Status.SOLVED, plan, meter.expansions, meter.seconds)

    def _decomposition(self) -> Decomposition | str:
        """Gives the tree, or says why there is none."""
        depth = self.meter.budget.depth
        for bound, room in ((min(FIRST_DEPTH, depth), FIRST_ROOM), (depth, ROOM)):
            search = Search(self.domain, self.state, self.tasks, self.meter, bound)
            try:
                return search.decomposition() if search.run() else _failure(search)
            except Lost as lost:
                reason = str(lost)
            self.state.undo(search.start)
            try:
                return Tabling(self.domain, self.state, self.tasks, self.meter, room).run() or _failure(
                    search
                )
            except Lost as lost:
                reason = f"{reason} {lost}"
        raise BudgetSpent(reason)


def _failure(search: Search) -> str:
    if not search.furthest:
        return "Every decomposition fails."
    path = [(task, None) for task, _ in path_to(search.furthest)]
    return f"Every decomposition fails; the search got furthest at {path_text(path)}."
