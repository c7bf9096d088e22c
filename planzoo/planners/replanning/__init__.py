"""Plans that survive contact with the world: they are watched while they run, and mended or made anew.

An :class:`ExecutionMonitor` has the actions of a plan carried out, compares what happens with what was
foreseen and says when another plan is needed; a :class:`ReplanningEngine` changes the plan, as often as that
takes; an :class:`AdaptivePlanner` learns from what has happened for the next time.
"""

from planzoo.planners.replanning.adaptive import AdaptivePlanner
from planzoo.planners.replanning.chooser import CostAwareChooser
from planzoo.planners.replanning.divergence import Difference, Divergence
from planzoo.planners.replanning.engine import Limits, ReplanningEngine
from planzoo.planners.replanning.estimates import Estimate
from planzoo.planners.replanning.execution import (
    ExecutionResult,
    ExecutionStatus,
    ExecutionTrace,
    ReplanRecord,
    ReplanTrigger,
    TraceStatus,
)
from planzoo.planners.replanning.executor import Executor, Outcome
from planzoo.planners.replanning.expecting import ExpectingPlanner, Outlook
from planzoo.planners.replanning.experience import Experience
from planzoo.planners.replanning.experience_file import load_experience, save_experience
from planzoo.planners.replanning.how import ReplanStrategy, recovery_of
from planzoo.planners.replanning.monitor import ExecutionMonitor
from planzoo.planners.replanning.trace_file import SavedTrace, TraceFile, read_trace
from planzoo.planners.replanning.when import (
    FailureDriven,
    NewGoal,
    Overrun,
    Periodic,
    Proactive,
    Threshold,
    When,
)

__all__ = [
    "AdaptivePlanner",
    "CostAwareChooser",
    "Difference",
    "Divergence",
    "Estimate",
    "ExecutionMonitor",
    "ExecutionResult",
    "ExecutionStatus",
    "ExecutionTrace",
    "Executor",
    "ExpectingPlanner",
    "Experience",
    "FailureDriven",
    "Limits",
    "NewGoal",
    "Outcome",
    "Outlook",
    "Overrun",
    "Periodic",
    "Proactive",
    "ReplanRecord",
    "ReplanStrategy",
    "ReplanTrigger",
    "ReplanningEngine",
    "SavedTrace",
    "Threshold",
    "TraceFile",
    "TraceStatus",
    "When",
    "load_experience",
    "read_trace",
    "recovery_of",
    "save_experience",
]
