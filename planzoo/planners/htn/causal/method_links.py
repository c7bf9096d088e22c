"""What the methods of a decomposition have read: the facts that justify how tasks were decomposed."""

from __future__ import annotations

from itertools import islice
from typing import Any, NamedTuple

from planzoo.errors import InputError
from planzoo.planners.htn.causal.links import MethodLink, WriteHistory, watch_step
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.method import ALREADY_TRUE, Method
from planzoo.planners.htn.plan import NO_PARENT, Plan
from planzoo.planners.htn.recording import Footprint, WatchedState
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, describe
from planzoo.planners.htn.validator import MAXIMUM_ALTERNATIVES


class MethodReads(NamedTuple):
    """What a decomposition relies on."""

    footprints: dict[int, Footprint]
    """By node: what its method has read up to the alternative taken. Actions have none."""
    links: tuple[MethodLink, ...]
    """The links into the nodes, in the order of reading."""


def watch_methods(domain: Domain, state: State, plan: Plan) -> MethodReads:
    """Executes a plan along its decomposition tree and watches the chosen methods.

    Methods that were tried before and did not apply are not watched: a change that makes one apply takes no
    ground from the plan.

    Args:
        domain: the domain of the plan.
        state: the facts before its first step; stays unchanged.
        plan: the plan.

    Raises:
        InputError: a node's method does not give its children in the state at that time, or a step is not
            applicable.
    """
    walk = _Walk(domain, state, plan)
    for node, parent in enumerate(plan.decomposition.parents):
        walk.leave_until(parent)
        walk.enter(node)
    walk.leave_until(NO_PARENT)
    return MethodReads(walk.footprints, tuple(walk.links))


class _Walk:
    """Goes along the nodes in preorder while it executes the actions."""

    def __init__(self, domain: Domain, state: State, plan: Plan) -> None:
        self.domain = domain
        self.tree = plan.decomposition
        self.state = WatchedState(state)
        self.history = WriteHistory(state)
        self.executed = 0
        self.open: list[int] = []
        self.footprints: dict[int, Footprint] = {}
        self.links: list[MethodLink] = []

    def leave_until(self, parent: int) -> None:
        """Closes the nodes that end before the next child of ``parent``; goals must hold at their end."""
        while self.open and self.open[-1] != parent:
            node = self.open.pop()
            goal = self.tree.tasks[node]
            if isinstance(goal, Goal | Multigoal) and self.tree.methods[node] != ALREADY_TRUE.name:
                self._link(node, self.state.watch(_holds, goal)[1])

    def enter(self, node: int) -> None:
        """Executes an action, or asks the method of any other node."""
        task, name = self.tree.tasks[node], self.tree.methods[node]
        if name is None:
            self._execute(task)
            return
        children = [tuple(self.tree.tasks[child]) for child in self.tree.children[node]]
        chosen = self._method(task, name)
        given, footprint = self.state.watch(_gives, chosen, task, children)
        if not given:
            raise InputError(
                f"Method {name!r} does not decompose {describe(task)} as the plan says; give the state that "
                "the plan was made for."
            )
        self.footprints[node] = footprint
        self._link(node, footprint)
        self.open.append(node)

    def _execute(self, task: tuple[Any, ...]) -> None:
        self.history.note(self.executed, watch_step(self.domain, self.state, self.executed, task))
        self.executed += 1

    def _method(self, task: Any, name: str) -> Method:
        if isinstance(task, Goal | Multigoal):
            if name == ALREADY_TRUE.name and task.holds_in(self.state):
                return ALREADY_TRUE
            goal_methods = self.domain.goal_methods.get(getattr(task, "name", None), ())
            methods: tuple[Method, ...] = (
                self.domain.multigoal_methods if isinstance(task, Multigoal) else goal_methods
            )
        else:
            methods = self.domain.methods.get(task[0], ())
        for method in methods:
            if method.name == name:
                return method
        raise InputError(f"Domain {self.domain.name!r} has no method {name!r} for {describe(task)}.")

    def _link(self, node: int, footprint: Footprint) -> None:
        for source in self.history.sources(footprint):
            self.links.append(MethodLink(*source, node, self.executed))


def _holds(state: State, goal: Goal | Multigoal) -> bool:
    return goal.holds_in(state)


def _gives(state: State, method: Method, task: Any, children: list[tuple[Any, ...]]) -> bool:
    """Asks a method for alternatives until it gives these children; says whether it does."""
    if method is ALREADY_TRUE:
        return _holds(state, task)
    arguments = task.arguments if isinstance(task, Goal | Multigoal) else task[1:]
    for subtasks in islice(method.offers(method.function(state, *arguments)), MAXIMUM_ALTERNATIVES):
        if subtasks is not None and [tuple(subtask) for subtask in subtasks] == children:
            return True
    return False
