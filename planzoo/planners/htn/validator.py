"""An independent check of plans: executes them and derives their decomposition anew, without the search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.method import ALREADY_TRUE
from planzoo.planners.htn.plan import NO_PARENT, Decomposition, Plan
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, describe

MAXIMUM_ALTERNATIVES = 1_000_000
"""An alternative that a method gives only after so many others counts as not given."""


class _Invalid(Exception):
    """Says what is wrong with the plan."""


def validate(
    domain: Domain, state: Mapping[Any, Any], tasks: Sequence[tuple[Any, ...]], plan: Plan
) -> str | None:
    """Checks that a plan can be executed and that its decomposition is a legal derivation of it.

    Every action must be applicable in turn, with the cost and duration that the plan says; the tree's roots
    must be the tasks, its leaves the actions, and the children of every other node one of the alternatives
    that the named method gives in the state at that moment; goals must hold at the end of their
    decomposition.

    Args:
        domain: the domain that the plan was made for.
        state: the facts at the beginning; stays unchanged.
        tasks: the tasks and goals that the plan shall accomplish.
        plan: the plan.

    Returns:
        None when the plan is valid, else one sentence with the first fault.
    """
    try:
        _Derivation(domain, State(state), plan).check(tasks)
    except _Invalid as fault:
        return str(fault)
    except Exception as error:
        return f"The domain raised {type(error).__name__} on this plan: {error}"
    return None


class _Derivation:
    """Walks along the tree's nodes while it executes the actions."""

    def __init__(self, domain: Domain, state: State, plan: Plan) -> None:
        self.domain = domain
        self.state = state
        self.tree: Decomposition = plan.decomposition
        self.actions = iter(plan.actions)
        self.open: list[int] = []

    def check(self, tasks: Sequence[tuple[Any, ...]]) -> None:
        tree = self.tree
        if not len(tree.tasks) == len(tree.parents) == len(tree.methods):
            raise _Invalid("The decomposition's columns differ in length.")
        if [tuple(tree.tasks[root]) for root in tree.roots] != [tuple(task) for task in tasks]:
            raise _Invalid("The decomposition's roots are not the problem's tasks.")
        if not all(NO_PARENT <= parent < node for node, parent in enumerate(tree.parents)):
            raise _Invalid("A node of the decomposition stands before its parent.")
        for node, parent in enumerate(tree.parents):
            self._leave_until(parent, node)
            self._enter(node)
        self._leave_until(NO_PARENT, len(tree.tasks))
        surplus = next(self.actions, None)
        if surplus is not None:
            raise _Invalid(f"Action {surplus} stands in no leaf of the decomposition.")

    def _leave_until(self, parent: int, node: int) -> None:
        """Closes the nodes that end before ``node``, a child of ``parent``."""
        while self.open and self.open[-1] != parent:
            task = self.tree.tasks[self.open.pop()]
            if isinstance(task, Goal | Multigoal) and not task.holds_in(self.state):
                raise _Invalid(f"Goal {describe(task)} does not hold at the end of its decomposition.")
        if parent != NO_PARENT and not self.open:
            raise _Invalid(
                f"Node {node} of the decomposition does not stand among the children of node {parent}."
            )

    def _enter(self, node: int) -> None:
        task, method = self.tree.tasks[node], self.tree.methods[node]
        if method is None:
            self._execute(task)
            return
        children = [tuple(self.tree.tasks[child]) for child in self.tree.children[node]]
        for alternative in islice(self._alternatives(task, method), MAXIMUM_ALTERNATIVES):
            if [tuple(subtask) for subtask in alternative] == children:
                self.open.append(node)
                return
        words = ", ".join(map(describe, children)) or "nothing"
        raise _Invalid(
            f"Method {method!r} does not decompose {describe(task)} into {words} in the state at that time."
        )

    def _execute(self, task: tuple[Any, ...]) -> None:
        action = next(self.actions, None)
        operator = self.domain.operators.get(task[0])
        if operator is None:
            raise _Invalid(f"Leaf {describe(task)} is not an operator of domain {self.domain.name!r}.")
        expected = operator.action(self.state, tuple(task[1:]))
        if action != expected:
            raise _Invalid(
                f"The plan's action {action} is not {expected}, the decomposition's next leaf, at its cost."
            )
        if operator.function(self.state, *expected.arguments) is False:
            raise _Invalid(f"Action {action} is not applicable when its turn comes.")

    def _alternatives(self, task: tuple[Any, ...], name: str) -> Iterator[Any]:
        """Gives what the named method offers for the task now, without the check at the end of a goal."""
        if isinstance(task, Goal | Multigoal) and task.holds_in(self.state):
            return iter([[]] if name == ALREADY_TRUE.name else [])
        arguments = task.arguments if isinstance(task, Goal | Multigoal) else task[1:]
        for method in self.domain.methods_for(self.state, task) or ():
            if method.name == name:
                offers = method.offers(method.function(self.state, *arguments))
                return (alternative for alternative in offers if alternative is not None)
        raise _Invalid(f"Domain {self.domain.name!r} has no method {name!r} for {describe(task)}.")
