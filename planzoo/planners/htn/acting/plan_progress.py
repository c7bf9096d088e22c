"""How far a plan has come: which tasks are finished, and whether the rest of it still executes."""

from __future__ import annotations

from typing import Any

from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import NO_PARENT, Plan
from planzoo.planners.htn.repair.repaired_tree import RepairedDecomposition
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, describe


class PlanProgress:
    """A plan and the number of its steps that are executed.

    A node of the decomposition tree spans the steps below it. It is finished when these are executed, not
    begun while none of them is, and partly executed in between: the partly executed tasks are the path from a
    root down to the next step.

    Args:
        plan: the plan.
        step: how many of its steps are executed.

    Attributes:
        step: how many steps are executed.
    """

    def __init__(self, plan: Plan, step: int = 0) -> None:
        self.plan = plan
        self.step = step
        tree = plan.decomposition
        sizes = [int(method is None) for method in tree.methods]
        for node in reversed(range(len(sizes))):
            if tree.parents[node] != NO_PARENT:
                sizes[tree.parents[node]] += sizes[node]
        self.begins: list[int] = []
        begun = 0
        for method in tree.methods:
            self.begins.append(begun)
            begun += method is None
        self.ends = [begin + size for begin, size in zip(self.begins, sizes, strict=True)]
        given_up = tree.interrupted if isinstance(tree, RepairedDecomposition) else ()
        self._given_up = frozenset(given_up)
        self.goals: dict[int, list[int]] = {}
        for node, task in enumerate(tree.tasks):
            if isinstance(task, Goal | Multigoal) and node not in self._given_up:
                self.goals.setdefault(self.ends[node], []).append(node)

    @property
    def over(self) -> bool:
        """Whether all steps are executed."""
        return self.step == len(self.plan.actions)

    def path(self) -> list[tuple[str, str]]:
        """Gives the partly executed tasks and their methods, from a root down to the next step's parent."""
        if self.over:
            return []
        tree = self.plan.decomposition
        nodes = tree.path(tree.leaves[self.step])[:-1]
        return [(describe(tree.tasks[node]), str(tree.methods[node])) for node in nodes]

    def unfinished(self, state: State) -> tuple[Any, ...]:
        """Gives those of the problem's own tasks that are still to be accomplished.

        These are the one that is partly executed, as a whole, and those after it; besides one that has just
        ended although one of its goals does not hold. A task whose decomposition has no steps is finished
        once a later step is executed.

        Args:
            state: the present state.
        """
        tree = self.plan.decomposition
        missed = {tree.path(node)[0] for node in self._missed(self.step, state)}
        return tuple(
            tree.tasks[root]
            for root in tree.roots
            if root not in self._given_up
            and (self.ends[root] > self.step or self.begins[root] == self.step or root in missed)
        )

    def _missed(self, step: int, state: State) -> list[int]:
        """Gives the goals that end at a step and do not hold."""
        tasks: Any = self.plan.decomposition.tasks
        return [node for node in self.goals.get(step, ()) if not tasks[node].holds_in(state)]

    def fault(self, domain: Domain, state: State) -> str:
        """Executes the rest of the plan in thought; says where it fails, in words, or nothing.

        Goals must hold where their decomposition ends, those that end at the present step included.

        Args:
            domain: the plan's.
            state: the present state; as before afterwards.
        """
        mark = state.mark()
        try:
            for step in range(self.step, len(self.plan.actions) + 1):
                missed = self._missed(step, state)
                if missed:
                    goal = describe(self.plan.decomposition.tasks[missed[0]])
                    return f"goal {goal} does not hold after step {step}"
                if step == len(self.plan.actions):
                    break
                action = self.plan.actions[step]
                if apply_operator(domain, state, action.name, action.arguments) is None:
                    return f"step {step + 1}, {action}, can no longer be executed"
            return ""
        finally:
            state.undo(mark)
