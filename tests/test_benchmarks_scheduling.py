"""The benchmark of schedules: its arithmetic, and that it runs without CP-SAT."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from planzoo.planners.resources.generated_projects import ProjectParameters

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as Python would load it, forgotten afterwards."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import scheduling

    yield scheduling
    for name in ("scheduling", "report"):
        sys.modules.pop(name, None)


def test_rows_by_hand(benchmark: ModuleType) -> None:
    race = benchmark.Race
    races = [race(50, 50, True, True), race(40, 44, False, True), race(60, 57, False, False)]
    mean, worst, proven = benchmark.rows_of(races, 30)
    assert (mean.ours, mean.peer_value) == (50, pytest.approx(151 / 3))
    assert mean.ratio == pytest.approx((1 + 1.1 + 0.95) / 3)
    assert mean.target == pytest.approx(1 / 1.03)
    assert (worst.ours, worst.peer_value, worst.ratio) == (60, 57, 0.95)
    assert (proven.ours, proven.peer_value) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (proven.ratio, proven.target, proven.unit) == (None, None, "share")


def test_both_schedule_the_same_project(benchmark: ModuleType) -> None:
    found = benchmark.race(ProjectParameters(8), 2000.0)
    assert found.is_theirs_proven
    assert found.ours == found.theirs


def test_without_cp_sat_there_is_our_figure_alone(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "has_cp_sat", lambda: False)
    found = benchmark.race(ProjectParameters(8), 50.0)
    assert found.theirs is None
    (row,) = benchmark.rows_of([found], 8)
    assert (row.ours, row.peer_value, row.ratio) == (found.ours, None, None)


def test_tasks_are_the_two_sizes(benchmark: ModuleType) -> None:
    assert list(benchmark.tasks()) == ["30 activities", "60 activities"]
