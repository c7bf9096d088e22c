"""Hierarchical task network (HTN) planning: a library of its own that knows no scenario.

A :class:`Domain` declares operators (functions on a :class:`State`) and methods (generators of lists of
subtasks); a :class:`HierarchicalPlanner` decomposes tasks and goals into a :class:`Plan` and says with it, as
a decomposition tree, what each action is for.
"""

from planzoo.planners.htn.best_first import BestFirst
from planzoo.planners.htn.branch_and_bound import Objective
from planzoo.planners.htn.diversity import PlanSet, plan_distance
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import DomainError
from planzoo.planners.htn.method import Method
from planzoo.planners.htn.operator import Operator
from planzoo.planners.htn.plan import NO_PARENT, Action, Decomposition, Plan
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.state import ABSENT, State, Variable
from planzoo.planners.htn.task import Goal, Multigoal, Problem, Task
from planzoo.planners.htn.validator import validate
from planzoo.planners.status import Status

__all__ = [
    "ABSENT",
    "NO_PARENT",
    "Action",
    "BestFirst",
    "Budget",
    "Decomposition",
    "Domain",
    "DomainError",
    "Goal",
    "HierarchicalPlanner",
    "Method",
    "Multigoal",
    "Objective",
    "Operator",
    "Plan",
    "PlanSet",
    "Problem",
    "Result",
    "State",
    "Status",
    "Task",
    "Variable",
    "plan_distance",
    "validate",
]
