"""The compiled check against an exact oracle: random schedules, and thousands with a fault put into them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.simulation.kernel import python_function
from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.checking import PlanChecks, is_later, sort_steps
from planzoo.planners.resources.plan_checks import check_plans
from planzoo.planners.resources.violations import ViolationKind
from tests.planners.resources.exact import ExactProject, Finding, expected_findings, kernel_findings
from tests.planners.resources.mutations import Mutation, mutations
from tests.planners.resources.random_cases import random_case

QUICK_SEEDS = 1750


def check(arrays: ProjectArrays, starts: Iterable[list[int]], modes: Iterable[list[int]]) -> PlanChecks:
    """Checks schedules with starts in tenths and the activities' own numbers of modes."""
    return check_plans(arrays, np.array([*modes]) + arrays.first_modes[:-1], np.array([*starts]) / 10)


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_findings_are_those_of_the_oracle(random: Random) -> None:
    case = random_case(random)
    arrays, exact = project_arrays(case.project), ExactProject(case.project)
    starts = [case.starts] + [[random.randint(0, 20) for _ in case.starts] for _ in range(10)]
    modes = [case.modes] + [[random.randrange(len(ways)) for ways in exact.ways] for _ in range(10)]
    checks = check(arrays, starts, modes)
    assert checks.feasible[0]
    for plan, (times, ways) in enumerate(zip(starts, modes, strict=True)):
        assert kernel_findings(arrays, exact, checks, plan) == expected_findings(exact, times, ways)
        assert checks.feasible[plan] == (not exact.broken(times, ways))
        assert checks.makespans[plan] == pytest.approx(max(exact.ends(times, ways)) / 10)
        assert checks.costs[plan] == pytest.approx(exact.cost(ways) / 1000)


@given(st.randoms(use_true_random=False))
def test_rounding_of_times_is_no_fault(random: Random) -> None:
    """Starts a few last digits too early or too late break nothing that is exactly kept."""
    case = random_case(random)
    arrays = project_arrays(case.project)
    starts = np.array([case.starts]) / 10
    for direction in (-np.inf, np.inf):
        nudged = starts
        for _ in range(4):
            nudged = np.maximum(0.0, np.nextafter(nudged, direction))
        assert check_plans(arrays, np.array([case.modes]) + arrays.first_modes[:-1], nudged).feasible.all()


def caught(mutants: Iterable[Mutation]) -> Iterator[Finding]:
    """Makes sure that each fault is found, and nothing else that is not so; gives what was to be found."""
    for mutant in mutants:
        arrays = mutant.exact.arrays
        checks = check(arrays, [mutant.starts], [mutant.modes])
        found = kernel_findings(arrays, mutant.exact, checks, 0)
        assert found == expected_findings(mutant.exact, mutant.starts, mutant.modes)
        kind, subject = mutant.target
        # Of orders it only says how many are broken; a late end may have been counted with the deadline.
        assert found[kind, "" if kind in ("precedence", "window") else subject] or checks.late[0]
        assert not checks.feasible[0]
        yield mutant.target


def all_caught(seeds: range) -> Counter[str]:
    return Counter(kind for seed in seeds for kind, _ in caught(mutations(seed)))


def test_ten_thousand_faults_are_caught() -> None:
    kinds = all_caught(range(QUICK_SEEDS))
    assert kinds.total() >= 10_000
    assert set(kinds) == {kind.value for kind in ViolationKind}
    assert min(kinds.values()) >= 500


@pytest.mark.long
def test_a_hundred_thousand_faults_are_caught() -> None:
    assert all_caught(range(QUICK_SEEDS, 10 * QUICK_SEEDS)).total() >= 90_000


@given(st.lists(st.integers(0, 9).map(float), max_size=60))
def test_steps_are_sorted_by_time(times: list[float]) -> None:
    order = np.arange(len(times))
    python_function(sort_steps)(order, len(times), np.array(times))
    assert sorted(order.tolist()) == list(range(len(times)))
    assert [times[step] for step in order] == sorted(times)


@pytest.mark.parametrize(
    ("time", "other", "later"),
    [(0.30000000000000004, 0.3, False), (0.31, 0.3, True), (0.3, 0.31, False), (1.0, np.inf, False)],
)
def test_later_means_by_more_than_rounding(time: float, other: float, later: bool) -> None:
    assert bool(python_function(is_later)(time, other)) is later
