"""Plans that finite resources allow: timelines, feasibility, schedules, and a planner that keeps to them."""

from planzoo.envs.resources.requirement import ResourceRequirement, When
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.envs.resources.rules import ResourceRules
from planzoo.planners.resources.allocation import Allocation, allocate_tasks_with_resources
from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.checking import PlanChecks
from planzoo.planners.resources.constraints import Calendar, Constraints, Period, Precedence, TimeWindow
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.optimization import (
    ScheduleResult,
    feasible_schedule,
    improve_schedule,
    optimize_schedule,
    pareto_front,
)
from planzoo.planners.resources.plan_checks import check_plans
from planzoo.planners.resources.planner import ResourceAwarePlanner
from planzoo.planners.resources.project import Activity, Mode, Project, TooLate, project_of
from planzoo.planners.resources.resource_plan import ResourcePlan
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.timeline import ResourceState
from planzoo.planners.resources.tracker import ResourceTracker
from planzoo.planners.resources.violations import ResourceViolation, ViolationKind

__all__ = [
    "Activity",
    "Allocation",
    "Calendar",
    "Constraints",
    "Effort",
    "Mode",
    "Period",
    "PlanChecks",
    "Precedence",
    "Project",
    "ProjectArrays",
    "Resource",
    "ResourceAwarePlanner",
    "ResourcePlan",
    "ResourceRequirement",
    "ResourceRules",
    "ResourceState",
    "ResourceTracker",
    "ResourceType",
    "ResourceViolation",
    "Schedule",
    "ScheduleResult",
    "TimeWindow",
    "TooLate",
    "ViolationKind",
    "When",
    "allocate_tasks_with_resources",
    "check_plans",
    "feasible_schedule",
    "improve_schedule",
    "optimize_schedule",
    "pareto_front",
    "project_arrays",
    "project_of",
]
