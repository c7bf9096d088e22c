"""A plan with everything that it relies on, looked up by fact: what tells at once whom a change concerns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.links import canonical
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.recording import Footprint
from planzoo.planners.htn.repair.tree_index import TreeIndex
from planzoo.planners.htn.state import Variable
from planzoo.planners.htn.task import Goal, Multigoal


class RecordedPlan:
    """A plan, and what its actions, methods and goals read and write.

    It is made once, from the state that the plan was made for, and then serves any number of repairs, of
    which each looks only at the parts of the plan that the changed facts concern. Making it takes some ten
    times as long as executing the plan; that is time in which the first actions are already being executed.

    Moments of the plan are counted twice as finely as the nodes of its tree: goals that end before node n are
    looked at in moment 2n, the node itself begins in moment 2n + 1.

    Args:
        domain: the domain of the plan.
        state: the facts before its first action; stays unchanged.
        plan: the plan.

    Attributes:
        plan: the plan.
        index: where the subtrees of its tree end.

    Raises:
        InputError: the plan is not one for this state.
    """

    def __init__(self, domain: Domain, state: Mapping[Any, Any], plan: Plan) -> None:
        finder = CausalChainFinder(domain, state, plan)
        self.plan = plan
        self.index = TreeIndex(plan.decomposition)
        self.footprints: dict[int, Footprint] = dict(finder.method_reads)
        self.footprints.update(zip(plan.decomposition.leaves, finder.footprints, strict=True))
        self._moments: dict[Variable, list[int]] = {}
        self._scans: dict[Any, list[int]] = {}
        self._writes: dict[Variable, list[int]] = {}
        for node in range(len(plan.decomposition.tasks)):
            self._note(node, self.footprints.get(node, Footprint()))
        for moments in (*self._moments.values(), *self._scans.values()):
            moments.sort()

    def _note(self, node: int, footprint: Footprint) -> None:
        moment = 2 * node + 1
        for name in footprint.scans:
            self._scans.setdefault(name, []).append(moment)
        for variable in {**footprint.reads, **footprint.writes}:
            self._moments.setdefault(variable, []).append(moment)
        for variable in footprint.writes:
            self._writes.setdefault(variable, []).append(node)
        for variable in goal_variables(self.plan.decomposition.tasks[node]):
            self._moments.setdefault(variable, []).extend((moment, 2 * self.index.ends[node]))

    def next_moment(self, variable: Variable, moment: int) -> int | None:
        """Gives the first moment, from the given one on, in which a variable is read or written."""
        name = variable[0] if isinstance(variable, tuple) else None
        return min(
            (
                moments[place]
                for moments in (self._moments.get(variable, ()), self._scans.get(name, ()))
                if (place := bisect_left(moments, moment)) < len(moments)
            ),
            default=None,
        )

    def last_writer(self, variable: Variable, node: int) -> int | None:
        """Gives the last action before a node that writes a variable, as a node of the tree."""
        writers = self._writes.get(variable, ())
        place = bisect_left(writers, node)
        return writers[place - 1] if place else None

    def concerns(self, node: int, variables: Iterable[Variable]) -> bool:
        """Says whether another value of one of the variables could change what a node's call does."""
        footprint = self.footprints.get(node)
        return footprint is not None and any(map(footprint.depends_on, variables))


def goal_variables(task: Any) -> tuple[Variable, ...]:
    """Gives the variables that a goal is about, in the spelling of footprints; none for any other task."""
    if not isinstance(task, Goal | Multigoal):
        return ()
    goals = task.goals if isinstance(task, Multigoal) else (task,)
    return tuple(canonical(goal.variable) for goal in goals)
