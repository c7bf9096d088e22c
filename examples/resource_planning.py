"""A community centre on a budget: what the money, the crew and the crane allow, and its Gantt chart.

``python examples/resource_planning.py [chart.png]``
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from planzoo.planners.htn import Domain, HierarchicalPlanner, State, Task
from planzoo.planners.resources import Mode, Resource, ResourceAwarePlanner, ResourcePlan
from planzoo.planners.resources import ResourceRequirement as Need
from planzoo.planners.resources.drawing import gantt_figure, save_figure

RESOURCES = (
    Resource("crew", "reusable", 4, cost_per_unit=10),
    Resource("crane", "reusable", 1, cost_per_unit=25),
    Resource("concrete", "consumable", 9, cost_per_unit=8),
    Resource("panels", "producible", 0, capacity=4),
)
"""Workers and the crane are paid by the day, concrete by the ton; wall panels are made on the site."""
STEPS = {
    "survey": (1, 20, ("crew", 1), ()),
    "foundation": (3, 60, ("crew", 3), ("survey",)),
    "walls": (3, 80, ("crew", 2), ("foundation",)),
    "roof": (4, 120, ("crew", 3), ("walls",)),
    "wiring": (2, 90, ("crew", 1), ("walls",)),
    "cast_panels": (2, 20, ("crew", 2), ()),
    "buy_panels": (1, 400, ("crew", 1), ()),
}
"""Days, price, workers, and what must have been done before."""
FURTHER = {
    "foundation": (Need("concrete", 6),),
    "walls": (Need("crane", 1), Need("panels", 4)),
    "roof": (Need("crane", 1),),
    "cast_panels": (Need("concrete", 1), Need("panels", 2, produces=True)),
    "buy_panels": (Need("panels", 4, produces=True),),
}
"""What steps take and make besides workers."""
QUICK_ROOF = Mode(2, (Need("crew", 3), Need("crane", 1)), cost=300, name="overtime")


def building_site() -> Domain:
    """Declares the steps; the panels can be bought or cast, and buying is quicker."""
    domain = Domain("building site")
    for name, (days, price, _, before) in STEPS.items():
        domain.add_operator(step(name, before), name, cost=price, duration=days)
    domain.add_method("panels", lambda state: [Task("buy_panels")], "buy")
    domain.add_method("panels", lambda state: [Task("cast_panels"), Task("cast_panels")], "cast")
    domain.add_method("centre", lambda state: [Task("panels"), *map(Task, list(STEPS)[:5])], "build")
    return domain


def step(name: str, before: tuple[str, ...]) -> Callable[[State], bool | None]:
    """Makes a step that needs others to be done before; panels are counted as a resource."""

    def do(state: State) -> bool | None:
        if not all(earlier in state.done for earlier in before):
            return False
        if "panels" not in name:
            state.done[name] = True
        return None

    return do


def planner(budget: float, deadline: float) -> ResourceAwarePlanner:
    """Makes a planner for so much money and so many days."""
    needs = {name: (Need(*workers), *FURTHER.get(name, ())) for name, (_, _, workers, _) in STEPS.items()}
    limits = {"budget": budget, "deadline": deadline}
    base = HierarchicalPlanner(building_site())
    return ResourceAwarePlanner(base, RESOURCES, limits, needs, {"roof": (QUICK_ROOF,)})


def main(chart: str | None = None) -> ResourcePlan:
    """Plans for 1,300 and 16 days; then asks what less money, or less time, would mean."""
    state, centre = State(done={}), Task("centre")
    frugal = planner(budget=1300, deadline=16)
    found = frugal.plan(centre, state, objective="minimize_time")
    assert found.schedule is not None and found.plan is not None
    print(found.schedule.to_text())
    for best in frugal.optimize_resources(found, "balance", state):
        print(f"one way: {best.makespan:g} days for {best.cost:g}")
    hopeless = planner(budget=900, deadline=12).plan(centre, state)
    print(f"900 and 12 days: {hopeless.status.value}; not together: {', '.join(hopeless.conflict)}")
    path = Path(chart or Path(mkdtemp(prefix="planzoo-")) / "project.png")
    save_figure(gantt_figure(found.schedule, frugal.tracker), path)
    print(f"Gantt chart: {path}")
    return found


if __name__ == "__main__":
    main(*sys.argv[1:2])
