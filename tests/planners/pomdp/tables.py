"""Small testing problems, asia's among them, and what they are worth by plain recursion."""

from __future__ import annotations

import itertools
from importlib.resources import files
from typing import Any

import numpy as np
from hypothesis import strategies as st

from planzoo.envs.networks.bif import parse_bif
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.problem import TableProblem

ASIA_OPTIMUM = 4.050370064

Cells = list[tuple[float, int, tuple[int, ...]]]
"""Hidden truths: (probability, condition, results of all tests)."""


def asia(budget: float = 3.0) -> TableProblem:
    """Lauritzen and Spiegelhalter's chest clinic, with costs and utilities of ours."""
    network = parse_bif(files("planzoo.envs.diagnosis").joinpath("networks/asia.bif").read_text("utf-8"))
    severities = {"tub": 20, "lung": 40, "bronc": 10}
    treatments: dict[str, tuple[float, set[str]]] = {
        "send home": (0, set()),
        "bronchodilator": (4, {"bronc"}),
        "antibiotics": (4, {"tub"}),
        "oncology": (12, {"lung"}),
        "oncology and bronchodilator": (16, {"lung", "bronc"}),
    }
    tests = ("asia", "smoke", "xray", "dysp")
    present = [
        {name for name, state in zip(severities, states, strict=True) if state == "yes"}
        for states in itertools.product(*(network.states_of(name) for name in severities))
    ]

    def utility(ill: set[str], price: float, cured: set[str]) -> float:
        left = ill - cured
        return (0 if left else 10) - sum(severities[name] for name in left) - price

    joint = network.joint((*severities, *tests)).reshape(len(present), *(2,) * len(tests))
    return TableProblem(
        conditions=tuple(" + ".join(sorted(ill)) or "healthy" for ill in present),
        tests=tests,
        outcomes=tuple(network.states_of(test) for test in tests),
        treatments=tuple(treatments),
        joint=joint / joint.sum(),
        test_costs=np.array([0.25, 0.25, 2, 0.2]),
        utilities=np.array([[utility(ill, *row) for row in treatments.values()] for ill in present]),
        untreated=np.array([utility(ill, 0, set()) for ill in present]),
        budget=budget,
    )


def random_table(seed: int, conditions: int = 4, tests: int = 4, treatments: int = 4) -> TableProblem:
    """Independent noisy tests of two outcomes, several of which are worth doing."""
    random = np.random.default_rng(seed)
    joint = random.dirichlet(np.ones(conditions)).reshape(conditions, *(1,) * tests)
    for test in range(tests):
        positive = random.beta(0.8, 0.8, conditions)
        shape = (conditions, *(1,) * test, 2, *(1,) * (tests - test - 1))
        joint = joint * np.stack([positive, 1 - positive], axis=1).reshape(shape)
    return TableProblem(
        conditions=tuple(f"c{k}" for k in range(conditions)),
        tests=tuple(f"t{k}" for k in range(tests)),
        outcomes=(("yes", "no"),) * tests,
        treatments=tuple(f"m{k}" for k in range(treatments)),
        joint=joint,
        test_costs=random.uniform(0.1, 0.6, tests),
        utilities=random.uniform(-10, 10, (conditions, treatments)),
        untreated=np.full(conditions, -10.0),
    )


@st.composite
def problems(draw: st.DrawFn, max_tests: int = 3, max_treatments: int = 3) -> TableProblem:
    """Random tables with correlated results, zero probabilities, and budgets that bind or are met exactly."""
    counts = draw(st.lists(st.integers(2, 3), min_size=1, max_size=max_tests))
    conditions, treatments = draw(st.integers(1, 4)), draw(st.integers(1, max_treatments))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    joint = random.random((conditions, *counts)) ** 3 * (random.random((conditions, *counts)) < 0.8)
    joint.flat[0] += 0.1
    costs = random.integers(0, 5, len(counts)) / 4
    return TableProblem(
        conditions=tuple(f"c{k}" for k in range(conditions)),
        tests=tuple(f"t{k}" for k in range(len(counts))),
        outcomes=tuple(tuple(f"o{k}" for k in range(count)) for count in counts),
        treatments=tuple(f"m{k}" for k in range(treatments)),
        joint=joint / joint.sum(),
        test_costs=costs,
        utilities=random.normal(0, 4, (conditions, treatments)),
        untreated=random.normal(1, 4, conditions),
        budget=draw(st.sampled_from([0.5, 1.0, 1.75, 5.0, np.inf])),
    )


def cells_of(problem: Any) -> Cells:
    """Lists the hidden truths that are possible."""
    joint = problem.joint
    return [(float(joint[i]), i[0], i[1:]) for i in np.ndindex(joint.shape) if joint[i] > 0]


def optimum(problem: Any, depth: int | None = None) -> float:
    """The value of the best plan, by recursion over the hidden truths that are still possible.

    It knows no beliefs, no memory and no bounds, unlike the planner.
    """
    time = len(problem.tests) if depth is None else depth
    return _optimum(problem, cells_of(problem), frozenset(), problem.budget, time)


def _optimum(problem: Any, cells: Cells, done: frozenset[int], left: float, time: int) -> float:
    if not cells:
        return 0.0
    best = max(
        sum(chance * problem.utilities[condition, treatment] for chance, condition, _ in cells)
        for treatment in range(len(problem.treatments))
    )
    for test, cost in enumerate(problem.test_costs):
        if test in done or cost > left + 1e-9 or not time:
            continue
        value = -cost * sum(chance for chance, _, _ in cells)
        if left - cost <= 1e-9:
            value += sum(chance * problem.untreated[condition] for chance, condition, _ in cells)
        else:
            for outcome in range(len(problem.outcomes[test])):
                same = [cell for cell in cells if cell[2][test] == outcome]
                value += _optimum(problem, same, done | {test}, left - cost, time - 1)
        best = max(best, value)
    return best


def lived_return(problem: Any, plan: ContingentPlan) -> float:
    """Lives through every hidden truth with a plan."""
    total = 0.0
    for chance, condition, results in cells_of(problem):
        node, value = plan, 0.0
        while node.is_test:
            test = problem.tests.index(node.root_action)
            value -= problem.test_costs[test]
            if not node.branches:
                break
            node = node.branches[problem.outcomes[test][results[test]]]
        if node.is_test:
            value += problem.untreated[condition]
        else:
            value += problem.utilities[condition, problem.treatments.index(node.root_action)]
        total += chance * value
    return total
