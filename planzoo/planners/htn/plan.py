"""A plan: the actions, and the decomposition tree that says what each of them is for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from planzoo.errors import InputError
from planzoo.planners.htn.task import Goal, Multigoal, describe

if TYPE_CHECKING:
    from rich.tree import Tree

NO_PARENT = -1
"""The parent of a task that the problem itself asked for."""
DRAWN_DEPTH = 40
"""Indentation grows up to this depth; deeper lines carry their depth as a number."""
DRAWN_NODES = 300
"""How many nodes a drawing has unless more, or all, are asked for; the others are told in numbers."""


class Action(NamedTuple):
    """One step of a plan."""

    name: str
    """The operator's name."""
    arguments: tuple[Any, ...] = ()
    """What the operator is called with after the state."""
    cost: float = 1.0
    """The cost in the state in which the plan takes the action."""
    duration: float = 1.0
    """The duration in that state, in the domain's unit of time."""
    agent: Any = None
    """Who acts; None when the operator names nobody."""
    resources: tuple[tuple[str, float], ...] = ()
    """What the action holds while it lasts: (resource, amount) pairs."""

    def __str__(self) -> str:
        return describe((self.name, *self.arguments))


@dataclass(frozen=True)
class Decomposition:
    """The decomposition tree as three parallel tuples over its N nodes.

    Nodes stand in preorder: a node comes before its children, children are in the order of execution, so that
    the nodes without a method are the plan's actions in order.

    Attributes:
        tasks: the node's task, goal or action (a :class:`Task` or :class:`Goal`).
        parents: index of the node whose decomposition gave this one; ``NO_PARENT`` for the problem's own
            tasks.
        methods: name of the method that decomposed the node; None for an action.
    """

    tasks: tuple[tuple[Any, ...], ...]
    parents: tuple[int, ...]
    methods: tuple[str | None, ...]

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """The nodes that are actions: the plan's step k is node ``leaves[k]``."""
        return tuple(node for node, method in enumerate(self.methods) if method is None)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """The children of each node, in order."""
        children: list[list[int]] = [[] for _ in self.tasks]
        for node, parent in enumerate(self.parents):
            if parent != NO_PARENT:
                children[parent].append(node)
        return tuple(map(tuple, children))

    @property
    def roots(self) -> tuple[int, ...]:
        """The nodes of the problem's own tasks, in order."""
        return tuple(node for node, parent in enumerate(self.parents) if parent == NO_PARENT)

    def path(self, node: int) -> tuple[int, ...]:
        """Gives the nodes from a root down to ``node``, both included."""
        path = [node]
        while self.parents[path[-1]] != NO_PARENT:
            path.append(self.parents[path[-1]])
        return tuple(reversed(path))

    def depths(self) -> list[int]:
        """Gives the depth of each node; roots have 0."""
        depths: list[int] = []
        for parent in self.parents:
            depths.append(0 if parent == NO_PARENT else depths[parent] + 1)
        return depths

    def to_text(self) -> str:
        """Draws the tree, one node a line: tasks with their method, actions with their step in the plan.

        Below a depth of ``DRAWN_DEPTH`` the indentation stays and the depth is written instead.
        """
        lines, step = [], 0
        for task, method, depth in zip(self.tasks, self.methods, self.depths(), strict=True):
            indent = "  " * depth if depth <= DRAWN_DEPTH else "  " * DRAWN_DEPTH + f"(depth {depth}) "
            step += method is None
            lines.append(
                f"{indent}{step}. {describe(task)}"
                if method is None
                else f"{indent}{describe(task)}: {method}"
            )
        return "\n".join(lines)

    def to_data(self) -> dict[str, Any]:
        """Gives the columns as lists; a task is ``{"name", "arguments"}``, a goal has ``"value"`` too."""
        return {
            "tasks": [_task_data(task) for task in self.tasks],
            "parents": list(self.parents),
            "methods": list(self.methods),
        }


@dataclass(frozen=True)
class Plan:
    """Actions to take in order, and why.

    Attributes:
        actions: the steps; an empty tuple when nothing is to be done.
        decomposition: the tree whose leaves are the actions.
    """

    actions: tuple[Action, ...]
    decomposition: Decomposition

    @property
    def cost(self) -> float:
        """The sum of the actions' costs."""
        return sum(action.cost for action in self.actions)

    @property
    def duration(self) -> float:
        """The sum of the actions' durations: the time the plan takes when actions follow one another."""
        return sum(action.duration for action in self.actions)

    def path(self, step: int) -> tuple[tuple[Any, ...], ...]:
        """Says why action ``step`` (from 0) is there: the tasks from the problem's own down to the action.

        Raises:
            InputError: the plan has no such step.
        """
        if not 0 <= step < len(self.actions):
            raise InputError(
                f"The plan has no step {step!r}; its {len(self.actions)} steps are counted from 0."
            )
        tree = self.decomposition
        return tuple(tree.tasks[node] for node in tree.path(tree.leaves[step]))

    def to_text(self) -> str:
        """Draws the decomposition tree with the steps' numbers (from 1), below a line with the totals."""
        head = f"{len(self.actions)} actions, cost {self.cost:g}, duration {self.duration:g}"
        return "\n".join([head, self.decomposition.to_text()]) if self.decomposition.tasks else head

    def to_data(self) -> dict[str, Any]:
        """Gives the plan as dicts, lists, numbers and strings; see :meth:`Decomposition.to_data`."""
        actions = [_action_data(action) for action in self.actions]
        return {
            "cost": self.cost,
            "duration": self.duration,
            "actions": actions,
            "decomposition": self.decomposition.to_data(),
        }

    def to_json(self, indent: int | None = None) -> str:
        """Writes :meth:`to_data` as JSON; arguments that JSON does not know are written as strings."""
        return json.dumps(self.to_data(), indent=indent, default=str)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Reads what :meth:`to_json` has written; see :func:`planzoo.planners.htn.reading.plan_from_data`.

        Raises:
            InputError: the text is not JSON, or not a plan.
        """
        from planzoo.planners.htn.reading import plan_from_json

        return plan_from_json(text)

    def to_rich(self, nodes: int | None = DRAWN_NODES) -> Tree:
        """Makes a tree that ``rich.print`` draws, of so many nodes at most; None for all."""
        from planzoo.planners.htn.drawing.rich_tree import to_rich

        return to_rich(self, nodes)

    def to_dot(self, nodes: int | None = DRAWN_NODES) -> str:
        """Writes the tree for Graphviz, so many nodes at most; None for all."""
        from planzoo.planners.htn.drawing.dot import to_dot

        return to_dot(self, nodes)

    def to_svg(self, nodes: int | None = DRAWN_NODES) -> str:
        """Draws the tree as SVG, so many nodes at most; None for all. See the module ``svg``."""
        from planzoo.planners.htn.drawing.svg import to_svg

        return to_svg(self, nodes)


def _action_data(action: Action) -> dict[str, Any]:
    data = {
        "name": action.name,
        "arguments": list(action.arguments),
        "cost": action.cost,
        "duration": action.duration,
    }
    if action.agent is not None:
        data["agent"] = action.agent
    if action.resources:
        data["resources"] = dict(action.resources)
    return data


def _task_data(task: tuple[Any, ...]) -> dict[str, Any]:
    if isinstance(task, Multigoal):
        return {"name": task.name, "goals": [_task_data(goal) for goal in task.goals]}
    if isinstance(task, Goal):
        *objects, value = task.arguments
        return {"name": task.name, "arguments": objects, "value": value}
    return {"name": task[0], "arguments": list(task[1:])}
