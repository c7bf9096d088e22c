"""A van that runs errands on little fuel: what tests of replanning with resources share."""

from __future__ import annotations

from typing import Any

from planzoo.planners.htn import Domain, HierarchicalPlanner, Plan, State, Task
from planzoo.planners.replanning.execution import ExecutionResult, ExecutionStatus, ExecutionTrace
from planzoo.planners.resources import Resource, ResourceAwarePlanner
from planzoo.planners.resources import ResourceRequirement as Need

NEEDS = {
    "highway": (Need("fuel", 4),),
    "lane": (Need("fuel", 1),),
    "refuel": (Need("fuel", 6, produces=True), Need("pump", 1)),
}
RESOURCES = (Resource("fuel", "producible", 9, capacity=12), Resource("pump", "reusable", 1))


def errands() -> Domain:
    """Each errand by the highway (quick, thirsty) or by a lane; the tank can be filled on the way."""
    domain = Domain("errands")

    @domain.operator(cost=1, duration=1)
    def highway(state: State, shop: str) -> None:
        state.visited[shop] = True

    @domain.operator(cost=1, duration=5)
    def lane(state: State, shop: str) -> None:
        state.visited[shop] = True

    @domain.operator(cost=8, duration=2)
    def refuel(state: State) -> None:
        state.filled = state.filled + 1

    for name, steps in (("fast", ["highway"]), ("slow", ["lane"]), ("filled up", ["refuel", "highway"])):
        domain.add_method("visit", _way(steps), name)
    return domain


def _way(steps: list[str]) -> Any:
    return lambda state, shop: [(name, shop) if name != "refuel" else (name,) for name in steps]


DOMAIN = errands()
SHOPS = ("baker", "smith", "tailor")
TASKS = [Task("visit", shop) for shop in SHOPS]


def begin() -> State:
    return State(visited={}, filled=0)


def planner(**constraints: Any) -> ResourceAwarePlanner:
    return ResourceAwarePlanner(HierarchicalPlanner(DOMAIN), RESOURCES, constraints, NEEDS)


def fast_plan() -> Plan:
    """All three by the highway: twelve of the nine units of fuel."""
    plan = HierarchicalPlanner(DOMAIN).solve((begin(), TASKS)).plan
    assert plan is not None
    return plan


def traced(plan: Plan, *results: tuple[bool, float]) -> ExecutionTrace:
    """A trace of the plan's first steps: whether each has happened, and how long it took."""
    trace = ExecutionTrace(plan)
    for happened, duration in results:
        action = plan.actions[trace.current_step]
        status = ExecutionStatus.SUCCESS if happened else ExecutionStatus.FAILURE
        state = begin()
        trace.add(ExecutionResult(action, status, state, state, action.cost, duration))
        trace.current_step += happened
    return trace
