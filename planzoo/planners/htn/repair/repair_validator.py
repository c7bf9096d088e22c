"""An independent check of repaired plans: compares them with the old plan and executes their rest."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import NO_PARENT, Decomposition, Plan
from planzoo.planners.htn.plan_faults import FaultKind, PlanFault, Rejected
from planzoo.planners.htn.repair.repaired_tree import RepairedDecomposition
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, describe
from planzoo.planners.htn.validator import Derivation


def validate_repair(
    domain: Domain, old: Plan, new: Plan, executed: int, observed: Mapping[Any, Any]
) -> PlanFault | None:
    """Checks that a plan is a legal continuation of an old one that was executed in part.

    The executed actions, and the nodes of the tree up to the last of them, must be the old plan's. From the
    observed state the other actions must be applicable in turn and every node that stands after the executed
    ones must be decomposed by a method that gives this decomposition in the state at that time; goals must
    hold at the end of their decomposition. A node that was begun must have the children that it had in the
    old plan, where one that was interrupted is followed by the same task again; or it is itself interrupted,
    ends there, and is taken up again. Among the problem's own tasks, finished goals may be reached again.

    Args:
        domain: the domain of both plans.
        old: the plan before the repair.
        new: the plan after it.
        executed: how many actions were executed.
        observed: the facts after them; stay unchanged.

    Returns:
        None when the new plan is valid, else one sentence with the first fault; its kind is an attribute.
    """
    try:
        state = observed.copy() if isinstance(observed, State) else State(observed)
        _Continuation(domain, state, old, new, executed).check_rest()
    except Rejected as rejected:
        return rejected.fault
    except Exception as error:
        return PlanFault(FaultKind.RAISED, type(error).__name__, error)
    return None


class _Continuation(Derivation):
    """Walks along the nodes that remain."""

    def __init__(self, domain: Domain, state: State, old: Plan, new: Plan, executed: int) -> None:
        super().__init__(domain, state, new)
        self.actions = iter(new.actions[executed:])
        self.old = old.decomposition
        self.first = self.old.leaves[executed - 1] + 1 if executed else 0
        self.interrupted = _interrupted(self.tree)
        if new.actions[:executed] != old.actions[:executed]:
            raise Rejected(FaultKind.EXECUTED, "actions")

    def check_rest(self) -> None:
        """Refuses the new plan unless it is valid."""
        tree, first = self.tree, self.first
        self._check_shape()
        for column in ("tasks", "parents", "methods"):
            if getattr(tree, column)[:first] != getattr(self.old, column)[:first]:
                raise Rejected(FaultKind.EXECUTED, f"nodes' {column}")
        begun = tree.path(first - 1)[:-1] if first else ()
        for node in begun:
            self._check_begun(node)
        self._check_roots()
        self.open = list(takewhile(lambda node: node not in self.interrupted, begun))
        for node in range(first, len(tree.tasks)):
            self._leave_until(tree.parents[node], node)
            self._enter(node)
        self._leave_until(NO_PARENT, len(tree.tasks))
        for action in self.actions:
            raise Rejected(FaultKind.SURPLUS, action)

    def _check_begun(self, node: int) -> None:
        """A node with executed actions below it keeps its children, or it is given up."""
        children = self.tree.children[node]
        name = describe(self.tree.tasks[node])
        if node in self.interrupted:
            if any(child >= self.first for child in children):
                raise Rejected(FaultKind.GIVEN_UP, name)
        elif _lasting(self.tree, children) != _lasting(self.old, self.old.children[node]):
            raise Rejected(FaultKind.BEGUN, name)

    def _check_roots(self) -> None:
        """The problem's own tasks stay; finished goals among them may be reached again."""
        old = [self.old.tasks[root] for root in self.old.roots if root < self.first]
        again = {tuple(task) for task in old if isinstance(task, Goal | Multigoal)}
        given = iter(_lasting(self.tree, self.tree.roots))
        for wanted in _lasting(self.old, self.old.roots):
            found = next((task for task in given if task == wanted or task not in again), None)
            if found != wanted:
                raise Rejected(FaultKind.ROOTS)
        if any(task not in again for task in given):
            raise Rejected(FaultKind.ROOTS)


def _interrupted(tree: Decomposition) -> frozenset[int]:
    return frozenset(tree.interrupted if isinstance(tree, RepairedDecomposition) else ())


def _lasting(tree: Decomposition, nodes: tuple[int, ...]) -> list[tuple[Any, ...]]:
    """Gives the nodes' tasks without those that were given up: they stand there again, further on."""
    given_up = _interrupted(tree)
    return [tuple(tree.tasks[node]) for node in nodes if node not in given_up]
