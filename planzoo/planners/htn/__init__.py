"""Hierarchical task network (HTN) planning: a library of its own that knows no scenario.

A :class:`Domain` declares operators (functions on a :class:`State`) and methods (generators of lists of
subtasks); a :class:`HierarchicalPlanner` decomposes tasks and goals into a :class:`Plan` and says with it, as
a decomposition tree, what each action is for.
"""

from planzoo.planners.htn.domain import Domain, Method, Operator
from planzoo.planners.htn.faults import DomainError
from planzoo.planners.htn.plan import NO_PARENT, Action, Decomposition, Plan
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Problem, Task
from planzoo.planners.htn.validator import validate
from planzoo.planners.status import Status

__all__ = [
    "NO_PARENT",
    "Action",
    "Budget",
    "Decomposition",
    "Domain",
    "DomainError",
    "Goal",
    "HierarchicalPlanner",
    "Method",
    "Operator",
    "Plan",
    "Problem",
    "Result",
    "State",
    "Status",
    "Task",
    "validate",
]
