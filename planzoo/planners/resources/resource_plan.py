"""What the resource-aware planner answers: a plan and its schedule, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.errors import InputError
from planzoo.planners.htn.joint.joint_plan import JointPlan
from planzoo.planners.htn.plan import Plan
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.status import Status


@dataclass(frozen=True)
class ResourcePlan:
    """The planner's answer.

    Attributes:
        status: SOLVED; INFEASIBLE when it is proven that nothing keeps the constraints; else BUDGET_SPENT,
            with the best so far if there is one.
        plan: the actions and what they are for.
        schedule: when each action takes place, and in which mode.
        reason: empty, or what stopped the search, or what a repair did.
        conflict: where nothing is feasible, a smallest set of constraints that can't be kept together, in
            words; empty where it was not looked for or not found in time.
        expansions: tasks that the search took up.
        seconds: wall-clock time of the whole call.
    """

    status: Status
    plan: Plan | JointPlan | None = None
    schedule: Schedule | None = None
    reason: str = ""
    conflict: tuple[str, ...] = ()
    expansions: int = 0
    seconds: float = 0.0

    @property
    def cost(self) -> float:
        """What all costs.

        Raises:
            InputError: there is no schedule.
        """
        return self._present().cost

    @property
    def makespan(self) -> float:
        """When the last action ends.

        Raises:
            InputError: there is no schedule.
        """
        return self._present().makespan

    def _present(self) -> Schedule:
        if self.schedule is None:
            raise InputError(f"There is no schedule ({self.status.value}); look at the status first.")
        return self.schedule
