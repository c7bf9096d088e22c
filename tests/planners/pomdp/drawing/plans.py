"""Plans to draw: a small one, one with hostile names, and random ones."""

from __future__ import annotations

import numpy as np

from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import END, ContingentPlan

HOSTILE = "<script>alert('&\"')</script>\x00\n]]>"


def leaf(name: str, probability: float, kind: str = "treat") -> ContingentPlan:
    belief = BeliefState(("ill", "well", "neither"), np.array([0.7, 0.2, 0.1]))
    return ContingentPlan(name, {}, 0, 0.0, 4.5, probability, None if kind == END else belief, kind)


def small() -> ContingentPlan:
    """A test, a repair that may end it, and a rare branch."""
    repair = ContingentPlan(
        "repair",
        {"mended": leaf(END, 0.3, END), "broken": leaf("replace", 0.1)},
        0, 0.0, 2.0, 0.4, leaf("", 1).belief, "treat",
    )  # fmt: skip
    branches = {"on": leaf("leave", 0.595, "stop"), "off": repair, "smoke": leaf("run", 0.005)}
    return ContingentPlan("light", branches, 1, 1.5, 3.25, 1.0, leaf("", 1).belief, "observe")


def hostile() -> ContingentPlan:
    belief = BeliefState((HOSTILE, "<b>"), np.array([0.6, 0.4]))
    below = ContingentPlan(HOSTILE, {}, 0, 0.0, 1.0, 1.0, belief, "treat")
    return ContingentPlan(HOSTILE, {HOSTILE: below}, 1, 0.0, 1.0, 1.0, belief, "ask")


def random_plan(seed: int, nodes: int = 40) -> ContingentPlan:
    """A tree of random shape."""
    random = np.random.default_rng(seed)
    kinds = ("observe", "ask", "test", "treat", "wait", "act")

    def grown(size: int, probability: float) -> ContingentPlan:
        count = min(size, int(random.integers(0, 4))) if size > 1 else 0
        shares = random.dirichlet(np.ones(count)) if count else []
        branches = {
            "o" * int(random.integers(1, 40)) + str(k): grown((size - 1) // count, probability * share)
            for k, share in enumerate(shares)
        }
        states = tuple(f"state {k}" * int(random.integers(1, 4)) for k in range(4))
        belief = BeliefState(states, random.dirichlet(np.ones(4) / 2)) if random.random() < 0.9 else None
        name = "action " * int(random.integers(1, 9))
        kind = kinds[int(random.integers(len(kinds)))]
        cost, utility = random.random(2) * 1000
        return ContingentPlan(name, branches, 0, cost, utility, probability, belief, kind)

    return grown(nodes, 1.0)
