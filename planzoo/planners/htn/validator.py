"""An independent check of plans: executes them and derives their decomposition anew, without the search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.method import ALREADY_TRUE
from planzoo.planners.htn.plan import NO_PARENT, Action, Decomposition, Plan
from planzoo.planners.htn.plan_faults import FaultKind, PlanFault, Rejected
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, describe

MAXIMUM_ALTERNATIVES = 1_000_000
"""An alternative that a method gives only after so many others counts as not given."""
MEASURES = ("cost", "duration", "agent", "resources")
"""What an action has beside its name and arguments."""


def validate(
    domain: Domain, state: Mapping[Any, Any], tasks: Sequence[tuple[Any, ...]], plan: Plan
) -> PlanFault | None:
    """Checks that a plan can be executed and that its decomposition is a legal derivation of it.

    Every action must be applicable in turn, with the cost, duration, agent and resources that the plan says;
    the tree's roots must be the tasks, its leaves the actions, and the children of every other node one of
    the alternatives that the named method gives in the state at that moment, without writing; goals and
    multigoals must hold at the end of their decomposition. Objects that Python calls equal (1, 1.0 and True)
    count as the same argument.

    Args:
        domain: the domain that the plan was made for.
        state: the facts at the beginning; stays unchanged.
        tasks: the tasks and goals that the plan shall accomplish.
        plan: the plan.

    Returns:
        None when the plan is valid, else one sentence with the first fault; its kind is an attribute.
    """
    try:
        facts = state.copy() if isinstance(state, State) else State(state)
        Derivation(domain, facts, plan).check(tasks)
    except Rejected as rejected:
        return rejected.fault
    except Exception as error:
        return PlanFault(FaultKind.RAISED, type(error).__name__, error)
    return None


class Derivation:
    """Walks along the tree's nodes while it executes the actions."""

    def __init__(self, domain: Domain, state: State, plan: Plan) -> None:
        self.domain = domain
        self.state = state
        self.tree: Decomposition = plan.decomposition
        self.actions = iter(plan.actions)
        self.open: list[int] = []

    def check(self, tasks: Sequence[tuple[Any, ...]]) -> None:
        """Refuses the plan unless it is valid."""
        tree = self.tree
        self._check_shape()
        if [tuple(tree.tasks[root]) for root in tree.roots] != [tuple(task) for task in tasks]:
            raise Rejected(FaultKind.ROOTS)
        for node, parent in enumerate(tree.parents):
            self._leave_until(parent, node)
            self._enter(node)
        self._leave_until(NO_PARENT, len(tree.tasks))
        for action in self.actions:
            raise Rejected(FaultKind.SURPLUS, action)

    def _check_shape(self) -> None:
        tree = self.tree
        if not len(tree.tasks) == len(tree.parents) == len(tree.methods):
            raise Rejected(FaultKind.COLUMNS)
        for node, (task, parent, method) in enumerate(
            zip(tree.tasks, tree.parents, tree.methods, strict=True)
        ):
            if not isinstance(task, tuple) or not task:
                raise Rejected(FaultKind.NO_TASK, node, task)
            if not isinstance(parent, int) or parent < NO_PARENT or not isinstance(method, str | None):
                raise Rejected(FaultKind.NODE, node, parent, method)
            if parent >= node:
                raise Rejected(FaultKind.PARENT_LATER, node)

    def _leave_until(self, parent: int, node: int) -> None:
        """Closes the nodes that end before ``node``, a child of ``parent``."""
        while self.open and self.open[-1] != parent:
            task = self.tree.tasks[self.open.pop()]
            if isinstance(task, Goal | Multigoal) and not task.holds_in(self.state):
                raise Rejected(FaultKind.GOAL_UNMET, describe(task))
        if parent != NO_PARENT and not self.open:
            raise Rejected(FaultKind.STRAY, node, parent)

    def _enter(self, node: int) -> None:
        """Executes an action, or opens a task that is decomposed as one of its methods says."""
        task, method = self.tree.tasks[node], self.tree.methods[node]
        if method is None:
            self._execute(task)
            return
        children = [tuple(child) for child in self._children(node)]
        mark = self.state.mark()
        offered = any(
            _subtasks(alternative, task, method) == children
            for alternative in islice(self._alternatives(task, method), MAXIMUM_ALTERNATIVES)
        )
        if self.state.mark() != mark:
            raise Rejected(FaultKind.METHOD_WROTE, method, describe(task))
        if not offered:
            words = ", ".join(map(describe, self._children(node))) or "nothing"
            raise Rejected(FaultKind.NOT_OFFERED, method, describe(task), words)
        self.open.append(node)

    def _children(self, node: int) -> list[Any]:
        return [self.tree.tasks[child] for child in self.tree.children[node]]

    def _execute(self, task: tuple[Any, ...]) -> None:
        operator = self.domain.operators.get(task[0])
        if operator is None:
            raise Rejected(FaultKind.LEAF, describe(task), self.domain.name)
        action = next(self.actions, None)
        if action is None:
            raise Rejected(FaultKind.MISSING, describe(task))
        if not isinstance(action, Action) or (action.name, *action.arguments) != tuple(task):
            raise Rejected(FaultKind.ACTION, action, describe(task))
        require_measures(action, operator.action(self.state, tuple(task[1:])))
        if operator.function(self.state, *action.arguments) is False:
            raise Rejected(FaultKind.NOT_APPLICABLE, action)

    def _alternatives(self, task: tuple[Any, ...], name: str) -> Iterator[Any]:
        """Gives what the named method offers for the task now, without the check at the end of a goal."""
        if isinstance(task, Goal | Multigoal) and task.holds_in(self.state):
            return iter([[]] if name == ALREADY_TRUE.name else [])
        arguments = task.arguments if isinstance(task, Goal | Multigoal) else task[1:]
        for method in self.domain.methods_for(self.state, task) or ():
            if method.name == name:
                return method.offers(method.function(self.state, *arguments))
        raise Rejected(FaultKind.NO_METHOD, self.domain.name, name, describe(task))


def _subtasks(alternative: Any, task: tuple[Any, ...], method: str) -> list[tuple[Any, ...]] | None:
    """Gives an alternative's tasks as plain tuples; None when the method passes this time."""
    if alternative is None:
        return None
    if not isinstance(alternative, list | tuple):
        raise Rejected(FaultKind.NO_ALTERNATIVE, method, alternative, describe(task))
    return [tuple(subtask) for subtask in alternative]


def require_measures(action: Action, expected: Action) -> None:
    """Refuses an action whose cost, duration, agent or resources are not those that its operator gives.

    Raises:
        Rejected: as said.
    """
    for measure in MEASURES:
        planned, found = getattr(action, measure), getattr(expected, measure)
        if planned != found:
            raise Rejected(FaultKind.MEASURE, action, measure, planned, found)
