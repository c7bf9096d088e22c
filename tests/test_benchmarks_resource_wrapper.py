"""The benchmark of the resource wrapper compares what it says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as Python would load it, forgotten afterwards."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import resource_wrapper

    yield resource_wrapper
    for name in ("resource_wrapper", "report"):
        sys.modules.pop(name, None)


def test_every_scenario_is_measured_with_and_without_copies(benchmark: ModuleType) -> None:
    names = list(benchmark.tasks())
    assert len(names) == 12
    assert "maze_v0, 2 threads, no copies" in names


def test_the_bare_environment_and_two_budgets_are_stepped(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rates(runs: list, repetitions: int, clock: object) -> list[list[float]]:
        return [[run() for _ in range(repetitions)] for run in runs]

    monkeypatch.setattr(benchmark, "rates", rates)
    assert benchmark.measure_shares("warehouse_v0", 1, False, worlds=2) == [[40] * 4] * 3


def test_rates_of_all_processes_are_kept(benchmark: ModuleType) -> None:
    found = benchmark.in_processes(partial(benchmark.measure_shares, "maze_v0", 1, False, 2))
    assert [len(own) for own in found] == [benchmark.PROCESSES * benchmark.REPETITIONS] * 3


def test_rows_are_shares_of_the_bare_environment(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "in_processes", lambda measure: [[100.0], [90.0], [80.0]])
    rows = benchmark.share_rows("task", "warehouse_v0", 1, False)
    assert [(row.task, row.ratio, row.target) for row in rows] == [
        ("task, loose budget", 0.9, 0.85),
        ("task, tight budget", 0.8, 0.85),
    ]


def test_a_tight_budget_is_felt(benchmark: ModuleType) -> None:
    env = benchmark.ResourceVectorWrapper(
        benchmark.load_scenario("warehouse_v0").vector_env(4), benchmark.rules(3)
    )
    benchmark.steps(env, 4)()
    assert env.ledger.accounts.counts[1].min() > 0
