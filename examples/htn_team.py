"""Three robots and one crane put a product together, at the same time: the timeline, and a Gantt chart.

``python examples/htn_team.py [chart.svg]``
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp

from planzoo.planners.htn import Budget, HierarchicalPlanner, Objective
from planzoo.planners.htn.domains.assembly import CAPACITIES, make_domain, random_problem
from planzoo.planners.htn.joint.joint_plan import JointPlan
from planzoo.planners.htn.joint.joint_validator import check_joint_plan
from planzoo.planners.htn.joint.schedule import schedule


def main(chart: str | None = None) -> JointPlan:
    """Plans for nine parts, so that all is done early; prints who does what when, and draws it."""
    domain, problem = make_domain(), random_problem(size=9, seed=3)
    early = Objective("makespan", capacities=CAPACITIES)
    plan = HierarchicalPlanner(domain).optimize(problem, early, Budget(expansions=5_000)).plan
    assert plan is not None, "a random problem has a solution"
    joint = schedule(domain, problem.state, plan, CAPACITIES)
    assert check_joint_plan(domain, problem.state, joint) is None
    print(joint.to_text())
    late = joint.critical_path[-1]
    print(f"The last to end is {joint.actions[late]}; it waits:")
    print(*(f"  {order}" for order in joint.waits[late]), sep="\n")
    path = Path(chart or Path(mkdtemp(prefix="planzoo-")) / "team.svg")
    path.write_text(joint.to_svg(), encoding="utf-8")
    print(f"Gantt chart: {path}")
    return joint


if __name__ == "__main__":
    main(*sys.argv[1:2])
