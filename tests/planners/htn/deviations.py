"""Problems of the example domains, planned and recorded, and states that are not as their plans expect."""

from __future__ import annotations

import random
from typing import Any

from planzoo.planners.htn import Domain, Plan, Problem, State
from planzoo.planners.htn.domains import blocks, logistics, rovers
from planzoo.planners.htn.repair.recorded_plan import RecordedPlan
from tests.planners.htn.courier import planned

MODULES: dict[str, Any] = {"blocks": blocks, "logistics": logistics, "rovers": rovers}
CASES: dict[tuple[str, int], tuple[Domain, Problem, Plan, RecordedPlan]] = {}


def case(name: str, seed: int) -> tuple[Domain, Problem, Plan, RecordedPlan]:
    """A problem of a domain, planned and recorded once for all tests."""
    if (name, seed) not in CASES:
        domain, problem = MODULES[name].make_domain(), MODULES[name].random_problem(6, seed)
        plan = planned(domain, problem.state, problem.tasks)
        CASES[name, seed] = domain, problem, plan, RecordedPlan(domain, problem.state, plan)
    return CASES[name, seed]


def changed(state: State, generator: random.Random, count: int, losses: float = 0.0) -> State:
    """Gives some variables the values of others of the same table; a share ``losses`` is taken away."""
    other = state.copy()
    tables = [
        name for name in ("pos", "clear", "at", "truck_at", "energy", "gate", "load") if hasattr(state, name)
    ]
    for _ in range(count):
        table = getattr(other, generator.choice(tables))
        if not table:
            continue
        key, twin = generator.choice(list(table)), generator.choice(list(table))
        if generator.random() < losses:
            del table[key]
        else:
            table[key] = table.get(twin)
        if table is getattr(other, "gate", None):  # it is the same gate from either side
            other.gate[key[::-1]] = table.get(key, "shut")
    return other
