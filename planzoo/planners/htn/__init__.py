"""Hierarchical task network (HTN) planning: a library of its own that knows no scenario.

A :class:`Domain` declares operators (functions on a :class:`State`) and methods (generators of lists of
subtasks); a :class:`HierarchicalPlanner` decomposes tasks and goals into a :class:`Plan` and says with it, as
a decomposition tree, what each action is for. Plans can be explained (:class:`CausalChainFinder`,
:func:`explain`), repaired (:class:`PlanRepairer`), acted on (:class:`LazyLookahead`,
:class:`RefinementActor`), and laid out in time for several agents (:func:`schedule`).
"""

from planzoo.planners.htn.acting.acting_policy import ActingPolicy
from planzoo.planners.htn.acting.lazy_lookahead import LazyLookahead
from planzoo.planners.htn.acting.refinement import RefinementActor
from planzoo.planners.htn.beliefs.conformant import ConformantDomain, holds_in_all
from planzoo.planners.htn.beliefs.distribution import Distribution
from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.explanation import StepExplanation, explain
from planzoo.planners.htn.causal.goal_decomposition import GoalDecomposer
from planzoo.planners.htn.causal.goal_tree import GoalTree
from planzoo.planners.htn.causal.links import START, Breakage, CausalLink, Threat
from planzoo.planners.htn.documentation import describe_domain
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.domains import example_domain, example_problem
from planzoo.planners.htn.faults import DomainError
from planzoo.planners.htn.gtpyhop.adapter import from_gtpyhop, state_from_gtpyhop, tasks_from_gtpyhop
from planzoo.planners.htn.joint.joint_plan import JointPlan
from planzoo.planners.htn.joint.joint_validator import check_joint_plan
from planzoo.planners.htn.joint.schedule import schedule
from planzoo.planners.htn.method import Method
from planzoo.planners.htn.operator import Operator
from planzoo.planners.htn.plan import NO_PARENT, Action, Decomposition, Plan
from planzoo.planners.htn.plan_faults import FaultKind, PlanFault
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.repair.recorded_plan import RecordedPlan
from planzoo.planners.htn.repair.repair_result import RepairLevel, RepairResult
from planzoo.planners.htn.repair.repairer import PlanRepairer, state_after
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.search.best_first import BestFirst
from planzoo.planners.htn.search.branch_and_bound import Objective
from planzoo.planners.htn.search.diversity import PlanSet, plan_distance
from planzoo.planners.htn.search.search_trace import SearchTrace
from planzoo.planners.htn.search.trace import trace
from planzoo.planners.htn.state import ABSENT, State, Variable
from planzoo.planners.htn.task import Goal, Multigoal, Problem, Task
from planzoo.planners.htn.validator import validate
from planzoo.planners.status import Status

__all__ = [
    "ABSENT",
    "NO_PARENT",
    "START",
    "ActingPolicy",
    "Action",
    "BestFirst",
    "Breakage",
    "Budget",
    "CausalChainFinder",
    "CausalLink",
    "ConformantDomain",
    "Decomposition",
    "Distribution",
    "Domain",
    "DomainError",
    "FaultKind",
    "Goal",
    "GoalDecomposer",
    "GoalTree",
    "HierarchicalPlanner",
    "JointPlan",
    "LazyLookahead",
    "Method",
    "Multigoal",
    "Objective",
    "Operator",
    "Plan",
    "PlanFault",
    "PlanRepairer",
    "PlanSet",
    "Problem",
    "RecordedPlan",
    "RefinementActor",
    "RepairLevel",
    "RepairResult",
    "Result",
    "SearchTrace",
    "State",
    "Status",
    "StepExplanation",
    "Task",
    "Threat",
    "Variable",
    "check_joint_plan",
    "describe_domain",
    "example_domain",
    "example_problem",
    "explain",
    "from_gtpyhop",
    "holds_in_all",
    "plan_distance",
    "schedule",
    "state_after",
    "state_from_gtpyhop",
    "tasks_from_gtpyhop",
    "trace",
    "validate",
]
