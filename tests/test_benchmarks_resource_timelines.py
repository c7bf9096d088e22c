"""The benchmark of checked plans: all peers check the same, and a peer that errs stops it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from planzoo.planners.resources.arrays import project_arrays
from tests.planners.resources.exact import ExactProject
from tests.planners.resources.random_cases import random_case

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The script as Python would load it, forgotten afterwards."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import resource_timelines

    yield resource_timelines
    for name in ("report", "resource_timelines"):
        del sys.modules[name]


def test_numpy_checks_what_the_oracle_checks(benchmark: Any) -> None:
    random = Random(3)
    verdicts = []
    for _ in range(100):
        case = random_case(random)
        arrays, exact = project_arrays(case.project), ExactProject(case.project)
        starts = [case.starts] + [[time + random.randint(0, 2) for time in case.starts] for _ in range(4)]
        modes = np.array([case.modes] * 5) + arrays.first_modes[:-1]
        found = benchmark.check_with_numpy(arrays, benchmark.Plans(modes, np.array(starts) / 10))
        verdicts += found.tolist()
        assert found.tolist() == [not exact.broken(times, case.modes) for times in starts]
    assert 100 < sum(verdicts) < 400


def test_plans_are_long_and_some_are_feasible(benchmark: Any) -> None:
    project = benchmark.site()
    plans = benchmark.random_plans(project, 300)
    checks = benchmark.check_plans(project_arrays(project), *plans)
    assert plans.modes.shape == (300, 50)
    assert len(project.resources) == 4
    assert 50 < checks.feasible.sum() < 290
    assert (checks.shortages > 0).any()
    assert (checks.broken_links > 0).any()
    kept = benchmark.schedules(project, plans, 5)
    assert benchmark.check_in_python(project, kept) == checks.feasible[:5].tolist()


def test_rows_are_about_all_plans(benchmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["report"], "SECONDS", 0.0)
    rows = benchmark.checking_rows(count=100, looked_at=3, repetitions=1)
    assert [row.peer for row in rows] == ["limit", "numpy", "ResourceTracker"]
    assert rows[0].ours == pytest.approx(100 / rows[1].ours)
    assert rows[0].target == 1.0
    assert all(row.ratio > 0 and row.task.startswith("100 plans of 50 steps") for row in rows)


@pytest.mark.parametrize("peer", ["check_with_numpy", "check_in_python"])
def test_a_peer_that_errs_stops_the_benchmark(
    benchmark: Any, peer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = getattr(benchmark, peer)
    monkeypatch.setattr(benchmark, peer, lambda *given: [not one for one in right(*given)])
    with pytest.raises(AssertionError, match="do not find the same plans feasible"):
        benchmark.checking_rows(count=20, looked_at=3, repetitions=1)
