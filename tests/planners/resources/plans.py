"""Plans of HTN domains in short."""

from __future__ import annotations

from planzoo.planners.htn.joint.joint_plan import JointPlan
from planzoo.planners.htn.plan import NO_PARENT, Action, Decomposition, Plan


def plan_of(*actions: Action) -> Plan:
    """A plan whose problem asked for the actions themselves."""
    tasks = tuple((action.name, *action.arguments) for action in actions)
    tree = Decomposition(tasks, (NO_PARENT,) * len(tasks), (None,) * len(tasks))
    return Plan(tuple(actions), tree)


def joint_plan_of(*actions: tuple[float, Action]) -> JointPlan:
    """A concurrent plan of (start, action) pairs."""
    return JointPlan(tuple(action for _, action in actions), tuple(start for start, _ in actions))
